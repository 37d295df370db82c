"""A trained run's images and features, and the rows that they give."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import torch

from stackrepro.data import View
from stackrepro.evaluation.features import Extractor, at_size
from stackrepro.evaluation.protocols import Plan, Protocol
from stackrepro.evaluation.references import RealImages
from stackrepro.evaluation.rows import Samples, distance_rows, pixel_rows, trajectory
from stackrepro.evaluation.stages import Rows, Translations, turned_back
from stackrepro.models.specs import Stack
from stackrepro.runs import Run
from stackrepro.runs.weights import shown, trained_sampler, weights_file
from stackrepro.training.sampling import AVERAGE, DISPLAYS, LAST, load_generator, recalibrate, wrapped

REACHED = (-1.0, 1.0)  # by a tanh: with another range values may lie outside
TRAINED = ("average", "generated")  # rows: the average of the weights, and the last iterate


class Evaluator:
    """A trained run's generators and real images, ready to be measured by a plan.

    `best` is the row of the generator that stands for the run: the average where there is one, else the last iterate.
    """

    def __init__(self, run: Run, root: Path, device: torch.device, weights: Path | None, plan: Plan) -> None:
        self.run, self.root, self.device, self.plan = run, root, device, plan
        self.configuration, self.view = run.configuration, run.configuration.view
        self.real = RealImages(run, plan)
        self.averaged = shown(run, root) == AVERAGE
        self.best = TRAINED[0] if self.averaged else TRAINED[1]
        self.leaves_range = self.configuration.value_range != REACHED  # only then do values lie outside and wrap
        self.extractor_of = cache(lambda dims: Extractor(dims, str(device), run.threads, weights))
        self._features: dict[tuple, np.ndarray] = {}

    @property
    def extractor(self) -> Extractor:
        """The extractor of the standard protocol's features."""
        return self.extractor_of(self.plan.standard.dims)

    @property
    def trained(self) -> list[str]:
        """The rows of the trained generator."""
        return [name for name in TRAINED if name in self.samples]

    @cached_property
    def samples(self) -> dict[str, Samples]:
        """The images by row, as many as the standard protocol has of each."""
        c, standard = self.configuration, self.plan.standard
        files = {"generated": LAST, "untrained": shown(self.run, self.root, 0)}
        if self.averaged:
            files = {"average": AVERAGE, **files}
        if self.averaged and self.plan.halfway and self.view.size > self.real.common.size:
            files["halfway"] = shown(self.run, self.root, c.updates // 2)
        made = {name: self.kept(file, self.count(name, standard)) for name, file in files.items()}
        return made | self.translations(made[self.best])

    def count(self, name: str, protocol: Protocol) -> int:
        """Return how many images a row of a generator has by a protocol."""
        plan, beside = self.plan, self.plan.beside or protocol.samples
        fewer = {"untrained": plan.untrained or beside, "halfway": beside if protocol.size is None else None}
        if self.averaged:
            fewer["generated"] = plan.last
        return fewer.get(name) or protocol.samples

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
        return self.rows(features, protocol, self.view if protocol.size is None else self.real.common, far=False)

    def turned_back(self) -> dict[str, dict[str, Any]]:
        """Measure the images of a later stage, turned back into those of the stage before, by the standard protocol."""
        earlier, protocol = self.configuration.condition, self.plan.standard
        turn = None if earlier is None else turned_back(self.view, earlier)
        if turn is None:
            return {}
        features = {name: self.samples[name].features(protocol, self.extractor, turn) for name in self.trained}
        return {f"{protocol.name} of {earlier.kind}": self.rows(features, protocol, earlier)}

    def rows(
        self, features: dict[str, np.ndarray], protocol: Protocol, view: View, far: bool = True
    ) -> dict[str, dict[str, Any]]:
        """Measure sets of features against the real images of a view; the baseline and the far references follow."""
        extractor = self.extractor_of(protocol.dims)
        reference = self.real.reference(protocol, extractor, view).reference
        rows = distance_rows(features, reference, self.real.flags(protocol, view))
        return rows | self.real.fixed_rows(protocol, extractor, view, far)

    def pixels(self, view: View) -> dict[str, Any]:
        """Describe the generators' images by their pixels, at the size of a view."""
        drawn = {name: made.batches() for name, made in self.samples.items()}
        if self.leaves_range:
            drawn["wrapped"] = replace(self.samples[self.best], display=wrapped).batches()
        sized = {name: (at_size(batch, view.size) for batch in batches) for name, batches in drawn.items()}
        return pixel_rows(sized, self.real.arrays[view], self.real.dealt(self.plan.standard))

    def over_training(self) -> dict[str, Any]:
        """Measure the kept points by their protocol, and by it the recalibrated last iterate, where there is one."""
        protocol, end = self.plan.trajectory, self.configuration.updates
        extractor = self.extractor_of(protocol.dims)
        points = {
            update: self.kept(shown(self.run, self.root, update), protocol.samples).features(protocol, extractor)
            for update in self.configuration.snapshots
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
        counts = dict.fromkeys(groups, min(wanted, *map(len, groups.values())))
        if self.plan.held_out:
            counts = {"held_out": room, "trained_on": wanted}
        file = weights_file(self.run, self.root, LAST)
        network = best.generator.second if self.averaged else load_generator(c, file, self.device)
        found = {}
        for name, rows in groups.items():
            chosen = rows[: counts[name]]
            conditions, real = (Rows(self.real.arrays[view], chosen) for view in (c.condition, c.view))
            found[name] = Translations(network, len(chosen), c.value_range, conditions=conditions, real=real)
        return found

    def kept(self, name: str, count: int) -> Samples:
        """Load a generator that the run has kept, to make so many images."""
        generator = trained_sampler(self.run, self.root, self.device, name)
        c = self.configuration
        return Samples(generator, count, c.value_range, DISPLAYS[c.display])
