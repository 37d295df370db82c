"""One test of runs: what it looks at, what it claims, and what an interval decides."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, isfinite, log
from statistics import mean
from typing import Any

from stackrepro.evaluation.intervals import Interval, t_interval
from stackrepro.evaluation.readings import span, value
from stackrepro.experiments.claims import (
    AnyDifference,
    Closes,
    Difference,
    Exceeds,
    Level,
    NoDifference,
    NotWorse,
    OfRuns,
    Rated,
    Ratio,
    ToldApart,
    readings,
)
from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.experiments.claims.rules import MARGIN, NOT_ENOUGH, NOT_REPRODUCED, REPRODUCED
from stackrepro.runs import StoredRun


@dataclass(frozen=True)
class Seen:
    """What a test saw: the interval over the pairs, and the zone that it claims.

    Differences are positive where the first side is the better one. `least` is the smallest mean that counts. `gap` is
    what was seen of the gap that is said to close.
    """

    interval: Interval
    zone: tuple[float, float]
    least: float = -inf
    gap: Seen | None = None


def look(test: OfRuns, pairs: list[list[StoredRun]]) -> Seen | None:
    """Return what a test sees in pairs, each with a run of each of its sides; None where a measure is absent."""
    values = [[number for _, number in numbers(test, pair)] for pair in pairs]
    if any(number is None for row in values for number in row):
        return None
    match test:
        case Level():
            bounds = (-inf if test.low is None else test.low, inf if test.high is None else test.high)
            return Seen(t_interval([only for (only,) in values]), bounds)
        case Exceeds():
            return Seen(t_interval([more - test.factor * less for more, less in values]), (0.0, inf))
        case Ratio():
            logarithms = t_interval([log(more / less) for more, less in values])
            ratio = Interval(len(values), *(exp(end) for end in (logarithms.mean, logarithms.low, logarithms.high)))
            return Seen(ratio, (test.factor, inf))
    sign = 1 if MEASURES[test.measure].better == "high" else -1
    if isinstance(test, Closes):
        gap = look(test.gap, [[standard, worse] for worse, _, standard in pairs])
        closed = [sign * ((mended - good) - test.share * (bad - good)) for bad, mended, good in values]
        return None if gap is None else Seen(t_interval(closed), (0.0, inf), gap=gap)
    interval = t_interval([sign * (first - second) + 0.0 for first, second in values])  # + 0.0 rids of -0
    if isinstance(test, Difference) and not (test.least and MEASURES[test.measure].spanned):
        return Seen(interval, (0.0, inf))
    # The untrained generator is not measured by every protocol: those that know their span speak for all.
    spans = [known for pair in pairs for run in pair if (known := span(run.result, test.measure)) is not None]
    if not spans:
        return None
    if isinstance(test, Difference):
        return Seen(interval, (0.0, inf), least=test.least * mean(spans))
    margin = MARGIN * mean(spans)
    if isinstance(test, AnyDifference):
        return Seen(interval, (margin, inf) if interval.mean >= 0 else (-inf, -margin))
    return Seen(interval, (-margin, inf if isinstance(test, NotWorse) else margin))


def numbers(test: OfRuns, pair: list[StoredRun]) -> list[tuple[str, float | None]]:
    """Return each measure that a test reads of one run of each of its sides, with its value where there is one."""
    runs = dict(zip(test.sides, pair, strict=True))
    found = [(measure, value(runs[name].result, measure)) for name, measure in readings(test)]
    if isinstance(test, Ratio):  # which needs positive numbers
        return [(measure, None if number is None or number <= 0 else number) for measure, number in found]
    return found


def decided(test: OfRuns | Rated, seen: Seen) -> str:
    """Return the verdict that an interval over enough and adequate runs gives."""
    interval, zone = seen.interval, seen.zone
    if seen.gap is not None and decided(test.gap, seen.gap) != REPRODUCED:
        return NOT_REPRODUCED
    if zone[0] < interval.low and interval.high < zone[1] and interval.mean >= seen.least:
        return REPRODUCED
    if isinstance(test, AnyDifference):
        margin = min(map(abs, zone))
        return NOT_REPRODUCED if -margin < interval.low and interval.high < margin else NOT_ENOUGH
    if isinstance(test, NoDifference | NotWorse) and interval.low <= 0 <= interval.high:
        return NOT_ENOUGH
    return NOT_REPRODUCED


def told(test: OfRuns | Rated, seen: Seen) -> str:
    """Tell an interval, and whether its mean is where the claim has it."""
    interval, zone = seen.interval, seen.zone
    what = {Level: "level", Ratio: "ratio", ToldApart: "share"}.get(type(test), "difference")
    ends = f" [{interval.low:.4g}, {interval.high:.4g}]" if interval.n > 1 else ""
    side = "as claimed" if zone[0] < interval.mean < zone[1] else "not as claimed"
    if side == "as claimed" and interval.mean < seen.least:
        side = f"too small to count, which needs {seen.least:.4g}"
    if seen.gap is not None and decided(test.gap, seen.gap) != REPRODUCED:
        side = "no gap to close"
    return f"{side}, {what} {interval.mean:.4g}{ends}, n = {interval.n}"


def record(test: OfRuns | Rated, seeds: list[int], seen: Seen) -> dict[str, Any]:
    """Turn what was seen into JSON; null stands for an end that is infinite."""

    def finite(number: float) -> float | None:
        return number if isfinite(number) else None

    interval = seen.interval
    return {
        "measures": [measure for _, measure in readings(test)],
        "arm": test.arm,
        "experiments": list(test.sides),
        "seeds": seeds,
        "mean": interval.mean,
        "interval": [finite(interval.low), finite(interval.high)],
        "claimed": [finite(end) for end in seen.zone],
        "least": finite(seen.least),
    }
