"""Uncertainty at its two levels: over training seeds, and over the samples of one trained generator."""

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


def root_mean_square(errors: Sequence[float]) -> float:
    """Return the size of a typical one of several standard errors."""
    return sqrt(mean(error**2 for error in errors))


def spread_of_trainings(values: Sequence[float], errors: Sequence[float]) -> float:
    """Return the standard deviation, over two or more trainings, of what values with standard errors estimate.

    The variance of measured values is that of the trainings and, on top of it, that of the samples of each. The mean of
    the squared errors is taken off, down to 0, as in a one-way analysis of variance with random effects. The t-interval
    over seeds holds both: it needs no correction.
    """
    return sqrt(max(stdev(values) ** 2 - mean(error**2 for error in errors), 0.0))
