"""The update rules with their numbers, as plain immutable data: light to import, and part of a run's identity."""

from __future__ import annotations

from dataclasses import dataclass
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


Rule = Standard | Mixed | Intermediate
