"""How far the measures may lie from their peers and from closed forms; the tests and the book read this one table.

Peers are given the same weights and the same images or features.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Pair = tuple[float | np.ndarray, float | np.ndarray]  # what is found here, and what a peer or a closed form gives


@dataclass(frozen=True)
class Tolerance:
    """A row: `quantity` may deviate from what `peer` (in `versions`) gives for `compared` by `bound`, and `why`.

    The unit is the difference relative to the peer's value, the largest absolute difference, or the distance of the
    mean of many draws from the true value in standard errors of that mean.
    """

    key: str
    quantity: str
    peer: str
    versions: str
    unit: Literal["relative", "absolute", "standard errors"]
    bound: float
    compared: str
    why: str

    def deviation(self, found: float | np.ndarray, expected: float | np.ndarray) -> float:
        """Return by how much found values deviate from the peer's, or draws from a true value, in the row's unit."""
        difference = np.asarray(found, np.float64) - expected
        if self.unit == "standard errors":
            return float(abs(difference.mean()) / difference.std(ddof=1) * np.sqrt(difference.size))
        scale = np.abs(expected).max() if self.unit == "relative" else 1.0
        return float(np.abs(difference).max() / scale)


DECIMALS = "the same formula in double precision, by another factorisation"
FLOATS = "the same layers in single precision, summed in another order"
WHOLE = "decoding, resize, network and distance together; features differ in the last digits of single precision"
SAME_SUM = "the same sum over all pairs, the peer's subset being the whole set"

TABLE = (
    Tolerance(
        "frechet/scipy", "Fréchet distance", "scipy's sqrtm", ">=1.11,<1.18", "relative", 1e-6,
        "600 features of 64 dimensions a side, full rank", DECIMALS,
    ),
    Tolerance(
        "frechet/pytorch-fid", "Fréchet distance", "pytorch-fid", ">=0.3,<0.4", "relative", 1e-6,
        "the same", DECIMALS,
    ),
    Tolerance(
        "frechet/clean-fid", "Fréchet distance", "clean-fid", ">=0.1.35,<0.2", "relative", 1e-6,
        "the same", DECIMALS,
    ),
    Tolerance(
        "frechet/torch-fidelity", "Fréchet distance", "torch-fidelity", ">=0.3,<0.5", "relative", 1e-6,
        "the same", DECIMALS,
    ),
    Tolerance(
        "frechet/itself", "Fréchet distance", "zero", "", "absolute", 1e-6,
        "a set with itself, 600 and 40 features of 64 dimensions",
        "rounding alone; with 40 the covariance is singular",
    ),
    Tolerance(
        "frechet/order", "Fréchet distance", "itself", "", "relative", 1e-9,
        "600 features of 64 dimensions a side, shuffled", "sums in another order",
    ),
    Tolerance(
        "frechet/commuting", "Fréchet distance", "closed form", "", "relative", 1e-9,
        "Gaussians of 16 dimensions whose covariances share their eigenvectors",
        "the sum of squared differences of means and of standard deviations along those vectors",
    ),
    Tolerance(
        "frechet/not-commuting", "Fréchet distance", "closed form", "", "relative", 1e-9,
        "Gaussians of 2 dimensions whose covariances do not commute",
        "tr (AB)^½ = (tr AB + 2 (det AB)^½)^½ in two dimensions",
    ),
    Tolerance(
        "kid/torch-fidelity", "KID", "torch-fidelity", ">=0.3,<0.5", "relative", 1e-9,
        "120 features of 64 dimensions a side", SAME_SUM,
    ),
    Tolerance("kid/clean-fid", "KID", "clean-fid", ">=0.1.35,<0.2", "relative", 1e-9, "the same", SAME_SUM),
    Tolerance(
        "kid/unbiased", "KID", "closed form", "", "standard errors", 4,
        "300 draws of 20 and 30 vectors from Gaussians of 4 dimensions with other means",
        "the kernel's expectation from the moments of x·y; chance exceeds 4 once in 16,000",
    ),
    Tolerance(
        "kid/unbiased-at-zero", "KID", "closed form", "", "standard errors", 4,
        "the same with equal means, where the distance is 0", "an unbiased estimate is as often below 0 as above",
    ),
    Tolerance(
        "precision-recall/torch-fidelity", "precision, recall", "torch-fidelity", ">=0.4,<0.5", "absolute", 1e-6,
        "120 features of 8 dimensions a side", "the same balls; the peer averages in single precision",
    ),
    Tolerance(
        "density-coverage/definition", "density, coverage", "the definition", "", "absolute", 1e-12,
        "120 features of 8 dimensions a side", "the same balls, all pairs at once",
    ),
    Tolerance(
        "features-192/pytorch-fid", "features, 192", "pytorch-fid", ">=0.3,<0.4", "absolute", 1e-4,
        "64 images of 48 pixels", FLOATS,
    ),
    Tolerance(
        "features-192/torch-fidelity", "features, 192", "torch-fidelity", ">=0.3,<0.5", "absolute", 1e-4,
        "8 images of 299 pixels by fid-192/clean", "at this size neither resizes, and both map levels by x / 128 - 1",
    ),
    Tolerance(
        "features-192/batch", "features, 192", "itself", "", "absolute", 1e-5,
        "12 images one by one and in batches", FLOATS,
    ),
    Tolerance(
        "resize/clean-fid", "levels after the resize", "clean-fid", ">=0.1.35,<0.2", "absolute", 0,
        "8 images of 48 pixels by fid/clean", "both call Pillow's filter in single precision",
    ),
    Tolerance(
        "features/pytorch-fid", "features, 768 and 2048", "pytorch-fid", ">=0.3,<0.4", "absolute", 1e-4,
        "8 images of 64 pixels", FLOATS,
    ),
    Tolerance(
        "frechet-192/scipy", "Fréchet distance", "scipy's sqrtm", ">=1.11,<1.18", "relative", 1e-6,
        "features of 300 images a side, 192 dimensions, full rank", DECIMALS,
    ),
    Tolerance(
        "frechet-2048/scipy", "Fréchet distance", "scipy's sqrtm", ">=1.11,<1.18", "relative", 1e-6,
        "2,300 features of 2,048 dimensions a side, full rank", DECIMALS,
    ),
    Tolerance(
        "command-192/pytorch-fid", "stackrepro fid, 192", "pytorch-fid's command", ">=0.3,<0.4", "relative", 1e-3,
        "100 images a folder: PNG and JPEG, RGB and gray, mixed sizes", WHOLE,
    ),
    Tolerance(
        "command/pytorch-fid", "stackrepro fid", "pytorch-fid's command", ">=0.3,<0.4", "relative", 1e-3,
        "60 images a folder, PNG", WHOLE + "; with fewer images than dimensions the peer's root is itself uncertain",
    ),
    Tolerance(
        "command/torch-fidelity", "stackrepro fid, FID and KID, 192", "torch-fidelity", ">=0.4,<0.5", "relative", 1e-3,
        "40 images of 299 pixels a folder by fid-192/clean", WHOLE,
    ),
    Tolerance(
        "command/clean-fid", "stackrepro fid, 192", "clean-fid", ">=0.1.35,<0.2", "relative", 1e-3,
        "60 images a folder by fid-192/clean, PNG and JPEG, mixed sizes", WHOLE,
    ),
)  # fmt: skip

TOLERANCES = {row.key: row for row in TABLE}
