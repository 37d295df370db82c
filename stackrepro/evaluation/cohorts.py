"""Sets of runs that may be compared with each other: one tier, one data set, one protocol."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from stackrepro.base.errors import UserError
from stackrepro.evaluation.fitness import unfit
from stackrepro.evaluation.readings import covered
from stackrepro.experiments import TIERS
from stackrepro.experiments.claims.rules import ADEQUATE_TIERS, COVERED, SEEDS
from stackrepro.runs import StoredRun
from stackrepro.runs.store import OLDER_VERSION

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

    def pair(self, sides: Sequence[Side], seed: int) -> list[StoredRun]:
        """List the runs of the sides with a seed."""
        return [self.runs[side][seed] for side in sides]


def cohorts(runs: Iterable[StoredRun]) -> list[Cohort]:
    """Sort runs that can be compared into cohorts: first those that suit, among them the higher tier, then real images.

    Of two runs of one experiment, arm and seed the one that is given first counts.
    """
    found: dict[tuple, Cohort] = {}
    for run in runs:
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


def by_data(found: Sequence[Cohort], sides: Sequence[Side]) -> dict[str, Cohort | None]:
    """Choose a cohort for each data set that the sides are of, by its name."""
    sets: dict[str, list[Side]] = {}
    for side in sides:
        sets.setdefault(dataset_of(side[0]), []).append(side)
    return {dataset: chosen(found, group) for dataset, group in sets.items()}


def dataset_of(name: str) -> str:
    return name.partition("/")[0]


def sorted_out(runs: Iterable[StoredRun], sides: Sequence[Side]) -> tuple[list[StoredRun], tuple[str, ...]]:
    """Part the evaluated runs of the sides into those that can be compared, and a line on each kind that can't be."""
    fit, left_out = [], Counter()
    for run in runs:
        side = side_of(run)
        if side not in sides or (not run.damaged and run.result is None):
            continue
        if why := unfit(run) or (OLDER_VERSION if run.state == OLDER_VERSION else ""):
            left_out[side, why] += 1
        else:
            fit.append(run)
    lines = tuple(f"left out {count} of {name} ({arm}), {why}" for ((name, arm), why), count in left_out.items())
    return fit, lines


def side_of(run: StoredRun) -> Side | None:
    """Return a run's experiment and arm, or None where its record doesn't tell."""
    try:
        configuration = run.record["configuration"]
        return configuration["experiment"], configuration["arm"]
    except (UserError, KeyError, TypeError):
        return None


def starved(run: StoredRun) -> str:
    """Say why a run can't bear a verdict, or return nothing."""
    came = covered(run.result)
    if came >= COVERED:
        return ""
    return f"{run.result['experiment']}, seed {run.result['seed']}: {came:.0%} of the way to the floor"


def place(run: StoredRun) -> tuple[Any, ...]:
    """Return what times depend on: machines, devices and processes that a run was started on, and its threads."""
    record = run.record
    found = {(x.get("machine", record["machine"]), x["device"], x.get("processes", 1)) for x in record["starts"]}
    return found, record["threads"]
