"""What raters' answers say, with intervals by resampling raters and images at once.

The resampling is the pigeonhole bootstrap (Owen 2007, arXiv:0709.1592). Where a docstring says "each draw", an array
begins with (1 + DRAWS,): its first entry is of the ratings as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from stackrepro.evaluation.intervals import CONFIDENCE
from stackrepro.eyetest.ratings import MISSING, Answers
from stackrepro.eyetest.trials import KINDS, REAL

DRAWS = 2000
SEED = 2022
STAGE = "birds"  # what trials of birds show
GENERATED = KINDS["faces"].words.index("generated")


@dataclass(frozen=True)
class Estimate:
    """A value of the ratings as they are, with the ends of its percentile interval; NaN where it isn't defined."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return "-" if np.isnan(self.value) else f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


@dataclass(frozen=True)
class Draws:
    """How often each rater and each image counts in each draw.

    `raters` is (1 + DRAWS, raters). `latents` is (1 + DRAWS, latents and real images): a drawn latent brings the images
    that all models made of it, so that models are compared on the same ones; real images are drawn apart.
    """

    raters: np.ndarray
    latents: np.ndarray

    def sums(self, values: np.ndarray, latents: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Add `values` (raters, trials) of trials with these latents up, where NaN stands for no value.

        Returns:
            two arrays (1 + DRAWS, raters): the sums, and how many values stand behind them. Raters are not weighted.
        """
        weights = self.latents[:, latents].astype(float)
        return weights @ np.nan_to_num(values).T, weights @ (~np.isnan(values)).T


def draws(answers: Answers) -> Draws:
    """Draw raters, latents and real images, of each sort as many as there are, with replacement and a fixed seed."""
    random = np.random.default_rng(SEED)

    def multiplicities(number: int) -> np.ndarray:
        drawn = random.multinomial(number, np.full(number, 1 / number), DRAWS)
        return np.concatenate([np.ones((1, number), int), drawn])

    raters, *images = [multiplicities(number) for number in (len(answers.raters), *answers.strata)]
    return Draws(raters, np.concatenate(images, axis=1))


def estimate(values: np.ndarray) -> Estimate:
    """Turn a statistic of each draw into its value and interval."""
    drawn = values[1:][~np.isnan(values[1:])]
    if np.isnan(values[0]) or not len(drawn):
        return Estimate(*[float("nan")] * 3)
    low, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(float(values[0]), float(low), float(high))


def quotient(total: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Divide, NaN where nothing stands behind a total."""
    return np.divide(total, count, out=np.full(np.shape(total), np.nan), where=count > 0)


# Agreement


def alpha(levels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return Krippendorff's alpha for ordered answers (2011, "Computing Krippendorff's Alpha-Reliability").

    1 is full agreement, 0 what chance gives. With two possible answers it equals that for unordered ones.

    Args:
        levels: int (raters, images), `MISSING` where there is no answer. Images with fewer than two don't count.
        weights: how often each image counts; once if not given.

    Returns:
        NaN where no image has two answers, or all answers that count are the same.
    """
    present = np.arange(levels.max(initial=0) + 1)
    counts = (levels[:, :, None] == present).sum(0).astype(float)  # (images, levels)
    judged = counts.sum(1)
    used = judged >= 2
    weight = (np.ones(len(counts)) if weights is None else weights)[used]
    counts, scaled = counts[used], weight / (judged[used] - 1)
    coincidences = np.einsum("u,uc,uk->ck", scaled, counts, counts) - np.diag(scaled @ counts)
    totals = coincidences.sum(0)
    middle = totals.cumsum() - totals / 2
    distances = (middle[:, None] - middle) ** 2  # half of both ends' totals and all that lies between, squared
    expected = totals @ distances @ totals
    if expected == 0:
        return float("nan")
    return float(1 - (totals.sum() - 1) * (coincidences * distances).sum() / expected)


def with_themselves(answers: Answers) -> tuple[float, float, int]:
    """Compare the answers to images that were shown twice: the share of equal ones, alpha, and the number of pairs."""
    pairs = answers.levels[:, answers.repeated].reshape(-1, 2)
    pairs = pairs[(pairs != MISSING).all(1)]
    equal = pairs[:, 0] == pairs[:, 1]
    return (float(equal.mean()), alpha(pairs.T), len(pairs)) if len(pairs) else (float("nan"), float("nan"), 0)


def agreement_with_distance(
    steps: dict[str, np.ndarray], distances: dict[str, float]
) -> tuple[Estimate, Estimate, list[str]]:
    """Compare the raters' ranking of models with that by a distance, where small is good.

    Returns:
        Spearman's rho and Kendall's tau-b, 1 for the same ranking, with intervals over raters and images, and the
        models that have both.
    """
    from scipy.stats import kendalltau, spearmanr

    models = [model for model in steps if model in distances]
    if len(models) < 3:
        nothing = Estimate(*[float("nan")] * 3)
        return nothing, nothing, models
    near = [-distances[model] for model in models]
    table = np.stack([steps[model] for model in models], axis=1)
    rows, of_draw = np.unique(table, axis=0, return_inverse=True)  # many draws are alike
    unranked = np.isnan(rows).any(1) | (rows == rows[:, :1]).all(1)

    def correlated(measure: Callable) -> Estimate:
        found = [np.nan if skip else measure(row, near).statistic for row, skip in zip(rows, unranked, strict=True)]
        return estimate(np.array(found)[of_draw.reshape(-1)])

    return correlated(spearmanr), correlated(kendalltau), models


# Birds: thresholds


def passed(answers: Answers, drawn: Draws, model: str) -> list[np.ndarray]:
    """Return for each threshold the share of a model's images that pass it, in each draw."""
    trials = answers.of(model, STAGE)
    levels = answers.levels[:, trials]
    shares = []
    for threshold in range(1, len(answers.test.asks.words)):
        values = np.where(levels == MISSING, np.nan, levels >= threshold)
        total, count = (drawn.raters * part for part in drawn.sums(values, answers.latents[trials]))
        shares.append(quotient(total.sum(1), count.sum(1)))
    return shares


def mean_steps(answers: Answers, drawn: Draws) -> dict[str, np.ndarray]:
    """Return for each model the mean number of thresholds passed, 0 to 4, in each draw."""
    return {model: np.sum(passed(answers, drawn, model), axis=0) for model, _ in answers.test.models}


# Faces: real or generated


@dataclass(frozen=True)
class Detection:
    """How well the raters tell a model's images from real ones of its stage; means over raters.

    `accuracy` is the mean of the shares of right answers to generated and to real images; 0.5 is guessing.
    `sensitivity` is d', the distance between the normal quantiles of two shares, of generated images and of real ones
    that are called generated; 0 is guessing (Green & Swets 1966). Each share is (k + 1/2) / (n + 1), so that none is 0
    or 1 (Hautus 1995). `criterion` is c, minus the mean of these two quantiles; above 0 a rater leans towards "real".
    `raters` counts those who judged images of both kinds; others tell nothing.
    """

    accuracy: Estimate
    sensitivity: Estimate
    criterion: Estimate
    raters: int


def detection(answers: Answers, drawn: Draws, model: str, stage: str) -> Detection:
    """Judge how well a model's images are told from the real ones of its stage."""

    def called(name: str) -> tuple[np.ndarray, np.ndarray]:
        trials = answers.of(name, stage)
        levels = answers.levels[:, trials]
        return drawn.sums(np.where(levels == MISSING, np.nan, levels == GENERATED), answers.latents[trials])

    (hits, made), (alarms, real) = called(model), called(REAL)
    counted = np.where((made > 0) & (real > 0), drawn.raters, 0)  # a rater who saw one side only tells nothing

    def over_raters(values: np.ndarray) -> Estimate:
        total = (np.where(counted > 0, values, 0) * counted).sum(1)
        return estimate(quotient(total, counted.sum(1)))

    with np.errstate(invalid="ignore"):
        accuracy = (hits / made + 1 - alarms / real) / 2
    of_hits, of_alarms = ndtri((hits + 0.5) / (made + 1)), ndtri((alarms + 0.5) / (real + 1))
    estimates = map(over_raters, (accuracy, of_hits - of_alarms, -(of_hits + of_alarms) / 2))
    return Detection(*estimates, raters=int((counted[0] > 0).sum()))


def right_answers(answers: Answers, stage: str) -> list[tuple[int, int]]:
    """Return for each rater how many images of a stage were answered right, and how many at all."""
    trials = answers.test.trials
    of_stage = np.array([i for i in answers.first if trials[i].stage == stage])
    truth = np.array([trials[i].model != REAL for i in of_stage])
    levels = answers.levels[:, of_stage]
    right = ((levels == GENERATED) == truth) & (levels != MISSING)
    return [(int(one.sum()), int((seen != MISSING).sum())) for one, seen in zip(right, levels, strict=True)]
