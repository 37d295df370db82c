"""Everything that is measured of one trained run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from stackrepro.data import View, held_out_rows, prepare, training_rows
from stackrepro.data.prepared import prepared_folder
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.images import at_size
from stackrepro.evaluation.loss_curves import loss_measures
from stackrepro.evaluation.measure import ReferenceFeatures, reference_features
from stackrepro.evaluation.protocols import Plan, Protocol, split
from stackrepro.evaluation.rows import Samples, copying_rows, distance_rows, pixel_rows
from stackrepro.evaluation.spaces import turned_back
from stackrepro.evaluation.stage_bench import StageBench
from stackrepro.evaluation.trajectory import trajectory
from stackrepro.evaluation.translations import Rows, Translations
from stackrepro.models import Stack
from stackrepro.runs import Run
from stackrepro.runs.feeding import Fed, trained_sampler
from stackrepro.runs.sampling import DISPLAYS, load_generator, recalibrate, to_wrapped_pixels

REACHED = (-1.0, 1.0)  # by a tanh: with another range values may lie outside


class Bench:
    """A trained run's generators and real images, ready to be measured by a plan."""

    def __init__(self, run: Run, folder: Path, device: torch.device, weights: Path | None, plan: Plan) -> None:
        self.run, self.folder, self.device, self.weights, self.plan = run, folder, device, weights, plan
        self.configuration, self.view = run.configuration, run.configuration.view
        self.common = self.view if plan.common_size is None else replace(self.view, size=plan.common_size)
        self.arrays = prepare(run.source, list(dict.fromkeys([self.common, *run.configuration.views])))
        rows = training_rows(run.source)
        self.real = {view: Rows(array, rows) for view, array in self.arrays.items()}
        self.out_of_domain = out_of_domain(self.view)
        self.extractor = self.extractor_of(plan.standard)

    def measures(self, full: bool) -> dict[str, Any]:
        """Return the measured part of a result; with `full` the snapshots and the recalibrated generator are in it.

        Beside the trained generator stands the untrained one: the run's own, before the first update.
        """
        standard = self.plan.standard
        samples = {"generated": self.samples("generator"), "untrained": self.samples("snapshots/generator-000000")}
        samples |= self.translations()
        if full and recalibrate((again := self.samples("generator")).generator):
            samples["recalibrated"] = again
        features = {name: made.features(standard, self.extractor) for name, made in samples.items()}
        real = self.reference(standard, self.extractor)
        rows = distance_rows(features, real, self.out_of_domain)
        generated, small = samples["generated"], self.real[self.common]
        everything = split(len(small), replace(standard, reference=None))
        others = {protocol.name: self.other(protocol, generated, rows) for protocol in self.plan.others}
        stacked = generated.generator
        return {
            "measures": rows,
            "protocols": others | self.turned_back(generated),
            "pixels": self.pixels(samples, self.view),
            "pixels_common": self.pixels(samples, self.common),
            "translation": {name: made.l1() for name, made in samples.items() if isinstance(made, Translations)},
            "copying": copying_rows(features["generated"], real, generated.batches(), small, everything),
            "trajectory": self.trajectory() if full else None,
            "losses": loss_measures(self.folder / "losses.jsonl"),
            **(StageBench(self, stacked).measures(full) if isinstance(stacked, Fed) else {}),
        }

    def other(self, protocol: Protocol, generated: Samples, rows: dict[str, Any]) -> dict[str, Any]:
        """Measure the trained generator by a protocol beside the standard one, whose rows are given."""
        if protocol == replace(self.plan.standard, size=self.view.size):
            return rows  # the model's own size is the common one: the same numbers
        features = {"generated": generated.features(protocol, self.extractor)}
        return distance_rows(features, self.reference(protocol, self.extractor), self.out_of_domain)

    def turned_back(self, generated: Samples) -> dict[str, dict[str, Any]]:
        """Measure the images of a later stage, turned back into those of the stage before, by the standard protocol."""
        earlier, protocol = self.configuration.condition, self.plan.standard
        turn = None if earlier is None else turned_back(self.view, earlier)
        if turn is None:
            return {}
        images = (image for batch in generated.batches() for image in turn(batch))
        features = {"generated": self.extractor.stream(images, generated.count, protocol.pixels)}
        real = self.reference(protocol, self.extractor, earlier)
        return {f"{protocol.name} of {earlier.kind}": distance_rows(features, real, out_of_domain(earlier))}

    def pixels(self, samples: dict[str, Samples], view: View) -> dict[str, Any]:
        """Describe the generators' images by their pixels, at the size of a view."""
        drawn = {name: made.batches() for name, made in samples.items()}
        if self.configuration.value_range != REACHED:  # only then do values lie outside and wrap
            drawn["wrapped"] = replace(samples["generated"], render=to_wrapped_pixels).batches()
        sized = {name: (at_size(batch, view.size) for batch in batches) for name, batches in drawn.items()}
        return pixel_rows(sized, self.real[view], split(len(self.real[view]), self.plan.standard))

    def trajectory(self) -> list[dict[str, Any]]:
        """Measure the snapshots by the plan's protocol for them."""
        protocol = self.plan.trajectory
        extractor = self.extractor if protocol.dims == self.extractor.dims else self.extractor_of(protocol)
        snapshots = {
            update: self.samples(f"snapshots/generator-{update:06d}", protocol.samples)
            for update in self.configuration.snapshots
        }
        return trajectory(snapshots, protocol, extractor, self.reference(protocol, extractor).reference)

    def translations(self) -> dict[str, Translations]:
        """Return what an image-to-image generator makes of real conditions: of persons held out, if any, and of others.

        Both take the first rows, which nobody picked, and as many as are held out at most.
        """
        c, wanted = self.configuration, self.plan.standard.samples
        if c.condition is None or isinstance(c.generator, Stack):
            return {}
        network = load_generator(c, self.folder / "generator.safetensors", self.device)
        held_out = held_out_rows(self.run.source)
        groups = {**({"held_out": held_out} if len(held_out) else {}), "trained_on": training_rows(self.run.source)}
        count = min(wanted, *(len(rows) for rows in groups.values()))
        return {
            name: Translations(
                network,
                count,
                c.value_range,
                conditions=Rows(self.arrays[c.condition], rows[:count]),
                real=Rows(self.arrays[c.view], rows[:count]),
            )
            for name, rows in groups.items()
        }

    def samples(self, name: str, count: int | None = None) -> Samples:
        """Load a generator that the run has kept, to make as many images as `count` or the standard protocol says."""
        generator = trained_sampler(self.run, self.folder.parent, self.device, name)
        c = self.configuration
        return Samples(generator, count or self.plan.standard.samples, c.value_range, DISPLAYS[c.display])

    def extractor_of(self, protocol: Protocol) -> Extractor:
        return Extractor(protocol.dims, str(self.device), self.run.threads, self.weights)

    def reference(self, protocol: Protocol, extractor: Extractor, view: View | None = None) -> ReferenceFeatures:
        """Return the features of the real images of a view, else prepared at the protocol's size or the model's."""
        view = view or (self.view if protocol.size is None else self.common)
        key = f"{prepared_folder(self.run.source).name}/{view.key}/{len(self.real[view])}"
        return reference_features(self.real[view], key, protocol, extractor)


def out_of_domain(view: View) -> bool:
    """Say whether a view shows edges: Inception has seen photographs."""
    return getattr(view, "kind", None) == "edges"
