"""The sampling error of one generator's Fréchet distance."""

from __future__ import annotations

import numpy as np

from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics

GROUPS = 10
FEWEST = 3  # images, so that two are left


def frechet_error(generated: np.ndarray, reference: Statistics) -> float | None:
    """Return the standard error over samples of the distance of features (N, d) from a reference; None below 3 images.

    The delete-a-group jackknife (Kott 2001): the samples are dealt into ten groups, each is left out in turn, and the
    spread of the ten distances is scaled up by (groups - 1). A distance from n samples is too large by about c / n. All
    ten have the same n, so that this excess drops out of their spread. A bootstrap would repeat images, which act like
    a smaller n: its distances lie above the one that they are to tell the error of. The jackknife tends to overstate
    (Efron and Stein 1981). Samples come from independent latents, so that successive ones may share a group. The
    reference is held fixed: it is the same for all models, and so no part of how they differ.
    """
    if len(generated) < FEWEST:
        return None
    groups = np.array_split(np.arange(len(generated)), min(GROUPS, len(generated)))
    distances = [frechet_distance(statistics(np.delete(generated, group, axis=0)), reference) for group in groups]
    return float(np.sqrt((len(groups) - 1) * np.var(distances)))
