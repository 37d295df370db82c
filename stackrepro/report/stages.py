"""The trained networks of an image-to-image run, loaded to be looked at, with real pairs of persons held out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import torch
from IPython.display import Markdown
from torch import Tensor, nn

from stackrepro.data import held_out_rows, prepare, training_rows
from stackrepro.evaluation.features import as_rgb
from stackrepro.models.specs import Stack
from stackrepro.models.stack import StackedGenerator
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import Pictures, grid, of_data, tiled
from stackrepro.report.tables import Runs
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.store import reopened
from stackrepro.runs.weights import trained_sampler
from stackrepro.training.sampling import as_tensor, fixed_latents, to_pixels

SHOWN = 8
Shown = TypeVar("Shown")


@dataclass(frozen=True)
class StageTwo:
    """All stages of a run as `stack`, its own stage as `network`; images are tensors (N, channels, size, size).

    `held_out` and `trained_on` are the rows of persons held out and of the others in the prepared arrays of
    `conditions` and `real`, uint8 (N, size, size, channels).
    """

    run: Run
    stack: StackedGenerator
    network: nn.Module
    conditions: np.ndarray
    real: np.ndarray
    held_out: np.ndarray
    trained_on: np.ndarray

    def real_conditions(self, rows: np.ndarray) -> Tensor:
        """Return the conditions of these rows in the run's value range."""
        return as_tensor(self.conditions[rows], self.run.configuration.value_range, torch.device("cpu"))

    @torch.inference_mode()
    def generated_conditions(self, count: int) -> tuple[Tensor, Tensor]:
        """Return what stage 2 reads of the first fixed latents, and what it makes of that."""
        latents = torch.from_numpy(fixed_latents(count, self.stack.specification.latent))
        *_, condition, image = self.stack.stages(latents)
        return self.stack.between(condition), image

    @torch.inference_mode()
    def translate(self, conditions: Tensor, first: int = 0) -> Tensor:
        """Make an image of each condition; a stage that reads a latent gets the fixed ones from number `first` on."""
        numbers = self.network.specification.latent
        if not numbers:
            return self.network(conditions)
        latents = fixed_latents(first + len(conditions), numbers)[first:]
        return self.network(conditions, torch.from_numpy(latents))

    def pixels(self, images: Tensor) -> np.ndarray:
        """Turn images into uint8 (N, size, size, channels)."""
        return to_pixels(images, self.run.configuration.value_range)


def opened(chapter: Chapter, stored: StoredRun, name: str = "generator") -> StageTwo | None:
    """Load a run and the trained stages before it on the CPU; None if the weights of one aren't there.

    `name` is that of the run's weights in its folder. Results that are published with the book have the trained ones,
    rounded, and no snapshots.
    """
    run, root = reopened(stored, chapter.source), stored.folder.parent
    before = None if isinstance(run.configuration.generator, Stack) else run.stage1
    there = (run.folder(root) / f"{name}.safetensors").exists()
    while before is not None:
        there &= (before.folder(root) / "generator.safetensors").exists()
        before = before.stage1
    if not there:
        return None
    stack = trained_sampler(run, root, torch.device("cpu"), name)
    c = run.configuration
    arrays = prepare(run.source, [c.condition, c.view])
    rows = held_out_rows(run.source), training_rows(run.source)
    return StageTwo(run, stack, stack.second, arrays[c.condition], arrays[c.view], *rows)


def without_weights(runs: Runs) -> Markdown:
    """Say that this needs weights, and how to get them."""
    lines = "\n".join(f"- `{run.folder.name}`: `{run.record['command']}`" for group in runs.values() for run in group)
    return Markdown(
        "This is drawn with networks that are not here, and published results keep no snapshots. Move the folders "
        f"of these runs out of `results/`, and make the runs anew:\n\n{lines}"
    )


def translations(chapter: Chapter, runs: Runs) -> Pictures | Markdown:
    """Show what stages 2 make of the first real conditions of persons held out, left, and of generated ones, right.

    On the left stand the real images too, as in paper B's Figure 4. A row for each experiment, of its first seed.
    """
    pictures = []
    for name, group in runs.items():
        stage = opened(chapter, group[0])
        if stage is None:
            return without_weights(runs)
        rows = stage.held_out[:SHOWN]
        output = stage.pixels(stage.translate(stage.real_conditions(rows)))
        real = [as_rgb(images) for images in (stage.conditions[rows], output, stage.real[rows])]
        generated = [as_rgb(stage.pixels(images)) for images in stage.generated_conditions(SHOWN)]
        words = f"{name}\nreal condition (held out), output, real image"
        pictures.append((words, tiled(np.concatenate(real), len(rows))))
        pictures.append((f"{name}\ngenerated condition, output", tiled(np.concatenate(generated), SHOWN)))
    seed = chapter.seeds[0]
    return grid(pictures, 2, of_data(chapter, f"seed {seed} | the first latents and faces held out, unpicked"), runs)


def look(draw: Callable[..., Shown], chapter: Chapter, run: StoredRun, *names: str) -> Shown | Markdown:
    """Draw something with a run's networks, by the names of weights as `opened`, or say that one isn't there."""
    found = [opened(chapter, run, name) for name in names or ["generator"]]
    return without_weights({"": [run]}) if None in found else draw(*found)
