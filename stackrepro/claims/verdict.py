"""Verdicts on claims, by the rules on the page "How a verdict is reached". Nothing is trained here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from math import exp, inf, isfinite, log
from pathlib import Path
from statistics import mean
from textwrap import fill, shorten
from typing import Any

import numpy as np
import yaml

from stackrepro.claims.audits import AUDITS, Finding
from stackrepro.claims.measures import MEASURES, Reading, number_at, rows_of, way
from stackrepro.claims.schema import BOUND, DATASETS, TEXTS, Claim, Part, claims, part_named
from stackrepro.claims.select import RUNGS, SEEDS, Evidence, Group, Seeds, named, related
from stackrepro.data import Source
from stackrepro.evaluation.intervals import CONFIDENCE, Interval, contrast, holm
from stackrepro.eyetest.analysis import STAGE, Estimate, detection, draws, estimate, passed
from stackrepro.eyetest.ratings import MISSING, Answers
from stackrepro.runs import StoredRun
from stackrepro.runs.store import LOW_RECALL

HOLDS, FAILS, PARTLY, OPEN = "holds", "fails", "partly holds", "open"
UNTESTABLE, NOTHING, TRACELESS = "untestable", "has nothing to explain", "can't be traced"
WORDS = (HOLDS, PARTLY, FAILS, NOTHING, OPEN, UNTESTABLE)
AT_PAPER = {HOLDS: "reproduced", PARTLY: "partly reproduced", FAILS: "not reproduced"}
INSPECTION = "inspection"  # the rung of what needs no run
INSPECTED = {HOLDS: "reproduced", PARTLY: "partly reproduced", FAILS: "refuted by inspection"}
DECIDED = (HOLDS, FAILS, PARTLY, NOTHING)
SHARE = 0.1  # of a distance, the least difference that counts
LEAST_RATIO = log(1.1)  # of logarithms
CLOSED = 0.5  # of a gap, the most that may be left of one that closes
# What audits that need torch find, by arm, so that judging doesn't import it; a test makes it anew.
KEPT = yaml.safe_load(Path(__file__).with_name("audits.yaml").read_text(encoding="utf-8"))
HALF_WAY = 0.5  # from untrained to real, the least that a side must have come
BASES = {f"birds/{kind}-{model}" for kind in ("dense", "conv", "dconv") for model in ("64", "128", "stack", "stack-bp")}
BASES |= {"faces/edges", "faces/gray", "faces/single"}
DENSE = tuple(f"birds/dense-{model}" for model in ("64", "128", "stack"))
DIRECTED = ("better", "a little better", "closes")
MOST_SEEDS = 1000  # beyond which no number of seeds is told
COLUMNS = 110  # of what is printed


@dataclass(frozen=True)
class Effect:
    """What a test saw, on its own scale: differences, or logarithms where `logarithm` is set.

    `values` has for each side its values by seed; `zone` is where the interval must lie for the claim, in the case of
    "some difference" where it must not. `row` is the row of the results that was read.
    """

    interval: Interval
    zone: tuple[float, float]
    margin: float | None
    logarithm: bool
    paired: bool
    row: str
    values: tuple[dict[int, float], ...]
    gap: Effect | None = None

    @property
    def shown(self) -> tuple[float, float, float]:
        """Mean and ends of the interval as people read them, logarithms as ratios."""
        ends = self.interval.mean, self.interval.low, self.interval.high
        return tuple(map(exp, ends)) if self.logarithm else ends

    def __str__(self) -> str:
        middle, low, high = self.shown
        kind = "ratio" if self.logarithm else "level" if len(self.values) == 1 else "difference"
        told = f"{kind} {middle:.3g}" + (f" [{low:.3g}, {high:.3g}]" if self.interval.n > 1 else "")
        if self.margin is not None:
            told += f", margin {exp(self.margin) if self.logarithm else self.margin:.3g}"
        return f"{told}, n = {', '.join(dict.fromkeys(str(len(side)) for side in self.values))}"


@dataclass(frozen=True)
class Outcome:
    """What became of a part: its word and why; `seeds` that would decide it if it is open, None where that's unknown.

    `beside` has the means of the same contrast by other rows and measures, `runs` what it was read from.
    """

    part: Part
    word: str
    reason: str
    effect: Effect | None = None
    p: float | None = None
    seeds: int | None = None
    beside: dict[str, float] = field(default_factory=dict)
    runs: tuple[StoredRun, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What became of a claim at a rung, which is a tier or `inspection`; `state` is one of the plain words."""

    claim: Claim
    rung: str
    state: str
    outcomes: tuple[Outcome, ...]

    @property
    def word(self) -> str:
        """The verdict as it is printed: "reproduced" is kept for tier paper and for inspections."""
        return {"paper": AT_PAPER, INSPECTION: INSPECTED}.get(self.rung, {}).get(self.state, self.state)

    @property
    def decided(self) -> bool:
        """Whether the claim is decided at this rung."""
        return self.state in DECIDED

    @property
    def runs(self) -> tuple[StoredRun, ...]:
        """The runs behind it, each once."""
        return tuple({run.folder: run for one in self.outcomes for run in one.runs}.values())

    @property
    def data(self) -> str:
        """The names of the data that they were trained on."""
        return " and ".join(dict.fromkeys(run.record["data"]["name"] for run in self.runs))

    @property
    def counted(self) -> str:
        """How many parts have come to what, such as "2 of 7 parts hold, 1 fails, 4 open"; nothing for one part."""
        words = [outcome.word for outcome in self.outcomes]
        verbs = {HOLDS: ("holds", "hold"), FAILS: ("fails", "fail"), NOTHING: ("explains nothing", "explain nothing")}
        counts = {word: words.count(word) for word in (HOLDS, FAILS, OPEN, *words) if word in words}
        told = [f"{count} {verbs.get(word, (word, word))[count > 1]}" for word, count in counts.items()]
        return "" if len(words) < 2 else ", ".join(told).replace(" ", f" of {len(words)} parts ", 1)

    @property
    def p(self) -> float | None:
        """The largest p of its parts that count, None where one has none."""
        found = [one.p for one in self.outcomes if one.word in (HOLDS, FAILS, OPEN)]
        return max(found) if found and None not in found else None

    @property
    def reason(self) -> str:
        """Each part with its word and why, the deciding ones first."""
        parts = sorted(self.outcomes, key=lambda one: one.word != self.state)
        return "; ".join(f"{one.part.label}: {one.word}, {one.reason}" for one in parts)


