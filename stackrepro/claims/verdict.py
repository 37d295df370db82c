"""Verdicts on claims, by the rules on the page "How a verdict is reached". Nothing is trained here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import combinations
from math import exp, inf, log
from statistics import mean
from typing import Any

import numpy as np

from stackrepro.claims.audits import AUDITS
from stackrepro.claims.measures import MEASURES, Reading, number_at, rows_of, way
from stackrepro.claims.rated import Heard, heard
from stackrepro.claims.schema import BOUND, Claim, Part, claims, part_named
from stackrepro.claims.select import RUNGS, SEEDS, Evidence, Group, Seeds, named, related
from stackrepro.data import Source
from stackrepro.evaluation.intervals import CONFIDENCE, Interval, contrast, holm
from stackrepro.runs import StoredRun
from stackrepro.runs.store import REPEATS_ITSELF

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
HALF_WAY = 0.5  # from untrained to real, the least that a side must have come
BASES = {f"birds/{kind}-{model}" for kind in ("dense", "conv", "dconv") for model in ("64", "128", "stack", "stack-bp")}
BASES |= {"faces/edges", "faces/gray", "faces/single"}
DENSE = tuple(f"birds/dense-{model}" for model in ("64", "128", "stack"))
DIRECTED = ("better", "a little better", "closes")
MOST_SEEDS = 1000  # beyond which no number of seeds is told


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
        return tuple(map(as_ratio, ends)) if self.logarithm else ends


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
    data: str = ""

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
    def counted(self) -> str:
        """How many parts have come to what, such as "2 of 7 parts hold, 1 fails, 4 open"; nothing for one part."""
        words = [outcome.word for outcome in self.outcomes]
        verbs = {HOLDS: ("holds", "hold"), FAILS: ("fails", "fail"), NOTHING: ("explains nothing", "explain nothing")}
        found = [
            (words.count(word), *verbs.get(word, (word, word))) for word in (HOLDS, FAILS, OPEN, *dict.fromkeys(words))
        ]
        told = [f"{count} {one if count == 1 else many}" for count, one, many in dict.fromkeys(found) if count]
        first, _, rest = (told[0] if told else "").partition(" ")
        return "" if len(words) == 1 else ", ".join([f"{first} of {len(words)} parts {rest}", *told[1:]])

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
    others: tuple[Verdict, ...]


def entry(claim: Claim, evidence: Evidence) -> Entry:
    """Judge a claim at each rung. If none decides it, that rung is its own which has come farthest."""
    if claim.inspected:
        return Entry(judge(claim, evidence, INSPECTION), ())
    found = [judge(claim, evidence, rung) for rung in RUNGS]

    def rank(verdict: Verdict) -> tuple[bool, bool, int, int]:
        looked = sum(one.effect is not None and one.effect.interval.n >= SEEDS for one in verdict.outcomes)
        place = RUNGS.index(verdict.rung) if verdict.decided else looked
        return verdict.decided, verdict.state == OPEN, place, len(verdict.runs)

    own = max(found, key=rank)
    there = [other for other in found if other is not own and (other.decided or other.runs)]
    return Entry(own, tuple(there))


def judge(claim: Claim, evidence: Evidence, tier: str) -> Verdict:
    """Judge a claim by the runs of one tier, or by inspection alone."""
    found = [outcome for part in claim.parts for outcome in judged(part, claim, evidence, tier)]
    data = dict.fromkeys(run.record["data"]["name"] for outcome in found for run in outcome.runs)
    return Verdict(claim, tier, together([one.word for one in found]), tuple(found), " and ".join(data))


def together(words: Sequence[str]) -> str:
    """Return what becomes of a claim whose parts have come to these words."""
    counted = set(words) & {HOLDS, FAILS, OPEN}
    if not counted:
        return NOTHING if NOTHING in words else TRACELESS if set(words) == {TRACELESS} else UNTESTABLE
    if len(counted) == 1:
        return counted.pop()
    return OPEN if OPEN in counted else PARTLY


def judged(part: Part, claim: Claim, evidence: Evidence, tier: str) -> list[Outcome]:
    """Judge a part, after its premise; none where it is no part at this tier, several of an inspection."""
    if part.kind == "inspect":
        return inspected(part, evidence.sources.get(claim.dataset))
    if tier not in part.tiers:
        return []
    if part.kind == "rated":
        return [by_people(part, evidence, tier)]
    timed = part.measures[0] == "seconds"
    found = by_times(part, evidence, tier) if timed else measured(part, evidence, tier)
    if not part.premise:
        return [found]
    premise = part_named(part.premise, claims())
    (first,) = judged(premise, claims()[premise.claim], evidence, tier)
    match first.word:
        case "holds":
            return [found]
        case "fails" | "has nothing to explain":
            return [replace(found, word=NOTHING, reason=f"{part.premise} fails")]
    return [replace(found, word=first.word, reason=f"waits for {part.premise}; {found.reason}")]


@cache
def inspected(part: Part, source: Source | None) -> list[Outcome]:
    """Call an audit, or tell what was found beforehand."""
    words = {True: HOLDS, False: FAILS, None: UNTESTABLE}
    if part.test in AUDITS:
        found = AUDITS[part.test](part.arm, source)
        return [Outcome(replace(part, label=one.subject), words[one.holds], one.detail) for one in found]
    return [Outcome(part, TRACELESS if part.test == TRACELESS else words[part.holds], part.finds)]


def by_times(part: Part, evidence: Evidence, tier: str) -> Outcome:
    """Judge a test of times: of each turn the shortest updates, at one batch for all sides."""
    columns: list[dict[int, list[float]]] = [{} for _ in part.sides]
    for column, side in zip(columns, part.sides, strict=True):
        for name in side.split(" and "):
            for one in evidence.timed:
                if (one["experiment"], one["arm"], one["tier"]) == (name, part.arm, tier):
                    column.setdefault(one["batch"], []).append([second / one["batch"] for second in one["seconds"]])
    wanted = [len(side.split(" and ")) for side in part.sides]
    shared = [b for b in columns[0] if all(len(c.get(b, [])) == n for c, n in zip(columns, wanted, strict=True))]
    if not shared:
        return Outcome(part, OPEN, f"nothing is timed at tier {tier}: run benchmarks/stack_cost.py")
    values = tuple(dict(enumerate(map(sum, zip(*column[max(shared)], strict=True)))) for column in columns)
    return decided(part, seen(part, values, True, f"batch {max(shared)}", None))


def measured(part: Part, evidence: Evidence, tier: str) -> Outcome:
    """Judge a comparison or a level by the runs of a tier."""
    names = [named(side, part.arm, tier) for side in part.sides]
    if None in names:
        return Outcome(part, UNTESTABLE, f"{part.sides[names.index(None)]} isn't defined in arm {part.arm}")
    if len(set(zip(names, part.measures, strict=True))) < len(names):
        return Outcome(part, UNTESTABLE, f"both sides are {names[0]} at tier {tier}")
    group = evidence.best(tier, part.sides, part.arm)
    sides = [{} if group is None else group.side(side, part.arm) for side in part.sides]
    runs = tuple(run for side in {id(side): side for side in sides}.values() for run in side.values())
    lacking = [name for name, side in zip(names, sides, strict=True) if not side]
    if lacking and part.without_runs:
        return Outcome(part, UNTESTABLE, part.without_runs)
    if all("/dense-" in name for name in names) and far_off(evidence, tier):
        return Outcome(part, UNTESTABLE, "no dense model of arm matched is near enough", runs=runs)
    if lacking:
        reason = f"no run of {' and '.join(dict.fromkeys(lacking))}"
        return Outcome(part, OPEN, reason, runs=runs)
    paired = related(names, part.arm, tier)
    if paired:
        shared = set.intersection(*map(set, sides))
        sides = [{seed: side[seed] for seed in sorted(shared)} for side in sides]
        if not shared:
            return Outcome(part, OPEN, f"{' and '.join(names)} share no seed", runs=runs)
    trained = trained_row(part, sides)
    values = valued(part, sides, trained)
    if isinstance(values, str):
        return Outcome(part, UNTESTABLE, f"not measured: {values}", runs=runs)
    effect = seen(part, values, paired, trained, sides)
    outcome = replace(decided(part, effect, sides), runs=runs, beside=beside(part, sides, trained))
    if outcome.beside.get("at own sizes", 0.0) * effect.interval.mean < 0:
        outcome = replace(outcome, reason=f"{outcome.reason}; at their own sizes the sign is the other")
    if tier not in RUNGS or group.synthetic:
        why = "images that the program drew itself" if group.synthetic else f"tier {tier} is no rung"
        return replace(outcome, word=UNTESTABLE, reason=f"{why}; {told(effect)}", p=None, seeds=None)
    if effect.interval.n < SEEDS:
        reason = f"{effect.interval.n} of {SEEDS} seeds; {told(effect)}"
        return replace(
            outcome,
            word=OPEN,
            reason=reason,
            p=None,
            seeds=None if effect.interval.n < 2 else max(SEEDS, outcome.seeds or 0),
        )
    why = unfit_sides(part, names, sides, group, trained)
    return replace(outcome, word=UNTESTABLE, reason=f"{why}; {told(effect)}", p=None, seeds=None) if why else outcome


def trained_row(part: Part, sides: Sequence[Seeds]) -> str:
    """Name the row of trained generators that a test reads: the average in arm matched, where all runs have it."""
    there = all("average" in run.result["measures"] for side in sides for run in side.values())
    return "average" if part.arm == "matched" and there else "generated"


def valued(part: Part, sides: Sequence[Seeds], trained: str) -> tuple[dict[int, float], ...] | str:
    """Return each side's values by seed, or the words of the measure that a result lacks."""
    found: list[dict[int, float]] = []
    for what, side in zip(part.readings, sides, strict=True):
        values = {seed: what.value(run.result, trained) for seed, run in side.items()}
        if any(value is None or (what.measure.logarithm and value <= 0) for value in values.values()):
            return what.words
        found.append(values)
    return tuple(found)


