"""What a claim is: a row of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stackrepro.experiments.claims.kinds import Level, OfRuns, Order, Pending, Several, Single, Test

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
        """Return the claim with this arm in the place of the one that each test of runs names."""
        return replace(self, test=in_arm(self.test, arm))

    @property
    def parts(self) -> list[tuple[str, Single]]:
        """The single tests with their labels; one test alone has an empty label."""
        return flattened("", self.test)

    @property
    def experiments(self) -> list[tuple[str, str]]:
        """The experiments that the test reads, each as (registry name, arm), once."""
        tests = [test for _, test in self.parts if isinstance(test, OfRuns)]
        return list(dict.fromkeys((name, test.arm) for test in tests for name in test.sides))

    @property
    def tier(self) -> str | None:
        """The one tier that a part of the test insists on, None where there is no such part."""
        return next((test.tier for _, test in self.parts if isinstance(test, Level) and test.tier), None)

    @property
    def adequacy(self) -> str:
        """What must be given before the test may decide."""
        if self.experiments:
            return "3 paired seeds, tier reduced or paper, real images, all updates, half of the way to the floor"
        if any(isinstance(test, Pending) for _, test in self.parts):
            return "what is lacking"
        return "none: no run is read"


def in_arm(test: Test, arm: str) -> Test:
    if isinstance(test, Several):
        return Several(tuple((label, in_arm(part, arm)) for label, part in test.parts))
    return replace(test, arm=arm) if isinstance(test, OfRuns | Order) else test


def flattened(label: str, test: Test) -> list[tuple[str, Single]]:
    if isinstance(test, Order | Several):
        named = [(f"{label}: {name}" if label else name, inner) for name, inner in test.parts]
        return [part for name, inner in named for part in flattened(name, inner)]
    return [(label, test)]