@dataclass(frozen=True)
class Entry:
    """A row of the ledger: the verdict of the highest rung that decides the claim, and those of other rungs."""

    verdict: Verdict
    others: tuple[Verdict, ...] = ()

    @property
    def dissent(self) -> list[str]:
        """The rungs that say otherwise."""
        return [f"{other.rung}: {other.word}" for other in self.others if other.word != self.verdict.word]


# From claims to parts


def entry(claim: Claim, evidence: Evidence) -> Entry:
    """Judge a claim at each rung. If none decides it, that rung is its own which has come farthest.

    A last rung without runs is open for want of them whatever the others have seen, so that it tells nothing.
    """
    if claim.inspected:
        return Entry(judge(claim, evidence, INSPECTION))
    found = [judge(claim, evidence, rung) for rung in RUNGS]

    def rank(verdict: Verdict) -> tuple[bool, bool, int, int]:
        looked = sum(one.effect is not None and one.effect.interval.n >= SEEDS for one in verdict.outcomes)
        place = RUNGS.index(verdict.rung) if verdict.decided else looked
        return verdict.decided, verdict.state == OPEN, place, len(verdict.runs)

    own = max((verdict for verdict in found if verdict.decided or verdict.runs or verdict.rung != RUNGS[-1]), key=rank)
    return Entry(own, tuple(other for other in found if other is not own and (other.decided or other.runs)))


def judge(claim: Claim, evidence: Evidence, tier: str) -> Verdict:
    """Judge a claim by the runs of one tier, or by inspection alone."""
    found = tuple(outcome for part in claim.parts for outcome in judged(part, evidence, tier))
    return Verdict(claim, tier, together([one.word for one in found]), found)


def together(words: Sequence[str]) -> str:
    """Return what becomes of a claim whose parts have come to these words."""
    counted = set(words) & {HOLDS, FAILS, OPEN}
    if not counted:
        return NOTHING if NOTHING in words else TRACELESS if set(words) == {TRACELESS} else UNTESTABLE
    if len(counted) == 1:
        return counted.pop()
    return OPEN if OPEN in counted else PARTLY


