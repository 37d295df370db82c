"""Batches of real images, each found from its number alone."""

import numpy as np
import torch
from torch import Tensor

from stackrepro.base.errors import UserError
from stackrepro.data import View
from stackrepro.experiments import Configuration
from stackrepro.runs.randomness import seed_for
from stackrepro.updates.game import Batch
from stackrepro.updates.processes import world_size


class Batches:
    """The real images in the order of one run.

    Args:
        arrays: by view, uint8 (N, size, size, channels), such as memory-mapped prepared arrays.
        rows: which of the N images may be trained on.
        configuration: gives views, batch, value range, seed, the share of the images, and the rules of order.
        device: where the batches shall be.

    Raises:
        UserError: fewer images than one batch takes, or batches that the processes can't share evenly.
    """

    def __init__(
        self, arrays: dict[View, np.ndarray], rows: np.ndarray, configuration: Configuration, device: torch.device
    ) -> None:
        self.arrays, self.rows, self.configuration, self.device = arrays, rows, configuration, device
        self.size = configuration.batch * configuration.update.real_batches
        if configuration.images < 1:
            chosen = np.random.default_rng(seed_for(configuration.seed, "images")).permutation(rows)
            self.rows = chosen[: round(configuration.images * len(rows))]
        whole, rest = divmod(len(self.rows), self.size)
        self.per_epoch = whole + (1 if rest and configuration.partial_batch else 0)
        if self.per_epoch == 0:
            raise UserError(
                f"There are {len(self.rows)} images to train on but {configuration.experiment} takes {self.size} at a "
                f"time: use a data set with more images."
            )
        shortest = rest if rest and configuration.partial_batch else configuration.batch
        if shortest % world_size() or configuration.batch % world_size():
            raise UserError(
                f"{world_size()} processes can't share the batches of {configuration.experiment} evenly, which have "
                f"{configuration.batch} images and at an epoch's end {shortest}: give a number that divides both."
            )
        self._epoch, self._order = -1, np.empty(0, dtype=np.int64)

    def at(self, update: int) -> Batch:
        """Return the real images of an update (counted from 0), and their conditions if the generator reads some."""
        epoch, position = divmod(update, self.per_epoch)
        if epoch != self._epoch:
            seed = seed_for(self.configuration.seed, "order", epoch if self.configuration.reshuffle else 0)
            order = np.random.default_rng(seed).permutation(len(self.rows))
            self._epoch, self._order = epoch, self.rows[order]
        chosen = np.sort(self._order[position * self.size : (position + 1) * self.size])  # a mapped file likes that
        return Batch(*(self._images(view, chosen) for view in self.configuration.views))

    def _images(self, view: View, chosen: np.ndarray) -> Tensor:
        return as_tensor(self.arrays[view][chosen], self.configuration.value_range, self.device)


def as_tensor(pixels: np.ndarray, value_range: tuple[float, float], device: torch.device) -> Tensor:
    """Turn uint8 (N, size, size, channels) into float32 (N, channels, size, size) of a value range.

    In memory the channels come last, as in the prepared arrays, which is what convolutions on a CPU like best.
    """
    low, high = value_range
    images = torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2)
    return images.to(torch.float32).mul_((high - low) / 255).add_(low)
