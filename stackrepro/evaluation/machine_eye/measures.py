"""The five scores, from 0 to 1, that tell how an image stands at the four thresholds of the eye test.

Images are uint8 (N, size, size, 3); `figures` are their masks, bool (N, size, size).
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from stackrepro.evaluation.machine_eye.figure import (
    NEIGHBOURS,
    as_shares,
    colour_bins,
    colour_shares,
    histograms,
)
from stackrepro.evaluation.pixels import LUMA

BAND = 1 / 16  # of the side: how wide the strips on both sides of the outline are, and how far a colour is averaged
HALF_CONTRAST = 40.0  # levels: a contrast of so many scores one half
GRID = 16  # cells a side that a silhouette is laid on
COLOUR_SPREAD = 0.8  # bins
STEEPNESS = (3, 6, 12, 24, 48)  # levels a pixel, between which gradients are sorted
STEEPNESS_SPREAD = 0.5  # classes


def outline(images: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Score how far the colours on both sides of the outline differ: c / (c + 40), c being their mean distance.

    At each pixel of a strip along the outline the mean colours inside and outside, nearby, are compared; their distance
    is Euclidean, in levels of RGB.
    """
    size = images.shape[1]
    width = max(1, round(BAND * size))
    inner = figures & ~ndimage.binary_erosion(figures, NEIGHBOURS, width, border_value=1)
    outer = ndimage.binary_dilation(figures, NEIGHBOURS, width) & ~figures
    (inside, near_inside), (outside, near_outside) = (local_colour(images, strip) for strip in (inner, outer))
    compared = (inner | outer) & near_inside & near_outside
    contrast = np.linalg.norm(inside - outside, axis=-1) * compared
    contrast = contrast.sum(axis=(1, 2)) / np.maximum(compared.sum(axis=(1, 2)), 1)
    return contrast / (contrast + HALF_CONTRAST)


def local_colour(images: np.ndarray, region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean colour of a region's pixels around each place, (N, H, W, 3), and where there are any nearby."""
    sigma = BAND * images.shape[1]
    weight = ndimage.gaussian_filter(region.astype(float), (0, sigma, sigma))
    total = ndimage.gaussian_filter(images * region[..., None].astype(float), (0, sigma, sigma, 0))
    return total / np.maximum(weight, 1e-9)[..., None], weight > 1e-3


def silhouettes(figures: np.ndarray) -> np.ndarray:
    """Lay each figure's tight box on a grid of 16 x 16: bool (N, 256), so that place and scale don't matter."""
    from PIL import Image

    laid = np.zeros((len(figures), GRID, GRID), bool)
    for target, figure in zip(laid, figures, strict=True):
        rows, columns = np.flatnonzero(figure.any(axis=1)), np.flatnonzero(figure.any(axis=0))
        if len(rows):
            box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
            shown = Image.fromarray(figure.astype(np.uint8) * 255)
            target[:] = np.asarray(shown.resize((GRID, GRID), Image.Resampling.BOX, box=box)) >= 128
    return laid.reshape(len(figures), -1)


def best_overlap(found: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the largest intersection over union of each silhouette (N, 256) with any of the known ones (M, 256)."""
    a, b = found.astype(np.float32), known.astype(np.float32)
    common = a @ b.T
    return (common / np.maximum(a.sum(axis=1)[:, None] + b.sum(axis=1) - common, 1)).max(axis=1).astype(float)


def colours(images: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Return the shares of each figure's pixels in 512 bins of colour, (N, 512)."""
    return colour_shares(colour_bins(images), figures, COLOUR_SPREAD)


def textures(images: np.ndarray, figures: np.ndarray) -> np.ndarray:
    """Return the shares of each figure's pixels by how steep luma is there, fine and smoothed by a pixel: (N, 36)."""
    luma = images @ np.array(LUMA)
    fine, coarse = (
        np.digitize(np.hypot(np.gradient(shown, axis=1), np.gradient(shown, axis=2)), STEEPNESS)
        for shown in (luma, ndimage.gaussian_filter(luma, (0, 1, 1)))
    )
    kinds = len(STEEPNESS) + 1
    counts = histograms(fine * kinds + coarse, figures, kinds**2).reshape(-1, kinds, kinds)
    spread = (0, STEEPNESS_SPREAD, STEEPNESS_SPREAD)
    return as_shares(ndimage.gaussian_filter(counts, spread).reshape(len(images), -1))


def best_intersection(found: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Return the largest intersection of each histogram (N, d) with any of the known ones (M, d), 0 to 1.

    The intersection is the sum over bins of the lesser share (Swain and Ballard 1991).
    """
    return np.array([np.minimum(shares, known).sum(axis=1).max() for shares in found])