def judged(part: Part, evidence: Evidence, tier: str) -> list[Outcome]:
    """Judge a part, after its premise; none where it is no part at this tier, several of an inspection."""
    if part.kind == "inspect":
        return inspected(part, evidence.sources.get(DATASETS[part.claim[0]]))
    if tier not in part.tiers:
        return []
    if part.kind == "rated":
        return [by_people(part, evidence, tier)]
    found = (by_times if part.measures[0] == "seconds" else measured)(part, evidence, tier)
    if part.premise:
        (first,) = judged(part_named(part.premise, claims()), evidence, tier)
        if first.word in (FAILS, NOTHING):
            found = replace(found, word=NOTHING, reason=f"{part.premise} fails")
        elif first.word != HOLDS:
            found = replace(found, word=first.word, reason=f"waits for {part.premise}; {found.reason}")
    return [found]


@cache
def inspected(part: Part, source: Source | None) -> list[Outcome]:
    """Call an audit, or tell what was found beforehand."""
    words = {True: HOLDS, False: FAILS, None: UNTESTABLE}
    if part.test in AUDITS:
        kept = KEPT.get(part.test)
        found = AUDITS[part.test](part.arm, source) if kept is None else [Finding(*each) for each in kept[part.arm]]
        return [Outcome(replace(part, label=one.subject), words[one.holds], one.detail) for one in found]
    return [Outcome(part, TRACELESS if part.test == TRACELESS else words[part.holds], part.finds)]


def by_times(part: Part, evidence: Evidence, tier: str) -> Outcome:
    """Judge a test of times: of each turn the shortest updates, at one batch for all sides."""
    columns: list[dict[int, list[list[float]]]] = [{} for _ in part.sides]  # by batch: seconds for an image
    timed = [one for one in evidence.timed if (one["arm"], one["tier"]) == (part.arm, tier)]
    sides = [side.split(" and ") for side in part.sides]
    for column, side in zip(columns, sides, strict=True):
        for one in (one for name in side for one in timed if one["experiment"] == name):
            column.setdefault(one["batch"], []).append([second / one["batch"] for second in one["seconds"]])
    shared = [b for b in columns[0] if all(len(c.get(b, [])) == len(s) for c, s in zip(columns, sides, strict=True))]
    if not shared:
        return Outcome(part, OPEN, f"nothing is timed at tier {tier}: run benchmarks/stack_cost.py")
    values = tuple(dict(enumerate(map(sum, zip(*column[max(shared)], strict=True)))) for column in columns)
    return decided(part, seen(part, values, True, f"batch {max(shared)}"))


@dataclass(frozen=True)
class Side:
    """One side of a test: the experiment's name at the tier, what is read of it, of which row, and its runs."""

    name: str
    what: Reading
    runs: Seeds
    row: str = ""

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of its runs."""
        return [run.result for run in self.runs.values()]

    @property
    def values(self) -> dict[int, float | None]:
        """What is read, by seed; None where a result doesn't hold it or it has no logarithm."""
        found = {seed: self.what.value(run.result, self.row) for seed, run in self.runs.items()}
        if self.what.measure.logarithm:
            found = {seed: None if value is None or value <= 0 else value for seed, value in found.items()}
        return found

    @property
    def mostly_dead(self) -> bool:
        """Whether more than half of its trainings have died."""
        return sum(run.health["died_at"] is not None for run in self.runs.values()) > len(self.runs) / 2

    @property
    def low_recall(self) -> bool:
        """Whether hardly a real image has images of this side around it."""
        row = self.what.row_in(self.row) if self.what.measure.at[0] == "measures" else self.row
        found = [number_at(rows_of(result, "measures", self.what.space), row, "recall") for result in self.results]
        return self.what.measure.about == "images" and None not in found and mean(found) < LOW_RECALL


def sides_of(part: Part, group: Group | None, tier: str) -> list[Side]:
    """Return a part's sides with their runs of a group."""
    found = [
        Side(named(side, part.arm, tier), what, {} if group is None else group.side(side, part.arm))
        for side, what in zip(part.sides, part.readings, strict=True)
    ]
    return in_one_row(part.arm, found)


def in_one_row(arm: str, sides: Sequence[Side]) -> list[Side]:
    """Let all sides read one row of trained generators: the average in arm matched, where all runs have it."""
    there = all("average" in result["measures"] for side in sides for result in side.results)
    return [replace(side, row="average" if arm == "matched" and there else "generated") for side in sides]


