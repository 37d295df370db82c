"""What a claim is: a row of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stackrepro.experiments.claims.kinds import (
    Audit,
    Given,
    Level,
    OfRuns,
    Order,
    Several,
    Single,
    Test,
    readings,
)
from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.experiments.claims.rated import Rated
from stackrepro.experiments.claims.rules import RATERS, SEEDS

DATASETS = {"A": "birds", "B": "faces"}  # of the papers


@dataclass(frozen=True)
class Claim:
    """What a paper says, and how that is tested.

    `id` is the paper's letter and a number, `section` the place in the paper, `chapter` the notebook that shows it,
    `evidence` what the paper offers for it, and `departs` how the test departs from what the paper did.
    """

    id: str
    section: str
    chapter: str
    statement: str
    evidence: str
    test: Test
    departs: str

    @property
    def paper(self) -> str:
        """The letter of the paper."""
        return self.id[0]

    @property
    def dataset(self) -> str:
        """The data set of the paper, which inspections look at."""
        return DATASETS[self.paper]

    @property
    def datasets(self) -> set[str]:
        """The data sets whose runs or images the test may look at."""
        return {self.dataset, *(name.partition("/")[0] for name, _ in self.experiments)}

    def in_arm(self, arm: str) -> Claim:
        """Return the claim with this arm in the place of the one that each test of runs and each audit names."""
        return replace(self, test=in_arm(self.test, arm))

    @property
    def parts(self) -> list[tuple[str, Single]]:
        """The single tests with their labels; one test alone has an empty label."""
        return [(label, test) for label, test, _ in flattened("", self.test)]

    @property
    def premises(self) -> dict[str, tuple[str, str]]:
        """For the label of each part that has a premise, the premise's label and what is said where it fails."""
        return {label: premise for label, _, premise in flattened("", self.test) if premise}

    @property
    def experiments(self) -> list[tuple[str, str]]:
        """The experiments that the test reads, each as (registry name, arm), once."""
        both = (*self.of_runs, *self.rated)
        return list(dict.fromkeys((name, test.arm) for test in both for name in test.sides))

    @property
    def of_runs(self) -> list[OfRuns]:
        """The single tests that read runs."""
        return [test for _, test in self.parts if isinstance(test, OfRuns)]

    @property
    def rated(self) -> list[Rated]:
        """The single tests that read people's ratings."""
        return [test for _, test in self.parts if isinstance(test, Rated)]

    @property
    def tier(self) -> str | None:
        """The one tier that a part of the test insists on, None where there is no such part."""
        return next((test.tier for _, test in self.parts if isinstance(test, Level) and test.tier), None)

    @property
    def adequacy(self) -> str:
        """What must be given before the test may decide."""
        if not self.experiments:
            return "none: no run is read"
        timed = [all(MEASURES[measure].timed for _, measure in readings(test)) for test in self.of_runs]
        every = all(test.adequate == test.sides for test in (*self.of_runs, *self.rated))
        way = ", half of the way to the floor" + ("" if every else " on the better side")
        way = "" if all(timed) and not self.rated else way
        machine = ", both of one machine" if any(timed) else ""
        raters = f"; for ratings {RATERS} raters" if self.rated else ""
        return f"{SEEDS} paired seeds{machine}, tier reduced or paper, real images, today's definition{way}{raters}"


def in_arm(test: Test, arm: str) -> Test:
    if isinstance(test, Several):
        return Several(tuple((label, in_arm(part, arm)) for label, part in test.parts))
    if isinstance(test, Given):
        label, premise = test.premise
        return replace(test, premise=(label, in_arm(premise, arm)), test=in_arm(test.test, arm))
    return replace(test, arm=arm) if isinstance(test, OfRuns | Rated | Order | Audit) else test


def flattened(
    label: str, test: Test, premise: tuple[str, str] | None = None
) -> list[tuple[str, Single, tuple[str, str] | None]]:
    """List the single tests, each with its label and with the label of its premise and what its failure means."""
    if isinstance(test, Given):
        named = joined(label, test.premise[0])
        return [(named, test.premise[1], premise), *flattened(label, test.test, (named, test.otherwise))]
    if isinstance(test, Order | Several):
        return [part for name, inner in test.parts for part in flattened(joined(label, name), inner, premise)]
    return [(label, test, premise)]


def joined(label: str, name: str) -> str:
    return f"{label}: {name}" if label else name
