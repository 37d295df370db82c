"""The kernel distance by hand and at its edges; its peers and its expectation stand in the tolerance table."""

import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation.kid import kernel_distance


def test_worked_by_hand():
    # one dimension: k(0, 1) = 1, k(2, 3) = 343, and 1, 1, 27, 64 across
    a, b = np.array([[0.0], [1.0]]), np.array([[2.0], [3.0]])
    assert kernel_distance(a, b).value == pytest.approx(1 + 343 - 2 * (1 + 1 + 27 + 64) / 4)


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_the_error_is_about_the_spread_over_repeated_draws(shift):
    random = np.random.default_rng(7)
    found = [kernel_distance(random.normal(size=(100, 8)), random.normal(shift, 1, (150, 8))) for _ in range(100)]
    spread = np.std([distance.value for distance in found])
    assert 0.8 * spread < np.mean([distance.error for distance in found]) < 1.6 * spread


def test_few_images():
    a = np.random.default_rng(9).normal(size=(3, 2))
    assert kernel_distance(a, a + 1).error > 0
    assert kernel_distance(a[:2], a + 1).error is None
    with pytest.raises(UserError, match="at least 2 images"):
        kernel_distance(a[:1], a)
