"""Tests that hold one experiment against another by one measure, over paired seeds."""

from __future__ import annotations

from dataclasses import dataclass

from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.experiments.claims.rules import MARGIN

WITHIN = f"a margin of {MARGIN:g} of the distance from untrained to floor"


@dataclass(frozen=True)
class Difference:
    """One experiment is better than another by a measure."""

    measure: str
    better: str
    worse: str
    arm: str = "matched"

    tolerance = "the 95 % interval over paired seeds lies on the claimed side of 0"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.better, self.worse)

    @property
    def words(self) -> str:
        measure = MEASURES[self.measure]
        return f"{measure.words}: {self.better} {measure.better}er than {self.worse}"


@dataclass(frozen=True)
class AnyDifference:
    """Two experiments are unlike by a measure, beyond the margin, whichever is the better one."""

    measure: str
    one: str
    other: str
    arm: str = "matched"

    tolerance = f"the 95 % interval over paired seeds lies, on either side of 0, beyond {WITHIN}"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.one, self.other)

    @property
    def words(self) -> str:
        return f"{MEASURES[self.measure].words}: {self.one} unlike {self.other}"


@dataclass(frozen=True)
class NoDifference:
    """Two experiments are equal by a measure, within the margin."""

    measure: str
    one: str
    other: str
    arm: str = "matched"

    tolerance = f"the 95 % interval over paired seeds lies within {WITHIN}"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.one, self.other)

    @property
    def words(self) -> str:
        return f"{MEASURES[self.measure].words}: {self.one} equal to {self.other}"


@dataclass(frozen=True)
class NotWorse:
    """An experiment is no worse than another by more than the margin."""

    measure: str
    candidate: str
    standard: str
    arm: str = "matched"

    tolerance = f"no part of the 95 % interval over paired seeds lies on the worse side of {WITHIN}"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.candidate, self.standard)

    @property
    def words(self) -> str:
        return f"{MEASURES[self.measure].words}: {self.candidate} no worse than {self.standard}"


@dataclass(frozen=True)
class Ratio:
    """A measure is at least `factor` times as large in one experiment as in another."""

    measure: str
    more: str
    less: str
    factor: float
    arm: str = "matched"

    @property
    def tolerance(self) -> str:
        return f"the 95 % interval of the ratio over paired seeds lies above {self.factor:g}"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.more, self.less)

    @property
    def words(self) -> str:
        return f"{MEASURES[self.measure].words}: {self.more} at least {self.factor:g} times {self.less}"