def measured(part: Part, evidence: Evidence, tier: str) -> Outcome:
    """Judge a comparison or a level by the runs of a tier."""
    group = evidence.best(tier, part.sides, part.arm)
    sides = sides_of(part, group, tier)
    names = [side.name for side in sides]
    runs = tuple({run.folder: run for side in sides for run in side.runs.values()}.values())
    lacking = dict.fromkeys(side.name for side in sides if not side.runs)
    paired = related(names, part.arm, tier)
    if paired:
        shared = sorted(set.intersection(*(set(side.runs) for side in sides)))
        sides = in_one_row(part.arm, [replace(s, runs={seed: s.runs[seed] for seed in shared}) for s in sides])
    absent = [side.what.words for side in sides if None in side.values.values()]
    if len(set(zip(names, part.measures, strict=True))) < len(names):
        return Outcome(part, UNTESTABLE, f"both sides are {names[0]} at tier {tier}")
    if lacking and part.without_runs:
        return Outcome(part, UNTESTABLE, part.without_runs)
    if all("/dense-" in name for name in names) and far_off(evidence, tier):
        return Outcome(part, UNTESTABLE, "no dense model of arm matched is near enough", runs=runs)
    if lacking:
        return Outcome(part, OPEN, f"no run of {' and '.join(lacking)}", runs=runs)
    if paired and not shared:
        return Outcome(part, OPEN, f"{' and '.join(names)} share no seed", runs=runs)
    if absent:
        return Outcome(part, UNTESTABLE, f"not measured: {absent[0]}", runs=runs)

    effect = seen(part, tuple(side.values for side in sides), paired, sides[0].row, sides)
    outcome = replace(decided(part, effect, sides), runs=runs, beside=beside(part, sides))
    if outcome.beside.get("at own sizes", 0.0) * effect.interval.mean < 0:
        outcome = replace(outcome, reason=f"{outcome.reason}; at their own sizes the sign is the other")
    word, seeds = UNTESTABLE, None
    if group.synthetic:
        why = "images that the program drew itself"
    elif tier not in RUNGS:
        why = f"tier {tier} is no rung"
    elif effect.interval.n < SEEDS:
        word, why = OPEN, f"{effect.interval.n} of {SEEDS} seeds"
        seeds = None if effect.interval.n < 2 else max(SEEDS, outcome.seeds or 0)
    else:
        why = unfit_sides(part, sides, group)
    return replace(outcome, word=word, reason=f"{why}; {effect}", p=None, seeds=seeds) if why else outcome


# From values to words


def seen(
    part: Part, values: tuple[dict[int, float], ...], paired: bool, row: str, sides: Sequence[Side] = ()
) -> Effect:
    """Return what a test sees in its sides' values, by the runs of which margins are computed."""
    measure = part.readings[0].measure
    scale: Callable[[float], float] = log if measure.logarithm else float
    sign, margin, gap = 1 if measure.better == "high" else -1, None, None
    if part.kind == "level":
        side, bound = BOUND.fullmatch(part.test).groups()
        edge = scale(float(bound)) if float(bound) > 0 or not measure.logarithm else -inf
        zone, weights = ((edge, inf) if side == "above" else (-inf, edge)), [1.0]
    elif part.factor is not None:
        weights = [1.0, -1.0] if measure.logarithm else [1.0, -part.factor]
        zone = (log(part.factor) if measure.logarithm else 0.0, inf)
    else:
        weights = [sign * 2 * CLOSED, -sign * CLOSED, -sign * CLOSED] if len(values) == 3 else [1.0 * sign, -1.0 * sign]
        margin = LEAST_RATIO if measure.logarithm else margin_of(sides)
        zone = (0.0 if part.test in DIRECTED else -margin, margin if "difference" in part.test else inf)
    if part.test == "closes":
        smaller = replace(part, test="better", sides=part.sides[:0:-1], measures=part.measures[1:])
        gap = seen(smaller, values[:0:-1], paired, row, sides[:0:-1])
    groups = [[scale(value) for value in side.values()] for side in values]
    return Effect(contrast(groups, weights, paired), zone, margin, measure.logarithm, paired, row, values, gap)


def margin_of(sides: Sequence[Side]) -> float:
    """Return the least difference that counts: a tenth of the farther side's distance from the baseline."""
    distances, errors = [], []
    for side in sides:
        baseline = mean(side.what.baseline(result) or 0.0 for result in side.results)
        distances.append(abs(mean(side.values.values()) - baseline))
        errors += [side.what.error(result, side.row) for result in side.results]
    return max(SHARE * max(distances), mean(errors))


