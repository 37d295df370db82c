"""From a trained run to its result."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

import stackrepro
from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json, sha256_of_file, write_json
from stackrepro.evaluation import stages
from stackrepro.evaluation.evaluator import Evaluator
from stackrepro.evaluation.frechet import frechet_distance, frechet_error, statistics
from stackrepro.evaluation.pixels import loss_measures
from stackrepro.evaluation.protocols import SCHEMA, plan_for, plan_record
from stackrepro.evaluation.rows import Samples, Turn, copying_rows
from stackrepro.evaluation.sensitivity import sensitivity
from stackrepro.models.summary import sum_counts, summarise
from stackrepro.runs import Run
from stackrepro.runs.weights import shown, trained_sampler, weights_file
from stackrepro.training.devices import device_named, prepare_process
from stackrepro.training.health import read_losses
from stackrepro.training.sampling import AVERAGE, BATCH, LAST, Cascade, as_tensor, fixed_latents, to_pixels

IMAGES = 64  # real inputs that neighbours are made of
GENERATED = 512  # inputs of the stage before, among which the nearest is sought
DIVERSE = 32  # real inputs that are joined with each latent
POINTS = 256  # samples at each point of the earlier stage's training at most: enough for an order
CHUNK = 16  # images at once, so that memory doesn't grow with their number


def measure(run: Run, root: Path, device: str, weights: Path | None, full: bool = False) -> dict[str, Any]:
    """Measure a trained run by its tier's plan, write its result and return it; the caller holds the run's lock.

    With `full` that includes the kept points and the recalibrated generator, where the tier leaves them out for time.
    """
    configuration, folder = run.configuration, run.folder(root)
    trained, average = (folder / f"{name}.safetensors" for name in (LAST, AVERAGE))
    if not trained.exists():
        raise UserError(f"{run.name} isn't trained to its end: train it with `{run.command}`.")
    prepare_process(run.threads)
    plan = plan_for(configuration.tier, configuration.view.dataset)
    evaluator = Evaluator(run, root, device_named(device), weights, plan)
    training = read_json(folder / "training.json")
    result = {
        "schema": SCHEMA,
        "name": run.name,
        "identity": run.identity,
        "experiment": configuration.experiment,
        "arm": configuration.arm,
        "tier": configuration.tier,
        "seed": configuration.seed,
        "data": run.source.name,
        "command": run.command,
        "protocol": {**plan_record(plan), "weights": evaluator.extractor.identity},
        **measures(evaluator, full or plan.full),
        "training": training,
        "counts": {
            "generator": sum_counts(summarise(configuration.generator)).as_dict(),
            "discriminator": sum_counts(summarise(configuration.discriminator)).as_dict(),
        },
        "generator_sha256": sha256_of_file(trained),
        **({"average_sha256": sha256_of_file(average)} if average.exists() else {}),
        "measuring_version": stackrepro.MEASURING_VERSION,
        "package_version": stackrepro.__version__,
        "evaluated": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(run.result_path(root), result)
    return result


def measures(evaluator: Evaluator, full: bool) -> dict[str, Any]:
    """Return the measured part of a result; with `full` the kept points and the recalibrated generator are in it.

    Beside the trained generator stands the untrained one: the run's own, before the first update.
    """
    standard, samples, images = evaluator.plan.standard, evaluator.samples, evaluator.real
    features = {name: evaluator.features(name, standard) for name in samples}
    real = images.reference(standard, evaluator.extractor)
    rows = evaluator.rows(features, standard, evaluator.view)
    known = statistics(real.reference)
    for name in evaluator.trained:
        rows[name]["frechet_error"] = frechet_error(features[name], known)
    others = {protocol.name: evaluator.other(protocol, rows) for protocol in evaluator.plan.others}
    whole = {name: found[evaluator.best] for name, found in {standard.name: rows, **others}.items()}
    best, small, pixels = samples[evaluator.best], images.common, evaluator.pixels(evaluator.view)
    everything = images.dealt(replace(standard, reference=None))
    return {
        "weights": "average" if evaluator.averaged else "last",
        "measures": rows,
        "protocols": others | evaluator.turned_back(),
        "sensitivity": sensitivity(evaluator, whole),
        "pixels": pixels,
        "pixels_common": pixels if small == evaluator.view else evaluator.pixels(small),
        "translation": {name: made.l1() for name, made in samples.items() if isinstance(made, stages.Translations)},
        "copying": copying_rows(features[evaluator.best], real, best.batches(), images.arrays[small], everything),
        **(evaluator.over_training() if full else {"trajectory": None, "recalibrated": None}),
        "losses": loss_measures(read_losses(evaluator.run.folder(evaluator.root))),
        **(StageEvaluator(evaluator, best.generator).measures(full) if isinstance(best.generator, Cascade) else {}),
    }


class StageEvaluator:
    """A stage that was trained apart, with real inputs: the first rows held out, else of the training; unpicked."""

    def __init__(self, evaluator: Evaluator, stacked: Cascade) -> None:
        self.evaluator, self.stacked, self.stage = evaluator, stacked, stacked.second
        numbers = self.stage.specification.latent
        self.latents = self.fixed(stages.LATENTS, numbers) if numbers else None
        c, real = evaluator.configuration, evaluator.real
        rows = (real.held_out if len(real.held_out) else real.trained_on)[:IMAGES]
        self.images = as_tensor(real.arrays[c.condition][rows], c.value_range, evaluator.device)

    def measures(self, full: bool) -> dict[str, Any]:
        """Return the parts of the result that concern the stage; `propagation`, which takes long, only with `full`."""
        found: dict[str, Any] = {"contraction": stages.contraction_rows(self.alone, self.images, self.generated())}
        if self.latents is not None:
            found["latent_diversity"] = stages.latent_diversity(self.apply, self.images[:DIVERSE], self.latents)
        turn = stages.turned_back(self.evaluator.configuration.view, self.evaluator.configuration.condition)
        if turn is not None:
            found["coherence"] = self.coherence(turn)
        if full:
            found["propagation"] = self.propagation()
        return found

    @torch.inference_mode()
    def coherence(self, turn: Turn) -> dict[str, Any]:
        """Tell whether outputs show what they were made from, whatever latent was drawn beside it."""
        images, value_range = self.images[:DIVERSE], self.evaluator.configuration.value_range
        latents = [None] if self.latents is None else [latent.expand(len(images), -1) for latent in self.latents]
        outputs = np.concatenate([turn(to_pixels(self.apply(images, drawn), value_range)) for drawn in latents])
        return stages.coherence(np.tile(to_pixels(images, value_range), (len(latents), 1, 1, 1)), outputs)

    def alone(self, images: Tensor) -> Tensor:
        """Apply the stage to images; a latent that it reads is the first fixed one."""
        return self.apply(images, None if self.latents is None else self.latents[0].expand(len(images), -1))

    def apply(self, images: Tensor, latents: Tensor | None) -> Tensor:
        inputs = (images,) if latents is None else (images, latents)
        chunks = zip(*(tensor.split(CHUNK) for tensor in inputs), strict=True)
        return torch.cat([self.stage(*chunk) for chunk in chunks])

    def fixed(self, count: int, numbers: int) -> Tensor:
        return torch.from_numpy(fixed_latents(count, numbers)).to(self.evaluator.device)

    @torch.inference_mode()
    def generated(self) -> Tensor:
        """Return the inputs that the stage before it generates."""
        first = self.stacked.first
        latents = self.fixed(GENERATED, first.specification.latent)
        return torch.cat([self.stacked.between(first(chunk)) for chunk in latents.split(BATCH)])

    def propagation(self) -> dict[str, Any] | None:
        """Let each kept point of the stage before generate the inputs, and compare the distances of both stages.

        A stage before that reads another one's images is taken with that one as it stands at its end. None where the
        kept points aren't there, as of a stage that was published.
        """
        run, evaluator, root = self.evaluator.run.stage1, self.evaluator, self.evaluator.root
        c, earlier = evaluator.configuration, run.configuration
        kept = {update: shown(run, root, update) for update in earlier.snapshots}
        if not all(weights_file(run, root, name).is_file() for name in kept.values()):
            return None
        protocol = replace(evaluator.plan.trajectory, samples=min(POINTS, evaluator.plan.trajectory.samples))
        extractor, points = evaluator.extractor_of(protocol.dims), []
        references = [evaluator.real.reference(protocol, extractor, view).reference for view in (c.condition, c.view)]
        known = [statistics(reference) for reference in references]
        for update, name in kept.items():
            first = trained_sampler(run, root, evaluator.device, name)
            both = Cascade(first, self.stage, c.feed, c.value_range)
            made = [Samples(network, protocol.samples, x.value_range) for network, x in ((first, earlier), (both, c))]
            found = [statistics(samples.features(protocol, extractor)) for samples in made]
            before, after = map(frechet_distance, found, known)
            points.append({"update": update, "before": before, "after": after})
        sides = ([point[side] for point in points] for side in ("before", "after"))
        return {"rank_correlation": stages.rank_correlation(*sides), "points": points}
