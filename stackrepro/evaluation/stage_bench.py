"""The measures of a run's last stage by itself, where it was trained apart from the stages before it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from stackrepro.evaluation.contraction import Network
from stackrepro.evaluation.later_stages import (
    LATENTS,
    coherence,
    contraction_rows,
    latent_diversity,
    rank_correlation,
)
from stackrepro.evaluation.protocols import Plan, Protocol
from stackrepro.evaluation.rows import Samples
from stackrepro.evaluation.spaces import Turn, turned_back
from stackrepro.evaluation.trajectory import kept_points, trajectory
from stackrepro.runs.batches import as_tensor
from stackrepro.runs.feeding import Fed, trained_sampler
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.sampling import BATCH, to_pixels

if TYPE_CHECKING:
    from stackrepro.evaluation.bench import Bench

IMAGES = 64  # real inputs that neighbours are made of
GENERATED = 512  # inputs of the stage before, among which the nearest is sought
DIVERSE = 32  # real inputs that are joined with each latent
POINTS = 256  # samples at each point of the earlier stage's training at most: enough for an order
CHUNK = 16  # images at once, so that memory doesn't grow with their number


class StageBench:
    """A stage with real inputs: the first rows held out, else of the training; nobody picked them."""

    def __init__(self, bench: Bench, stacked: Fed) -> None:
        self.bench, self.stacked, self.stage = bench, stacked, stacked.second
        c = bench.configuration
        real = bench.real
        rows = (real.held_out if len(real.held_out) else real.trained_on)[:IMAGES]
        self.images = as_tensor(real.arrays[c.condition][rows], c.value_range, bench.device)

    def measures(self, full: bool) -> dict[str, Any]:
        """Return the parts of the result that concern the stage; `propagation`, which takes long, only with `full`."""
        numbers = self.stage.specification.latent
        found: dict[str, Any] = {"contraction": contraction_rows(self.alone(), self.images, self.generated())}
        if numbers:
            latents = self.latents(LATENTS, numbers)
            found["latent_diversity"] = latent_diversity(self.beside, self.images[:DIVERSE], latents)
        turn = turned_back(self.bench.configuration.view, self.bench.configuration.condition)
        if turn is not None:
            found["coherence"] = self.coherence(turn)
        if full:
            found["propagation"] = self.propagation()
        return found

    @torch.inference_mode()
    def coherence(self, turn: Turn) -> dict[str, Any]:
        """Tell whether outputs show what they were made from, whatever latent was drawn beside it."""
        images, numbers = self.images[:DIVERSE], self.stage.specification.latent
        value_range = self.bench.configuration.value_range
        if numbers:
            latents = self.latents(LATENTS, numbers)
            made = [self.beside(images, latent.expand(len(images), -1)) for latent in latents]
        else:
            made = [self.alone()(images)]
        outputs = np.concatenate([turn(to_pixels(batch, value_range)) for batch in made])
        return coherence(np.tile(to_pixels(images, value_range), (len(made), 1, 1, 1)), outputs)

    def alone(self) -> Network:
        """Return the stage as a function of images; a latent that it reads is the first fixed one."""
        numbers = self.stage.specification.latent
        if not numbers:
            return lambda images: torch.cat([self.stage(chunk) for chunk in images.split(CHUNK)])
        latent = self.latents(1, numbers)
        return lambda images: self.beside(images, latent.expand(len(images), -1))

    def beside(self, images: Tensor, latents: Tensor) -> Tensor:
        chunks = zip(images.split(CHUNK), latents.split(CHUNK), strict=True)
        return torch.cat([self.stage(*pair) for pair in chunks])

    def latents(self, count: int, numbers: int) -> Tensor:
        return torch.from_numpy(fixed_latents(count, numbers)).to(self.bench.device)

    @torch.inference_mode()
    def generated(self) -> Tensor:
        """Return what the stage is fed by the one before it."""
        first = self.stacked.first
        latents = self.latents(GENERATED, first.specification.latent)
        return torch.cat([self.stacked.between(first(chunk)) for chunk in latents.split(BATCH)])

    def propagation(self) -> dict[str, Any] | None:
        """Feed the stage by the one before it at each kept point of its training, and compare the distances of both.

        A stage before that is itself fed by another is taken with it as that stands at its end. None where the kept
        points aren't there, as of a stage that was published.
        """
        run, bench = self.bench.run.stage1, self.bench
        root, c, earlier = bench.folder.parent, bench.configuration, run.configuration
        kept = kept_points(run, root)
        if not all((run.folder(root) / f"{name}.safetensors").is_file() for name in kept.values()):
            return None
        protocol = along_the_way(bench.plan)
        extractor = bench.extractor_of(protocol.dims)
        before: dict[int, np.ndarray] = {}
        after: dict[int, np.ndarray] = {}
        for update, name in kept.items():
            first = trained_sampler(run, root, bench.device, name)
            both = (
                Samples(first, protocol.samples, earlier.value_range),
                Samples(Fed(first, self.stage, c.feed, c.value_range), protocol.samples, c.value_range),
            )
            before[update], after[update] = (samples.features(protocol, extractor) for samples in both)
        paths = [
            trajectory(found, bench.real.reference(protocol, extractor, view).reference)
            for found, view in ((before, c.condition), (after, c.view))
        ]
        distances = [[point["frechet"] for point in path] for path in paths]
        points = [
            {"update": update, "before": first, "after": second}
            for update, first, second in zip(kept, *distances, strict=True)
        ]
        return {"rank_correlation": rank_correlation(*distances), "points": points}


def along_the_way(plan: Plan) -> Protocol:
    """Return the protocol for the kept points of the stage before."""
    return replace(plan.trajectory, samples=min(POINTS, plan.trajectory.samples))
