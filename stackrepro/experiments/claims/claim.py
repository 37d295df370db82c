"""What a claim is: a row of the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stackrepro.experiments.claims.kinds import Inspection, OfRuns, Order, Several, Test


@dataclass(frozen=True)
class Claim:
    """What a paper says, and how that is tested.

    `section` is the place in the paper, `chapter` the notebook that shows it, `evidence` what the paper offers for it,
    and `departs` how the test departs from what the paper did.
    """

    id: str
    section: str
    chapter: str
    statement: str
    evidence: str
    test: Test
    departs: str

    def in_arm(self, arm: str) -> Claim:
        """Return the claim with this arm in the place of the one that each test of runs names."""
        return replace(self, test=in_arm(self.test, arm))

    @property
    def parts(self) -> list[tuple[str, OfRuns | Inspection]]:
        """The single tests with their labels; one test alone has an empty label."""
        return flattened("", self.test)

    @property
    def experiments(self) -> list[tuple[str, str]]:
        """The experiments that the test reads, each as (registry name, arm), once."""
        tests = [test for _, test in self.parts if isinstance(test, OfRuns)]
        return list(dict.fromkeys((name, test.arm) for test in tests for name in test.sides))

    @property
    def adequacy(self) -> str:
        """What must be given before the test may decide."""
        if self.experiments:
            return "3 paired seeds, tier reduced or paper, real images, all updates, half of the way to the floor"
        return "none: no run is read"


def in_arm(test: Test, arm: str) -> Test:
    if isinstance(test, Several):
        return Several(tuple((label, in_arm(part, arm)) for label, part in test.parts))
    return test if isinstance(test, Inspection) else replace(test, arm=arm)


def flattened(label: str, test: Test) -> list[tuple[str, OfRuns | Inspection]]:
    if isinstance(test, Order | Several):
        named = [(f"{label}: {name}" if label else name, inner) for name, inner in test.parts]
        return [part for name, inner in named for part in flattened(name, inner)]
    return [(label, test)]
