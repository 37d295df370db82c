"""One short file per update rule: what happens to both networks between one batch of real images and the next."""

from collections.abc import Callable

from torch import Tensor

from stackrepro.updates.mixed import mixed
from stackrepro.updates.player import Player
from stackrepro.updates.standard import standard

Update = Callable[[Player, Player, Tensor, int], dict[str, Tensor]]

UPDATES: dict[str, Update] = {"standard": standard, "mixed": mixed}

__all__ = ["UPDATES", "Player", "Update"]
