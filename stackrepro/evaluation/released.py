"""Published distances, recomputed from released weights and reference statistics; no data set is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.data import Source, View
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.protocols import Protocol, plan_for
from stackrepro.evaluation.references import read_reference, reference_file, write_reference
from stackrepro.evaluation.spaces import turned_back
from stackrepro.runs import Run, StoredRun

TOLERANCE = 0.01  # weights rounded to few bits were seen to move a distance by 0.6 %, rounded references by 0.12 %
FOLDER = "references"  # under results/


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
    """A published Fréchet distance beside the one that released files give."""

    place: str
    published: float
    recomputed: float

    @property
    def difference(self) -> float:
        """The relative difference."""
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
        UserError: a file is missing or damaged, other Inception weights than then, or as `recorded`.
    """
    from stackrepro.runs.devices import prepare_process
    from stackrepro.runs.recorded import recorded

    if item.result is None:
        raise UserError(f"{item.folder.name} has no result to compare with: publish the finished run.")
    run, root = recorded(item), item.folder.parent
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
    return [
        Recomputed(
            x.place,
            published(item.result, x),
            frechet_distance(statistics(features(run, root, x, extractors[x.protocol.dims], device)), references[file]),
        )
        for x, file in zip(wanted, files, strict=True)
    ]


def features(run: Run, root: Path, wanted: Distance, extractor: Extractor, device: str) -> np.ndarray:
    """Return the features of the images that a distance is about, made by the weights under `root`."""
    from stackrepro.evaluation.rows import Samples
    from stackrepro.runs.devices import device_named
    from stackrepro.runs.feeding import AVERAGE, LAST, trained_sampler
    from stackrepro.runs.sampling import DISPLAYS

    c, file = run.configuration, AVERAGE if wanted.row == "average" else LAST
    generator = trained_sampler(run, root, device_named(device), file)
    made = Samples(generator, wanted.protocol.samples, c.value_range, DISPLAYS[c.display])
    turn = wanted.turn or (lambda batch: batch)
    images = (image for batch in made.batches() for image in turn(batch))
    return extractor.stream(images, made.count, wanted.protocol.pixels)


def publish_references(run: Run, item: StoredRun, target: Path, find_source: Callable[[], Source]) -> list[Path]:
    """Write the reference statistics of a finished run that `target`/references lacks; return their files.

    Args:
        find_source: finds the data; called only if something is missing.

    Raises:
        UserError: the data can't be found, or aren't those of the run.
    """
    weights = item.result["protocol"]["weights"]["digest"]
    missing = {
        file: x
        for x in distances(run, item.result)
        if not (file := target / FOLDER / reference_file(run.source, x.view, x.protocol, weights)).is_file()
    }
    if not missing:
        return []
    from stackrepro.evaluation.bench import Bench
    from stackrepro.runs.devices import device_named
    from stackrepro.runs.store import reopened

    run = reopened(item, find_source())
    plan = plan_for(run.configuration.tier, run.configuration.view.dataset)
    bench = Bench(run, item.folder, device_named("cpu"), None, plan)
    for file, x in missing.items():
        real = bench.real.reference(x.protocol, bench.extractor_of(x.protocol.dims), x.view).reference
        provenance = {
            "data": run.source.name,
            "fingerprint": run.source.fingerprint,
            "view": x.view.key,
            "protocol": x.protocol.name,
            "images": str(len(real)),
            "weights": weights,
        }
        write_reference(file, statistics(real), provenance)
    return list(missing)
