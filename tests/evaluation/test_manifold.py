"""Neighbours in a space of features; the measures' definitions and peers stand in the tolerance table."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist

from stackrepro.evaluation import manifold as room
from stackrepro.evaluation.manifold import copying, manifold, nearest


def test_blocks_change_nothing_and_diversity_is_the_mean_distance_of_pairs(monkeypatch):
    random = np.random.default_rng(1)
    generated, real = (random.normal(mean, wide, (40, 3)).astype(np.float32) for mean, wide in ((1.5, 0.8), (0, 1)))
    whole = manifold(generated, real)
    monkeypatch.setattr(room, "BLOCK", 7)
    assert manifold(generated, real) == pytest.approx(whole)
    assert whole["diversity"] == pytest.approx(pdist(generated.astype(np.float64)).mean())


def test_the_real_images_themselves_are_precise_and_cover_all():
    # whole numbers, whose distances are exact: each fifth neighbour lies on its ball, whatever order sums are taken in
    real = np.random.default_rng(2).integers(0, 1000, size=(50, 4)).astype(np.float32)
    found = manifold(real, real.copy())
    # each ball reaches to a 5th neighbour and holds its own centre: 6 samples in 5
    assert (found["precision"], found["recall"], found["coverage"]) == (1, 1, 1)
    assert found["density"] == pytest.approx(1.2)


def test_the_longer_side_is_cut_and_without_five_neighbours_there_is_no_measure():
    random = np.random.default_rng(5)
    generated, real = random.normal(size=(30, 2)), random.normal(size=(90, 2))
    assert manifold(generated, real) == manifold(generated, real[:30])
    assert manifold(generated, real)["count"] == 30
    assert set(manifold(generated[:6], real[:5]).values()) == {None}
    assert None not in manifold(generated[:6], real[:6]).values()


def test_copying_worked_by_hand():
    training = np.array([[0.0], [10.0]])
    # nearest distances: samples 1, 3; real images 2, 3, 4. Pairs: 1 beats all three, 3 ties one and beats one
    found = copying(np.array([[1.0], [13.0]]), np.array([[2.0], [7.0], [14.0]]), [training[:1], training[1:]])
    assert found == {
        "nearer_than_real": pytest.approx((3 + 0.5 + 1) / 6), "nearer_than_any": 1, "distance": 2, "real_distance": 3
    }  # fmt: skip


def test_copies_of_levels_are_at_distance_0():
    training = np.random.default_rng(1).integers(0, 256, (60, 768), dtype=np.uint8)
    other = np.random.default_rng(2).integers(0, 256, (20, 768), dtype=np.uint8)
    found = copying(training[:20], other, [training])
    assert (found["nearer_than_real"], found["distance"], found["nearer_than_any"]) == (1, 0, 20)


@pytest.mark.parametrize("block", [7, 1024])
def test_nearest_equals_the_search_by_pairs_whatever_the_blocks(block, monkeypatch):
    monkeypatch.setattr(room, "BLOCK", block)
    random = np.random.default_rng(4)
    a, b = random.normal(size=(25, 6)), random.normal(size=(33, 6))
    rows, distances = nearest(a, [b[:10], b[10:]])
    assert rows.tolist() == cdist(a, b).argmin(axis=1).tolist()
    np.testing.assert_allclose(distances, cdist(a, b).min(axis=1))
    same = np.zeros((3, 2))
    assert nearest(np.ones((1, 2)), [same[:1], same[1:]])[0].tolist() == [0], "of equal ones the first"
