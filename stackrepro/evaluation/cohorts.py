"""Sets of runs that may be compared with each other: one tier, one data set, one protocol."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from stackrepro.base.errors import UserError
from stackrepro.evaluation.readings import covered
from stackrepro.experiments import TIERS, resolve
from stackrepro.experiments.claims.rules import ADEQUATE_TIERS, COVERED, SEEDS
from stackrepro.runs import StoredRun

Side = tuple[str, str]  # an experiment's registry name, and its arm


@dataclass
class Cohort:
    """Finished runs by experiment and arm, then by seed."""

    tier: str
    data: str
    synthetic: bool
    runs: dict[Side, dict[int, StoredRun]] = field(default_factory=dict)

    @property
    def suits(self) -> bool:
        """Whether a verdict about the paper may rest on such runs."""
        return self.tier in ADEQUATE_TIERS and not self.synthetic

    def seeds(self, sides: Sequence[Side]) -> list[int]:
        """List the seeds that all sides have."""
        return sorted(set.intersection(*(set(self.runs.get(side, {})) for side in sides)))


def cohorts(runs: Iterable[StoredRun]) -> list[Cohort]:
    """Sort finished runs into cohorts: first those that suit, among them the higher tier, then real images.

    Of two runs of one experiment, arm and seed the one that is given first counts.
    """
    found: dict[tuple, Cohort] = {}
    for run in runs:
        if run.damaged or run.result is None:
            continue
        result, data, protocol = run.result, run.record["data"], run.result["protocol"]
        synthetic = data["label"] == "synthetic"
        key = (result["tier"], data["fingerprint"], protocol["name"], protocol["samples"], protocol["reference"])
        cohort = found.setdefault(key, Cohort(result["tier"], data["name"], synthetic))
        cohort.runs.setdefault((result["experiment"], result["arm"]), {}).setdefault(result["seed"], run)
    tiers = list(TIERS)
    return sorted(found.values(), key=lambda c: (c.suits, tiers.index(c.tier), not c.synthetic), reverse=True)


def chosen(found: Sequence[Cohort], sides: Sequence[Side]) -> Cohort | None:
    """Return the first cohort that suits and has enough seeds of all sides, else of any seed, else of any side."""
    enough = (cohort for cohort in found if cohort.suits and len(cohort.seeds(sides)) >= SEEDS)
    complete = (cohort for cohort in found if cohort.seeds(sides))
    touched = (cohort for cohort in found if any(side in cohort.runs for side in sides))
    return next(chain(enough, complete, touched), None)


def starved(run: StoredRun) -> str:
    """Say why a run can't bear a verdict, or return nothing."""
    came = covered(run.result)
    if came < COVERED:
        return f"{run.result['experiment']}, seed {run.result['seed']}: {came:.0%} of the way to the floor"
    wanted = updates_of(run.record["configuration"])
    if run.record["configuration"]["updates"] < wanted:
        return f"{run.result['experiment']}, seed {run.result['seed']}: fewer than {wanted:,} updates"
    return ""


def updates_of(configuration: dict[str, Any]) -> int:
    """Return how many updates the registry asks of such a run today; 0 if it doesn't know the experiment any more."""
    try:
        return resolve(*(configuration[key] for key in ("experiment", "arm", "tier", "seed"))).updates
    except UserError:
        return 0
