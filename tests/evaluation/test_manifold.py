"""Precision, recall, density and coverage against their definitions, worked pair by pair; nearest neighbours."""

import numpy as np
import pytest

from stackrepro.evaluation import manifold as room
from stackrepro.evaluation.manifold import copying, manifold, nearest


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
    monkeypatch.setattr(room, "BLOCK", block)
    random = np.random.default_rng(1)
    generated, real = (random.normal(mean, wide, (40, 3)).astype(np.float32) for mean, wide in ((1.5, 0.8), (0, 1)))
    found, expected = manifold(generated, real), by_definition(generated, real)
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


def test_the_longer_side_is_cut_and_without_five_neighbours_there_is_no_measure():
    random = np.random.default_rng(5)
    generated, real = random.normal(size=(30, 2)), random.normal(size=(90, 2))
    assert manifold(generated, real) == manifold(generated, real[:30])
    assert manifold(generated, real).count == 30
    assert manifold(generated[:6], real[:5]) is None
    assert manifold(generated[:6], real[:6]) is not None


def test_copying_worked_by_hand():
    training = np.array([[0.0], [10.0]])
    # nearest distances: samples 1, 3; real images 2, 3, 4. Pairs: 1 beats all three, 3 ties one and beats one
    found = copying(np.array([[1.0], [13.0]]), np.array([[2.0], [7.0], [14.0]]), [training[:1], training[1:]])
    assert found.nearer_than_real == pytest.approx((3 + 0.5 + 1) / 6)
    assert (found.distance, found.real_distance) == (2, 3)
    assert found.nearer_than_any == 1


def test_copies_are_at_distance_0_and_nearer_than_any_real_image():
    training = np.random.default_rng(1).integers(0, 256, (60, 768), dtype=np.uint8)
    other = np.random.default_rng(2).integers(0, 256, (20, 768), dtype=np.uint8)
    found = copying(training[:20], other, [training])
    assert (found.nearer_than_real, found.distance, found.nearer_than_any) == (1, 0, 20)
    assert found.real_distance > 1000


@pytest.mark.parametrize("block", [7, 1024])
def test_nearest_equals_the_search_by_pairs_whatever_the_blocks(block, monkeypatch):
    monkeypatch.setattr(room, "BLOCK", block)
    random = np.random.default_rng(4)
    a, b = random.normal(size=(25, 6)), random.normal(size=(33, 6))
    apart = np.array([[np.linalg.norm(x - y) for y in b] for x in a])
    rows, distances = nearest(a, [b[:10], b[10:]])
    assert rows.tolist() == apart.argmin(axis=1).tolist()
    np.testing.assert_allclose(distances, apart.min(axis=1))
    same = np.zeros((3, 2))
    assert nearest(np.ones((1, 2)), [same[:1], same[1:]])[0].tolist() == [0], "of equal ones the first"
