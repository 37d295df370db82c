"""Verdicts on claims, computed from results and from inspection by the rules of `experiments.claims.rules`.

Nothing is trained here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from stackrepro.data import Source
from stackrepro.evaluation.cohorts import Cohort, Side, chosen, cohorts, starved
from stackrepro.evaluation.comparisons import decided, look, numbers, record, told
from stackrepro.experiments.claims import Audit, Cited, Claim, Level, OfRuns, Pending
from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.experiments.claims.rules import (
    NOT_ENOUGH,
    NOT_REPRODUCED,
    REFUTED,
    REPRODUCED,
    SEEDS,
    UNTESTABLE,
    combined,
)
from stackrepro.runs import StoredRun

# Which parts come first where a reason has room for few.
DECIDING = (REFUTED, NOT_REPRODUCED, NOT_ENOUGH, UNTESTABLE, REPRODUCED)


@dataclass(frozen=True)
class Part:
    """The verdict on one test of a claim.

    `numbers` is what was seen, None where there was nothing to see; `absent` names experiments that have no run.
    """

    label: str
    word: str
    reason: str
    numbers: dict[str, Any] | None = None
    absent: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The verdict on a claim; `tier` and `data` name the runs behind it, None for an inspection.

    `stale` says that the package's source has changed since one of the runs.
    """

    claim: str
    word: str
    parts: tuple[Part, ...]
    tier: str | None = None
    data: str | None = None
    stale: bool = False

    @property
    def reason(self) -> str:
        """Why, in a line: first the parts that decide."""
        parts = sorted(self.parts, key=lambda part: (part.word != self.word, DECIDING.index(part.word)))
        told = [f"{part.label}: {part.reason}" if part.label else part.reason for part in parts if not part.absent]
        absent = dict.fromkeys(name for part in parts for name in part.absent)
        lack = [f"no run of {', '.join(absent)}"] if absent else []
        return "; ".join([*(["stale"] if self.stale else []), *lack, *told])


def judge(claim: Claim, runs: Sequence[StoredRun], source: Source | None = None) -> Verdict:
    """Judge a claim by the best set of runs that there is, or by inspection.

    Args:
        claim: what the paper says, and its test.
        runs: results to choose from; of equal ones the first counts.
        source: the data set to inspect, for the claims about data.
    """
    needed = claim.experiments
    cohort = chosen(cohorts(runs), needed) if needed else None
    judged: list[Part] = []
    for label, test in claim.parts:
        if isinstance(test, Audit):
            judged += [part for arm in test.arms for part in audited(test.function, arm, source)]
        elif isinstance(test, Cited):
            judged.append(Part(label, REPRODUCED if test.holds else REFUTED, test.found))
        elif isinstance(test, Pending):
            judged.append(Part(label, NOT_ENOUGH, test.lacking))
        else:
            judged.append(measured(label, test, cohort))
    verdict = Verdict(claim.id, combined([part.word for part in judged]), tuple(judged))
    if cohort is None:
        return verdict
    stale = any(run.state == "stale" for side in needed for run in cohort.runs.get(side, {}).values())
    return replace(verdict, tier=cohort.tier, data=cohort.data, stale=stale)


def sides(test: OfRuns) -> list[Side]:
    """List the experiments of a test with the arm."""
    return [(name, test.arm) for name in test.sides]


@cache
def audited(function: str, arm: str, source: Source | None) -> list[Part]:
    """Call an audit; what can't be looked at here is open."""
    from stackrepro.evaluation.audits import AUDITS

    words = {True: REPRODUCED, False: REFUTED, None: UNTESTABLE}
    return [Part(f"{f.subject} ({arm})", words[f.holds], f.detail) for f in AUDITS[function](arm, source)]


def measured(label: str, test: OfRuns, cohort: Cohort | None) -> Part:
    """Judge a test of runs within one cohort."""
    absent = [f"{name} ({arm})" for name, arm in sides(test) if cohort is None or (name, arm) not in cohort.runs]
    if absent:
        return Part(label, NOT_ENOUGH, f"no run of {' and '.join(absent)}", absent=tuple(absent))
    seeds = cohort.seeds(sides(test))
    pairs = [[cohort.runs[side][seed] for side in sides(test)] for seed in seeds]
    if not pairs:
        return Part(label, NOT_ENOUGH, f"{' and '.join(test.sides)} share no seed")
    seen = look(test, pairs)
    telling = f"not measured yet: {unmeasured(test, pairs)}" if seen is None else f"seen: {told(test, *seen)}"
    kept = None if seen is None else record(test, seeds, *seen)
    if not cohort.suits:
        return Part(label, UNTESTABLE, telling, kept)
    if isinstance(test, Level) and test.tier not in (None, cohort.tier):
        return Part(label, UNTESTABLE, f"only tier {test.tier} decides; {telling}", kept)
    if len(pairs) < SEEDS or seen is None:
        return Part(label, NOT_ENOUGH, f"{len(pairs)} of {SEEDS} paired seeds; {telling}", kept)
    lacks = [why for pair in pairs for run in pair if (why := starved(run))]
    if lacks:
        return Part(label, UNTESTABLE, f"{lacks[0]}; {telling}", kept)
    return Part(label, decided(test, *seen), told(test, *seen), kept)


def unmeasured(test: OfRuns, pairs: Sequence[list[StoredRun]]) -> str:
    """Name in words the measures of a test that a result doesn't hold."""
    absent = dict.fromkeys(measure for pair in pairs for measure, number in numbers(test, pair) if number is None)
    return ", ".join(MEASURES[measure].words for measure in absent) or "the way from untrained to floor"
