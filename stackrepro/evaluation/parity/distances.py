"""The Fréchet distance compared with its peers and with closed forms; each pair is found, expected."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.parity.drawn import features_drawn
from stackrepro.evaluation.tolerances import Pair


@cache
def both() -> tuple[Statistics, Statistics]:
    """Return statistics of two sets of 600 features with 64 dimensions."""
    return statistics(features_drawn(600, 64, seed=1)), statistics(features_drawn(600, 64, 0.2, seed=2))


def by_matrix_root(peer: Callable[..., float]) -> Pair:
    """Compare with a peer that is given means and covariances."""
    a, b = both()
    return frechet_distance(a, b), peer(a.mean, a.covariance, b.mean, b.covariance)


def by_scipy() -> Pair:
    from scipy.linalg import sqrtm

    def peer(mean_a: np.ndarray, a: np.ndarray, mean_b: np.ndarray, b: np.ndarray) -> float:
        return ((mean_a - mean_b) ** 2).sum() + np.trace(a) + np.trace(b) - 2 * np.trace(sqrtm(a @ b)).real

    return by_matrix_root(peer)


def by_pytorch_fid() -> Pair:
    from pytorch_fid.fid_score import calculate_frechet_distance

    return by_matrix_root(calculate_frechet_distance)


def by_clean_fid() -> Pair:
    from cleanfid.fid import frechet_distance as peer

    return by_matrix_root(peer)


def by_torch_fidelity() -> Pair:
    from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_statistics_to_metric

    a, b = both()
    each = [{"mu": side.mean, "sigma": side.covariance} for side in (a, b)]
    return frechet_distance(a, b), fid_statistics_to_metric(*each, verbose=False)[KEY_METRIC_FID]


def from_itself() -> Pair:
    sets = [features_drawn(count, 64) for count in (600, 40)]
    return np.array([frechet_distance(statistics(each), statistics(each.copy())) for each in sets]), 0.0


def in_another_order() -> Pair:
    a, b = features_drawn(600, 64, seed=1), features_drawn(600, 64, 0.2, seed=2)
    shuffled = np.random.default_rng(3).permutation(600)
    return frechet_distance(statistics(a[shuffled]), statistics(b[shuffled[::-1]])), frechet_distance(*both())


def of_commuting_covariances() -> Pair:
    random = np.random.default_rng(4)
    axes, _ = np.linalg.qr(random.normal(size=(16, 16)))
    spreads, means = random.uniform(0.1, 3, (2, 16)), random.normal(size=(2, 16))
    sides = [Statistics(mean, axes * spread**2 @ axes.T, None) for mean, spread in zip(means, spreads, strict=True)]
    return frechet_distance(*sides), ((means[0] - means[1]) ** 2).sum() + ((spreads[0] - spreads[1]) ** 2).sum()


def of_covariances_that_do_not_commute() -> Pair:
    a, b = np.array([[2.0, 1], [1, 2]]), np.array([[4.0, 0.5], [0.5, 2.0625]])
    root = np.sqrt(np.trace(a @ b) + 2 * np.sqrt(np.linalg.det(a @ b)))
    sides = Statistics(np.array([0.0, 1]), a, None), Statistics(np.array([2.0, 1]), b, None)
    return frechet_distance(*sides), 4 + np.trace(a) + np.trace(b) - 2 * root
