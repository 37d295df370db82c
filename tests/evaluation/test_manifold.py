"""Precision, recall, density and coverage against their definitions, worked pair by pair."""

import numpy as np
import pytest

from stackrepro.evaluation import distances
from stackrepro.evaluation.manifold import manifold


def radius(point, others, k):
    return sorted(np.linalg.norm(point - other) for other in others if other is not point)[k - 1]


def by_definition(generated, real):
    generated, real = list(generated), list(real)
    three, five = ([radius(point, real, k) for point in real] for k in (3, 5))
    own = [radius(point, generated, 3) for point in generated]
    apart = np.array([[np.linalg.norm(g - r) for r in real] for g in generated])
    n = len(real)
    return (
        np.mean([any(apart[i, j] <= three[j] for j in range(n)) for i in range(n)]),
        np.mean([any(apart[i, j] <= own[i] for i in range(n)) for j in range(n)]),
        sum(apart[i, j] <= five[j] for i in range(n) for j in range(n)) / (5 * n),
        np.mean([min(apart[:, j]) <= five[j] for j in range(n)]),
        np.mean([np.linalg.norm(a - b) for a in generated for b in generated if a is not b]),
    )


@pytest.mark.parametrize("block", [7, 1024])
def test_equals_the_definitions_whatever_the_blocks(block, monkeypatch):
    monkeypatch.setattr(distances, "BLOCK", block)
    random = np.random.default_rng(1)
    generated, real = random.normal(1.5, 0.8, (40, 3)), random.normal(size=(40, 3))
    found = manifold(generated.astype(np.float32), real.astype(np.float32))
    expected = by_definition(generated.astype(np.float32), real.astype(np.float32))
    assert all(0.1 < share < 0.9 for share in (*expected[:2], expected[3])), "the case shall decide something"
    measured = (found.precision, found.recall, found.density, found.coverage, found.diversity)
    np.testing.assert_allclose(measured, expected, rtol=1e-6)


def test_the_real_images_themselves_are_precise_and_cover_all():
    # whole numbers, whose distances are exact: each fifth neighbour lies on its ball, whatever order sums are taken in
    real = np.random.default_rng(2).integers(0, 1000, size=(50, 4)).astype(np.float32)
    found = manifold(real, real.copy())
    # each ball reaches to a 5th neighbour and holds its own centre: 6 samples in 5
    assert (found.precision, found.recall, found.coverage) == (1, 1, 1)
    assert found.density == pytest.approx(1.2)


def test_a_single_real_image_over_and_over_is_precise_and_covers_little():
    real = np.random.default_rng(3).normal(size=(200, 8))
    found = manifold(np.tile(real[:1], (200, 1)), real)
    assert found.precision == 1
    assert found.recall <= 1 / 200
    assert found.coverage < 0.2
    assert found.diversity == pytest.approx(0, abs=1e-6)


def test_sets_far_apart_score_nothing():
    random = np.random.default_rng(4)
    found = manifold(random.normal(1000, 1, (30, 5)), random.normal(size=(30, 5)))
    assert (found.precision, found.recall, found.density, found.coverage) == (0, 0, 0, 0)


def test_the_longer_side_is_cut_to_the_shorter_one():
    random = np.random.default_rng(5)
    generated, real = random.normal(size=(30, 2)), random.normal(size=(90, 2))
    assert manifold(generated, real) == manifold(generated, real[:30])
    assert manifold(generated, real).count == 30


def test_without_five_neighbours_there_is_no_measure():
    points = np.random.default_rng(6).normal(size=(6, 2))
    assert manifold(points, points[:5]) is None
    assert manifold(points, points) is not None
