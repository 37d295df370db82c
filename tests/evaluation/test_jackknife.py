import numpy as np
import pytest

from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.jackknife import frechet_error


def test_the_error_is_the_spread_over_fresh_samples():
    """Normal samples N(m, 1): the distance is m² + ..., and its spread over draws is known by drawing anew."""
    random = np.random.default_rng(3)
    reference = Statistics(np.zeros(4), np.eye(4), 1_000_000)
    draws = random.normal(loc=1.0, scale=1.5, size=(300, 200, 4))
    spread = np.std([frechet_distance(statistics(draw), reference) for draw in draws])
    errors = [frechet_error(draw, reference) for draw in draws[:60]]
    assert np.mean(errors) == pytest.approx(spread, rel=0.15)


def test_it_follows_the_root_of_the_number_of_samples():
    random = np.random.default_rng(4)
    reference = Statistics(np.zeros(2), np.eye(2), 1_000_000)
    few, many = (
        np.mean([frechet_error(random.normal(2.0, 1.0, (count, 2)), reference) for _ in range(60)])
        for count in (100, 1600)
    )
    assert few / many == pytest.approx(4, rel=0.25)


def test_two_images_have_no_error_and_equal_groups_none_at_all():
    reference = statistics(np.random.default_rng(5).normal(size=(50, 3)))
    assert frechet_error(np.ones((2, 3)), reference) is None
    assert frechet_error(np.ones((20, 3)), reference) == pytest.approx(0, abs=1e-12)
