"""From a rule to what it does."""

from importlib import import_module

from torch import Tensor

from stackrepro.updates.game import Batch, Game
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

# The module of each rule and its function there; a run imports, and depends on, that one alone.
UPDATES = {
    Standard: ("standard", "standard"),
    Mixed: ("mixed", "mixed"),
    Intermediate: ("intermediate", "intermediate"),
    WassersteinReleased: ("wasserstein_released", "wasserstein_released"),
    WassersteinClipped: ("wasserstein", "wasserstein"),
    WassersteinPenalty: ("wasserstein", "wasserstein"),
    Paired: ("paired", "paired"),
    JointStack: ("joint", "joint"),
}


def play(rule: Rule, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Carry out one update, with `count` generated images a step; return its losses, each of shape ()."""
    module, name = UPDATES[type(rule)]
    return getattr(import_module(f"stackrepro.updates.{module}"), name)(rule, game, batch, count)
