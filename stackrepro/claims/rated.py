"""What people's ratings say to one test, with its interval over raters and images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stackrepro.claims.schema import Part
from stackrepro.claims.select import Group
from stackrepro.evaluation.eye_test.answers import MISSING, Answers
from stackrepro.evaluation.eye_test.detection import detection
from stackrepro.evaluation.eye_test.resampling import draws, estimate
from stackrepro.evaluation.eye_test.steps import STAGE, passed


@dataclass(frozen=True)
class Heard:
    """A share, or a difference of shares, with its ends; how many raters, and images of how many trainings."""

    eye_test: str
    raters: int
    trainings: int
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"share {self.value:.3g} [{self.low:.3g}, {self.high:.3g}], {self.raters} raters"


def heard(part: Part, group: Group, answers: Answers) -> Heard | None:
    """Return what the raters of an eye test say, or None where it shows other runs, or nobody answered.

    A share of right answers is the mean of the shares among generated and among real images, so that guessing gives
    0.5. A threshold is passed by an image that passes it and those before it.
    """
    shown = [seeds_shown(side, part.arm, group, answers) for side in part.sides]
    if not all(shown):
        return None
    drawn = draws(answers)
    if part.test == "told apart":
        (model,) = part.sides
        found = detection(answers, drawn, model, next(stage for name, stage in answers.test.models if name == model))
        raters, share = found.raters, found.accuracy
    else:
        judged = [(answers.levels[:, answers.of(name, STAGE)] != MISSING).any(axis=1) for name in part.sides]
        place = answers.test.asks.words.index(part.test) - 1  # the first word stands for no threshold
        better, worse = (passed(answers, drawn, name)[place] for name in part.sides)
        raters, share = int(np.logical_and(*judged).sum()), estimate(better - worse)
    trainings = len(set.intersection(*shown))
    return Heard(answers.test.identity, raters, trainings, share.value, share.low, share.high) if raters else None


def seeds_shown(experiment: str, arm: str, group: Group, answers: Answers) -> set[int]:
    """Return the seeds of an experiment's runs that an eye test shows; none where one isn't of the group."""
    known = {run.folder.name: seed for seed, run in group.side(experiment, arm).items()}
    shown = {trial.run for trial in answers.test.trials if trial.model == experiment}
    return {known[run] for run in shown} if shown <= known.keys() else set()
