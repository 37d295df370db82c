"""Intervals by resampling raters and images at once (the pigeonhole bootstrap: Owen 2007, arXiv:0709.1592)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stackrepro.evaluation.eye_test.answers import Answers
from stackrepro.evaluation.intervals import CONFIDENCE

DRAWS = 2000
SEED = 2022


@dataclass(frozen=True)
class Estimate:
    """A value of the ratings as they are, with the ends of its percentile interval; NaN where it isn't defined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Draws:
    """How often each rater and each image counts: row 0 is the ratings as they are, the others are draws.

    `raters` is (1 + DRAWS, raters). `latents` is (1 + DRAWS, latents and real images): a drawn latent brings the images
    that all models made of it, so that models are compared on the same ones; real images are drawn apart.
    """

    raters: np.ndarray
    latents: np.ndarray

    def sums(self, values: np.ndarray, latents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add `values` (raters, trials) up over trials for each draw and rater, NaN where there is none.

        Args:
            latents: the trials' latents, as in `Answers`.

        Returns:
            two arrays (1 + DRAWS, raters): the sums, and how many values stand behind them. Raters are not weighted.
        """
        weights = self.latents[:, latents].astype(float)
        return weights @ np.nan_to_num(values).T, weights @ (~np.isnan(values)).T

    def mean(self, values: np.ndarray, latents: np.ndarray) -> np.ndarray:
        """Return the mean of `values` over raters and trials for each draw, (1 + DRAWS,); arguments as for `sums`."""
        total, count = (weighted.sum(1) for weighted in (self.raters * part for part in self.sums(values, latents)))
        return np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0)


def draws(answers: Answers) -> Draws:
    """Draw raters, latents and real images, of each sort as many as there are, with replacement and a fixed seed."""
    random = np.random.default_rng(SEED)
    raters, *images = (multiplicities(random, number) for number in (len(answers.raters), *answers.strata))
    return Draws(raters, np.concatenate(images, axis=1))


def multiplicities(random: np.random.Generator, number: int) -> np.ndarray:
    """Return how often each of `number` things is drawn, (1 + DRAWS, number), with once for each in row 0."""
    drawn = random.multinomial(number, np.full(number, 1 / number), DRAWS)
    return np.concatenate([np.ones((1, number), int), drawn])


def estimate(values: np.ndarray) -> Estimate:
    """Turn a statistic of each draw, (1 + DRAWS,), into its value and interval."""
    drawn = values[1:][~np.isnan(values[1:])]
    if np.isnan(values[0]) or not len(drawn):
        return Estimate(float("nan"), float("nan"), float("nan"))
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(float(values[0]), float(low), float(high))