def seen(
    part: Part, values: tuple[dict[int, float], ...], paired: bool, row: str, sides: Sequence[Seeds] | None
) -> Effect:
    """Return what a test sees in its sides' values, by the runs of which margins are computed."""
    measure = part.readings[0].measure
    scale: Callable[[float], float] = log if measure.logarithm else float
    groups = [[scale(value) for value in side.values()] for side in values]
    sign, zone, margin = 1 if measure.better == "high" else -1, (-inf, inf), None
    if part.kind == "level":
        side, bound = BOUND.fullmatch(part.test).groups()
        edge = scale(float(bound)) if float(bound) > 0 or not measure.logarithm else -inf
        zone, weights = ((edge, inf) if side == "above" else (-inf, edge)), [1.0]
    elif part.factor is not None:
        weights = [1.0, -1.0] if measure.logarithm else [1.0, -part.factor]
        zone = (log(part.factor) if measure.logarithm else 0.0, inf)
    else:
        weights = [sign * weight for weight in ([-CLOSED * -2, -CLOSED, -CLOSED] if len(values) == 3 else [1.0, -1.0])]
        margin = LEAST_RATIO if measure.logarithm else margin_of(part, sides, values, row)
        zone = {
            "better": (0.0, inf),
            "a little better": (0.0, inf),
            "closes": (0.0, inf),
            "no worse": (-margin, inf),
        }.get(part.test, (-margin, margin))
    interval = contrast(groups, weights, paired)
    gap = None
    if part.test == "closes":
        smaller = replace(part, test="better", sides=part.sides[:0:-1], measures=part.measures[1:])
        gap = seen(smaller, values[:0:-1], paired, row, None if sides is None else sides[:0:-1])
    return Effect(interval, zone, margin, measure.logarithm, paired, row, values, gap)


