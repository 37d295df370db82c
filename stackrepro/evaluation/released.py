"""Published distances, recomputed from released weights and reference statistics; and paper B's released distance.

No data set is needed. The statistics of real images are published in a form that is small enough.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.numpy import load_file, save
from torch import nn

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, write_bytes
from stackrepro.data import Source, View
from stackrepro.data.prepared import prepared_folder
from stackrepro.evaluation.evaluator import Evaluator
from stackrepro.evaluation.features import INCEPTION_SIZE, Extractor, as_rgb, torch_network
from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.protocols import Protocol, metric_name, plan_for
from stackrepro.evaluation.rows import Samples
from stackrepro.evaluation.stages import turned_back
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.store import reopened
from stackrepro.runs.weights import trained_sampler
from stackrepro.training.devices import device_named, prepare_process
from stackrepro.training.sampling import AVERAGE, DISPLAYS, LAST, normalised_by_batch

TOLERANCE = 0.01  # weights rounded to few bits were seen to move a distance by 0.6 %, rounded references by 0.12 %
FOLDER = "references"  # under results/
STEPS = 127  # on each side of 0, of 8-bit numbers
REAL, GENERATED = 4, 64  # how many images paper B's released script takes on each side
IMAGENET_MEAN, IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Distance:
    """A Fréchet distance of a result: its place there, protocol, view of the reference, and what images turn into.

    `row` is what it is of: "average", or "generated" for the last iterate.
    """

    place: str
    row: str
    protocol: Protocol
    view: View
    turn: Callable[[np.ndarray], np.ndarray] | None = None


@dataclass(frozen=True)
class Recomputed:
    """A published Fréchet distance beside the one that released files give, and their relative difference."""

    place: str
    published: float
    recomputed: float

    @property
    def difference(self) -> float:
        return self.recomputed / self.published - 1

    @property
    def within(self) -> bool:
        return abs(self.difference) <= TOLERANCE

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "difference": self.difference, "tolerance": TOLERANCE, "within": self.within}


def distances(run: Run, result: dict[str, Any]) -> list[Distance]:
    """List the Fréchet distances of a run's result that need nothing of the data but statistics.

    They are of the average of the weights where the result has it, else of the last iterate.
    """
    c = run.configuration
    plan, row = plan_for(c.tier, c.view.dataset), "average" if "average" in result["measures"] else "generated"
    found = [Distance(f"measures.{row}", row, plan.standard, c.view)]
    for protocol in plan.others:
        if protocol != replace(plan.standard, size=c.view.size):  # otherwise a copy of the standard rows
            view = c.view if protocol.size is None else replace(c.view, size=protocol.size)
            found.append(Distance(f"protocols.{protocol.name}", row, protocol, view))
    turn = None if c.condition is None else turned_back(c.view, c.condition)
    if turn is not None:
        place = f"protocols.{plan.standard.name} of {c.condition.kind}"
        found.append(Distance(place, row, plan.standard, c.condition, turn))
    return found


def published(result: dict[str, Any], distance: Distance) -> float:
    """Return the distance of the trained generator that a result holds."""
    room, _, name = distance.place.partition(".")
    rows = result[room] if room == "measures" else result[room][name]
    return rows[distance.row]["frechet"]


def recompute(item: StoredRun, device: str = "cpu", weights: str | None = None) -> list[Recomputed]:
    """Generate, extract and compare anew with what lies in the folder of a published run and beside it.

    Raises:
        UserError: a file is missing or damaged, other Inception weights than then, or as `reopened`.
    """
    if item.result is None:
        raise UserError(f"{item.folder.name} has no result to compare with: publish the finished run.")
    run, root = reopened(item), item.folder.parent
    wanted = distances(run, item.result)
    kept = item.result["protocol"]["weights"]["digest"]
    files = [root / FOLDER / reference_file(run.source, x.view, x.protocol, kept) for x in wanted]
    references = {file: read_reference(file) for file in dict.fromkeys(files)}
    prepare_process(run.threads)
    extractors = {
        dims: Extractor(dims, device, run.threads, None if weights is None else Path(weights))
        for dims in dict.fromkeys(x.protocol.dims for x in wanted)
    }
    identity = extractors[wanted[0].protocol.dims].identity
    if identity["digest"] != kept:
        raise UserError(
            f"{item.folder.name} was measured with other Inception weights than {identity['source']}: name "
            f"the right ones with --weights."
        )
    c, rows = run.configuration, []
    for x, file in zip(wanted, files, strict=True):
        generator = trained_sampler(run, root, device_named(device), AVERAGE if x.row == "average" else LAST)
        made = Samples(generator, x.protocol.samples, c.value_range, DISPLAYS[c.display])
        images = (image for batch in made.batches() for image in (batch if x.turn is None else x.turn(batch)))
        found = extractors[x.protocol.dims].stream(images, made.count, x.protocol.pixels)
        distance = frechet_distance(statistics(found), references[file])
        rows.append(Recomputed(x.place, published(item.result, x), distance))
    return rows


def publish_references(run: Run, item: StoredRun, target: Path, find_source: Callable[[], Source]) -> list[Path]:
    """Write the reference statistics of a finished run that `target`/references lacks; return their files.

    `find_source` finds the data, and is called only if something is missing.
    """
    weights = item.result["protocol"]["weights"]["digest"]
    missing = {
        file: x
        for x in distances(run, item.result)
        if not (file := target / FOLDER / reference_file(run.source, x.view, x.protocol, weights)).is_file()
    }
    if not missing:
        return []
    run = reopened(item, find_source())
    plan = plan_for(run.configuration.tier, run.configuration.view.dataset)
    evaluator = Evaluator(run, item.folder, device_named("cpu"), None, plan)
    for file, x in missing.items():
        real = evaluator.real.reference(x.protocol, evaluator.extractor_of(x.protocol.dims), x.view).reference
        provenance = {
            "data": run.source.name,
            "fingerprint": run.source.fingerprint,
            "view": x.view.key,
            "protocol": x.protocol.name,
            "images": str(len(real)),
            "weights": weights,
        }
        write_bytes(file, save(compact(statistics(real)), provenance))
    return list(missing)


def reference_file(source: Source, view: View, protocol: Protocol, weights: str) -> str:
    """Return the name of the file that holds a reference: it follows all that the statistics depend on.

    `weights` is the digest of the Inception weights.
    """
    dealt = [protocol.dims, protocol.resize, protocol.samples, protocol.reference]
    key = digest([prepared_folder(source).name, view.key, *dealt, weights])
    metric = metric_name(protocol.dims, protocol.resize).replace("/", "-")
    return f"{source.label}-{view.key}-{metric}-{key[:8]}.safetensors"


def compact(exact: Statistics) -> dict[str, np.ndarray]:
    """Return statistics of d features as `mean` and `diagonal` float32 (d,), `root` int8 (d (d - 1) / 2,), and numbers.

    Kept is the symmetric root of the covariance: its diagonal in single precision, the rest as signed 8-bit numbers
    whose square, with the sign, is proportional to the entry. Rounding the root instead of the covariance keeps the
    many small eigenvalues, which a low rank would cut off, and the square gives most of the 255 steps to small entries.
    With 2,048 features that is 2.1 MB. Fréchet distances were seen to change by 0.12 % at most.

    `scale` is what 127 stands for in `root`; `trace` is the covariance's, which rounding would change.
    """
    values, vectors = np.linalg.eigh(exact.covariance)
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    above = root[np.triu_indices(len(root), 1)]
    scale = np.abs(above).max(initial=0.0) or 1.0
    return {
        "mean": exact.mean.astype(np.float32),
        "diagonal": np.diag(root).astype(np.float32),
        "root": (np.sign(above) * np.sqrt(np.abs(above) / scale) * STEPS).round().astype(np.int8),
        "scale": np.array([scale]),
        "trace": np.array([np.trace(exact.covariance)]),
        "count": np.array([exact.count]),
    }


def restored(kept: dict[str, np.ndarray]) -> Statistics:
    """Return the statistics that `compact` kept, to within its rounding.

    Raises:
        ValueError: the root hasn't as many entries as the mean asks for.
    """
    size = len(kept["mean"])
    if kept["root"].shape != (size * (size - 1) // 2,):
        raise ValueError(f"{kept['root'].size} numbers are no root of {size} features")
    part = kept["root"] / STEPS
    root = np.zeros((size, size))
    root[np.triu_indices(size, 1)] = part * np.abs(part) * kept["scale"]
    root += root.T + np.diag(kept["diagonal"].astype(np.float64))
    values, vectors = np.linalg.eigh(root)
    count = int(kept["count"][0])
    varying = np.argsort(np.abs(values))[::-1][: count - 1]  # no more directions have more than rounding in them
    factor = vectors[:, varying] * values[varying]
    covariance = factor @ factor.T
    return Statistics(
        kept["mean"].astype(np.float64), covariance * (kept["trace"][0] / (np.trace(covariance) or 1.0)), count
    )


def read_reference(path: Path) -> Statistics:
    """Read a file of what `compact` kept, or raise a `UserError`: it isn't there, or is damaged."""
    try:
        return restored(load_file(path))
    except FileNotFoundError as error:
        raise UserError(f"{path} is not there: publish the run again where its data are, or fetch it.") from error
    except (SafetensorError, KeyError, ValueError) as error:
        raise UserError(f"{path} is damaged ({error}): fetch it again, or publish the run again.") from error


