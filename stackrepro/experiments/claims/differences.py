"""Tests that hold one experiment against another by one measure, over paired seeds.

In each `adequate` names the sides that must have come far enough for a verdict.
"""

from __future__ import annotations

from dataclasses import dataclass

from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.experiments.claims.rules import CLOSED, MARGIN

WITHIN = f"a margin of {MARGIN:g} of the distance from untrained to floor"


@dataclass(frozen=True)
class Difference:
    """One experiment is better than another by a measure.

    `least` is the smallest mean that counts, as a share of the distance from untrained to floor; where a claim says "a
    little", 0 waives it. It has no effect on a measure without such a distance.
    """

    measure: str
    better: str
    worse: str
    arm: str = "matched"
    least: float = MARGIN

    @property
    def tolerance(self) -> str:
        interval = "the 95 % interval over paired seeds lies on the claimed side of 0"
        if not (self.least and MEASURES[self.measure].spanned):
            return interval
        return f"{interval}, and its mean is at least {self.least:g} of the distance from untrained to floor"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.better, self.worse)

    @property
    def adequate(self) -> tuple[str, ...]:
        return (self.better,)

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
    def adequate(self) -> tuple[str, ...]:
        return self.sides

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
    def adequate(self) -> tuple[str, ...]:
        return self.sides

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
    def adequate(self) -> tuple[str, ...]:
        return self.sides

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
    def adequate(self) -> tuple[str, ...]:
        measure = MEASURES[self.measure]
        if measure.timed:
            return ()
        return (self.more if measure.better == "high" else self.less,)

    @property
    def words(self) -> str:
        return f"{MEASURES[self.measure].words}: {self.more} at least {self.factor:g} times {self.less}"


@dataclass(frozen=True)
class Closes:
    """An experiment that was behind a standard is mended: of the gap no more than a share is left, seed by seed."""

    measure: str
    worse: str
    mended: str
    standard: str
    arm: str = "matched"
    share: float = CLOSED

    @property
    def gap(self) -> Difference:
        """The gap itself, without which there is nothing to close."""
        return Difference(self.measure, self.standard, self.worse, self.arm)

    @property
    def tolerance(self) -> str:
        closed = f"{self.share:g} of what the gap was, less what is left of it"
        return f"the gap is a difference, and the 95 % interval over paired seeds of {closed}, lies above 0"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.worse, self.mended, self.standard)

    @property
    def adequate(self) -> tuple[str, ...]:
        return (self.mended, self.standard)

    @property
    def words(self) -> str:
        gap = f"the gap between {self.worse} and {self.standard}"
        return f"{MEASURES[self.measure].words}: {self.mended} leaves less than {self.share:g} of {gap}"