def margin_of(part: Part, sides: Sequence[Seeds], values: Sequence[dict[int, float]], row: str) -> float:
    """Return the least difference that counts: a tenth of the farther side's distance from the baseline."""
    distances, errors = [], []
    for what, side, found in zip(part.readings, sides, values, strict=True):
        results = [run.result for run in side.values()]
        baselines = [what.baseline(result) or 0.0 for result in results]
        distances.append(abs(mean(found.values()) - mean(baselines)))
        errors += [what.error(result, row) for result in results]
    return max(SHARE * max(distances), mean(errors))


def outcome_of(test: str, interval: Interval, zone: tuple[float, float], margin: float | None) -> str:
    """Return what an interval says, by the table of the tests."""
    low, high = interval.low, interval.high
    inside = zone[0] < low and high < zone[1]
    outside = high <= zone[0] or low >= zone[1]
    match test:
        case "better":
            holds, fails = inside and interval.mean >= margin, high < margin or high <= 0
        case "no worse" | "no difference":
            holds, fails = inside, high < zone[0] or low > zone[1]
        case "some difference":
            holds, fails = high < zone[0] or low > zone[1], inside
        case _:
            holds, fails = inside, outside
    return HOLDS if holds else FAILS if fails else OPEN


def weighed(test: str, effect: Effect) -> str:
    """Return what an effect says; a gap that isn't there can't close."""
    if effect.gap is not None:
        gap = outcome_of("better", effect.gap.interval, effect.gap.zone, effect.gap.margin)
        if gap != HOLDS:
            return NOTHING if gap == FAILS else OPEN
    return outcome_of(test, effect.interval, effect.zone, effect.margin)


