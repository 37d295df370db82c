"""Who plays, and what is dealt: the networks with their optimizers, and the real images of one update."""

from __future__ import annotations

from dataclasses import dataclass, fields

from torch import Tensor

from stackrepro.updates.player import Player


@dataclass(frozen=True)
class Batch:
    """The real images of one update, (M, channels, size, size) in the run's value range, in the order of the epoch.

    A rule that takes several batches gets them in one. `condition`, (M, channels, size, size), is what a generator
    reads that doesn't start from a latent, image by image the partner of `real`.
    """

    real: Tensor
    condition: Tensor | None = None


@dataclass(frozen=True)
class Game:
    """The players of one training. `first_discriminator` judges the image that stage 1 of a stack makes."""

    generator: Player
    discriminator: Player
    first_discriminator: Player | None = None

    @property
    def players(self) -> dict[str, Player]:
        """The players that there are, by name."""
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: player for name, player in found.items() if player is not None}
