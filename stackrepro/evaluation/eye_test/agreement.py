"""How far raters agree with each other, with themselves, and two rankings with one another."""

from __future__ import annotations

import numpy as np

from stackrepro.evaluation.eye_test.answers import MISSING


def alpha(levels: np.ndarray, weights: np.ndarray | None = None) -> float:
    """Return Krippendorff's alpha for ordered answers (2011, "Computing Krippendorff's Alpha-Reliability").

    1 is full agreement, 0 what chance gives. With two possible answers it equals that for unordered ones.

    Args:
        levels: int (raters, images), `MISSING` where there is no answer. Images with fewer than two don't count.
        weights: how often each image counts; once if not given.

    Returns:
        NaN where no image has two answers, or all answers that count are the same.
    """
    present = np.arange(levels.max(initial=0) + 1)
    counts = (levels[:, :, None] == present).sum(0).astype(float)  # (images, levels)
    judged = counts.sum(1)
    used = judged >= 2
    weight = (np.ones(len(counts)) if weights is None else weights)[used]
    counts, scaled = counts[used], weight / (judged[used] - 1)
    coincidences = np.einsum("u,uc,uk->ck", scaled, counts, counts) - np.diag(scaled @ counts)
    totals = coincidences.sum(0)
    reached = totals.cumsum()
    middle = reached - totals / 2
    distances = (middle[:, None] - middle) ** 2  # half of both ends' totals and all that lies between, squared
    expected = totals @ distances @ totals
    if expected == 0:
        return float("nan")
    return float(1 - (totals.sum() - 1) * (coincidences * distances).sum() / expected)


def with_themselves(levels: np.ndarray, repeated: np.ndarray) -> tuple[float, float, int]:
    """Compare the answers to images that were shown twice.

    Args:
        levels: int (raters, trials), `MISSING` where there is no answer.
        repeated: (pairs, 2), the indices of the trials that show one image.

    Returns:
        the share of equal answers, alpha between first and second showing, and the number of pairs answered.
    """
    pairs = levels[:, repeated].reshape(-1, 2)
    pairs = pairs[(pairs != MISSING).all(1)]
    if not len(pairs):
        return float("nan"), float("nan"), 0
    return float((pairs[:, 0] == pairs[:, 1]).mean()), alpha(pairs.T), len(pairs)


def spearman(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return Spearman's rank correlation along the last axis, ties sharing a mean rank; NaN where one is constant."""
    from scipy.stats import rankdata

    a, b = (rankdata(values, axis=-1) for values in np.broadcast_arrays(x, y))
    a, b = (ranks - ranks.mean(-1, keepdims=True) for ranks in (a, b))
    return quotient((a * b).sum(-1), np.sqrt((a**2).sum(-1) * (b**2).sum(-1)))


def kendall(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return Kendall's tau-b along the last axis (Kendall 1945); NaN where one of the two is constant."""
    a, b = (np.sign(values[..., :, None] - values[..., None, :]) for values in np.broadcast_arrays(x, y))
    both, ones, twos = ((one * other).sum((-2, -1)) for one, other in ((a, b), (a, a), (b, b)))
    return quotient(both, np.sqrt(ones * twos))


def quotient(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
    return np.divide(numerator, denominator, out=np.full(np.shape(denominator), np.nan), where=denominator > 0)
