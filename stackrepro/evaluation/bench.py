"""Everything that is measured of one trained run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from stackrepro.data import View
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import statistics
from stackrepro.evaluation.images import at_size
from stackrepro.evaluation.jackknife import frechet_error
from stackrepro.evaluation.loss_curves import loss_measures
from stackrepro.evaluation.protocols import Plan, Protocol, plan_for
from stackrepro.evaluation.real_images import RealImages
from stackrepro.evaluation.rows import Samples, copying_rows, distance_rows, pixel_rows
from stackrepro.evaluation.sensitivity import references_of_passes, sensitivity
from stackrepro.evaluation.spaces import turned_back
from stackrepro.evaluation.stage_bench import StageBench, along_the_way
from stackrepro.evaluation.trajectory import is_averaged, kept_points, trajectory
from stackrepro.evaluation.translations import Rows, Translations
from stackrepro.models import Stack
from stackrepro.runs import Run
from stackrepro.runs.devices import device_named, prepare_process
from stackrepro.runs.feeding import AVERAGE, LAST, Fed, trained_sampler
from stackrepro.runs.sampling import DISPLAYS, load_generator, recalibrate, to_wrapped_pixels

REACHED = (-1.0, 1.0)  # by a tanh: with another range values may lie outside
TRAINED = ("average", "generated")  # rows: the average of the weights, and the last iterate


class Bench:
    """A trained run's generators and real images, ready to be measured by a plan.

    `best` is the row of the generator that stands for the run: the average where there is one, else the last iterate.
    """

    def __init__(self, run: Run, folder: Path, device: torch.device, weights: Path | None, plan: Plan) -> None:
        self.run, self.folder, self.device, self.weights, self.plan = run, folder, device, weights, plan
        self.configuration, self.view = run.configuration, run.configuration.view
        self.real = RealImages(run, plan)
        self.averaged = is_averaged(run, folder.parent)
        self.best = TRAINED[0] if self.averaged else TRAINED[1]
        self.leaves_range = self.configuration.value_range != REACHED  # only then do values lie outside and wrap
        self.extractor_of = cache(lambda dims: Extractor(dims, str(device), run.threads, weights))
        self._features: dict[tuple, np.ndarray] = {}

    @property
    def extractor(self) -> Extractor:
        """The extractor of the standard protocol's features."""
        return self.extractor_of(self.plan.standard.dims)

    def measures(self, full: bool) -> dict[str, Any]:
        """Return the measured part of a result; with `full` the kept points and the recalibrated generator are in it.

        Beside the trained generator stands the untrained one: the run's own, before the first update.
        """
        standard = self.plan.standard
        features = {name: self.features(name, standard) for name in self.samples}
        real = self.real.reference(standard, self.extractor)
        rows = self.rows(features, standard, self.view)
        known = statistics(real.reference)
        for name in self.trained:
            rows[name]["frechet_error"] = frechet_error(features[name], known)
        others = {protocol.name: self.other(protocol, rows) for protocol in self.plan.others}
        whole = {name: found[self.best] for name, found in {standard.name: rows, **others}.items()}
        best, small, pixels = self.samples[self.best], self.real.common, self.pixels(self.view)
        everything = self.real.dealt(replace(standard, reference=None))
        return {
            "weights": "average" if self.averaged else "last",
            "measures": rows,
            "protocols": others | self.turned_back(),
            "sensitivity": sensitivity(self, whole),
            "pixels": pixels,
            "pixels_common": pixels if small == self.view else self.pixels(small),
            "translation": {name: made.l1() for name, made in self.samples.items() if isinstance(made, Translations)},
            "copying": copying_rows(features[self.best], real, best.batches(), self.real.arrays[small], everything),
            **(self.over_training() if full else {"trajectory": None, "recalibrated": None}),
            "losses": loss_measures(self.folder / "losses.jsonl"),
            **(StageBench(self, best.generator).measures(full) if isinstance(best.generator, Fed) else {}),
        }

    @property
    def trained(self) -> list[str]:
        """The rows of the trained generator."""
        return [name for name in TRAINED if name in self.samples]

    @cached_property
    def samples(self) -> dict[str, Samples]:
        """The images by row, as many as the standard protocol has of each."""
        c, standard = self.configuration, self.plan.standard
        points = kept_points(self.run, self.folder.parent)
        files = {"generated": LAST, "untrained": points[0]}
        if self.averaged:
            files = {"average": AVERAGE, **files}
        if self.averaged and self.plan.halfway and self.view.size > self.real.common.size:
            files["halfway"] = points[c.updates // 2]
        made = {name: self.kept(file, self.count(name, standard)) for name, file in files.items()}
        return made | self.translations(made[self.best])

    def count(self, name: str, protocol: Protocol) -> int:
        """Return how many images a row of a generator has by a protocol."""
        beside = self.plan.beside or protocol.samples
        fewer = {"untrained": self.plan.untrained or beside}
        if self.averaged:
            fewer["generated"] = self.plan.last or protocol.samples
        if protocol.size is None:
            fewer["halfway"] = beside
        return fewer.get(name, protocol.samples)

    def features(self, name: str, protocol: Protocol, count: int | None = None) -> np.ndarray:
        """Return the features (count, dims) of a row's images, `count` None for as many as the row has there."""
        made = self.samples[name]
        if count is None:
            count = made.count if isinstance(made, Translations) else self.count(name, protocol)
        size = None if protocol.size == self.view.size else protocol.size
        key = (name, protocol.dims, protocol.resize, size)
        if len(self._features.get(key, ())) < count:
            extractor = self.extractor_of(protocol.dims)
            self._features[key] = replace(made, count=count).features(protocol, extractor)
        return self._features[key][:count]

    def other(self, protocol: Protocol, rows: dict[str, Any]) -> dict[str, Any]:
        """Measure the trained generator by a protocol beside the standard one, whose rows are given.

        At the common size that is the best one alone, and of a larger model that at half of its updates.
        """
        if protocol == replace(self.plan.standard, size=self.view.size):
            return rows  # the model's own size is the common one: the same numbers
        names = self.trained if protocol.size is None else [self.best, *(["halfway"] if "halfway" in rows else [])]
        features = {name: self.features(name, protocol) for name in names}
        return self.rows(features, protocol, self.real.view_for(protocol), ceilings=False)

    def turned_back(self) -> dict[str, dict[str, Any]]:
        """Measure the images of a later stage, turned back into those of the stage before, by the standard protocol."""
        earlier, protocol = self.configuration.condition, self.plan.standard
        turn = None if earlier is None else turned_back(self.view, earlier)
        if turn is None:
            return {}
        features = {}
        for name in self.trained:
            images = (image for batch in self.samples[name].batches() for image in turn(batch))
            features[name] = self.extractor.stream(images, self.samples[name].count, protocol.pixels)
        return {f"{protocol.name} of {earlier.kind}": self.rows(features, protocol, earlier)}

    def rows(
        self, features: dict[str, np.ndarray], protocol: Protocol, view: View, ceilings: bool = True
    ) -> dict[str, Any]:
        """Measure sets of features against the real images of a view; the floor and the ceilings stand below them."""
        extractor = self.extractor_of(protocol.dims)
        real = self.real.reference(protocol, extractor, view)
        rows = distance_rows(features, real.reference, self.real.flags(protocol, view))
        return rows | self.real.fixed_rows(protocol, extractor, view, ceilings)

    def pixels(self, view: View) -> dict[str, Any]:
        """Describe the generators' images by their pixels, at the size of a view."""
        drawn = {name: made.batches() for name, made in self.samples.items()}
        if self.leaves_range:
            drawn["wrapped"] = replace(self.samples[self.best], render=to_wrapped_pixels).batches()
        sized = {name: (at_size(batch, view.size) for batch in batches) for name, batches in drawn.items()}
        return pixel_rows(sized, self.real.arrays[view], self.real.dealt(self.plan.standard))

    def over_training(self) -> dict[str, Any]:
        """Measure the kept points by their protocol, and by it the recalibrated last iterate, where there is one."""
        protocol, end = self.plan.trajectory, self.configuration.updates
        extractor = self.extractor_of(protocol.dims)
        points = {
            update: self.kept(name, protocol.samples).features(protocol, extractor)
            for update, name in kept_points(self.run, self.folder.parent).items()
            if update != end
        }
        points[end] = self.features(self.best, protocol, protocol.samples)
        reference = self.real.reference(protocol, extractor).reference
        again, row = self.kept(LAST, protocol.samples), None
        if recalibrate(again.generator):
            features = {"recalibrated": again.features(protocol, extractor)}
            row = distance_rows(features, reference, self.real.flags(protocol, self.view))["recalibrated"]
        return {"trajectory": trajectory(points, reference), "recalibrated": row}

    def translations(self, best: Samples) -> dict[str, Translations]:
        """Return what an image-to-image generator makes of real conditions: of persons held out, if any, and of others.

        Both take the first rows, which nobody picked: as many as are held out at most, or by a plan with `held_out` all
        that the standard protocol has room for.
        """
        c, room = self.configuration, self.plan.standard.samples
        wanted = self.plan.beside or room
        if c.condition is None or isinstance(c.generator, Stack):
            return {}
        groups = {"held_out": self.real.held_out, "trained_on": self.real.trained_on}
        groups = {name: rows for name, rows in groups.items() if len(rows)}
        fewest = min(wanted, *(len(rows) for rows in groups.values()))
        counts = dict.fromkeys(groups, fewest)
        if self.plan.held_out:
            counts = {"held_out": room, "trained_on": wanted}
        network = (
            best.generator.second
            if self.averaged
            else load_generator(c, self.folder / f"{LAST}.safetensors", self.device)
        )
        return {
            name: Translations(
                network,
                min(counts[name], len(rows)),
                c.value_range,
                conditions=Rows(self.real.arrays[c.condition], rows[: counts[name]]),
                real=Rows(self.real.arrays[c.view], rows[: counts[name]]),
            )
            for name, rows in groups.items()
        }

    def kept(self, name: str, count: int) -> Samples:
        """Load a generator that the run has kept, to make so many images."""
        generator = trained_sampler(self.run, self.folder.parent, self.device, name)
        c = self.configuration
        return Samples(generator, count, c.value_range, DISPLAYS[c.display])


def prepare_references(run: Run, device: str = "cpu", weights: Path | None = None) -> None:
    """Put into the cache what is the same for all runs of these views, so that measuring one takes minutes less.

    That is the features of the real images, and the rows of the floor and the ceilings. The run needn't be trained.
    """
    prepare_process(run.threads)
    c, plan = run.configuration, plan_for(run.configuration.tier, run.configuration.view.dataset)
    bench = Bench(run, Path(run.name), device_named(device), weights, plan)
    bench.rows({}, plan.standard, c.view)
    for protocol in plan.others:
        bench.rows({}, protocol, bench.real.view_for(protocol), ceilings=False)
    if c.condition is not None and turned_back(c.view, c.condition) is not None:
        bench.rows({}, plan.standard, c.condition)
    references_of_passes(bench)
    if plan.full:
        bench.real.reference(plan.trajectory, bench.extractor_of(plan.trajectory.dims))
        if c.condition is not None and run.stage1 is not None and not isinstance(c.generator, Stack):
            for view in (c.view, c.condition):
                bench.real.reference(along_the_way(plan), bench.extractor_of(plan.trajectory.dims), view)