def weighed(test: str, effect: Effect) -> str:
    """Return what an effect says, by the table of the tests; a gap that isn't there can't close."""
    gap = HOLDS if effect.gap is None else weighed("better", effect.gap)
    if gap != HOLDS:
        return NOTHING if gap == FAILS else OPEN
    interval, (start, end) = effect.interval, effect.zone
    low, high = interval.low, interval.high
    inside, apart = start < low and high < end, high < start or low > end
    match test:
        case "better":
            holds, fails = inside and interval.mean >= effect.margin, high < effect.margin or high <= 0
        case "no worse" | "no difference":
            holds, fails = inside, apart
        case "some difference":
            holds, fails = apart, inside
        case _:
            holds, fails = inside, high <= start or low >= end
    return HOLDS if holds else FAILS if fails else OPEN


def decided(part: Part, effect: Effect, sides: Sequence[Side] = ()) -> Outcome:
    """Judge a part by its effect, and by which sides have low recall or died; the reason says what that changes."""
    word, reason = weighed(part.test, effect), str(effect)
    seeds = seeds_needed(part.test, effect) if word == OPEN else None
    if sides and (part.test in (*DIRECTED, "no worse") or part.factor is not None):
        best, other = (1, 0) if part.factor and part.readings[0].measure.better == "low" else (0, 1)
        dead = [part.may_die and side.mostly_dead for side in sides]
        if dead[best] != dead[other] and part.test in DIRECTED:
            word, reason = (FAILS if dead[best] else HOLDS), f"{part.sides[dead.index(True)]} died; {reason}"
        elif word == HOLDS and sides[best].low_recall and part.test != "no worse":
            word, reason = FAILS, f"for low recall of {part.sides[best]}, without which it {word}; {reason}"
        elif word == FAILS and sides[other].low_recall:
            word, reason = UNTESTABLE, f"for low recall of {part.sides[other]}, without which it {word}; {reason}"
    return Outcome(part, word, reason, effect, p_of(part.test, effect), seeds)


def p_of(test: str, effect: Effect) -> float:
    """Return p of the one-sided test whose rejection at 5 % is "holds"."""
    interval, (low, high) = effect.interval, effect.zone
    if test == "some difference":
        return min(interval.p_above(high), interval.p_below(low))
    found = [interval.p_above(low)] if low > -inf else []
    found += [interval.p_below(high)] if high < inf else []
    found += [] if effect.gap is None else [p_of("better", effect.gap)]
    return max(found)


def seeds_needed(test: str, effect: Effect) -> int | None:
    """Return how many seeds of each side would decide an open part if means and spreads stayed as they are."""
    if effect.interval.n < 2:
        return None

    def with_seeds(n: int) -> Effect:
        gap = None if effect.gap is None else replace(effect.gap, interval=effect.gap.interval.with_seeds(n))
        return replace(effect, interval=effect.interval.with_seeds(n), gap=gap)

    more = range(max(SEEDS, effect.interval.n + 1), MOST_SEEDS)
    return next((n for n in more if weighed(test, with_seeds(n)) != OPEN), None)


def beside(part: Part, sides: Sequence[Side]) -> dict[str, float]:
    """Return the mean contrast of a comparison of two sides by the other row, and of KID by Fréchet distances."""
    found: dict[str, float] = {}
    if len(sides) != 2 or part.factor is not None:
        return found

    def add(name: str, read: Callable[[Side, dict[str, Any]], float | None]) -> None:
        first, second = ([read(side, result) for result in side.results] for side in sides)
        if None not in (*first, *second):
            sign = 1 if sides[0].what.measure.better == "high" else -1
            found[name] = sign * (mean(first) - mean(second))

    other, name = ("generated", "last iterate") if sides[0].row == "average" else ("average", "average")
    if all(side.what.measure.at[1] == "" and not side.what.row for side in sides):
        add(name, lambda side, result: side.what.value(result, other))
    if all(side.what.measure is MEASURES["kid"] for side in sides):
        add("FID", lambda side, result: number_at(side.what.images(result, side.row), "frechet"))
        add("FID of 192 features", lambda side, result: number_at(early(result), side.row, "frechet"))
        if sides[0].what.space == "common":
            add("at own sizes", lambda side, r: number_at(r["measures"], side.what.row_in(side.row), "kid"))
    return found


