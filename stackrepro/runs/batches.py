"""Batches of real images, each found from its number alone."""

import numpy as np
import torch
from torch import Tensor

from stackrepro.base.errors import UserError
from stackrepro.experiments import Configuration
from stackrepro.runs.randomness import seed_for


class Batches:
    """The real images in the order of one run.

    Args:
        images: uint8 (N, size, size, 3), such as a memory-mapped prepared array.
        configuration: gives batch, value range, seed and the rules of order.
        device: where the batches shall be.

    Raises:
        UserError: fewer images than one batch takes.
    """

    def __init__(self, images: np.ndarray, configuration: Configuration, device: torch.device) -> None:
        self.images, self.configuration, self.device = images, configuration, device
        whole, rest = divmod(len(images), configuration.batch)
        self.per_epoch = whole + (1 if rest and configuration.partial_batch else 0)
        if self.per_epoch == 0:
            raise UserError(
                f"The data set has {len(images)} images but {configuration.experiment} takes {configuration.batch} at "
                f"a time: use a data set with more images."
            )
        self._epoch, self._order = -1, np.empty(0, dtype=np.int64)

    def at(self, update: int) -> Tensor:
        """Return the real images of an update (counted from 0): float32 (M, 3, size, size) in the value range.

        In memory the channels come last, as in the prepared arrays, which is what convolutions on a CPU like best.
        """
        epoch, position = divmod(update, self.per_epoch)
        if epoch != self._epoch:
            seed = seed_for(self.configuration.seed, "order", epoch if self.configuration.reshuffle else 0)
            self._epoch, self._order = epoch, np.random.default_rng(seed).permutation(len(self.images))
        size = self.configuration.batch
        chosen = np.sort(self._order[position * size : (position + 1) * size])  # a mapped file likes rising addresses
        low, high = self.configuration.value_range
        pixels = torch.from_numpy(self.images[chosen]).to(self.device).permute(0, 3, 1, 2)
        return pixels.to(torch.float32).mul_((high - low) / 255).add_(low)
