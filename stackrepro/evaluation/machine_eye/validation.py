"""Whether a score of the machine eye test falls with what it is meant for, on synthetic birds whose truth is known.

A score is valid at a size if, for each degradation that it is meant for,

1. a random clean image scores higher than a random fully degraded one in at least 3 of 4 pairs,
2. its mean falls from strength 0 to 1/2 and from 1/2 to 1, and
3. it separates clean from degraded images better there than with any degradation that is meant for a later threshold.

With those meant for earlier thresholds, or for its own, it may fall as it likes: an image without a figure has no
plumage either. A score that isn't valid decides nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from stackrepro.data import BirdView
from stackrepro.data.synthetic import birds
from stackrepro.evaluation.machine_eye.degradations import DEGRADATIONS, degraded
from stackrepro.evaluation.machine_eye.figure import centre_prior, overlap, segment
from stackrepro.evaluation.machine_eye.instrument import THRESHOLDS, Instrument
from stackrepro.evaluation.machine_eye.truth import example, figure_in

COUNT = 128
FIRST = birds.COUNT  # the birds behind the end of the set: nothing was made from them
STRENGTHS = (0.0, 0.5, 1.0)
CLEARLY = 0.75  # of the pairs
RANKS = {score: rank for rank, scores in enumerate(THRESHOLDS.values()) for score in scores}


@dataclass(frozen=True)
class Validation:
    """How the scores of one instrument answer to degradations, by their names.

    `means` holds by degradation and score the mean at each of `STRENGTHS`, `separation` the share of pairs in which a
    clean image scores higher than a fully degraded one, a tie counting half. `valid` are the scores that meet the
    criteria. `overlap` is the mean intersection over union of the figures that `segment` finds in the clean images with
    the exact ones, and `ellipse` that of an ellipse in the middle, which looks at nothing.
    """

    means: dict[str, dict[str, tuple[float, ...]]]
    separation: dict[str, dict[str, float]]
    valid: tuple[str, ...]
    overlap: float
    ellipse: float
    count: int


def validate(instrument: Instrument, view: BirdView, count: int = COUNT) -> Validation:
    """Degrade `count` synthetic birds that the set doesn't hold, and see which scores fall as they should.

    Raises:
        UserError: the view has another size than the instrument.
    """
    indices = range(FIRST, FIRST + count)
    clean = degraded(view, indices, "blur", 0.0)
    at_rest = instrument.scores(clean)
    means, separation = {}, {}
    for name in DEGRADATIONS:
        steps = [at_rest, *(instrument.scores(degraded(view, indices, name, strength)) for strength in STRENGTHS[1:])]
        means[name] = {score: tuple(float(step[score].mean()) for step in steps) for score in at_rest}
        separation[name] = {score: share_above(values, steps[-1][score]) for score, values in at_rest.items()}
    exact = np.stack([figure_in(view, example(index)) for index in indices])
    return Validation(
        means=means,
        separation=separation,
        valid=tuple(score for score in at_rest if is_valid(score, means, separation)),
        overlap=float(overlap(segment(clean), exact).mean()),
        ellipse=float(overlap(np.broadcast_to(centre_prior(view.size) > 0.5, exact.shape), exact).mean()),
        count=count,
    )


def is_valid(
    score: str, means: dict[str, dict[str, tuple[float, ...]]], separation: dict[str, dict[str, float]]
) -> bool:
    """Say whether a score meets the criteria at the head of this module."""
    own = [name for name, (meant, _) in DEGRADATIONS.items() if meant == score]
    later = [name for name, (meant, _) in DEGRADATIONS.items() if RANKS[meant] > RANKS[score]]
    least = min(separation[name][score] for name in own)
    return (
        least >= CLEARLY
        and all(before > after for name in own for before, after in pairwise(means[name][score]))
        and all(separation[name][score] < least for name in later)
    )


def share_above(values: np.ndarray, others: np.ndarray) -> float:
    """Return the share of pairs in which one of `values` (N,) is above one of `others` (M,); a tie counts half.

    It is the area under the ROC curve, or Mann and Whitney's statistic over the number of pairs.
    """
    above, below = (values[:, None] > others).mean(), (values[:, None] < others).mean()
    return float((1 + above - below) / 2)
