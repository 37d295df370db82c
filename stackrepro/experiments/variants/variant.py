"""What a variant is, and the changes that several share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from stackrepro.experiments.configuration import Configuration

Change = Callable[[Configuration], Configuration]


@dataclass(frozen=True)
class Variant:
    """One changed factor of some experiments, in the arms where it differs from the experiment itself."""

    name: str
    why: str
    experiments: tuple[str, ...]
    arms: tuple[str, ...]
    change: Change


def changed(**fields: object) -> Change:
    """Return a change that sets fields of a configuration."""
    return lambda c: replace(c, **fields)


def named(*models: str) -> tuple[str, ...]:
    """Name birds by their models."""
    return tuple(f"birds/{model}" for model in models)
