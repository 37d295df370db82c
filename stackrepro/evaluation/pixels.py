"""Measures of the images themselves, for which no network is asked: they also serve where Inception is out of place.

Images are uint8 (N, H, W, 1 or 3), H = W. Luma is that of ITU-R BT.601, in levels 0 to 255.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from stackrepro.evaluation.images import as_rgb

LUMA = (0.299, 0.587, 0.114)
BORDER = 8  # the frame is an eighth of the side wide
BINS = 8  # of each channel's histogram
ROUNDING = 1 / 12  # levels squared: the power of rounding to whole levels, below which no spectrum goes


@dataclass(frozen=True)
class Pixels:
    """What a set of N images is like.

    sharpness: mean over images of the variance of the Laplacian of luma, levels² (Pech-Pacheco et al. 2000).
    border_noise: mean square of that Laplacian over the frame of an eighth of the side, levels².
    colour_spread: trace of the covariance of the images' mean colours, levels².
    spectrum: (size // 2,) mean log power of luma at 1, 2, ... cycles an image, decibels over one level².
    histogram: (512,) shares of pixels in 8 x 8 x 8 bins of RGB.
    """

    sharpness: float
    border_noise: float
    colour_spread: float
    spectrum: np.ndarray
    histogram: np.ndarray
    count: int


def describe(batches: Iterable[np.ndarray]) -> Pixels:
    """Describe a set of at least two images, given as batches uint8 (N, H, W, 1 or 3)."""
    sharpness, borders, colours, spectra, histogram = [], [], [], [], np.zeros(BINS**3)
    for batch in batches:
        rgb = as_rgb(batch)
        luma = rgb @ np.array(LUMA)
        edges = laplacian(luma)
        sharpness.append(edges.var(axis=(1, 2)))
        borders.append((edges**2)[:, frame(edges.shape[1])].mean(axis=1))
        colours.append(rgb.mean(axis=(1, 2)))
        spectra.append(radial_spectrum(luma))
        histogram += colour_histogram(rgb)
    means = np.concatenate(colours)
    return Pixels(
        sharpness=float(np.concatenate(sharpness).mean()),
        border_noise=float(np.concatenate(borders).mean()),
        colour_spread=float(means.var(axis=0, ddof=1).sum()),
        spectrum=np.concatenate(spectra).mean(axis=0),
        histogram=histogram / histogram.sum(),
        count=len(means),
    )


def laplacian(luma: np.ndarray) -> np.ndarray:
    """Return the sum of the four neighbours less four times the pixel, (N, H, W); beyond the edge the edge goes on."""
    wide = np.pad(luma, ((0, 0), (1, 1), (1, 1)), mode="edge")
    return wide[:, :-2, 1:-1] + wide[:, 2:, 1:-1] + wide[:, 1:-1, :-2] + wide[:, 1:-1, 2:] - 4 * luma


def frame(size: int) -> np.ndarray:
    """Return the mask (size, size) of the pixels within an eighth of the side from the edge, at least one pixel."""
    width = max(1, size // BORDER)
    mask = np.ones((size, size), bool)
    mask[width:-width, width:-width] = False
    return mask


def radial_spectrum(luma: np.ndarray) -> np.ndarray:
    """Return the log power of each image (N, size, size), averaged over rings: (N, size // 2), in decibels.

    Power is |F|² / size², so that white noise of variance v has v everywhere; a ring holds the frequencies that round
    to its number of cycles an image. Compare Durall et al. 2020 (arXiv:2003.01826), section 3.
    """
    size = luma.shape[1]
    cycles = np.fft.fftfreq(size, 1 / size)
    rings = np.hypot(cycles[:, None], cycles).round().astype(int)
    power = np.abs(np.fft.fft2(luma)) ** 2 / size**2
    members = (rings[None] == np.arange(1, size // 2 + 1)[:, None, None]).reshape(size // 2, -1)
    means = power.reshape(len(luma), -1) @ members.T / members.sum(axis=1)
    return 10 * np.log10(means + ROUNDING)


def colour_histogram(rgb: np.ndarray) -> np.ndarray:
    """Count the pixels of RGB images (N, H, W, 3) in 8 x 8 x 8 bins: (512,)."""
    bins = (rgb // (256 // BINS)).reshape(-1, 3) @ np.array([BINS**2, BINS, 1])
    return np.bincount(bins, minlength=BINS**3)


def spectrum_distance(a: Pixels, b: Pixels) -> float:
    """Return the root mean square difference of two mean spectra over their rings, in decibels."""
    return float(np.sqrt(np.mean((a.spectrum - b.spectrum) ** 2)))


def colour_distance(a: Pixels, b: Pixels) -> float:
    """Return the total variation distance of two colour histograms, 0 to 1.

    It is 1 less the histogram intersection of Swain and Ballard (1991).
    """
    return float(np.abs(a.histogram - b.histogram).sum() / 2)
