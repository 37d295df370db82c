"""The bird's eye: a dark disc in a light ring on an even head, looked for where eyes of real birds lie."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from stackrepro.evaluation.machine_eye.figure import NEIGHBOURS
from stackrepro.evaluation.pixels import LUMA

RADII = (0.020, 0.026, 0.034)  # of the disc, in sides of the image: what the synthetic birds have after the crop
RING, SURROUNDINGS = 1.45, 2.4  # outer radii of the ring and of what is judged around it, in radii of the disc
DARKEST, BRIGHTER = 90.0, 30.0  # levels: the disc is darker than that; a ring counts as so much above the head at most
EVEN = 10.0  # levels of unevenness that every ring has
CELLS = 16  # a side of the map of places
USUAL = 0.4  # of the cells, the densest, are where eyes lie
FINER = 8  # points a pixel, each way, that a zone is drawn with


def usual_places(places: np.ndarray, size: int) -> np.ndarray:
    """Return where eyes lie, bool (size, size), from known ones as x, y in shares of the side, (N, 2).

    A bird may look the other way, so each place counts mirrored too.
    """
    x, y = places.T
    counts = np.histogram2d(np.concatenate([y, y]), np.concatenate([x, 1 - x]), CELLS, ((0, 1), (0, 1)))[0]
    density = ndimage.gaussian_filter(counts, 1)
    cell = np.arange(size) * CELLS // size
    return (density > np.quantile(density, 1 - USUAL))[np.ix_(cell, cell)]


def eyes(images: np.ndarray, figures: np.ndarray, where: np.ndarray) -> np.ndarray:
    """Score the most eye-like place of each figure, (N,), among those of `where`, bool (size, size).

    With d the brightness of ring or head, whichever is less, above that of the disc, and s the standard deviations of
    both zones, the score of a place is d / (d + s + 10), in levels.
    """
    luma = images @ np.array(LUMA)
    best = np.zeros(images.shape[:3])
    for radius in np.array(RADII) * images.shape[1]:
        disc, _ = over_zone(luma, 0, radius)
        ring, uneven_ring = over_zone(luma, radius, RING * radius)
        head, uneven_head = over_zone(luma, RING * radius, SURROUNDINGS * radius)
        above = np.maximum(np.minimum(ring, head + BRIGHTER) - disc, 0) * (disc < DARKEST)
        best = np.maximum(best, above / (above + uneven_ring + uneven_head + EVEN))
    allowed = ndimage.binary_dilation(figures, NEIGHBOURS) & where
    return np.where(allowed, best, 0).max(axis=(1, 2))


def over_zone(luma: np.ndarray, inner: float, outer: float) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard deviation of luma (N, H, W) between two radii, in pixels, around each pixel."""
    side = 2 * int(np.ceil(outer)) + 1
    across = (np.arange(side * FINER) + 0.5) / FINER - side / 2
    distance = np.hypot(across[:, None], across)
    zone = ((distance >= inner) & (distance < outer)).reshape(side, FINER, side, FINER).mean(axis=(1, 3))
    zone = zone[None] / zone.sum()
    mean = ndimage.correlate(luma, zone, mode="nearest")
    return mean, np.sqrt(np.maximum(ndimage.correlate(luma**2, zone, mode="nearest") - mean**2, 0))