def early(result: dict[str, Any]) -> Any:
    """Return the rows by 192 features, of the trajectory's end where no protocol has them."""
    rows = (result.get("protocols") or {}).get("fid-192/pytorch-fid")
    path = result.get("trajectory")
    return rows or (dict.fromkeys(("average", "generated"), path[-1]) if path else None)


# Who may be judged


def unfit_sides(part: Part, sides: Sequence[Side], group: Group) -> str:
    """Say why a part can't be judged by these runs, or return nothing: the rules of adequacy."""
    for side in sides:
        if any(too_few(side, result) for result in side.results):
            return f"{side.name} has fewer images than its protocol names"
    if part.exempt:
        return ""
    for side in sides:
        asked = [*side.runs.values()] if side.name in BASES else []
        asked += [] if side.what.conditions else [stage for run in side.runs.values() for stage in group.before(run)]
        for run in asked:
            if not run.health["alive"]:
                return f"the training of {run.result['experiment']}, seed {run.result['seed']}, isn't shown to be alive"
        if side.what.measure.about == "losses" and part.may_die and side.mostly_dead:
            return f"the losses of {side.name} are those of a training that died"
    lacks = [far(side) for side in sides if not (part.may_die and side.mostly_dead)]
    return f"{sides[0].name}: {lacks[0]}" if lacks and all(lacks) else "" if lacks else "both trainings died"


def far(side: Side) -> str:
    """Say why a side isn't near enough to real images, or return nothing."""
    row = "held_out" if side.what.conditions else side.row
    rows = (row, "untrained", "floor", "other_domain")
    found = [[number_at(result["measures"], one, "kid") for one in rows] for result in side.results]
    if any(None in values for values in found):
        return f"no row {row.replace('_', ' ')}, or none of those that it must be held against"
    kid, untrained, real, other = map(mean, zip(*found, strict=True))
    if (came := way(kid, untrained, real)) < HALF_WAY:
        return f"{came:.0%} of the way to real images"
    return "" if kid < other else "farther from real images than pictures of something else are"


def far_off(evidence: Evidence, tier: str) -> bool:
    """Say whether all dense models of arm matched have their seeds and none is near enough."""
    plain = Part("", "", "level", "above 0", DENSE, ("kid",) * len(DENSE))
    sides = sides_of(plain, evidence.best(tier, DENSE, plain.arm), tier)
    if min(len(side.runs) for side in sides) < SEEDS:
        return False
    return all(far(alone) for side in sides for alone in in_one_row(plain.arm, [side]))


def too_few(side: Side, result: dict[str, Any]) -> bool:
    """Say whether a row that is read has fewer images than the protocol names; rows held out have what there is."""
    what, protocol = side.what, result["protocol"]
    images, row = what.images(result, side.row), what.row_in(side.row)
    if images is None or row in ("held_out", "floor"):
        return False
    samples = protocol["samples"]
    some = protocol.get("beside", samples)  # as many as rows beside the standard ones have
    last = protocol.get("last") or samples if "average" in result["measures"] else samples
    whole = what.measure.at[0] != "pixels" and what.space
    least = {"trained_on": some, "halfway": samples if whole else some, "generated": last}.get(row, samples)
    return images["n"] < least or "fewer-images" in images.get("flags", ())


# What people answered


def by_people(part: Part, evidence: Evidence, tier: str) -> Outcome:
    """Judge a test of ratings by the eye test that most raters took."""
    group = evidence.best(tier, part.sides, part.arm)
    found = [] if group is None else [one for a in evidence.ratings if (one := heard(part, group, a)) is not None]
    if not found:
        return Outcome(part, UNTESTABLE, "no ratings; none are invented")
    raters, trainings, share = max(found, key=lambda one: one[0])
    told = f"share {share.value:.3g} [{share.low:.3g}, {share.high:.3g}], {raters} raters"
    sides = sides_of(replace(part, measures=("way",) * len(part.sides)), group, tier)
    runs = tuple(run for side in sides for run in side.runs.values())
    why = "" if tier in RUNGS and not group.synthetic else "such runs decide nothing"
    if not why and (raters < SEEDS or trainings < SEEDS):
        return Outcome(part, OPEN, f"{raters} raters, {trainings} trainings: {SEEDS} each; {told}", runs=runs)
    if why := why or unfit_sides(part, sides, group):
        return Outcome(part, UNTESTABLE, f"{why}; {told}", runs=runs)
    bound = part.above or 0.0
    return Outcome(part, HOLDS if share.low > bound else FAILS if share.high <= bound else OPEN, told, runs=runs)


