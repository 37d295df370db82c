"""What the answers to the four thresholds say: how far each model gets, and whether the paper's order holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stackrepro.evaluation.eye_test.agreement import kendall, spearman
from stackrepro.evaluation.eye_test.answers import MISSING, Answers
from stackrepro.evaluation.eye_test.resampling import Draws, Estimate, estimate

STAGE = "birds"
KINDS = ("dense", "conv", "dconv")


@dataclass(frozen=True)
class Said:
    """A statement of paper A on two models: the claim, and the sign of `second` less `first`, 0 for no difference."""

    claim: str
    first: str
    second: str
    sign: int


def ascending(claim: str, model: str) -> list[Said]:
    """Say that each layer type does better than the one before."""
    names = [f"birds/{kind}-{model}" for kind in KINDS]
    return [Said(claim, first, second, 1) for first, second in pairwise(names)]


ORDER = (
    Said("A1", "birds/conv-128", "birds/conv-stack", 1),
    Said("A2", "birds/dconv-128", "birds/dconv-stack", 1),
    Said("A3", "birds/dense-128", "birds/dense-stack", 0),
    Said("A4", "birds/dense-stack", "birds/dense-stack-bp", 0),
    Said("A5", "birds/conv-stack", "birds/conv-stack-bp", -1),
    Said("A6", "birds/dconv-stack", "birds/dconv-stack-bp", -1),
    *ascending("A7", "64"),
    *ascending("A8", "128"),
    *ascending("A9", "stack"),
    Said("A10", "birds/dense-64", "birds/dense-128", 0),
    Said("A11", "birds/conv-64", "birds/conv-128", 1),
)


def passed(answers: Answers, drawn: Draws, model: str) -> list[np.ndarray]:
    """Return for each threshold the share of a model's images that pass it, in each draw."""
    trials = answers.of(model, STAGE)
    levels = answers.levels[:, trials]
    thresholds = range(1, len(answers.test.asks.words))
    values = [np.where(levels == MISSING, np.nan, levels >= threshold) for threshold in thresholds]
    return [drawn.mean(value, answers.latents[trials]) for value in values]


def mean_steps(answers: Answers, drawn: Draws) -> dict[str, np.ndarray]:
    """Return for each model the mean number of thresholds passed, 0 to 4, in each draw."""
    return {model: np.sum(passed(answers, drawn, model), axis=0) for model, _ in answers.test.models}


def outcome(said: Said, difference: Estimate) -> str:
    """Say what an interval makes of a statement. No number of ratings can prove that there is no difference."""
    if np.isnan(difference.low):
        return "not rated"
    seen = 1 if difference.low > 0 else -1 if difference.high < 0 else 0
    if said.sign == 0:
        return "no difference seen" if seen == 0 else "a difference, against the paper"
    return {said.sign: "as the paper says", 0: "undecided", -said.sign: "against the paper"}[seen]


def order(steps: dict[str, np.ndarray]) -> list[tuple[Said, Estimate]]:
    """Return the paper's statements about models that were rated, with the difference of their mean steps."""
    rated = [said for said in ORDER if {said.first, said.second} <= steps.keys()]
    return [(said, estimate(steps[said.second] - steps[said.first])) for said in rated]


def agreement_with_distance(
    steps: dict[str, np.ndarray], distances: dict[str, float]
) -> tuple[Estimate, Estimate, Sequence[str]]:
    """Compare the raters' ranking of models with that by a distance, where small is good.

    The distances are held as they are; the intervals are over raters and images.

    Returns:
        Spearman's and Kendall's correlation, 1 for the same ranking, and the models that have both.
    """
    models = [model for model in steps if model in distances]
    table = np.stack([steps[model] for model in models], axis=1) if models else np.empty((1, 0))
    closeness = -np.array([distances[model] for model in models])
    if len(models) < 3:
        nothing = Estimate(*[float("nan")] * 3)
        return nothing, nothing, models
    whole = ~np.isnan(table).any(1)
    both = [np.where(whole, of(np.nan_to_num(table), closeness), np.nan) for of in (spearman, kendall)]
    return estimate(both[0]), estimate(both[1]), models
