"""The few kinds of test that claims are put to.

Every kind but `Audit`, `Cited` and `Pending` reads runs, or what people answered to their images. It names its
experiments in `sides`, and those of them that must have come far enough in `adequate`; it says in `words` what is
tested, and in `tolerance` what counts as reproduced.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from stackrepro.experiments.claims.differences import AnyDifference, Closes, Difference, NoDifference, NotWorse, Ratio
from stackrepro.experiments.claims.levels import Exceeds, Level
from stackrepro.experiments.claims.rated import Rated


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
    """A function of `evaluation.audits`, by name, which looks at configurations and networks of an arm."""

    function: str
    arm: str
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
class Pending:
    """A claim that nothing here can be held against yet: `lacking` says what there is not."""

    lacking: str

    tolerance = "none"

    @property
    def words(self) -> str:
        return f"none yet: {self.lacking}"


LEFT_TO_THE_EYE = Pending("left to the eye, and the eye test doesn't ask it")


@dataclass(frozen=True)
class Several:
    """A claim of named parts."""

    parts: tuple[tuple[str, Test], ...]


@dataclass(frozen=True)
class Given:
    """A test that makes sense only where something else holds, which isn't counted itself.

    `premise` is the label and the test of that, `otherwise` what is said where it isn't reproduced: then the test isn't
    either.
    """

    premise: tuple[str, Single]
    test: Test
    otherwise: str = "there is nothing to explain"


OfRuns = Difference | AnyDifference | NoDifference | NotWorse | Ratio | Closes | Level | Exceeds
Inspection = Audit | Cited
Single = OfRuns | Rated | Inspection | Pending
Test = Single | Order | Several | Given


def readings(test: OfRuns | Rated) -> tuple[tuple[str, str], ...]:
    """Return what a test reads, each as (experiment, measure)."""
    return (test.more, test.less) if isinstance(test, Exceeds) else tuple((name, test.measure) for name in test.sides)
