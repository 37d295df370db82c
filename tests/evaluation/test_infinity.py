import numpy as np

from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.infinity import bends, frechet_infinity
from stackrepro.evaluation.rows import distance_rows

DIMS = 32


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


def test_it_is_the_same_each_time_and_not_there_for_few_samples():
    features = np.random.default_rng(1).normal(size=(512, 4))
    reference = statistics(np.random.default_rng(2).normal(size=(500, 4)))
    assert frechet_infinity(features, reference) == frechet_infinity(features.copy(), reference)
    assert frechet_infinity(features[:511], reference) is None


def test_parts_that_are_too_small_raise_a_flag():
    """With half of the parts below the dimensions the line overshoots: the value falls below the truth."""
    truth, reference = DIMS * 0.2**2, Statistics(np.zeros(DIMS), np.eye(DIMS), count=10**9)
    found = [
        frechet_infinity(np.random.default_rng(seed).normal(size=(600, DIMS)) * 1.2, reference) for seed in range(4)
    ]
    wide = Statistics(np.zeros(256), np.eye(256), count=10**9)
    bent = [frechet_infinity(np.random.default_rng(seed).normal(size=(640, 256)) * 1.2, wide) for seed in range(4)]
    assert abs(np.mean(found) - truth) < 0.3 * truth
    assert np.mean(bent) < 0.7 * 256 * 0.2**2
    assert (bends(600, DIMS), bends(640, 256), bends(1024, 256), bends(1028, 256)) == (False, True, True, False)
    random = np.random.default_rng(3)
    sets = {name: random.normal(size=(count, 130)) for name, count in (("few", 511), ("bent", 520), ("enough", 524))}
    rows = distance_rows(sets, random.normal(size=(600, 130)))
    assert {name: row["flags"] for name, row in rows.items()} == {"few": [], "bent": ["bent-line"], "enough": []}
