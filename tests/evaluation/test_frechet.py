"""The Fréchet distance by hand and at its edges; its peers and closed forms stand in the tolerance table."""

from dataclasses import replace

import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics


def gaussian(mean: list[float], covariance: list[list[float]]) -> Statistics:
    return Statistics(np.array(mean), np.array(covariance), count=100)


def test_one_dimension_closed_form():
    # (3 - 1)² + (2 - 5)² for standard deviations 2 and 5
    assert frechet_distance(gaussian([1], [[4]]), gaussian([3], [[25]])) == pytest.approx(13)


def test_diagonal_covariances_closed_form():
    a, b = gaussian([0, 0, 1], np.diag([1.0, 4, 9])), gaussian([0, 2, 1], np.diag([4.0, 4, 25]))
    assert frechet_distance(a, b) == pytest.approx(4 + 1 + 0 + 4)


@pytest.mark.parametrize("count", [10, 200])
def test_a_set_is_at_no_distance_from_itself_even_when_rank_deficient(count):
    features = np.random.default_rng(4).normal(size=(count, 64)) * np.geomspace(1e-3, 10, 64)
    assert frechet_distance(statistics(features), statistics(features.copy())) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("n", "m"), [(2, 9), (4, 64), (40, 64), (40, 200)])
def test_few_features_are_a_root_of_their_covariance_and_its_eigenvectors_say_the_same(n, m):
    random = np.random.default_rng(n * m)
    a, b = (random.normal(shift, 1, (count, 64)) * np.geomspace(1e-2, 10, 64) for shift, count in ((1, n), (0, m)))
    few = statistics(a)
    np.testing.assert_allclose(few.root @ few.root.T, few.covariance, atol=1e-9)
    expected = frechet_distance(replace(few, root=None), replace(statistics(b), root=None))
    assert frechet_distance(few, statistics(b)) == pytest.approx(expected, rel=1e-9)


def test_a_covariance_that_is_singular_only_to_rounding_is_taken_for_singular():
    """A column that another one repeats to 1e-9: Cholesky's pivot for it is noise, the eigenvalues tell."""
    random = np.random.default_rng(5)
    a, b = random.normal(size=(2, 300, 8))
    doubled = [np.column_stack([side, side[:, 0] + 1e-9 * random.normal(size=300)]) for side in (a, b)]
    assert statistics(doubled[0]).factor.shape == (9, 8)
    assert statistics(a).factor.shape == (8, 8)
    scaled = [np.column_stack([np.sqrt(2) * side[:, 0], side[:, 1:]]) for side in (a, b)]  # the same up to a rotation
    expected = frechet_distance(*map(statistics, scaled))
    assert frechet_distance(*map(statistics, doubled)) == pytest.approx(expected, rel=1e-6)


def test_sets_without_any_spread_are_apart_by_their_means_alone():
    a, b = np.tile([1.0, 2.0], (5, 1)), np.tile([4.0, 6.0], (7, 1))
    assert frechet_distance(statistics(a), statistics(b)) == pytest.approx(25)


def test_statistics_are_unbiased():
    found = statistics(np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 6.0]], np.float32))
    np.testing.assert_allclose(found.mean, [3, 2])
    np.testing.assert_allclose(found.covariance, [[4, 6], [6, 12]])
    assert found.count == 3


def test_one_image_is_not_enough():
    with pytest.raises(UserError, match="at least 2 images"):
        statistics(np.zeros((1, 4)))
