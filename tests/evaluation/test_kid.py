"""The kernel distance by hand and at its edges; its peers and its expectation stand in the tolerance table."""

import numpy as np
import pytest

from stackrepro.base.errors import UserError
from stackrepro.evaluation.kid import kernel_distance


def test_worked_by_hand_and_without_enough_images_for_an_error():
    # one dimension: k(0, 1) = 1, k(2, 3) = 343, and 1, 1, 27, 64 across
    a, b = np.array([[0.0], [1.0]]), np.array([[2.0], [3.0]])
    assert kernel_distance(a, b) == (pytest.approx(1 + 343 - 2 * (1 + 1 + 27 + 64) / 4), None)
    with pytest.raises(UserError, match="at least 2 images"):
        kernel_distance(a[:1], b)


@pytest.mark.parametrize("shift", [0.0, 0.5])
def test_the_error_is_about_the_spread_over_repeated_draws(shift):
    random = np.random.default_rng(7)
    found = [kernel_distance(random.normal(size=(100, 8)), random.normal(shift, 1, (150, 8))) for _ in range(100)]
    values, errors = np.transpose(found)
    assert 0.8 * values.std() < errors.mean() < 1.6 * values.std()
