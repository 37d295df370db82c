"""KID, precision and recall, density and coverage compared with peers and definitions; each pair is found, expected."""

from __future__ import annotations

import numpy as np

from stackrepro.evaluation.kid import kernel_distance
from stackrepro.evaluation.manifold import DENSITY_NEIGHBOURS, manifold
from stackrepro.evaluation.parity.drawn import features_drawn
from stackrepro.evaluation.tolerances import Pair


def kid_torch_fidelity() -> Pair:
    import torch
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, kid_features_to_metric

    a, b = features_drawn(120, 64, seed=1), features_drawn(120, 64, 0.2, seed=2)
    options = {"kid_subsets": 1, "kid_subset_size": 120, "verbose": False}
    found = kid_features_to_metric(torch.from_numpy(a), torch.from_numpy(b), **options)
    return kernel_distance(a, b).value, found[KEY_METRIC_KID_MEAN]


def kid_clean_fid() -> Pair:
    from cleanfid.fid import kernel_distance as peer

    a, b = features_drawn(120, 64, seed=1), features_drawn(120, 64, 0.2, seed=2)
    return kernel_distance(a, b).value, peer(a, b, num_subsets=1)


def kid_unbiased(shift: float = 0.7) -> Pair:
    dims = 4
    random, mean = np.random.default_rng(6), np.full(dims, shift)

    def expected_kernel(x: np.ndarray, y: np.ndarray) -> float:
        """E (x·y / d + 1)³ for x and y from Gaussians of unit covariance with these means."""
        m, spread = x @ y, x @ x + y @ y + dims
        return 1 + 3 * m / dims + 3 * (m**2 + spread) / dims**2 + (m**3 + 3 * m * spread + 6 * m) / dims**3

    draws = [kernel_distance(random.normal(size=(20, dims)), random.normal(mean, 1, (30, dims))) for _ in range(300)]
    zero = np.zeros(dims)
    expected = expected_kernel(zero, zero) + expected_kernel(mean, mean) - 2 * expected_kernel(zero, mean)
    return np.array([draw.value for draw in draws]), expected


def kid_unbiased_at_zero() -> Pair:
    return kid_unbiased(shift=0.0)


def two_clouds() -> tuple[np.ndarray, np.ndarray]:
    """Return 120 generated and 120 real vectors of 8 dimensions that lie partly among each other."""
    random = np.random.default_rng(7)
    return random.normal(0.5, 0.8, (120, 8)), random.normal(size=(120, 8))


def precision_recall_torch_fidelity() -> Pair:
    import torch
    from torch_fidelity.metric_prc import KEY_METRIC_PRECISION, KEY_METRIC_RECALL, prc_features_to_metric

    generated, real = two_clouds()
    found = manifold(generated, real)
    peer = prc_features_to_metric(torch.from_numpy(generated), torch.from_numpy(real), verbose=False)
    return np.array([found.precision, found.recall]), np.array([peer[KEY_METRIC_PRECISION], peer[KEY_METRIC_RECALL]])


def density_coverage_definition() -> Pair:
    generated, real = two_clouds()
    found = manifold(generated, real)
    among_real = np.linalg.norm(real[:, None] - real, axis=2)
    radii = np.sort(among_real, axis=1)[:, DENSITY_NEIGHBOURS]  # the nearest is the image itself
    inside = np.linalg.norm(generated[:, None] - real, axis=2) <= radii
    expected = inside.sum() / (DENSITY_NEIGHBOURS * len(generated)), inside.any(axis=0).mean()
    return np.array([found.density, found.coverage]), np.array(expected)
