"""From a rule to what it does."""

from collections.abc import Callable

from torch import Tensor

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.intermediate import intermediate
from stackrepro.updates.mixed import mixed
from stackrepro.updates.rules import Intermediate, Mixed, Rule, Standard
from stackrepro.updates.standard import standard

UPDATES: dict[type, Callable[..., dict[str, Tensor]]] = {
    Standard: standard,
    Mixed: mixed,
    Intermediate: intermediate,
}


def play(rule: Rule, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Carry out one update, with `count` generated images a step; return its losses, each of shape ()."""
    return UPDATES[type(rule)](rule, game, batch, count)
