"""What the answers real or generated say: accuracy, sensitivity and bias of the raters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stackrepro.evaluation.eye_test.answers import MISSING, Answers
from stackrepro.evaluation.eye_test.kinds import REAL_OR_GENERATED
from stackrepro.evaluation.eye_test.pictures import REAL
from stackrepro.evaluation.eye_test.resampling import Draws, Estimate, estimate

GENERATED = REAL_OR_GENERATED.words.index("generated")


@dataclass(frozen=True)
class Detection:
    """How well the raters tell a model's images from real ones of its stage; means over raters.

    Attributes:
        accuracy: the mean of the shares of right answers to generated and to real images; 0.5 is guessing.
        sensitivity: d', the distance between the normal quantiles of two shares: of generated images and of real ones
            that are called generated; 0 is guessing (Green & Swets 1966). Each share is (k + 1/2) / (n + 1), so that
            none is 0 or 1 (Hautus 1995).
        criterion: c, minus the mean of these two quantiles; above 0 a rater leans towards "real".
        raters: how many judged images of both kinds, which are those that count.
    """

    accuracy: Estimate
    sensitivity: Estimate
    criterion: Estimate
    raters: int


def detection(answers: Answers, drawn: Draws, model: str, stage: str) -> Detection:
    """Judge how well a model's images are told from the real ones of its stage."""
    from scipy.special import ndtri

    called = [called_generated(answers, drawn, name, stage) for name in (model, REAL)]
    (hits, made), (alarms, real) = called
    with np.errstate(invalid="ignore"):
        accuracy = (hits / made + 1 - alarms / real) / 2
    quantiles = [ndtri((k + 0.5) / (n + 1)) for k, n in called]
    sensitivity, criterion = quantiles[0] - quantiles[1], -(quantiles[0] + quantiles[1]) / 2
    counted = np.where((made > 0) & (real > 0), drawn.raters, 0)  # a rater who saw one side only tells nothing
    estimates = (over_raters(values, counted) for values in (accuracy, sensitivity, criterion))
    return Detection(*estimates, raters=int((counted[0] > 0).sum()))


def called_generated(answers: Answers, drawn: Draws, model: str, stage: str) -> tuple[np.ndarray, np.ndarray]:
    """Count for each draw and rater the images of a model that were called generated, and all that were judged."""
    trials = answers.of(model, stage)
    levels = answers.levels[:, trials]
    values = np.where(levels == MISSING, np.nan, levels == GENERATED)
    return drawn.sums(values, answers.latents[trials])


def over_raters(values: np.ndarray, counted: np.ndarray) -> Estimate:
    """Average values (1 + DRAWS, raters) over raters, who count so often."""
    total, count = (np.where(counted > 0, values, 0) * counted).sum(1), counted.sum(1)
    return estimate(np.divide(total, count, out=np.full(len(total), np.nan), where=count > 0))


@dataclass(frozen=True)
class Score:
    """One rater's right answers to the images of a stage, `right` of `judged`; `guessing`: the chance of as many."""

    rater: str
    stage: str
    right: int
    judged: int
    low: float
    high: float
    guessing: float


def scores(answers: Answers) -> list[Score]:
    """Count right answers for each rater and stage, with the exact binomial interval (Clopper & Pearson 1934)."""
    from scipy.stats import binomtest

    rows = []
    truth = np.array([trial.model != REAL for trial in answers.test.trials])
    for stage in dict.fromkeys(stage for _, stage in answers.test.models):
        trials = np.array([i for i in answers.first if answers.test.trials[i].stage == stage])
        for rater, levels in zip(answers.raters, answers.levels[:, trials], strict=True):
            judged = levels != MISSING
            if judged.any():
                right = int(((levels == GENERATED) == truth[trials])[judged].sum())
                test = binomtest(right, int(judged.sum()), alternative="greater")
                interval = binomtest(right, int(judged.sum())).proportion_ci()
                rows.append(Score(rater, stage, right, int(judged.sum()), interval.low, interval.high, test.pvalue))
    return rows
