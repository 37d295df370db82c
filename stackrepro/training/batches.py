"""Batches of real images, each found from its number alone."""

import numpy as np
import torch

from stackrepro.base.errors import UserError
from stackrepro.data import View
from stackrepro.training.configuration import Configuration
from stackrepro.training.networks import Batch
from stackrepro.training.sampling import as_tensor, seed_for


class Batches:
    """The real images in the order of one run, from prepared arrays, uint8 (N, size, size, channels), by view.

    `rows` are those of the N that may be trained on. With fewer than one batch takes, a `UserError` is raised.
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
        self._epoch, self._order = -1, np.empty(0, dtype=np.int64)

    def at(self, update: int) -> Batch:
        """Return the real images of an update (counted from 0), and their conditions if the generator reads some."""
        c = self.configuration
        epoch, position = divmod(update, self.per_epoch)
        if epoch != self._epoch:
            seed = seed_for(c.seed, "order", epoch if c.reshuffle else 0)
            self._epoch, self._order = epoch, self.rows[np.random.default_rng(seed).permutation(len(self.rows))]
        chosen = np.sort(self._order[position * self.size : (position + 1) * self.size])  # a mapped file likes that
        return Batch(*(as_tensor(self.arrays[view][chosen], c.value_range, self.device) for view in c.views))
