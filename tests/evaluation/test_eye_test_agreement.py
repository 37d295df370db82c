"""Agreement: against a published example, a plain implementation, and scipy."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

from stackrepro.evaluation.eye_test.agreement import alpha, kendall, spearman, with_themselves

# The example of Krippendorff 2011: four observers, twelve units, values 1 to 5; 0 is missing.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)


def plain_alpha(levels: np.ndarray) -> float:
    """Follow the definition in words: pairs within units against pairs of all values, by the ordinal difference."""
    units = [[value for value in unit if value >= 0] for unit in levels.T]
    units = [unit for unit in units if len(unit) >= 2]
    values = [value for unit in units for value in unit]

    def difference(a: int, b: int) -> float:
        low, high = min(a, b), max(a, b)
        between = sum(values.count(level) for level in range(low, high + 1))
        return (between - (values.count(low) + values.count(high)) / 2) ** 2

    observed = sum(difference(a, b) / (len(unit) - 1) for unit in units for a, b in permutations(unit, 2))
    expected = sum(difference(a, b) for a, b in permutations(values, 2)) / (len(values) - 1)
    return 1 - observed / expected


def test_alpha_of_the_published_example():
    assert alpha(PUBLISHED - 1) == pytest.approx(0.815, abs=5e-4)


@pytest.mark.parametrize("seed", range(5))
def test_alpha_is_that_of_the_plain_definition(seed):
    levels = np.random.default_rng(seed).integers(-1, 5, (4, 15))
    assert alpha(levels) == pytest.approx(plain_alpha(levels), abs=1e-12)


def test_an_image_of_weight_two_counts_as_two_images():
    levels = np.random.default_rng(7).integers(-1, 5, (3, 10))
    weights = np.array([2, 0, 1, 1, 3, 1, 0, 1, 1, 1])
    assert alpha(levels, weights.astype(float)) == pytest.approx(plain_alpha(levels.repeat(weights, 1)), abs=1e-12)


def test_full_agreement_is_one_and_without_a_pair_or_a_difference_there_is_no_alpha():
    assert alpha(np.array([[0, 1, 4], [0, 1, 4]])) == 1
    assert np.isnan(alpha(np.array([[0, -1], [-1, 3]])))
    assert np.isnan(alpha(np.array([[2, 2], [2, 2]])))


def test_raters_against_themselves():
    levels = np.array([[0, 3, 0, 4], [1, 2, 1, -1]])  # trials 0 and 2 show one image, 1 and 3 another
    share, _, pairs = with_themselves(levels, np.array([[0, 2], [1, 3]]))
    assert (share, pairs) == (pytest.approx(2 / 3), 3)


def test_rank_correlations_are_scipys_with_ties_and_along_the_last_axis():
    x = np.random.default_rng(1).integers(0, 5, (6, 9))
    y = np.random.default_rng(2).integers(0, 5, 9)
    assert spearman(x, y) == pytest.approx([spearmanr(row, y).statistic for row in x])
    assert kendall(x, y) == pytest.approx([kendalltau(row, y).statistic for row in x])
    assert np.isnan(spearman(np.ones(4), np.arange(4)))