def decided(part: Part, effect: Effect, sides: Sequence[Seeds] = ()) -> Outcome:
    """Judge a part by its effect alone, and by which sides repeat themselves or have died."""
    word = weighed(part.test, effect)
    reason, p = told(effect), p_of(part.test, effect)
    seeds = seeds_needed(part.test, effect) if word == OPEN else None
    if sides and (part.test in DIRECTED or part.factor is not None or part.test == "no worse"):
        best, other = (1, 0) if part.factor and part.readings[0].measure.better == "low" else (0, 1)
        dead = [part.may_die and mostly_dead(side) for side in sides]
        repeats = [repeats_itself(what, side, effect.row) for what, side in zip(part.readings, sides, strict=True)]
        if dead[best] != dead[other] and part.test in DIRECTED:
            word, reason = (FAILS if dead[best] else HOLDS), f"{part.sides[dead.index(True)]} died; {reason}"
        elif word == HOLDS and repeats[best] and part.test != "no worse":
            word, reason = FAILS, f"{part.sides[best]} repeats itself; {reason}"
        elif word == FAILS and repeats[other]:
            word, reason = UNTESTABLE, f"{part.sides[other]} repeats itself, so it can't be the better one; {reason}"
    return Outcome(part, word, reason, effect, p, seeds)


def p_of(test: str, effect: Effect) -> float:
    """Return p of the one-sided test whose rejection at 5 % is "holds"."""
    above, below = effect.interval.p_above(effect.zone[0]), effect.interval.p_below(effect.zone[1])
    if test == "some difference":
        return min(effect.interval.p_above(effect.zone[1]), effect.interval.p_below(effect.zone[0]))
    sided = [p for p, bound in ((above, effect.zone[0]), (below, effect.zone[1])) if abs(bound) < inf]
    return max([*sided, *([] if effect.gap is None else [p_of("better", effect.gap)])])


def seeds_needed(test: str, effect: Effect) -> int | None:
    """Return how many seeds of each side would decide an open part if means and spreads stayed as they are."""
    if effect.interval.n < 2:
        return None

    def with_seeds(n: int) -> Effect:
        gap = None if effect.gap is None else replace(effect.gap, interval=effect.gap.interval.with_seeds(n))
        return replace(effect, interval=effect.interval.with_seeds(n), gap=gap)

    more = range(max(SEEDS, effect.interval.n + 1), MOST_SEEDS)
    return next((n for n in more if weighed(test, with_seeds(n)) != OPEN), None)


