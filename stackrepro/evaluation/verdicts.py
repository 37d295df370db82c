"""Verdicts on claims, computed from results and from inspection by the rules of `experiments.claims.rules`.

Nothing is trained here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from stackrepro.data import Source
from stackrepro.evaluation.cohorts import Cohort, Side, by_data, cohorts, dataset_of, place, sorted_out, starved
from stackrepro.evaluation.comparisons import decided, look, numbers, record, told
from stackrepro.evaluation.eye_test.answers import Answers
from stackrepro.evaluation.fitness import definition
from stackrepro.evaluation.rated import by_people
from stackrepro.experiments.claims import Audit, Cited, Claim, Level, OfRuns, Pending, Rated, Ratio, readings
from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.experiments.claims.rules import (
    ADEQUATE_TIERS,
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

    `runs` are those behind it; `left_out` tells of results that can't stand beside the others.
    """

    claim: str
    word: str
    parts: tuple[Part, ...]
    tier: str | None = None
    data: str | None = None
    runs: tuple[StoredRun, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """Why, in a line: first the parts that decide, then the others with the word of each."""
        parts = sorted(self.parts, key=lambda part: (part.word != self.word, DECIDING.index(part.word)))
        told = [self.told(part) for part in parts if not part.absent]
        absent = dict.fromkeys(name for part in parts for name in part.absent)
        lack = [f"no run of {', '.join(absent)}"] if absent else []
        return "; ".join([*lack, *self.left_out, *told])

    def told(self, part: Part) -> str:
        """Tell a part's reason, under its label if it has one, and its word where that is not the claim's."""
        word = "" if part.word == self.word else f" ({part.word})"
        return f"{part.label}{word}: {part.reason}" if part.label else part.reason


def judge(
    claim: Claim, runs: Sequence[StoredRun], source: Source | None = None, ratings: Sequence[Answers] = ()
) -> Verdict:
    """Judge a claim by the best set of runs that there is for each data set, or by inspection.

    Args:
        claim: what the paper says, and its test.
        runs: results to choose from; of equal ones the first counts.
        source: the data set to inspect, for the claims about data.
        ratings: what people answered in eye tests, whichever runs these show.
    """
    needed = claim.experiments
    fit, left_out = sorted_out(runs, needed)
    best = by_data(cohorts(fit), needed)
    judged: list[Part] = []
    for label, test in claim.parts:
        if isinstance(test, Audit):
            judged += audited(test.function, test.arm, source)
        elif isinstance(test, Cited):
            judged.append(Part(label, REPRODUCED if test.holds else REFUTED, test.found))
        elif isinstance(test, Pending):
            judged.append(Part(label, UNTESTABLE, test.lacking))
        elif isinstance(test, Rated):
            judged.append(Part(label, *by_people(test, best[dataset_of(test.sides[0])], ratings)))
        else:
            judged.append(measured(label, test, best[dataset_of(test.sides[0])]))
    parts = after_premises(judged, claim.premises)
    premises = {premise for premise, _ in claim.premises.values()}
    counted = [part.word for part in parts if part.label not in premises or part.word != REPRODUCED]
    behind = [cohort for cohort in best.values() if cohort is not None]
    return Verdict(
        claim.id,
        combined(counted),
        tuple(parts),
        tier=" and ".join(dict.fromkeys(cohort.tier for cohort in behind)) or None,
        data=" and ".join(dict.fromkeys(cohort.data for cohort in behind)) or None,
        runs=tuple(run for cohort in behind for side in needed for run in cohort.runs.get(side, {}).values()),
        left_out=left_out,
    )


def after_premises(parts: list[Part], premises: dict[str, tuple[str, str]]) -> list[Part]:
    """Give a part whose premise isn't reproduced the word of that."""
    words = {part.label: part.word for part in parts}
    found = []
    for part in parts:
        premise, otherwise = premises.get(part.label, (None, ""))
        word = REPRODUCED if premise is None else words[premise]
        if word == REPRODUCED:
            found.append(part)
        elif word == NOT_REPRODUCED:
            found.append(replace(part, word=word, reason=otherwise, absent=()))
        else:
            found.append(replace(part, word=word, reason=f"waits for {premise}; {part.reason}"))
    return found


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
    undefined = [name for name in test.sides if definition(name, test.arm, ADEQUATE_TIERS[0], 0) is None]
    if undefined:
        return Part(label, NOT_ENOUGH, f"{' and '.join(undefined)} not defined in arm {test.arm}")
    absent = [f"{name} ({arm})" for name, arm in sides(test) if cohort is None or (name, arm) not in cohort.runs]
    if absent:
        return Part(label, NOT_ENOUGH, f"no run of {' and '.join(absent)}", absent=tuple(absent))
    shared = cohort.seeds(sides(test))
    seeds = [seed for seed in shared if comparable(test, cohort.pair(sides(test), seed))]
    pairs = [cohort.pair(sides(test), seed) for seed in seeds]
    apart = "; trained on different machines" if len(seeds) < len(shared) else ""
    if not pairs:
        return Part(label, NOT_ENOUGH, f"{' and '.join(test.sides)} share no seed{apart}")
    seen = look(test, pairs)
    telling = f"not measured yet: {unmeasured(test, pairs)}" if seen is None else f"seen: {told(test, seen)}"
    kept = None if seen is None else record(test, seeds, seen)
    if not cohort.suits:
        return Part(label, UNTESTABLE, telling, kept)
    if isinstance(test, Level) and test.tier not in (None, cohort.tier):
        return Part(label, UNTESTABLE, f"only tier {test.tier} decides; {telling}", kept)
    if len(pairs) < SEEDS or seen is None:
        return Part(label, NOT_ENOUGH, f"{len(pairs)} of {SEEDS} paired seeds{apart}; {telling}", kept)
    bearing = [run for pair in pairs for name, run in zip(test.sides, pair, strict=True) if name in test.adequate]
    lacks = [why for run in bearing if (why := starved(run))]
    if lacks:
        return Part(label, UNTESTABLE, f"{lacks[0]}; {telling}", kept)
    if spoilt := disturbed(test, pairs):
        return Part(label, UNTESTABLE, f"{spoilt}; {telling}", kept)
    return Part(label, decided(test, seen), told(test, seen), kept)


def comparable(test: OfRuns, pair: list[StoredRun]) -> bool:
    """Say whether the runs of a pair compare by what a test reads; times do so on one machine only."""
    timed = any(MEASURES[measure].timed for _, measure in readings(test))
    return not timed or all(place(run) == place(pair[0]) for run in pair)


def disturbed(test: OfRuns, pairs: Sequence[list[StoredRun]]) -> str:
    """Say why times can't bear a verdict, or return nothing: one experiment's seeds do the same work."""
    if not isinstance(test, Ratio) or not MEASURES[test.measure].timed:
        return ""
    for name, found in zip(test.sides, zip(*(numbers(test, pair) for pair in pairs), strict=True), strict=True):
        times = [number for _, number in found]
        if (apart := max(times) / min(times)) >= test.factor:
            return f"the times of {name} differ among its own seeds by a factor of {apart:.2f}"
    return ""


def unmeasured(test: OfRuns, pairs: Sequence[list[StoredRun]]) -> str:
    """Name in words the measures of a test that a result doesn't hold."""
    absent = dict.fromkeys(measure for pair in pairs for measure, number in numbers(test, pair) if number is None)
    return ", ".join(MEASURES[measure].words for measure in absent) or "the way from untrained to floor"
