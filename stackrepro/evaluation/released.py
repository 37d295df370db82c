"""Published distances, recomputed without the data from released weights and small files of reference statistics."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, write_bytes
from stackrepro.data import Source, View
from stackrepro.data.prepared import prepared_folder
from stackrepro.evaluation.features import Extractor
from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.protocols import Protocol, plan_for
from stackrepro.evaluation.references import RealImages
from stackrepro.evaluation.rows import Samples, Turn
from stackrepro.evaluation.stages import turned_back
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.store import reopened
from stackrepro.runs.weights import trained_sampler
from stackrepro.training.devices import device_named, prepare_process
from stackrepro.training.sampling import AVERAGE, DISPLAYS, LAST

TOLERANCE = 0.01  # weights rounded to few bits were seen to move a distance by 0.6 %, rounded references by 0.12 %
FOLDER = "references"  # under results/
STEPS = 127  # on each side of 0, of 8-bit numbers


@dataclass(frozen=True)
class Distance:
    """A Fréchet distance of a result: its place there, protocol, view of the reference, and what images turn into.

    `row` is what it is of: "average", or "generated" for the last iterate.
    """

    place: str
    row: str
    protocol: Protocol
    view: View
    turn: Turn | None = None


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
    if c.condition is not None and (turn := turned_back(c.view, c.condition)) is not None:
        place = f"protocols.{plan.standard.name} of {c.condition.kind}"
        found.append(Distance(place, row, plan.standard, c.condition, turn))
    return found


def published(result: dict[str, Any], distance: Distance) -> float:
    """Return the distance of the trained generator that a result holds."""
    part, _, name = distance.place.partition(".")
    rows = result[part] if part == "measures" else result[part][name]
    return rows[distance.row]["frechet"]


def recompute(item: StoredRun, device: str = "cpu", weights: Path | None = None) -> list[dict[str, Any]]:
    """Generate, extract and compare anew with what lies in the folder of a published run and beside it.

    Returns:
        For each distance its `place`, `published` and `recomputed` values, their relative `difference`, the `tolerance`
        of that, and whether it is `within`.

    Raises:
        UserError: a file is missing or damaged, other Inception weights than then, or as `reopened`.
    """
    if item.result is None:
        raise UserError(f"{item.folder.name} has no result to compare with: publish the finished run.")
    run, root = reopened(item), item.folder.parent
    c, kept = run.configuration, item.result["protocol"]["weights"]["digest"]
    wanted = distances(run, item.result)
    references = [read_reference(root / FOLDER / reference_file(run.source, x.view, x.protocol, kept)) for x in wanted]
    prepare_process(run.threads)
    extractor_of = cache(lambda dims: Extractor(dims, device, run.threads, weights))
    identity = extractor_of(wanted[0].protocol.dims).identity
    if identity["digest"] != kept:
        raise UserError(
            f"{item.folder.name} was measured with other Inception weights than {identity['source']}: name "
            f"the right ones with --weights."
        )
    rows = []
    for x, reference in zip(wanted, references, strict=True):
        generator = trained_sampler(run, root, device_named(device), AVERAGE if x.row == "average" else LAST)
        made = Samples(generator, x.protocol.samples, c.value_range, DISPLAYS[c.display])
        found = made.features(x.protocol, extractor_of(x.protocol.dims), x.turn)
        before, now = published(item.result, x), frechet_distance(statistics(found), reference)
        row = {"place": x.place, "published": before, "recomputed": now, "difference": now / before - 1}
        rows.append({**row, "tolerance": TOLERANCE, "within": abs(row["difference"]) <= TOLERANCE})
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
    images = RealImages(run, plan_for(run.configuration.tier, run.configuration.view.dataset))
    extractor_of = cache(lambda dims: Extractor(dims, threads=run.threads))
    for file, x in missing.items():
        real = images.reference(x.protocol, extractor_of(x.protocol.dims), x.view).reference
        provenance = {"data": run.source.name, "fingerprint": run.source.fingerprint, "view": x.view.key}
        provenance |= {"protocol": x.protocol.name, "images": str(len(real)), "weights": weights}
        write_bytes(file, save(compact(statistics(real)), provenance))
    return list(missing)


def reference_file(source: Source, view: View, protocol: Protocol, weights: str) -> str:
    """Return the name of the file that holds a reference: it follows all that the statistics depend on.

    `weights` is the digest of the Inception weights.
    """
    dealt = [protocol.dims, protocol.resize, protocol.samples, protocol.reference]
    key = digest([prepared_folder(source).name, view.key, *dealt, weights])
    metric = replace(protocol, size=None).name.replace("/", "-")
    return f"{source.label}-{view.key}-{metric}-{key[:8]}.safetensors"


def compact(exact: Statistics) -> dict[str, np.ndarray]:
    """Return statistics of d features as `mean` and `diagonal` float32 (d,), `root` int8 (d (d - 1) / 2,), and numbers.

    Kept is the symmetric root of the covariance: its diagonal in single precision, the rest as signed 8-bit numbers
    whose square, with the sign, is proportional to the entry. Rounding the root instead of the covariance keeps the
    many small eigenvalues, which a low rank would cut off, and the square gives most of the 255 steps to small entries.
    With 2,048 features that is 2.1 MB, and Fréchet distances were seen to change by 0.12 % at most.

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
    """Return the statistics that `compact` kept; a `ValueError` if the root hasn't as many entries as the mean asks."""
    size, count = len(kept["mean"]), int(kept["count"][0])
    if kept["root"].shape != (size * (size - 1) // 2,):
        raise ValueError(f"{kept['root'].size} numbers are no root of {size} features")
    part = kept["root"] / STEPS
    root = np.zeros((size, size))
    root[np.triu_indices(size, 1)] = part * np.abs(part) * kept["scale"]
    root += root.T + np.diag(kept["diagonal"].astype(np.float64))
    values, vectors = np.linalg.eigh(root)
    varying = np.argsort(np.abs(values))[::-1][: count - 1]  # no more directions have more than rounding in them
    factor = vectors[:, varying] * values[varying]
    covariance = factor @ factor.T
    covariance *= kept["trace"][0] / (np.trace(covariance) or 1.0)
    return Statistics(kept["mean"].astype(np.float64), covariance, count)


def read_reference(path: Path) -> Statistics:
    """Read a file of what `compact` kept, or raise a `UserError`: it isn't there, or is damaged."""
    try:
        return restored(load_file(path))
    except FileNotFoundError as error:
        raise UserError(f"{path} is not there: publish the run again where its data are, or fetch it.") from error
    except (SafetensorError, KeyError, ValueError) as error:
        raise UserError(f"{path} is damaged ({error}): fetch it again, or publish the run again.") from error
