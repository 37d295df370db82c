"""The Fréchet distance by hand and at its edges, its error and its limit; peers stand in test_parity.py."""

from dataclasses import replace

import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation.frechet import (
    Statistics,
    frechet_distance,
    frechet_error,
    frechet_infinity,
    statistics,
)
from stackrepro.evaluation.rows import distance_rows

DIMS = 32


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


def test_statistics_are_unbiased_and_need_two_images():
    found = statistics(np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 6.0]], np.float32))
    np.testing.assert_allclose(found.mean, [3, 2])
    np.testing.assert_allclose(found.covariance, [[4, 6], [6, 12]])
    assert found.count == 3
    with pytest.raises(UserError, match="at least 2 images"):
        statistics(np.zeros((1, 4)))


def test_the_error_is_the_spread_over_fresh_samples():
    """Normal samples N(m, 1): the distance is m² + ..., and its spread over draws is known by drawing anew."""
    random = np.random.default_rng(3)
    reference = Statistics(np.zeros(4), np.eye(4), 1_000_000)
    draws = random.normal(loc=1.0, scale=1.5, size=(300, 200, 4))
    spread = np.std([frechet_distance(statistics(draw), reference) for draw in draws])
    errors = [frechet_error(draw, reference) for draw in draws[:60]]
    assert np.mean(errors) == pytest.approx(spread, rel=0.15)


def test_two_images_have_no_error_and_equal_groups_none_at_all():
    reference = statistics(np.random.default_rng(5).normal(size=(50, 3)))
    assert frechet_error(np.ones((2, 3)), reference) is None
    assert frechet_error(np.ones((20, 3)), reference) == pytest.approx(0, abs=1e-12)


def test_the_bias_of_few_samples_goes_away():
    """N(shift, 1.2² I) against exactly N(0, I): the distance is |shift|² + DIMS (1.2 - 1)²."""
    truth, reference = 4 + DIMS * 0.2**2, Statistics(np.zeros(DIMS), np.eye(DIMS), count=10**9)
    plain, extrapolated = [], []
    for seed in range(12):
        features = np.random.default_rng(seed).normal(size=(600, DIMS)) * 1.2
        features[:, 0] += 2
        plain.append(frechet_distance(statistics(features), reference))
        extrapolated.append(frechet_infinity(features, reference))
    error = np.std(extrapolated, ddof=1) / np.sqrt(12)
    assert abs(np.mean(extrapolated) - truth) < 4 * error  # 4 standard errors of the mean of 12 draws
    # the mean alone adds 1.2² DIMS / n, the covariance adds to it
    assert np.mean(plain) - truth > 1.2**2 * DIMS / 600
    assert abs(np.mean(extrapolated) - truth) < (np.mean(plain) - truth) / 2


def test_few_samples_raise_flags_of_bias_and_of_the_line_and_flags_of_all_rows_follow():
    random = np.random.default_rng(3)
    counts = {"few": 130, "enough": 131, "bent": 520, "straight": 524}
    sets = {name: random.normal(size=(count, 130)) for name, count in counts.items()}
    rows = distance_rows(sets, random.normal(size=(600, 130)))
    assert {name: row["flags"] for name, row in rows.items()} == {
        "few": ["rank-deficient"], "enough": [], "bent": ["bent-line"], "straight": []
    }  # fmt: skip
    assert [row["frechet_infinity"] is None for row in rows.values()] == [True, True, False, False]
    (row,) = distance_rows({"few": random.normal(size=(9, 8))}, random.normal(size=(8, 8)), ["out-of-domain"]).values()
    assert row["flags"] == ["rank-deficient", "out-of-domain"]
