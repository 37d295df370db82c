"""What of an image is the figure, told from its colours alone: nothing is trained.

Each pixel begins with the chance of being figure that its distance from the middle suggests. The colours of likely
figure and of likely ground are then counted, and each pixel is judged anew by which of the two its own colour is more
frequent in; a few rounds settle it. The largest connected piece is kept, its holes filled.
"""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from stackrepro.evaluation.images import as_rgb

WIDTH = 0.6  # of the prior, a Gaussian of the distance from the middle, in half sides
PRIOR_WEIGHT = 0.05  # of the place against the colour, once there are colours to judge by
ROUNDS = 4
BINS = 8  # of each channel's histogram
SPREAD = 0.6  # bins over which a count is smoothed
SMOOTHING = 0.02  # of the side: neighbours are judged alike
RARE = 1e-4  # share that every colour has, so that none is impossible
NEIGHBOURS = np.zeros((3, 3, 3), bool)  # of a pixel in its own image
NEIGHBOURS[1] = ndimage.generate_binary_structure(2, 1)


def segment(images: np.ndarray) -> np.ndarray:
    """Return the figures of uint8 images (N, size, size, 1 or 3) as masks, bool (N, size, size)."""
    rgb = as_rgb(images)
    count, size = rgb.shape[:2]
    bins = colour_bins(rgb)
    prior = centre_prior(size)
    odds = ((1 - prior) / prior) ** PRIOR_WEIGHT
    figure = np.broadcast_to(prior, (count, size, size))
    for _ in range(ROUNDS):
        inside, outside = (
            np.take_along_axis(colour_shares(bins, weights, SPREAD), bins.reshape(count, -1), axis=1) + RARE
            for weights in (figure, 1 - figure)
        )
        likely = 1 / (1 + (outside / inside).reshape(count, size, size) * odds)
        figure = ndimage.gaussian_filter(likely, (0, SMOOTHING * size, SMOOTHING * size))
    return largest_piece(figure > 0.5)


def centre_prior(size: int) -> np.ndarray:
    """Return the chance (size, size) that a pixel is figure, by its distance from the middle."""
    across = (np.arange(size) + 0.5) / size * 2 - 1
    return np.exp(-np.add.outer(across**2, across**2) / (2 * WIDTH**2)).clip(0.02, 0.98)


def colour_bins(rgb: np.ndarray) -> np.ndarray:
    """Return the number of each pixel's bin of colour, (N, H, W), of uint8 RGB images (N, H, W, 3)."""
    return (rgb // (256 // BINS)) @ np.array([BINS**2, BINS, 1])


def colour_shares(bins: np.ndarray, weights: np.ndarray, spread: float) -> np.ndarray:
    """Return each image's share of pixels in every bin of colour, (N, 512), by weights (N, H, W); zero without any.

    The counts are smoothed over neighbouring bins, by a Gaussian of `spread` bins.
    """
    counts = histograms(bins, weights, BINS**3).reshape(-1, BINS, BINS, BINS)
    return as_shares(ndimage.gaussian_filter(counts, (0, spread, spread, spread)).reshape(len(bins), -1))


def histograms(bins: np.ndarray, weights: np.ndarray, length: int) -> np.ndarray:
    """Add up the weights (N, H, W) in the bins (N, H, W) of each image: (N, length)."""
    places = bins + np.arange(len(bins))[:, None, None] * length
    return np.bincount(places.ravel(), weights.astype(float).ravel(), len(bins) * length).reshape(-1, length)


def as_shares(counts: np.ndarray) -> np.ndarray:
    """Divide each row by its sum, where it has one."""
    return counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)


def largest_piece(masks: np.ndarray) -> np.ndarray:
    """Keep the largest connected piece of each mask, bool (N, H, W), and fill its holes; nothing stays nothing."""
    pieces, count = ndimage.label(masks, NEIGHBOURS)
    areas = np.bincount(pieces.ravel(), minlength=count + 1)
    areas[0] = 0
    flat = pieces.reshape(len(masks), -1)
    kept = flat[np.arange(len(masks)), areas[flat].argmax(axis=1)]
    piece = (pieces == kept[:, None, None]) & (kept > 0)[:, None, None]
    ground, _ = ndimage.label(np.pad(~piece, ((0, 0), (1, 1), (1, 1)), constant_values=True), NEIGHBOURS)
    return (ground != ground[:, :1, :1])[:, 1:-1, 1:-1]


def overlap(masks: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the intersection over the union of masks and others (N, H, W), pair by pair: (N,); 0 where both lack."""
    return (masks & others).sum(axis=(1, 2)) / np.maximum((masks | others).sum(axis=(1, 2)), 1)
