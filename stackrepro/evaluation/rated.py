"""One test of people's ratings: which answers it reads, what they say, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from stackrepro.evaluation.cohorts import Cohort, starved
from stackrepro.evaluation.comparisons import Seen, decided, record, told
from stackrepro.evaluation.eye_test.answers import MISSING, Answers
from stackrepro.evaluation.eye_test.detection import detection
from stackrepro.evaluation.eye_test.resampling import Estimate, draws, estimate
from stackrepro.evaluation.eye_test.steps import STAGE, passed
from stackrepro.evaluation.intervals import Interval
from stackrepro.experiments.claims import Rated, ToldApart
from stackrepro.experiments.claims.rules import NOT_ENOUGH, RATERS, SEEDS, UNTESTABLE

NO_RATINGS = "no ratings; none are invented"


@dataclass(frozen=True)
class Heard:
    """What one eye test's answers say: `seen`, whose n counts raters, of images of the trainings with these `seeds`."""

    eye_test: str
    seeds: list[int]
    seen: Seen


def by_people(test: Rated, cohort: Cohort | None, ratings: Sequence[Answers]) -> tuple[str, str, dict[str, Any] | None]:
    """Judge a test of ratings within one cohort: the word, the reason, and what was seen."""
    found = [] if cohort is None else [one for answers in ratings if (one := heard(test, cohort, answers)) is not None]
    if not found:
        return UNTESTABLE, NO_RATINGS, None
    best = max(found, key=lambda one: one.seen.interval.n)
    outcome = f"{told(test, best.seen)} (raters)"
    kept = record(test, best.seeds, best.seen) | {"eye_test": best.eye_test}
    if not cohort.suits:
        return UNTESTABLE, f"seen: {outcome}", kept
    lacks = [f"{count} of {least} {what}" for count, least, what in counts(best) if count < least]
    if lacks:
        return NOT_ENOUGH, f"{' and '.join(lacks)}; seen: {outcome}", kept
    bearing = [cohort.runs[name, test.arm][seed] for name in test.adequate for seed in best.seeds]
    lacks = [why for run in bearing if (why := starved(run))]
    if lacks:
        return UNTESTABLE, f"{lacks[0]}; seen: {outcome}", kept
    return decided(test, best.seen), outcome, kept


def counts(one: Heard) -> list[tuple[int, int, str]]:
    """List what a verdict needs a number of: how many there are, how many are needed, and the word for them."""
    return [(one.seen.interval.n, RATERS, "raters"), (len(one.seeds), SEEDS, "trainings shown")]


def heard(test: Rated, cohort: Cohort, answers: Answers) -> Heard | None:
    """Return what the raters of an eye test say, or None where it shows other runs, or nobody answered."""
    shown = [seeds_shown(name, test.arm, cohort, answers) for name in test.sides]
    if not all(shown):
        return None
    raters, found = estimated(test, answers)
    zone = (test.least if isinstance(test, ToldApart) else 0.0, inf)
    seen = Seen(Interval(raters, found.value, found.low, found.high), zone)
    return Heard(answers.test.identity, sorted(set.intersection(*shown)), seen) if raters else None


def seeds_shown(experiment: str, arm: str, cohort: Cohort, answers: Answers) -> set[int]:
    """Return the seeds of an experiment's runs that an eye test shows; none where one isn't of the cohort."""
    known = {run.folder.name: seed for seed, run in cohort.runs.get((experiment, arm), {}).items()}
    shown = {trial.run for trial in answers.test.trials if trial.model == experiment}
    return {known[run] for run in shown} if shown <= known.keys() else set()


def estimated(test: Rated, answers: Answers) -> tuple[int, Estimate]:
    """Return how many raters tell something about a test, and the number that it is about with its interval."""
    drawn = draws(answers)
    if isinstance(test, ToldApart):
        stage = next(stage for model, stage in answers.test.models if model == test.experiment)
        found = detection(answers, drawn, test.experiment, stage)
        return found.raters, found.accuracy
    judged = [(answers.levels[:, answers.of(name, STAGE)] != MISSING).any(axis=1) for name in test.sides]
    place = answers.test.asks.words.index(test.threshold) - 1  # the first word stands for no threshold
    better, worse = (passed(answers, drawn, name)[place] for name in test.sides)
    return int(np.logical_and(*judged).sum()), estimate(better - worse)
