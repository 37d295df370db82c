"""The update rules with their numbers, as plain immutable data: light to import, and part of a run's identity."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar


@dataclass(frozen=True)
class Standard:
    """The non-saturating game in DCGAN's order: see `updates/standard.py`."""

    name: ClassVar[str] = "standard"
    real_batches: ClassVar[int] = 1  # how many batches of real images one update takes


@dataclass(frozen=True)
class Mixed:
    """The game of paper A's notebooks: see `updates/mixed.py`."""

    name: ClassVar[str] = "mixed"
    real_batches: ClassVar[int] = 1


@dataclass(frozen=True)
class Intermediate:
    """The standard game of a stack, whose stage 1 is judged on its own too: see `updates/intermediate.py`.

    `weight` is what the loss of stage 1's own image counts for. With 0 it only watches: the training is the one of
    `Standard`, and the two gradients that meet in stage 1 are compared.
    """

    weight: float
    name: ClassVar[str] = "intermediate"
    real_batches: ClassVar[int] = 1


@dataclass(frozen=True)
class WassersteinReleased:
    """The Wasserstein game as paper B's authors released it, wrong sign and all: see `updates/wasserstein_released.py`.

    `clip` bounds each of the critic's weights after each of its `critic_steps`, which all see the same real images.
    """

    critic_steps: int = 5
    clip: float = 0.01
    name: ClassVar[str] = "WGAN as released"
    real_batches: ClassVar[int] = 1


@dataclass(frozen=True)
class WassersteinClipped:
    """The Wasserstein game whose critic is held down by clipping (Arjovsky et al. 2017): see `updates/wasserstein.py`.

    `clip` bounds each of the critic's weights after each of its `critic_steps`, but for BatchNorm's.
    """

    critic_steps: int = 5
    clip: float = 0.01
    name: ClassVar[str] = "WGAN"

    @property
    def real_batches(self) -> int:
        """One for each of the critic's steps."""
        return self.critic_steps


@dataclass(frozen=True)
class WassersteinPenalty:
    """The Wasserstein game with gradient penalty (Gulrajani et al. 2017): see `updates/wasserstein.py`.

    `penalty` is the weight of the penalty in the critic's loss.
    """

    critic_steps: int = 5
    penalty: float = 10.0
    name: ClassVar[str] = "WGAN-GP"

    @property
    def real_batches(self) -> int:
        """One for each of the critic's steps."""
        return self.critic_steps


@dataclass(frozen=True)
class Relativistic:
    """The relativistic game with zero-centred gradient penalties (Huang et al. 2024): see `updates/relativistic.py`.

    `gamma` is twice the weight of each penalty, for images of the size that is trained on.
    """

    gamma: float
    name: ClassVar[str] = "relativistic"
    real_batches: ClassVar[int] = 1

    def scaled(self, halvings: int) -> Relativistic:
        """Return the rule for images of which a side was halved so often.

        A discriminator that sees the same in an image of half the side has slopes four times as large, squared and
        summed over its pixels, so that a quarter of `gamma` holds it as tightly.
        """
        return replace(self, gamma=self.gamma / 4**halvings)


@dataclass(frozen=True)
class Paired:
    """Image to image, where each condition has its real image: see `updates/paired.py`.

    `l1` and `adversarial` are the weights of the two parts of the generator's loss; a part of weight 0 is only watched.
    """

    l1: float = 100.0
    adversarial: float = 1.0
    name: ClassVar[str] = "paired"
    real_batches: ClassVar[int] = 1


@dataclass(frozen=True)
class JointStack:
    """All stages of a stack of two at once, with a discriminator each: see `updates/joint.py`.

    `l1` is the weight of the distance from the real image, where there is one.
    """

    l1: float = 100.0
    name: ClassVar[str] = "joint stack"
    real_batches: ClassVar[int] = 1


Rule = (
    Standard
    | Mixed
    | Intermediate
    | WassersteinReleased
    | WassersteinClipped
    | WassersteinPenalty
    | Relativistic
    | Paired
    | JointStack
)
