"""The update rules with their numbers, as plain immutable data: light to import, and part of a run's identity.

The file of the same name carries a rule out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar


@dataclass(frozen=True)
class Rule:
    """What happens to the networks between one batch of real images and the next; `name` is for tables."""

    name: ClassVar[str]
    real_batches: ClassVar[int] = 1  # that one update takes


@dataclass(frozen=True)
class Standard(Rule):
    """The non-saturating loss in DCGAN's order."""

    name: ClassVar[str] = "standard"


@dataclass(frozen=True)
class Mixed(Rule):
    """The update of paper A's notebooks."""

    name: ClassVar[str] = "mixed"


@dataclass(frozen=True)
class Intermediate(Rule):
    """The standard update of a stack, whose stage 1 is judged on its own too; that loss counts `weight`.

    With weight 0 it only watches: the training is the one of `Standard`, and the two gradients that meet in stage 1 are
    compared.
    """

    weight: float
    name: ClassVar[str] = "intermediate"


@dataclass(frozen=True)
class WassersteinReleased(Rule):
    """The Wasserstein GAN as paper B's authors released it, wrong sign and all.

    `clip` bounds each of the critic's weights after each of its `critic_steps`, which all see the same real images.
    """

    critic_steps: int = 5
    clip: float = 0.01
    name: ClassVar[str] = "WGAN as released"


@dataclass(frozen=True)
class Wasserstein(Rule):
    """A Wasserstein GAN whose critic sees new real images at each of its steps."""

    critic_steps: int = 5

    @property
    def real_batches(self) -> int:
        """One for each of the critic's steps."""
        return self.critic_steps


@dataclass(frozen=True)
class WassersteinClipped(Wasserstein):
    """The Wasserstein GAN with clipped weights (Arjovsky et al. 2017), but for BatchNorm's: see `wasserstein.py`."""

    clip: float = 0.01
    name: ClassVar[str] = "WGAN"


@dataclass(frozen=True)
class WassersteinPenalty(Wasserstein):
    """The Wasserstein GAN with a gradient penalty of that weight (Gulrajani et al. 2017): see `wasserstein.py`."""

    penalty: float = 10.0
    name: ClassVar[str] = "WGAN-GP"


@dataclass(frozen=True)
class Relativistic(Rule):
    """The relativistic GAN with zero-centred gradient penalties (Huang et al. 2024).

    `gamma` is twice the weight of each penalty, for images of the size that is trained on.
    """

    gamma: float
    name: ClassVar[str] = "relativistic"

    def scaled(self, halvings: int) -> Relativistic:
        """Return the rule for images of which a side was halved so often.

        A discriminator that sees the same in an image of half the side has slopes four times as large, squared and
        summed over its pixels, so that a quarter of `gamma` bounds it as tightly.
        """
        return replace(self, gamma=self.gamma / 4**halvings)


@dataclass(frozen=True)
class Paired(Rule):
    """Image to image, where each condition has its real image, with the weights of the two parts of the loss.

    A part of weight 0 is only watched.
    """

    l1: float = 100.0
    adversarial: float = 1.0
    name: ClassVar[str] = "paired"


@dataclass(frozen=True)
class JointStack(Rule):
    """Both stages of a stack at once, with a discriminator each; `l1` is the weight of the distance: see `joint.py`."""

    l1: float = 100.0
    name: ClassVar[str] = "joint stack"
