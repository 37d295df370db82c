"""Tests of numbers themselves: against bounds, or one against another."""

from __future__ import annotations

from dataclasses import dataclass

from stackrepro.experiments.claims.measures import MEASURES


@dataclass(frozen=True)
class Level:
    """A measure of one experiment lies between two bounds; None leaves a side free.

    With a `tier` only runs of that tier can decide, since a printed number belongs to the paper's own scale.
    """

    measure: str
    experiment: str
    low: float | None = None
    high: float | None = None
    arm: str = "matched"
    tier: str | None = None

    @property
    def tolerance(self) -> str:
        scale = "" if self.tier is None else f"; only tier {self.tier} decides"
        return f"the 95 % interval over seeds lies within the bounds{scale}"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.experiment,)

    @property
    def adequate(self) -> tuple[str, ...]:
        return self.sides

    @property
    def words(self) -> str:
        bounds = [*([] if self.low is None else [f"above {self.low:g}"])]
        bounds += [] if self.high is None else [f"below {self.high:g}"]
        return f"{MEASURES[self.measure].words} of {self.experiment}: {' and '.join(bounds)}"


@dataclass(frozen=True)
class Exceeds:
    """One number is more than `factor` times another; each is (experiment, measure), often of one and the same run."""

    more: tuple[str, str]
    less: tuple[str, str]
    factor: float = 1.0
    arm: str = "matched"

    @property
    def tolerance(self) -> str:
        second = "the second" if self.factor == 1 else f"{self.factor:g} times the second"
        return f"the 95 % interval over seeds of the first number less {second} lies above 0"

    @property
    def sides(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.more[0], self.less[0])))

    @property
    def adequate(self) -> tuple[str, ...]:
        return self.sides

    @property
    def words(self) -> str:
        more, less = (f"{MEASURES[measure].words} of {name}" for name, measure in (self.more, self.less))
        return f"{more}: above {'' if self.factor == 1 else f'{self.factor:g} times '}{less}"
