"""Tables of what raters answered. Without ratings each says so; ratings of different tests are never pooled."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from statistics import mean
from typing import Any

import numpy as np
import pandas as pd
from IPython.display import Markdown
from pandas.io.formats.style import Styler

from stackrepro.base.places import results_root
from stackrepro.evaluation.eye_test.agreement import alpha, with_themselves
from stackrepro.evaluation.eye_test.answers import Answers
from stackrepro.evaluation.eye_test.detection import detection, scores
from stackrepro.evaluation.eye_test.pictures import REAL
from stackrepro.evaluation.eye_test.resampling import Draws, Estimate, draws, estimate
from stackrepro.evaluation.eye_test.steps import (
    agreement_with_distance,
    mean_steps,
    order,
    outcome,
    passed,
)
from stackrepro.evaluation.protocols import plan_for
from stackrepro.report.chapter import Chapter
from stackrepro.report.eye_test import no_ratings, rated
from stackrepro.report.tables import stamped
from stackrepro.runs import StoredRun

Rows = Callable[[Answers, Draws], Iterable[dict[str, Any]]]


def table(chapter: Chapter, dataset: str, rows: Rows) -> Styler | Markdown:
    """Gather the rows of all rated tests that a chapter shows, or say that there are no ratings."""
    tests = rated(chapter, dataset)
    found = [{**row, "test": one.test.identity} for one in tests for row in rows(one, draws(one))]
    if not found:
        return no_ratings(dataset)
    about = sorted({f"tier {one.test.tier}, {one.test.data}, arm {one.test.arm}" for one in tests})
    return stamped(pd.DataFrame(found), " | ".join([*about, "imported ratings"]))


def steps(chapter: Chapter) -> Styler | Markdown:
    """How far each model of birds gets: the mean number of thresholds passed, and the shares that pass each."""

    def rows(answers: Answers, drawn: Draws) -> Iterable[dict[str, Any]]:
        means = mean_steps(answers, drawn)
        words = answers.test.asks.words[1:]
        for model, stage in answers.test.models:
            trials = answers.of(model, stage)
            seconds = answers.seconds[:, trials]
            shares = [share[0] for share in passed(answers, drawn, model)]
            yield {
                "model": model,
                "mean threshold": interval(estimate(means[model])),
                **{word: number(share, ".0%") for word, share in zip(words, shares, strict=True)},
                "seconds": number(np.nanmedian(seconds) if np.isfinite(seconds).any() else np.nan, ".1f"),
                "images": len(trials),
                "raters": int(np.isfinite(seconds).any(axis=1).sum()),
            }

    return table(chapter, "birds", rows)


def paper_order(chapter: Chapter) -> Styler | Markdown:
    """What the ratings make of the paper's statements about pairs of models."""

    def rows(answers: Answers, drawn: Draws) -> Iterable[dict[str, Any]]:
        for said, difference in order(mean_steps(answers, drawn)):
            yield {
                "from": said.first,
                "to": said.second,
                "claim": said.claim,
                "paper": {1: "better", 0: "no difference", -1: "worse"}[said.sign],
                "difference": interval(difference),
                "outcome": outcome(said, difference),
                "pixels": answers.test.pixels,
            }

    return table(chapter, "birds", rows)


def agreement(chapter: Chapter, dataset: str) -> Styler | Markdown:
    """How far raters agree with each other, with themselves, and of birds with the Fréchet distance."""

    def rows(answers: Answers, drawn: Draws) -> Iterable[dict[str, Any]]:
        levels = answers.levels[:, answers.first]
        weights = drawn.latents[:, answers.latents[answers.first]].astype(float)
        between = estimate(np.array([alpha(levels, weight) for weight in weights]))
        yield {"measure": "alpha between raters", "value": interval(between), "n": f"{len(answers.raters)} raters"}
        same, within, pairs = with_themselves(answers.levels, answers.repeated)
        n = f"{pairs} pairs"
        yield {"measure": "same answer to the same image", "value": number(same, ".0%"), "n": n}
        yield {"measure": "alpha of a rater with themselves", "value": number(within, ".2f"), "n": n}
        if dataset == "birds":
            distances = frechet(chapter, answers)
            *both, models = agreement_with_distance(mean_steps(answers, drawn), distances)
            name = common_protocol(answers.test.tier)
            for what, value in zip(("Spearman's rho", "Kendall's tau"), both, strict=True):
                yield {"measure": f"{what} with {name}", "value": interval(value), "n": f"{len(models)} models"}

    return table(chapter, dataset, rows)


def told_apart(chapter: Chapter) -> Styler | Markdown:
    """How well generated faces are told from real ones: accuracy, d' and criterion of each model."""

    def rows(answers: Answers, drawn: Draws) -> Iterable[dict[str, Any]]:
        for model, stage in answers.test.models:
            if model != REAL:
                found = detection(answers, drawn, model, stage)
                yield {
                    "model": model,
                    "stage": stage,
                    "accuracy": interval(found.accuracy),
                    "d'": interval(found.sensitivity),
                    "criterion": interval(found.criterion),
                    "raters": found.raters,
                }

    return table(chapter, "faces", rows)


def raters(chapter: Chapter) -> Styler | Markdown:
    """Each rater's right answers to faces, by stage. Raters are numbered; their pseudonyms stay with the ratings."""

    def rows(answers: Answers, _: Draws) -> Iterable[dict[str, Any]]:
        for score in scores(answers):
            share = Estimate(score.right / score.judged, score.low, score.high)
            yield {
                "stage": score.stage,
                "rater": answers.raters.index(score.rater) + 1,
                "right": f"{score.right} of {score.judged}",
                "share": interval(share),
                "chance of as many by guessing": f"{score.guessing:.2g}",
            }

    return table(chapter, "faces", rows)


def frechet(chapter: Chapter, answers: Answers) -> dict[str, float]:
    """Return each model's Fréchet distance at the common size, the mean over the runs that were shown."""
    found: dict[str, list[float]] = {}
    for model, run in dict.fromkeys((trial.model, trial.run) for trial in answers.test.trials if trial.model != REAL):
        for root in (chapter.runs_root, results_root()):
            stored = StoredRun(root / run)
            if (stored.folder / "run.json").exists() and not stored.damaged and stored.result is not None:
                rows = stored.result["protocols"].get(common_protocol(answers.test.tier))
                if rows is not None:
                    found.setdefault(model, []).append(rows.get("average", rows.get("generated"))["frechet"])
                break
    return {model: mean(values) for model, values in found.items()}


def common_protocol(tier: str) -> str:
    """Name the distance at the size that models of all sizes are brought to."""
    return next(protocol.name for protocol in plan_for(tier).others if protocol.size is not None)


def interval(found: Estimate) -> str:
    """Write a value with its interval, or a hyphen where it isn't defined."""
    return "-" if np.isnan(found.value) else f"{found.value:.2f} [{found.low:.2f}, {found.high:.2f}]"


def number(value: float, style: str) -> str:
    return "-" if np.isnan(value) else f"{value:{style}}"