def heard(part: Part, group: Group, answers: Answers) -> tuple[int, int, Estimate] | None:
    """Return how many raters an eye test has, images of how many trainings, and the share or difference of shares.

    None where it shows other runs, or nobody answered. A share of right answers is the mean of those among generated
    and among real images, so that guessing gives 0.5.
    """
    shown = [seeds_shown(side, part.arm, group, answers) for side in part.sides]
    if not all(shown):
        return None
    drawn = draws(answers)
    if part.test == "told apart":
        (model,) = part.sides
        found = detection(answers, drawn, model, dict(answers.test.models)[model])
        raters, share = found.raters, found.accuracy
    else:
        judged = [(answers.levels[:, answers.of(name, STAGE)] != MISSING).any(axis=1) for name in part.sides]
        place = answers.test.asks.words.index(part.test) - 1  # the first word stands for no threshold
        better, worse = (passed(answers, drawn, name)[place] for name in part.sides)
        raters, share = int(np.logical_and(*judged).sum()), estimate(better - worse)
    return (raters, len(set.intersection(*shown)), share) if raters else None


def seeds_shown(experiment: str, arm: str, group: Group, answers: Answers) -> set[int]:
    """Return the seeds of an experiment's runs that an eye test shows; none where one isn't of the group."""
    known = {run.folder.name: seed for seed, run in group.side(experiment, arm).items()}
    shown = {trial.run for trial in answers.test.trials if trial.model == experiment}
    return {known[run] for run in shown} if shown <= known.keys() else set()


# Over several claims


def corrected(verdicts: Iterable[Verdict]) -> dict[str, float]:
    """Return p by claim after Holm's correction over the distinct tests of a paper; claims of one test count once."""
    tests: dict[frozenset, list[Verdict]] = {}
    for verdict in verdicts:
        if verdict.p is not None:
            key = frozenset((o.part.measures, frozenset(o.part.sides), o.part.arm) for o in verdict.outcomes)
            tests.setdefault(key, []).append(verdict)
    smallest = [min(verdict.p for verdict in group) for group in tests.values()]
    return {
        verdict.claim.id: adjusted if verdict.p == least else max(adjusted, verdict.p)
        for group, adjusted, least in zip(tests.values(), holm(smallest), smallest, strict=True)
        for verdict in group
    }


def band(evidence: Evidence, dataset: str, tier: str) -> tuple[float, float, int] | None:
    """Return the middle nine tenths of what halves of equal runs differ by in KID, as shares of the margin.

    All splits of each model of arm matched with four or more seeds count, either way round; the third number counts
    models. None where there is none.
    """
    plain = Part("", "", "compare", "better", ("", ""), ("kid", "kid"))
    found, models = [], 0
    for group in (group for group in evidence.groups if group.tier == tier and not group.synthetic):
        for (name, arm), runs in group.runs.items():
            if arm != plain.arm or len(runs) < 4 or not name.startswith(f"{dataset}/"):
                continue
            models += 1
            for half in combinations(sorted(runs), len(runs) // 2):
                halves = [{s: r for s, r in runs.items() if (s in half) == inside} for inside in (True, False)]
                sides = in_one_row(arm, [Side(name, plain.readings[0], half) for half in halves])
                effect = seen(plain, tuple(side.values for side in sides), False, sides[0].row, sides)
                found += [sign * effect.interval.mean / effect.margin for sign in (1, -1)]
    if not found:
        return None
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high), models


# What is told of a claim


def missing(claim: Claim, evidence: Evidence, tier: str) -> list[tuple[str, str, int]]:
    """List experiment, arm and seed of the runs that a verdict at a tier still needs, with those of its premises."""
    premises = [part_named(part.premise, claims()) for part in claim.parts if part.premise]
    found: dict[tuple[str, str, int], None] = {}
    for part in (*premises, *claim.parts):
        if part.of_runs and tier in part.tiers and not part.without_runs:
            group = evidence.best(tier, part.sides, part.arm)
            for seed, side in ((seed, side) for seed in range(SEEDS) for side in part.sides):
                if group is None or seed not in group.side(side, part.arm):
                    found[named(side, part.arm, tier), part.arm, seed] = None
    return list(found)


def judged_at(claim: Claim, evidence: Evidence, tier: str | None) -> Entry:
    """Judge a claim at a tier, or at each rung."""
    return entry(claim, evidence) if tier is None or claim.inspected else Entry(judge(claim, evidence, tier))


