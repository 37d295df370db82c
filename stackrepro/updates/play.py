"""From a rule to what it does."""

from importlib import import_module

from torch import Tensor

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.processes import part
from stackrepro.updates.rules import (
    Intermediate,
    JointStack,
    Mixed,
    Paired,
    Relativistic,
    Rule,
    Standard,
    WassersteinClipped,
    WassersteinPenalty,
    WassersteinReleased,
)

# The module of each rule and its function there; rules themselves need no torch.
UPDATES = {
    Standard: ("standard", "standard"),
    Mixed: ("mixed", "mixed"),
    Intermediate: ("intermediate", "intermediate"),
    WassersteinReleased: ("wasserstein_released", "wasserstein_released"),
    WassersteinClipped: ("wasserstein", "wasserstein"),
    WassersteinPenalty: ("wasserstein", "wasserstein"),
    Relativistic: ("relativistic", "relativistic"),
    Paired: ("paired", "paired"),
    JointStack: ("joint", "joint"),
}


def play(rule: Rule, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Carry out one update; return its losses, each of shape (), of this process's part of the batch.

    Args:
        rule: says what to do.
        game: who plays.
        batch: the real images of all processes; a rule gets this one's part of them, but for `Mixed`, whose mixture
            goes across the parts.
        count: how many images to generate a step, in all processes.
    """
    module, name = UPDATES[type(rule)]
    if not isinstance(rule, Mixed):
        batch = Batch(part(batch.real), None if batch.condition is None else part(batch.condition))
    return getattr(import_module(f"stackrepro.updates.{module}"), name)(rule, game, batch, count)
