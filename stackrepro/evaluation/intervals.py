"""Uncertainty at its two levels: over training seeds, and over the samples of one trained generator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt
from statistics import mean, stdev, variance

CONFIDENCE = 0.9  # of two-sided intervals


@dataclass(frozen=True)
class Interval:
    """A mean over seeds with its uncertainty, by Student's t or, over independent groups, by Welch's.

    `variances` holds for each group the variance of what it adds to the mean, and its number of seeds. One seed in a
    group leaves the interval infinite. If all values are equal it is that one point.
    """

    mean: float
    variances: tuple[tuple[float, int], ...]

    @property
    def n(self) -> int:
        """The smallest number of seeds."""
        return min(n for _, n in self.variances)

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return sqrt(sum(spread / n for spread, n in self.variances)) if self.n > 1 else inf

    @property
    def freedom(self) -> float:
        """The degrees of freedom: Welch and Satterthwaite's, for one group n - 1."""
        parts = [(spread / n) ** 2 / (n - 1) for spread, n in self.variances]
        return self.error**4 / sum(parts)

    @property
    def half(self) -> float:
        """Half of the interval's width."""
        from scipy.special import stdtrit

        if self.error in (0.0, inf):
            return self.error
        return float(stdtrit(self.freedom, (1 + CONFIDENCE) / 2)) * self.error

    @property
    def low(self) -> float:
        """The lower end."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """The upper end."""
        return self.mean + self.half

    def p_above(self, bound: float) -> float:
        """Return p of the one-sided t-test whose rejection says that the mean lies above a bound."""
        from scipy.special import stdtr

        if self.error == inf:
            return 1.0
        if self.error == 0.0:
            return 0.0 if self.mean > bound else 1.0
        return float(stdtr(self.freedom, (bound - self.mean) / self.error))

    def p_below(self, bound: float) -> float:
        """Return p of the test that says that the mean lies below a bound."""
        return Interval(-self.mean, self.variances).p_above(-bound)

    def with_seeds(self, n: int) -> Interval:
        """Return the interval that n seeds of each group would have with this mean and this spread."""
        return replace(self, variances=tuple((spread, n) for spread, _ in self.variances))


def contrast(groups: Sequence[Sequence[float]], weights: Sequence[float], paired: bool) -> Interval:
    """Return the weighted sum of the groups' means.

    Args:
        groups: a value for each seed; of paired ones those with the same place belong together.
        weights: one for each group.
    """
    if paired:
        sums = [sum(w * value for w, value in zip(weights, row, strict=True)) for row in zip(*groups, strict=True)]
        return Interval(mean(sums), ((spread(sums), len(sums)),))
    middle = sum(w * mean(group) for w, group in zip(weights, groups, strict=True))
    return Interval(middle, tuple((w**2 * spread(g), len(g)) for w, g in zip(weights, groups, strict=True)))


def spread(values: Sequence[float]) -> float:
    """Return the variance of values, exactly 0 where all are equal or there is but one."""
    return 0.0 if len(set(values)) == 1 else variance(values)


def t_interval(values: Sequence[float]) -> Interval:
    """Return the t-interval (Student 1908) of the mean of one or more values."""
    return contrast([values], [1.0], paired=True)


def holm(values: Sequence[float]) -> list[float]:
    """Return p values after Holm's correction (1979) for their number, in their order."""
    adjusted, running = [0.0] * len(values), 0.0
    for place, index in enumerate(sorted(range(len(values)), key=values.__getitem__)):
        running = max(running, min(1.0, (len(values) - place) * values[index]))
        adjusted[index] = running
    return adjusted


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
