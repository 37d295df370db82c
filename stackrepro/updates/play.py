"""From a rule to what it does."""

from collections.abc import Callable

from torch import Tensor

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.intermediate import intermediate
from stackrepro.updates.joint import joint
from stackrepro.updates.mixed import mixed
from stackrepro.updates.paired import paired
from stackrepro.updates.rules import (
    Intermediate,
    JointStack,
    Mixed,
    Paired,
    Rule,
    Standard,
    WassersteinClipped,
    WassersteinPenalty,
    WassersteinReleased,
)
from stackrepro.updates.standard import standard
from stackrepro.updates.wasserstein import wasserstein
from stackrepro.updates.wasserstein_released import wasserstein_released

UPDATES: dict[type, Callable[..., dict[str, Tensor]]] = {
    Standard: standard,
    Mixed: mixed,
    Intermediate: intermediate,
    WassersteinReleased: wasserstein_released,
    WassersteinClipped: wasserstein,
    WassersteinPenalty: wasserstein,
    Paired: paired,
    JointStack: joint,
}


def play(rule: Rule, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Carry out one update, with `count` generated images a step; return its losses, each of shape ()."""
    return UPDATES[type(rule)](rule, game, batch, count)
