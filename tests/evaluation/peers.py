"""Peers and closed forms, and how far the measures may lie from them (stackrepro/evaluation/tolerances.yaml).

`COMPARISONS` gives for each row that takes seconds what is found here and what is expected; test_parity_slow.py has the
others. Peers are given the same weights and the same images or features.
"""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import torch
import yaml

from stackrepro import evaluation
from stackrepro.data import synthetic_birds
from stackrepro.evaluation.features import CLEAN_SCALE, Extractor, clean, pytorch_fid_state, torch_network
from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.kid import kernel_distance
from stackrepro.evaluation.manifold import DENSITY_NEIGHBOURS, manifold
from stackrepro.evaluation.weights import inception_weights

Pair = tuple[float | np.ndarray, float | np.ndarray]
TOLERANCES = yaml.safe_load(Path(evaluation.__file__).with_name("tolerances.yaml").read_text(encoding="utf-8"))
COMPARISONS: dict[str, Callable[[], Pair]] = {}


def row(key: str) -> Callable[[Callable[[], Pair]], Callable[[], Pair]]:
    """Make a function the comparison of a row."""
    return lambda compared: COMPARISONS.setdefault(key, compared)


def assert_agree(key: str, found: float | np.ndarray, expected: float | np.ndarray) -> None:
    """Hold found values to the peer's, or draws to a true value, in the row's unit."""
    unit, difference = TOLERANCES[key]["unit"], np.asarray(found, np.float64) - expected
    if unit == "standard errors":
        deviation = abs(difference.mean()) / difference.std(ddof=1) * np.sqrt(difference.size)
    else:
        deviation = np.abs(difference).max() / (np.abs(expected).max() if unit == "relative" else 1.0)
    assert deviation <= TOLERANCES[key]["bound"]


def features_drawn(count: int, dims: int, shift: float = 0.0, seed: int = 0) -> np.ndarray:
    """Draw features (count, dims) that are correlated, of unequal spread and never negative, as Inception's are."""
    mixing = np.random.default_rng(0).normal(size=(dims, dims)) * np.geomspace(1, 0.1, dims) / np.sqrt(dims)
    return np.maximum(np.random.default_rng(seed).normal(0.3 + shift, 1, (count, dims)) @ mixing + 0.2, 0)


def images_drawn(count: int, size: int) -> np.ndarray:
    """Draw synthetic birds, uint8 (count, size, size, 3)."""
    drawn = (synthetic_birds.example(index).image for index in range(count))
    return np.stack([np.asarray(image.resize((size, size))) for image in drawn])


def by_root(a: Statistics, b: Statistics) -> float:
    """Return the Fréchet distance by scipy's root of a matrix."""
    from scipy.linalg import sqrtm

    root = np.trace(sqrtm(a.covariance @ b.covariance)).real
    return ((a.mean - b.mean) ** 2).sum() + np.trace(a.covariance) + np.trace(b.covariance) - 2 * root


@cache
def both() -> tuple[Statistics, Statistics]:
    return statistics(features_drawn(600, 64, seed=1)), statistics(features_drawn(600, 64, 0.2, seed=2))


@row("frechet/scipy")
def frechet_by_scipy() -> Pair:
    return frechet_distance(*both()), by_root(*both())


@row("frechet/pytorch-fid")
def frechet_by_pytorch_fid() -> Pair:
    from pytorch_fid.fid_score import calculate_frechet_distance

    a, b = both()
    return frechet_distance(a, b), calculate_frechet_distance(a.mean, a.covariance, b.mean, b.covariance)


@row("frechet/clean-fid")
def frechet_by_clean_fid() -> Pair:
    from cleanfid.fid import frechet_distance as peer

    a, b = both()
    return frechet_distance(a, b), peer(a.mean, a.covariance, b.mean, b.covariance)


@row("frechet/torch-fidelity")
def frechet_by_torch_fidelity() -> Pair:
    from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_statistics_to_metric

    each = [{"mu": side.mean, "sigma": side.covariance} for side in both()]
    return frechet_distance(*both()), fid_statistics_to_metric(*each, verbose=False)[KEY_METRIC_FID]


@row("frechet/itself")
def from_itself() -> Pair:
    sets = [features_drawn(count, 64) for count in (600, 40)]
    return np.array([frechet_distance(statistics(each), statistics(each.copy())) for each in sets]), 0.0


@row("frechet/order")
def in_another_order() -> Pair:
    a, b = features_drawn(600, 64, seed=1), features_drawn(600, 64, 0.2, seed=2)
    shuffled = np.random.default_rng(3).permutation(600)
    return frechet_distance(statistics(a[shuffled]), statistics(b[shuffled[::-1]])), frechet_distance(*both())


@row("frechet/commuting")
def of_commuting_covariances() -> Pair:
    random = np.random.default_rng(4)
    axes, _ = np.linalg.qr(random.normal(size=(16, 16)))
    spreads, means = random.uniform(0.1, 3, (2, 16)), random.normal(size=(2, 16))
    sides = [Statistics(mean, axes * spread**2 @ axes.T, None) for mean, spread in zip(means, spreads, strict=True)]
    return frechet_distance(*sides), ((means[0] - means[1]) ** 2).sum() + ((spreads[0] - spreads[1]) ** 2).sum()


