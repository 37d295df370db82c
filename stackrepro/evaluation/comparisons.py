"""One test of runs: what it looks at, what it claims, and what an interval decides."""

from __future__ import annotations

from math import exp, inf, isfinite, log
from statistics import mean
from typing import Any

from stackrepro.evaluation.intervals import Interval, t_interval
from stackrepro.evaluation.readings import span, value
from stackrepro.experiments.claims import (
    AnyDifference,
    Difference,
    Exceeds,
    Level,
    NoDifference,
    NotWorse,
    OfRuns,
    Ratio,
    readings,
)
from stackrepro.experiments.claims.measures import MEASURES
from stackrepro.experiments.claims.rules import MARGIN, NOT_ENOUGH, NOT_REPRODUCED, REPRODUCED
from stackrepro.runs import StoredRun


def look(test: OfRuns, pairs: list[list[StoredRun]]) -> tuple[Interval, tuple[float, float]] | None:
    """Return the interval over the pairs of what a test looks at, and the zone that it claims; None lacks a measure.

    Differences are positive where the first side is the better one.
    """
    values = [[number for _, number in numbers(test, pair)] for pair in pairs]
    if any(number is None for row in values for number in row):
        return None
    match test:
        case Level():
            bounds = (-inf if test.low is None else test.low, inf if test.high is None else test.high)
            return t_interval([only for (only,) in values]), bounds
        case Exceeds():
            return t_interval([more - test.factor * less for more, less in values]), (0.0, inf)
        case Ratio():
            logarithms = t_interval([log(more / less) for more, less in values])
            ratio = Interval(len(values), *(exp(end) for end in (logarithms.mean, logarithms.low, logarithms.high)))
            return ratio, (test.factor, inf)
    sign = 1 if MEASURES[test.measure].better == "high" else -1
    interval = t_interval([sign * (first - second) + 0.0 for first, second in values])  # + 0.0 rids of -0
    if isinstance(test, Difference):
        return interval, (0.0, inf)
    # The untrained generator is not measured by every protocol: those that know their span speak for all.
    spans = [known for pair in pairs for run in pair if (known := span(run.result, test.measure)) is not None]
    if not spans:
        return None
    margin = MARGIN * mean(spans)
    if isinstance(test, AnyDifference):
        return interval, (margin, inf) if interval.mean >= 0 else (-inf, -margin)
    return interval, (-margin, inf if isinstance(test, NotWorse) else margin)


def numbers(test: OfRuns, pair: list[StoredRun]) -> list[tuple[str, float | None]]:
    """Return each measure that a test reads of one run of each of its sides, with its value where there is one."""
    runs = dict(zip(test.sides, pair, strict=True))
    return [(measure, value(runs[name].result, measure)) for name, measure in readings(test)]


def decided(test: OfRuns, interval: Interval, zone: tuple[float, float]) -> str:
    """Return the verdict that an interval over enough and adequate runs gives."""
    if zone[0] < interval.low and interval.high < zone[1]:
        return REPRODUCED
    if isinstance(test, AnyDifference):
        margin = min(map(abs, zone))
        return NOT_REPRODUCED if -margin < interval.low and interval.high < margin else NOT_ENOUGH
    if isinstance(test, NoDifference | NotWorse) and interval.low <= 0 <= interval.high:
        return NOT_ENOUGH
    return NOT_REPRODUCED


def told(test: OfRuns, interval: Interval, zone: tuple[float, float]) -> str:
    """Tell an interval, and whether its mean is where the claim has it."""
    what = {Level: "level", Ratio: "ratio"}.get(type(test), "difference")
    ends = f" [{interval.low:.4g}, {interval.high:.4g}]" if interval.n > 1 else ""
    side = "as claimed" if zone[0] < interval.mean < zone[1] else "not as claimed"
    return f"{side}, {what} {interval.mean:.4g}{ends}, n = {interval.n}"


def record(test: OfRuns, seeds: list[int], interval: Interval, zone: tuple[float, float]) -> dict[str, Any]:
    """Turn what was seen into JSON; null stands for an end that is infinite."""

    def finite(number: float) -> float | None:
        return number if isfinite(number) else None

    return {
        "measures": [measure for _, measure in readings(test)],
        "arm": test.arm,
        "experiments": list(test.sides),
        "seeds": seeds,
        "mean": interval.mean,
        "interval": [finite(interval.low), finite(interval.high)],
        "claimed": [finite(zone[0]), finite(zone[1])],
    }
