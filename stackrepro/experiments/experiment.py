"""What an experiment is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from stackrepro.experiments.configuration import Configuration
from stackrepro.experiments.variants import VARIANTS, Variant


@dataclass(frozen=True)
class Experiment:
    """One model that a paper trained, or one of your own. `build` maps an arm to the configuration at the paper tier.

    The name is that of the data set, a stroke, and a name of the experiment's own.
    """

    name: str
    title: str
    source: str
    build: Callable[[str], Configuration]

    @property
    def variants(self) -> list[Variant]:
        """The variants of this experiment."""
        return [variant for variant in VARIANTS if self.name in variant.experiments]