def released_network(weights: Path) -> nn.Module:
    """Return the network by which paper B's released distance measures (StackGAN/scripts/FID_mnist.py), to be shown.

    It differs from an FID in four ways. The network never leaves training mode, so that its BatchNorm normalises real
    and generated images each by their own statistics. The real side is one loader's batch of 4 images, the generated
    side one of 64. Images are enlarged to 299 pixels by repeating pixels. And images in [-1, 1] pass a transform that
    expects them normalised by ImageNet's statistics. The script loads torchvision's ImageNet weights, which can't be
    had everywhere. Here the FID's own Inception stands in, the same layers with other weights: what the four
    differences do can be shown with it, the script's values can't.
    """
    return normalised_by_batch(torch_network(2048, weights))


def released_features(network: nn.Module, images: np.ndarray) -> np.ndarray:
    """Return features, float32 (N, 2048), of images, uint8 (N, H, W, 1 or 3), which pass the network as one batch."""
    rows, columns = (np.arange(INCEPTION_SIZE) * side // INCEPTION_SIZE for side in images.shape[1:3])
    pixels = as_rgb(images)[:, rows][:, :, columns] / np.float32(127.5) - 1
    # torchvision's transform_input, which takes x for (pixel - mean) / deviation and makes 2 * pixel - 1 of it.
    pixels = 2 * (pixels * np.float32(IMAGENET_DEVIATION) + np.float32(IMAGENET_MEAN)) - 1
    with torch.inference_mode():
        return network(torch.from_numpy((pixels + 1) * np.float32(127.5))).numpy()
