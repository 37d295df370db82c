"""The few kinds of test that claims are put to.

Every kind but `Audit` and `Cited` reads runs. It names its experiments in `sides`, says in `words` what is tested, and
in `tolerance` what counts as reproduced.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.experiments.claims.rules import MARGIN

ON_ITS_SIDE = "the 95 % interval over paired seeds lies on the claimed side of 0"
WITHIN = f"a margin of {MARGIN:g} of the distance from untrained to floor"


@dataclass(frozen=True)
class Difference:
    """One experiment is better than another by a measure."""

    measure: str
    better: str
    worse: str
    arm: str = "matched"

    tolerance = ON_ITS_SIDE

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.better, self.worse)

    @property
    def words(self) -> str:
        measure = MEASURES[self.measure]
        return f"{measure.words}: {self.better} {measure.better}er than {self.worse}"


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


@dataclass(frozen=True)
class Level:
    """A measure of one experiment lies between two bounds; None leaves a side free."""

    measure: str
    experiment: str
    low: float | None = None
    high: float | None = None
    arm: str = "matched"

    tolerance = "the 95 % interval over seeds lies within the bounds"

    @property
    def sides(self) -> tuple[str, ...]:
        return (self.experiment,)

    @property
    def words(self) -> str:
        bounds = [*([] if self.low is None else [f"above {self.low:g}"])]
        bounds += [] if self.high is None else [f"below {self.high:g}"]
        return f"{MEASURES[self.measure].words} of {self.experiment}: {' and '.join(bounds)}"


def short(name: str) -> str:
    """Return an experiment's name without its data set."""
    return name.partition("/")[2]


@dataclass(frozen=True)
class Order:
    """Experiments from the best to the worst by a measure: each better than all behind it."""

    measure: str
    names: tuple[str, ...]
    arm: str = "matched"

    @property
    def parts(self) -> tuple[tuple[str, Difference], ...]:
        pairs = combinations(self.names, 2)
        return tuple((f"{short(a)} over {short(b)}", Difference(self.measure, a, b, self.arm)) for a, b in pairs)


@dataclass(frozen=True)
class Audit:
    """A function of `evaluation.audits`, by name, which looks at configurations and networks of each arm."""

    function: str
    arms: tuple[str, ...]
    words: str

    tolerance = "none"


@dataclass(frozen=True)
class Cited:
    """A claim about the literature: `found` says what the cited works show, `holds` whether they bear the claim."""

    found: str
    references: tuple[str, ...]
    holds: bool

    tolerance = "none"

    @property
    def words(self) -> str:
        return f"literature: {self.found}"


@dataclass(frozen=True)
class Several:
    """A claim of named parts."""

    parts: tuple[tuple[str, Test], ...]


OfRuns = Difference | NoDifference | NotWorse | Ratio | Level
Inspection = Audit | Cited
Test = OfRuns | Inspection | Order | Several
