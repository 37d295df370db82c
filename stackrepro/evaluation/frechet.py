"""The Fréchet distance of two sets of features, each taken for a Gaussian (Heusel et al. 2017, arXiv:1706.08500)."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stackrepro.base.errors import UserError


@dataclass(frozen=True)
class Statistics:
    """Mean (d,), covariance (d, d) and count of a set of features, in float64; the count is None if nobody knows it.

    `root` is a matrix A with A Aᵀ = covariance where one is known, shape (d, anything).
    """

    mean: np.ndarray
    covariance: np.ndarray
    count: int | None
    root: np.ndarray | None = None

    @cached_property
    def factor(self) -> np.ndarray:
        """A, shape (d, rank or more), with A Aᵀ = covariance.

        That is the known root, else Cholesky's factor, several times as quick as eigenvalues. Where the covariance is
        singular to rounding it is made of the eigenvectors in whose directions something varies: over the many empty
        directions of a rank-deficient covariance rounding would add up.
        """
        if self.root is not None:
            return self.root
        noise = np.trace(self.covariance) * np.finfo(np.float64).eps
        try:
            lower = np.linalg.cholesky(self.covariance)
            if (np.diagonal(lower) ** 2 > noise * len(lower)).all():
                return lower
        except np.linalg.LinAlgError:
            pass  # singular
        values, vectors = np.linalg.eigh(self.covariance)
        kept = values > max(values[-1], 0.0) * len(values) * np.finfo(np.float64).eps
        return vectors[:, kept] * np.sqrt(values[kept])


def statistics(features: np.ndarray) -> Statistics:
    """Return the mean and the unbiased covariance of features (N, d).

    Up to d features are, centred, a root of their covariance themselves, which is singular.

    Raises:
        UserError: fewer than two features.
    """
    if len(features) < 2:
        raise UserError(f"A Fréchet distance needs at least 2 images on each side, here is {len(features)}: add some.")
    exact = np.asarray(features, np.float64)
    mean, covariance = exact.mean(axis=0), np.atleast_2d(np.cov(exact, rowvar=False))
    root = (exact - mean).T / np.sqrt(len(exact) - 1) if len(exact) <= exact.shape[1] else None
    return Statistics(mean, covariance, len(exact), root)


def frechet_distance(a: Statistics, b: Statistics) -> float:
    """Return |mean_a - mean_b|² + tr(C_a + C_b - 2 (C_a C_b)^½), at least 0.

    With C = A Aᵀ the eigenvalues of C_a C_b are those of the symmetric C_a^½ C_b C_a^½, and their roots are the
    singular values of AᵀB. These come without the matrix root of a product, which loses accuracy and may turn complex
    where a covariance is singular, and without squares, so that a set has distance 0 from itself to about 1e-10.
    """
    difference = a.mean - b.mean
    common = np.linalg.svd(a.factor.T @ b.factor, compute_uv=False).sum() if a.factor.size and b.factor.size else 0.0
    distance = difference @ difference + np.trace(a.covariance) + np.trace(b.covariance) - 2 * common
    return max(float(distance), 0.0)
