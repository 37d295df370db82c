"""What an image-to-image generator makes of real conditions, beside what it makes of generated ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from stackrepro.evaluation.rows import Samples
from stackrepro.runs.batches import as_tensor
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.sampling import BATCH


@dataclass(frozen=True)
class Rows:
    """Chosen rows of an array of images (N, size, size, channels), which may be memory-mapped; none is copied."""

    images: np.ndarray
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: Any) -> np.ndarray:
        return self.images[self.rows[index]]

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that the chosen images have together."""
        return (len(self.rows), *self.images.shape[1:])


@dataclass(frozen=True, kw_only=True)
class Translations(Samples):
    """Images made from real conditions; `conditions` and `real` are uint8, row by row each other's partners."""

    conditions: Rows
    real: Rows

    def batches(self) -> Iterator[np.ndarray]:
        """Yield the images, batches uint8 (M, size, size, C); a latent that the stage reads is a fixed one."""
        for start in range(0, self.count, BATCH):
            yield self.render(self._translated(slice(start, min(start + BATCH, self.count))), self.value_range)

    @torch.inference_mode()
    def _translated(self, chosen: slice) -> torch.Tensor:
        device = next(self.generator.parameters()).device
        condition = as_tensor(self.conditions[chosen], self.value_range, device)
        numbers = self.generator.specification.latent
        beside = (torch.from_numpy(fixed_latents(self.count, numbers)[chosen]).to(device),) if numbers else ()
        return self.generator(condition, *beside)

    def l1(self) -> dict[str, float]:
        """Return the mean absolute difference from the real partners, in levels of 0 to 255, and their number."""
        sums = 0.0
        for start, made in zip(range(0, self.count, BATCH), self.batches(), strict=True):
            sums += np.abs(made.astype(np.int16) - self.real[start : start + len(made)]).mean(axis=(1, 2, 3)).sum()
        return {"l1": float(sums / self.count), "n": self.count}