def as_record(claim: Claim, evidence: Evidence, lacking: str) -> dict[str, Any]:
    """Judge a claim at each rung, into JSON; `lacking` is the tier whose missing runs are listed."""
    found = entry(claim, evidence)
    verdict, lacks = found.verdict, missing(claim, evidence, lacking)
    out = [(*side, why, n) for (side, why), n in evidence.left_out.items() if side in claim.experiments]
    return {
        **{key: getattr(claim, key) for key in ("id", "paper", *TEXTS[1:])},
        **{key: getattr(verdict, key) for key in ("rung", "counted", "reason", "data", "p")},
        "verdict": verdict.word,
        "dissent": found.dissent,
        "other_rungs": {other.rung: other.word for other in found.others},
        "left_out": [f"{n} of {name} ({arm}), {why}" for name, arm, why, n in out],
        "parts": [part_record(outcome) for outcome in verdict.outcomes],
        "missing": [{"experiment": name, "arm": arm, "seed": seed} for name, arm, seed in lacks],
    }


def part_record(outcome: Outcome) -> dict[str, Any]:
    """Turn a part into JSON; null stands for an end that is infinite. Ratios stand as ratios."""
    effect, part = outcome.effect, outcome.part
    told = {
        "part": part.label,
        "test": part.words,
        "premise": part.premise or None,
        **{key: getattr(outcome, key) for key in ("word", "reason", "p")},
        "seeds_that_would_decide": outcome.seeds,
        "runs": sorted(run.folder.name for run in outcome.runs),
    }
    if effect is None:
        return told
    middle, *ends = effect.shown
    columns = zip(part.sides, part.measures, effect.values, strict=True)
    return told | {
        "scale": "ratio" if effect.logarithm else "difference",
        "mean": middle,
        "interval": [end if isfinite(end) else None for end in ends],
        "margin": effect.margin,
        "pairing": "paired" if effect.paired else "independent",
        "row": effect.row,
        "values": [{"side": side, "measure": measure, "by_seed": values} for side, measure, values in columns],
        "beside": outcome.beside,
    }


def line(found: Entry) -> str:
    """Return a row of the ledger: claim, rung, verdict, and as much of the reason as fits."""
    verdict = found.verdict
    start = f"{verdict.claim.id:4} {verdict.rung:10} {verdict.word:22} "
    told = "; ".join(filter(None, [*found.dissent, verdict.counted, verdict.reason]))
    return start + shorten(told, COLUMNS - len(start), placeholder=" ...", break_on_hyphens=False)


def explained(found: Entry, evidence: Evidence, tier: str) -> str:
    """Tell all about a claim: what is said, how it is tested, what was seen, and how a tier's missing runs are made."""

    def paragraph(label: str, text: str) -> str:
        return fill(text, COLUMNS, initial_indent=f"  {label:11}", subsequent_indent=" " * 13, break_on_hyphens=False)

    verdict, claim = found.verdict, found.verdict.claim
    where = f"{verdict.word}, rung {verdict.rung}" + (f", {verdict.data}" if verdict.data else "")
    blocks = [
        f"{claim.id}  paper {claim.paper}, {claim.section}; chapter {claim.chapter}",
        *(paragraph(key.replace("statement", "claim"), getattr(claim, key)) for key in TEXTS[3:]),
        paragraph("verdict", "; ".join(filter(None, [where, verdict.counted, *found.dissent]))),
    ]
    for ((name, arm), why), count in evidence.left_out.items():
        if (name, arm) in claim.experiments:
            blocks.append(paragraph("", f"left out {count} of {name} ({arm}), {why}"))
    for outcome in verdict.outcomes:
        part = outcome.part
        told = part.words + (f", if {part.premise} holds" if part.premise else "")
        told += f"; {outcome.seeds} seeds would decide it" if outcome.seeds else ""
        others = ", ".join(f"{name} {value:.3g}" for name, value in outcome.beside.items())
        blocks.append(paragraph(shorten(outcome.word, 10, placeholder=""), f"{part.label}: {outcome.reason}"))
        blocks.append(paragraph("", told + (f"; beside it {others}" if others else "")))
    if lacks := missing(claim, evidence, tier):
        command = "  stackrepro run {} --arm {} --tier {tier} --seed {} --data-root FOLDER"
        blocks += ["", "Runs that are missing:", *(command.format(*lack, tier=tier) for lack in lacks)]
    return "\n".join(blocks)
