"""Confidence intervals over training seeds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import mean, stdev

from stackrepro.experiments.claims.rules import CONFIDENCE


@dataclass(frozen=True)
class Interval:
    """The mean of `n` values with the ends of its interval, infinite for one value."""

    n: int
    mean: float
    low: float
    high: float


def t_interval(values: Sequence[float]) -> Interval:
    """Return the two-sided t-interval (Student 1908) of the mean of one or more values, at the rules' confidence."""
    from scipy.special import stdtrit

    n = len(values)
    if n == 1:
        return Interval(1, values[0], -inf, inf)
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * stdev(values) / sqrt(n)
    return Interval(n, mean(values), mean(values) - half, mean(values) + half)
