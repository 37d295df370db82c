"""Batches of real images, each found from its number alone."""

import numpy as np
import torch

from stackrepro.base.errors import UserError
from stackrepro.experiments import Configuration
from stackrepro.runs.randomness import seed_for
from stackrepro.updates.game import Batch


class Batches:
    """The real images in the order of one run.

    Args:
        images: uint8 (N, size, size, 3), such as a memory-mapped prepared array.
        configuration: gives batch, value range, seed, the share of the images, and the rules of order.
        device: where the batches shall be.

    Raises:
        UserError: fewer images than one batch takes.
    """

    def __init__(self, images: np.ndarray, configuration: Configuration, device: torch.device) -> None:
        self.images, self.configuration, self.device = images, configuration, device
        self.size = configuration.batch * configuration.update.real_batches
        self.rows = np.arange(len(images))
        if configuration.images < 1:
            chosen = np.random.default_rng(seed_for(configuration.seed, "images")).permutation(len(images))
            self.rows = chosen[: round(configuration.images * len(images))]
        whole, rest = divmod(len(self.rows), self.size)
        self.per_epoch = whole + (1 if rest and configuration.partial_batch else 0)
        if self.per_epoch == 0:
            raise UserError(
                f"There are {len(self.rows)} images to train on but {configuration.experiment} takes {self.size} at a "
                f"time: use a data set with more images."
            )
        self._epoch, self._order = -1, np.empty(0, dtype=np.int64)

    def at(self, update: int) -> Batch:
        """Return the real images of an update (counted from 0): float32 (M, 3, size, size) in the value range.

        In memory the channels come last, as in the prepared arrays, which is what convolutions on a CPU like best.
        """
        epoch, position = divmod(update, self.per_epoch)
        if epoch != self._epoch:
            seed = seed_for(self.configuration.seed, "order", epoch if self.configuration.reshuffle else 0)
            order = np.random.default_rng(seed).permutation(len(self.rows))
            self._epoch, self._order = epoch, self.rows[order]
        chosen = np.sort(self._order[position * self.size : (position + 1) * self.size])  # a mapped file likes that
        low, high = self.configuration.value_range
        pixels = torch.from_numpy(self.images[chosen]).to(self.device).permute(0, 3, 1, 2)
        return Batch(pixels.to(torch.float32).mul_((high - low) / 255).add_(low))
