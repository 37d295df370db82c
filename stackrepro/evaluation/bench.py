"""Everything that is measured of one trained run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from stackrepro.data import View, held_out_rows, training_rows
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import statistics
from stackrepro.evaluation.images import at_size
from stackrepro.evaluation.jackknife import frechet_error
from stackrepro.evaluation.loss_curves import loss_measures
from stackrepro.evaluation.protocols import Plan, Protocol, split
from stackrepro.evaluation.real_images import RealImages, out_of_domain
from stackrepro.evaluation.rows import Samples, copying_rows, distance_rows, pixel_rows
from stackrepro.evaluation.sensitivity import sensitivity
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
        self.real = RealImages(run, plan)
        self.leaves_range = self.configuration.value_range != REACHED  # only then do values lie outside and wrap
        self.extractor = Extractor(plan.standard.dims, str(device), run.threads, weights)

    def measures(self, full: bool) -> dict[str, Any]:
        """Return the measured part of a result; with `full` the snapshots and the recalibrated generator are in it.

        Beside the trained generator stands the untrained one: the run's own, before the first update.
        """
        standard, beside = self.plan.standard, self.plan.beside
        samples = {
            "generated": self.samples("generator"),
            "untrained": self.samples("snapshots/generator-000000", beside),
        }
        samples |= self.translations()
        features = {name: made.features(standard, self.extractor) for name, made in samples.items()}
        generated, small = samples["generated"], self.real[self.real.common]
        real = self.real.reference(standard, self.extractor)
        rows = self.rows(features, standard, self.view)
        rows["generated"]["frechet_error"] = frechet_error(features["generated"], statistics(real.reference))
        everything = split(len(small), replace(standard, reference=None))
        others = {protocol.name: self.other(protocol, generated, rows) for protocol in self.plan.others}
        whole = {name: found["generated"] for name, found in {standard.name: rows, **others}.items()}
        stacked = generated.generator
        return {
            "measures": rows,
            "protocols": others | self.turned_back(generated),
            "sensitivity": sensitivity(self, generated, features["generated"], whole),
            "pixels": self.pixels(samples, self.view),
            "pixels_common": self.pixels(samples, self.real.common),
            "translation": {name: made.l1() for name, made in samples.items() if isinstance(made, Translations)},
            "copying": copying_rows(features["generated"], real, generated.batches(), small, everything),
            **(self.over_training() if full else {"trajectory": None, "recalibrated": None}),
            "losses": loss_measures(self.folder / "losses.jsonl"),
            **(StageBench(self, stacked).measures(full) if isinstance(stacked, Fed) else {}),
        }

    def other(self, protocol: Protocol, generated: Samples, rows: dict[str, Any]) -> dict[str, Any]:
        """Measure the trained generator by a protocol beside the standard one, whose rows are given."""
        if protocol == replace(self.plan.standard, size=self.view.size):
            return rows  # the model's own size is the common one: the same numbers
        features = {"generated": generated.features(protocol, self.extractor)}
        return self.rows(features, protocol, self.real.view_for(protocol), ceilings=False)

    def turned_back(self, generated: Samples) -> dict[str, dict[str, Any]]:
        """Measure the images of a later stage, turned back into those of the stage before, by the standard protocol."""
        earlier, protocol = self.configuration.condition, self.plan.standard
        turn = None if earlier is None else turned_back(self.view, earlier)
        if turn is None:
            return {}
        images = (image for batch in generated.batches() for image in turn(batch))
        features = {"generated": self.extractor.stream(images, generated.count, protocol.pixels)}
        return {f"{protocol.name} of {earlier.kind}": self.rows(features, protocol, earlier)}

    def rows(
        self, features: dict[str, np.ndarray], protocol: Protocol, view: View, ceilings: bool = True
    ) -> dict[str, Any]:
        """Measure sets of features against the real images of a view; the floor and the ceilings stand below them."""
        real = self.real.reference(protocol, self.extractor, view)
        rows = distance_rows(features, real.reference, out_of_domain(view))
        return rows | self.real.fixed_rows(protocol, self.extractor, view, ceilings)

    def pixels(self, samples: dict[str, Samples], view: View) -> dict[str, Any]:
        """Describe the generators' images by their pixels, at the size of a view."""
        drawn = {name: made.batches() for name, made in samples.items()}
        if self.leaves_range:
            drawn["wrapped"] = replace(samples["generated"], render=to_wrapped_pixels).batches()
        sized = {name: (at_size(batch, view.size) for batch in batches) for name, batches in drawn.items()}
        return pixel_rows(sized, self.real[view], split(len(self.real[view]), self.plan.standard))

    def over_training(self) -> dict[str, Any]:
        """Measure the snapshots by their protocol, and by it the recalibrated generator, where there is one."""
        protocol = self.plan.trajectory
        extractor = self.extractor_of(protocol)
        snapshots = {
            update: self.samples(f"snapshots/generator-{update:06d}", protocol.samples)
            for update in self.configuration.snapshots
        }
        reference = self.real.reference(protocol, extractor).reference
        again, row = self.samples("generator", protocol.samples), None
        if recalibrate(again.generator):
            features = {"recalibrated": again.features(protocol, extractor)}
            row = distance_rows(features, reference, out_of_domain(self.view))["recalibrated"]
        return {"trajectory": trajectory(snapshots, protocol, extractor, reference), "recalibrated": row}

    def translations(self) -> dict[str, Translations]:
        """Return what an image-to-image generator makes of real conditions: of persons held out, if any, and of others.

        Both take the first rows, which nobody picked, and as many as are held out at most.
        """
        c, wanted = self.configuration, self.plan.beside or self.plan.standard.samples
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
                conditions=Rows(self.real.arrays[c.condition], rows[:count]),
                real=Rows(self.real.arrays[c.view], rows[:count]),
            )
            for name, rows in groups.items()
        }

    def samples(self, name: str, count: int | None = None) -> Samples:
        """Load a generator that the run has kept, to make as many images as `count` or the standard protocol says."""
        generator = trained_sampler(self.run, self.folder.parent, self.device, name)
        c = self.configuration
        return Samples(generator, count or self.plan.standard.samples, c.value_range, DISPLAYS[c.display])

    def extractor_of(self, protocol: Protocol) -> Extractor:
        """Return the extractor of a protocol's features."""
        if protocol.dims == self.extractor.dims:
            return self.extractor
        return Extractor(protocol.dims, str(self.device), self.run.threads, self.weights)
