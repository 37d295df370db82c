"""The Fréchet distance of two sets of features, each taken for a Gaussian (Heusel et al. 2017, arXiv:1706.08500)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stackrepro.base.errors import UserError

LEFT_OUT = 10  # groups of the jackknife
FEWEST_FOR_LINE, PARTS, LEAST = 512, 5, 4  # samples; sizes from a quarter of them to all; what makes the quarter
SEED = 1911  # of the parts


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
    """Return the mean and the unbiased covariance of features (N, d), or raise a `UserError` if there are under two.

    Up to d features are, centred, a root of their covariance themselves, which is singular.
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


def frechet_error(generated: np.ndarray, reference: Statistics) -> float | None:
    """Return the standard error over samples of the distance of features (N, d) from a reference; None below 3 images.

    The delete-a-group jackknife (Kott 2001): the samples are dealt into ten groups, each is left out in turn, and the
    spread of the ten distances is scaled up by (groups - 1). All ten have the same n, so that the bias of about c / n
    drops out of their spread, as it would not from that of a bootstrap, whose repeated images act like a smaller n.
    The jackknife tends to overstate (Efron and Stein 1981). The reference is fixed: it is the same for all models.
    """
    if len(generated) < 3:
        return None
    groups = np.array_split(np.arange(len(generated)), min(LEFT_OUT, len(generated)))
    distances = [frechet_distance(statistics(np.delete(generated, group, axis=0)), reference) for group in groups]
    return float(np.sqrt((len(groups) - 1) * np.var(distances)))


def frechet_infinity(generated: np.ndarray, reference: Statistics) -> float | None:
    """Return the distance of features (N, d) extrapolated to infinitely many samples; None below 512 samples.

    It is the intercept of the line through distances of parts over 1 / their size (Chong and Forsyth 2020,
    arXiv:1911.07023). A distance estimated from n samples exceeds the true one by about c / n, where c depends on the
    generator, so that plain distances can put generators in the wrong order. Each part is drawn without replacement and
    with a fixed seed. What the finite reference adds stays in. The law holds where n is well above d. Where parts, of
    which the smallest is a quarter, have no more samples than dimensions the value may lie on either side of the truth:
    above it if all parts do, below it if only the smaller ones do.
    """
    if len(generated) < FEWEST_FOR_LINE:
        return None
    random = np.random.default_rng(SEED)
    sizes = np.linspace(len(generated) / LEAST, len(generated), PARTS).round().astype(int)
    parts = [random.choice(len(generated), size, replace=False) for size in sizes]
    distances = [frechet_distance(statistics(generated[part]), reference) for part in parts]
    return float(np.polyfit(1 / sizes, distances, 1)[1])