def unfit_sides(part: Part, names: Sequence[str], sides: Sequence[Seeds], group: Group, trained: str) -> str:
    """Say why a part can't be judged by these runs, or return nothing: the rules of adequacy."""
    told = list(zip(names, part.readings, sides, strict=True))
    for name, what, side in told:
        if any(too_few(what, run.result, trained) for run in side.values()):
            return f"{name} has fewer images than its protocol names"
    if part.exempt:
        return ""
    for name, what, side in told:
        judged_runs = [side.values()] if name in BASES else []
        judged_runs += [] if what.conditions else [group.before(run) for run in side.values()]
        for run in (run for runs in judged_runs for run in runs):
            if not run.health["alive"]:
                return f"the game of {run.result['experiment']}, seed {run.result['seed']}, isn't shown to be alive"
        if what.measure.about == "losses" and part.may_die and mostly_dead(side):
            return f"the losses of {name} are those of a game that died"
    lacks = [far(what, side, trained) for _, what, side in told if not (part.may_die and mostly_dead(side))]
    return f"{names[0]}: {lacks[0]}" if lacks and all(lacks) else "" if lacks else "both games died"


def far(what: Reading, side: Seeds, trained: str) -> str:
    """Say why a side isn't near enough to real images, or return nothing."""
    row = "held_out" if what.conditions else trained
    rows = (row, "untrained", "floor", "other_domain")
    found = [[number_at(run.result["measures"], one, "kid") for one in rows] for run in side.values()]
    if any(value is None for values in found for value in values):
        return f"no row {row.replace('_', ' ')}, or none of those that it must be held against"
    kid, untrained, real, other = map(mean, zip(*found, strict=True))
    if (came := way(kid, untrained, real)) < HALF_WAY:
        return f"{came:.0%} of the way to real images"
    return "" if kid < other else "farther from real images than pictures of something else are"


def far_off(evidence: Evidence, tier: str) -> bool:
    """Say whether all dense models of arm matched have their seeds and none is near enough."""
    group = evidence.best(tier, DENSE, "matched")
    sides = [] if group is None else [group.side(name, "matched") for name in DENSE]
    if not sides or min(map(len, sides)) < SEEDS:
        return False
    plain = Part("", "", "level", "above 0", ("",), ("kid",))
    return all(far(plain.readings[0], side, trained_row(plain, [side])) for side in sides)


def too_few(what: Reading, result: dict[str, Any], trained: str) -> bool:
    """Say whether a row that is read has fewer images than the protocol names; rows held out have what there is."""
    images, protocol, row = what.images(result, trained), result["protocol"], what.row_in(trained)
    if images is None or row in ("held_out", "floor"):
        return False
    beside, samples = protocol.get("beside", protocol["samples"]), protocol["samples"]
    apart = what.measure.at[0] == "pixels" or not what.space
    last = protocol.get("last") or samples if "average" in result["measures"] else samples
    least = {"trained_on": beside, "halfway": beside if apart else samples, "generated": last}.get(row, samples)
    return images["n"] < least or "fewer-images" in images.get("flags", ())


def mostly_dead(side: Seeds) -> bool:
    """Say whether the game of more than half of a side's runs has died."""
    return sum(run.health["died_at"] is not None for run in side.values()) > len(side) / 2


def repeats_itself(what: Reading, side: Seeds, trained: str) -> bool:
    """Say whether a side's recall says that it draws but few images."""
    row = what.row_in(trained) if what.measure.at[0] == "measures" else trained
    results = [run.result for run in side.values()]
    found = [number_at(rows_of(result, "measures", what.space), row, "recall") for result in results]
    return what.measure.about == "images" and None not in found and mean(found) < REPEATS_ITSELF