@row("frechet/not-commuting")
def of_covariances_that_do_not_commute() -> Pair:
    a, b = np.array([[2.0, 1], [1, 2]]), np.array([[4.0, 0.5], [0.5, 2.0625]])
    root = np.sqrt(np.trace(a @ b) + 2 * np.sqrt(np.linalg.det(a @ b)))
    sides = Statistics(np.array([0.0, 1]), a, None), Statistics(np.array([2.0, 1]), b, None)
    return frechet_distance(*sides), 4 + np.trace(a) + np.trace(b) - 2 * root


@row("kid/torch-fidelity")
def kid_by_torch_fidelity() -> Pair:
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, kid_features_to_metric

    a, b = features_drawn(120, 64, seed=1), features_drawn(120, 64, 0.2, seed=2)
    options = {"kid_subsets": 1, "kid_subset_size": 120, "verbose": False}
    found = kid_features_to_metric(torch.from_numpy(a), torch.from_numpy(b), **options)
    return kernel_distance(a, b)[0], found[KEY_METRIC_KID_MEAN]


@row("kid/clean-fid")
def kid_by_clean_fid() -> Pair:
    from cleanfid.fid import kernel_distance as peer

    a, b = features_drawn(120, 64, seed=1), features_drawn(120, 64, 0.2, seed=2)
    return kernel_distance(a, b)[0], peer(a, b, num_subsets=1)


@row("kid/unbiased")
def kid_unbiased(shift: float = 0.7) -> Pair:
    dims = 4
    random, mean = np.random.default_rng(6), np.full(dims, shift)

    def expected_kernel(x: np.ndarray, y: np.ndarray) -> float:
        """E (x·y / d + 1)³ for x and y from Gaussians of unit covariance with these means."""
        m, spread = x @ y, x @ x + y @ y + dims
        return 1 + 3 * m / dims + 3 * (m**2 + spread) / dims**2 + (m**3 + 3 * m * spread + 6 * m) / dims**3

    draws = [kernel_distance(random.normal(size=(20, dims)), random.normal(mean, 1, (30, dims)))[0] for _ in range(300)]
    zero = np.zeros(dims)
    expected = expected_kernel(zero, zero) + expected_kernel(mean, mean) - 2 * expected_kernel(zero, mean)
    return np.array(draws), expected


@row("kid/unbiased-at-zero")
def kid_unbiased_at_zero() -> Pair:
    return kid_unbiased(shift=0.0)


def two_clouds() -> tuple[np.ndarray, np.ndarray]:
    """Return 120 generated and 120 real vectors of 8 dimensions that lie partly among each other."""
    random = np.random.default_rng(7)
    return random.normal(0.5, 0.8, (120, 8)), random.normal(size=(120, 8))


@row("precision-recall/torch-fidelity")
def precision_recall_by_torch_fidelity() -> Pair:
    from torch_fidelity.metric_prc import KEY_METRIC_PRECISION, KEY_METRIC_RECALL, prc_features_to_metric

    generated, real = two_clouds()
    found = manifold(generated, real)
    peer = prc_features_to_metric(torch.from_numpy(generated), torch.from_numpy(real), verbose=False)
    expected = peer[KEY_METRIC_PRECISION], peer[KEY_METRIC_RECALL]
    return np.array([found["precision"], found["recall"]]), np.array(expected)


@row("density-coverage/definition")
def density_coverage_by_definition() -> Pair:
    generated, real = two_clouds()
    found = manifold(generated, real)
    among_real = np.linalg.norm(real[:, None] - real, axis=2)
    radii = np.sort(among_real, axis=1)[:, DENSITY_NEIGHBOURS]  # the nearest is the image itself
    inside = np.linalg.norm(generated[:, None] - real, axis=2) <= radii
    expected = inside.sum() / (DENSITY_NEIGHBOURS * len(generated)), inside.any(axis=0).mean()
    return np.array([found["density"], found["coverage"]]), np.array(expected)


@cache
def extractor() -> Extractor:
    return Extractor(192)


@row("features-192/pytorch-fid")
def features_by_pytorch_fid() -> Pair:
    images = images_drawn(64, 48)
    with torch.inference_mode():
        expected = torch_network(192, inception_weights())(torch.from_numpy(images)).numpy()
    return extractor()(images), expected


@row("features-192/torch-fidelity")
def features_by_torch_fidelity() -> Pair:
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    images = images_drawn(8, 299)
    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.pth"
        torch.save(pytorch_fid_state(inception_weights()), weights)
        network = FeatureExtractorInceptionV3("peer", ["192"], feature_extractor_weights_path=str(weights))
    with torch.inference_mode():
        expected = network(torch.from_numpy(images).permute(0, 3, 1, 2))[0].numpy()
    return extractor()(images, clean), expected


@row("features-192/batch")
def one_by_one() -> Pair:
    images = images_drawn(12, 48)
    return extractor()(images), np.concatenate([extractor()(image[None]) for image in images])


@row("resize/clean-fid")
def resize_by_clean_fid() -> Pair:
    from cleanfid.resize import build_resizer

    images, resizer = images_drawn(8, 48), build_resizer("clean")
    return clean(images), np.stack([resizer(image) for image in images]) * np.float32(CLEAN_SCALE)
