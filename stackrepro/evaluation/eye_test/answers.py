"""The ratings of one test as arrays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stackrepro.evaluation.eye_test.pictures import REAL
from stackrepro.evaluation.eye_test.session_files import Session
from stackrepro.evaluation.eye_test.trials import EyeTest, Trial

MISSING = -1


@dataclass(frozen=True)
class Answers:
    """What the raters of a test answered.

    Attributes:
        levels: int (raters, trials), the answers' numbers in the order of the test's trials; `MISSING` where there is
            none.
        seconds: float (raters, trials), from the image's paint to the answer; NaN where there is none.
    """

    test: EyeTest
    raters: tuple[str, ...]
    levels: np.ndarray
    seconds: np.ndarray

    @cached_property
    def first(self) -> np.ndarray:
        """The indices of the trials that repeat none. Only they count for the models."""
        return np.array([index for index, trial in enumerate(self.test.trials) if trial.repeats is None])

    @cached_property
    def repeated(self) -> np.ndarray:
        """The indices of the repeated trials and of those that repeat them, (pairs, 2)."""
        place = {trial.trial: index for index, trial in enumerate(self.test.trials)}
        pairs = [(place[trial.repeats], place[trial.trial]) for trial in self.test.trials if trial.repeats]
        return np.array(pairs, int).reshape(-1, 2)

    @cached_property
    def latents(self) -> np.ndarray:
        """For each trial the number of its fixed latent from 0 on; real images are numbered on from there."""
        place = {name: self.test.images + index for index, name in enumerate(self._real)}
        return np.array([place.get(_image(trial), trial.number) for trial in self.test.trials])

    @cached_property
    def strata(self) -> list[int]:
        """How many of these numbers there are of each sort: fixed latents, then real images by what they show."""
        return [self.test.images, *Counter(name[:2] for name in self._real).values()]

    @cached_property
    def _real(self) -> list[tuple[str, int, int]]:
        return sorted({name for trial in self.test.trials if (name := _image(trial))})

    def of(self, model: str, stage: str) -> np.ndarray:
        """The indices of a model's trials among those that repeat none."""
        trials = self.test.trials
        return np.array([i for i in self.first if (trials[i].model, trials[i].stage) == (model, stage)], int)


def _image(trial: Trial) -> tuple[str, int, int] | None:
    """Name the real image that a trial shows."""
    return (trial.stage, trial.size, trial.number) if trial.model == REAL else None


def answers(test: EyeTest, sessions: Sequence[Session]) -> Answers:
    """Gather the sessions of a test; those of other tests are passed over."""
    own = [session for session in sessions if session.test == test.identity]
    place = {trial.trial: index for index, trial in enumerate(test.trials)}
    levels = np.full((len(own), len(test.trials)), MISSING)
    seconds = np.full(levels.shape, np.nan)
    for row, session in enumerate(own):
        for rating in session.ratings:
            levels[row, place[rating.trial]] = test.asks.words.index(rating.answer)
            seconds[row, place[rating.trial]] = rating.milliseconds / 1000
    return Answers(test, tuple(session.rater for session in own), levels, seconds)