def beside(part: Part, sides: Sequence[Seeds], trained: str) -> dict[str, float]:
    """Return the mean contrast of a comparison of two sides by the other row, and of KID by Fréchet distances."""
    if len(sides) != 2 or part.factor is not None:
        return {}
    found: dict[str, float] = {}

    def add(name: str, row: str, reader: Callable[[Reading, dict[str, Any]], float | None]) -> None:
        values = [[reader(w, r.result) for r in s.values()] for w, s in zip(part.readings, sides, strict=True)]
        if not any(value is None for side in values for value in side):
            sign = 1 if part.readings[0].measure.better == "high" else -1
            found[name] = sign * (mean(values[0]) - mean(values[1]))

    other = {"average": "generated", "generated": "average"}.get(trained)
    if all(what.measure.at[1] == "" and not what.row for what in part.readings):
        add({"generated": "last iterate", "average": "average"}[other], other, lambda w, r: w.value(r, other))
    if all(what.measure is MEASURES["kid"] for what in part.readings):
        add("FID", trained, lambda w, r: number_at(w.images(r, trained), "frechet"))
        add("FID of 192 features", trained, lambda w, r: number_at(early(r), trained, "frechet"))
        if part.readings[0].space == "common":
            rows = [what.row_in(trained) for what in part.readings]
            own = dict(zip(part.readings, rows, strict=True))
            add("at own sizes", trained, lambda w, r: number_at(r["measures"], own[w], "kid"))
    return found


def early(result: dict[str, Any]) -> Any:
    """Return the rows by 192 features, of the trajectory's end where no protocol has them."""
    rows = (result.get("protocols") or {}).get("fid-192/pytorch-fid")
    path = result.get("trajectory")
    return rows or (dict.fromkeys(("average", "generated"), path[-1]) if path else None)


def by_people(part: Part, evidence: Evidence, tier: str) -> Outcome:
    """Judge a test of ratings."""
    group = evidence.best(tier, part.sides, part.arm)
    found = [] if group is None else [one for a in evidence.ratings if (one := heard(part, group, a)) is not None]
    if not found:
        return Outcome(part, UNTESTABLE, "no ratings; none are invented")
    best: Heard = max(found, key=lambda one: one.raters)
    sides = [group.side(side, part.arm) for side in part.sides]
    runs = tuple(run for side in sides for run in side.values())
    trained = trained_row(part, sides)
    why = "" if tier in RUNGS and not group.synthetic else "such runs decide nothing"
    if not why and (best.raters < SEEDS or best.trainings < SEEDS):
        return Outcome(part, OPEN, f"{best.raters} raters, {best.trainings} trainings: {SEEDS} each; {best}", runs=runs)
    images = replace(part, measures=("way",) * len(sides))
    why = why or unfit_sides(images, [named(s, part.arm, tier) for s in part.sides], sides, group, trained)
    bound = part.above or 0.0
    word = HOLDS if best.low > bound else FAILS if best.high <= bound else OPEN
    return Outcome(part, UNTESTABLE if why else word, f"{why}; {best}" if why else str(best), runs=runs)


def told(effect: Effect) -> str:
    """Tell an effect in a line: mean, interval, margin, seeds."""
    middle, low, high = effect.shown
    ends = f" [{low:.3g}, {high:.3g}]" if effect.interval.n > 1 else ""
    margin = (
        ""
        if effect.margin is None
        else f", margin {as_ratio(effect.margin) if effect.logarithm else effect.margin:.3g}"
    )
    counts = ", ".join(dict.fromkeys(str(len(side)) for side in effect.values))
    kind = "ratio" if effect.logarithm else "level" if len(effect.values) == 1 else "difference"
    return f"{kind} {middle:.3g}{ends}{margin}, n = {counts}"


def as_ratio(logarithm: float) -> float:
    """Return the ratio of a logarithm, which may be infinite."""
    return inf if logarithm == inf else exp(logarithm)


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
        for (name, arm), side in group.runs.items():
            if arm != "matched" or len(side) < 4 or not name.startswith(f"{dataset}/"):
                continue
            models += 1
            for half in combinations(sorted(side), len(side) // 2):
                halves = [{s: r for s, r in side.items() if (s in half) == inside} for inside in (True, False)]
                row = trained_row(plain, halves)
                effect = seen(plain, valued(plain, halves, row), False, row, halves)
                found += [sign * effect.interval.mean / effect.margin for sign in (1, -1)]
    if not found:
        return None
    low, high = np.quantile(found, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high), models
