"""Whether samples lie nearer to the training images than real images do, as copies would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stackrepro.evaluation.distances import nearest


@dataclass(frozen=True)
class Copying:
    """Nearest training neighbours of samples, against those of real images that are not among the neighbours.

    `nearer_than_real` is the probability that a random sample is nearer to its nearest training image than a random
    real image is to its own; a tie counts half. 0.5 is what real images score, 1 means copies, and 0 samples unlike any
    image. It is the Mann-Whitney statistic of Meehan et al. 2020 (arXiv:2004.05675), divided by the number of pairs. A
    blurred image is near to many in pixel space, so there a high value alone is no proof. `nearer_than_any` counts the
    samples that are nearer to their nearest training image than every real image is to its own: candidates for copies.
    `distance` and `real_distance` are the medians of both nearest distances.
    """

    nearer_than_real: float
    nearer_than_any: int
    distance: float
    real_distance: float


def copying(generated: np.ndarray, real: np.ndarray, training: Iterable[np.ndarray]) -> Copying:
    """Search training images, vectors in parts (M, d), for the nearest of each sample (N, d) and real image (K, d)."""
    found = nearest(np.concatenate([generated, real]), training)
    samples, others = found[: len(generated)], np.sort(found[len(generated) :])
    farther = len(others) - np.searchsorted(others, samples, "right")
    equal = len(others) - np.searchsorted(others, samples, "left") - farther
    return Copying(
        nearer_than_real=float((farther + equal / 2).mean() / len(others)),
        nearer_than_any=int((samples < others[0]).sum()),
        distance=float(np.median(samples)),
        real_distance=float(np.median(others)),
    )
