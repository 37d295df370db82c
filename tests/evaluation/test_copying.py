import numpy as np
import pytest

from stackrepro.evaluation import distances
from stackrepro.evaluation.copying import copying
from stackrepro.evaluation.distances import nearest, nearest_rows


def test_worked_by_hand():
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


def test_real_images_score_a_half_and_noise_nothing():
    random = np.random.default_rng(3)
    training, real = random.normal(size=(100, 5)), random.normal(size=(40, 5))
    assert copying(real.copy(), real, [training]).nearer_than_real == pytest.approx(0.5)
    assert copying(real + 100, real, [training]).nearer_than_real == 0


@pytest.mark.parametrize("block", [7, 1024])
def test_nearest_equals_the_search_by_pairs_whatever_the_blocks(block, monkeypatch):
    monkeypatch.setattr(distances, "BLOCK", block)
    random = np.random.default_rng(4)
    a, b = random.normal(size=(25, 6)), random.normal(size=(33, 6))
    np.testing.assert_allclose(nearest(a, [b[:10], b[10:]]), [min(np.linalg.norm(x - y) for y in b) for x in a])
    rows = [np.argmin([np.linalg.norm(x - y) for y in b]) for x in a]
    assert nearest_rows(a, [b[:10], b[10:]]).tolist() == rows


def test_of_equal_neighbours_the_first_is_named():
    same = np.zeros((3, 2))
    assert nearest_rows(np.ones((1, 2)), [same[:1], same[1:]]).tolist() == [0]
