"""The trained networks of an image-to-image run, loaded for a figure, with real pairs of persons held out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from IPython.display import Markdown
from torch import Tensor, nn

from stackrepro.data import held_out_rows, prepare, training_rows
from stackrepro.models import Stack
from stackrepro.models.stack import StackedGenerator
from stackrepro.report.chapter import Chapter
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.batches import as_tensor
from stackrepro.runs.feeding import trained_sampler
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.sampling import to_pixels
from stackrepro.runs.store import reopened


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
    files = [needed.folder(root) / "generator.safetensors" for needed in stages(run)[1:]]
    if not all(file.exists() for file in (run.folder(root) / f"{name}.safetensors", *files)):
        return None
    stack = trained_sampler(run, root, torch.device("cpu"), name)
    c = run.configuration
    arrays = prepare(run.source, [c.condition, c.view])
    rows = held_out_rows(run.source), training_rows(run.source)
    return StageTwo(run, stack, stack.second, arrays[c.condition], arrays[c.view], *rows)


def stages(run: Run) -> list[Run]:
    """List a run and those that it needs, the last stage first; stages that are trained at once are one run."""
    first = None if isinstance(run.configuration.generator, Stack) else run.stage1
    return [run] if first is None else [run, *stages(first)]


def without_weights(runs: dict[str, list[StoredRun]]) -> Markdown:
    """Say that this needs weights, and how to get them."""
    lines = "\n".join(f"- `{run.folder.name}`: `{run.record['command']}`" for group in runs.values() for run in group)
    return Markdown(
        "This is drawn with networks that are not here, and published results keep no snapshots. Move the folders "
        f"of these runs out of `results/`, and make the runs anew:\n\n{lines}"
    )
