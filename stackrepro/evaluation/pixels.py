"""Measures of the images themselves, for which no network is asked: they also serve where Inception is out of place.

Images are uint8 (N, H, W, 1 or 3), H = W. Luma is that of ITU-R BT.601, in levels 0 to 255.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from stackrepro.evaluation.features import as_rgb

LUMA = (0.299, 0.587, 0.114)
BORDER = 8  # the frame is an eighth of the side wide
BINS = 8  # of each channel's histogram
PARTS = 10  # of a loss curve
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
        width, border = max(1, edges.shape[1] // BORDER), np.ones(edges.shape[1:], bool)
        border[width:-width, width:-width] = False
        sharpness.append(edges.var(axis=(1, 2)))
        borders.append((edges**2)[:, border].mean(axis=1))
        colours.append(rgb.mean(axis=(1, 2)))
        spectra.append(radial_spectrum(luma))
        bins = (rgb // (256 // BINS)).reshape(-1, 3) @ np.array([BINS**2, BINS, 1])
        histogram += np.bincount(bins, minlength=BINS**3)
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


def spectrum_distance(a: Pixels, b: Pixels) -> float:
    """Return the root mean square difference of two mean spectra over their rings, in decibels."""
    return float(np.sqrt(np.mean((a.spectrum - b.spectrum) ** 2)))


def colour_distance(a: Pixels, b: Pixels) -> float:
    """Return the total variation distance of two colour histograms, 1 less Swain and Ballard's intersection (1991)."""
    return float(np.abs(a.histogram - b.histogram).sum() / 2)


def loss_measures(lines: Sequence[dict[str, float]]) -> dict[str, float | None]:
    """Describe a run's loss curve, means over intervals; None where it has under 20 points or lacks a loss.

    variation: standard deviation of the discriminator's (or critic's) loss about a straight line through the second
        half, as a share of the absolute mean there.
    discriminator_lead: mean probability of "real" that it gives to real images, less what it gives to generated ones,
        in the second half.
    l1_descent: the curve of the L1 loss is cut into ten; the share of the nine steps between their means that fall.
    gradient_cosine: mean of the cosine between two gradients of the generator, over the whole curve.
    """
    enough, half = len(lines) >= 2 * PARTS, len(lines) // 2

    def curve(name: str) -> np.ndarray | None:
        return np.array([line[name] for line in lines]) if enough and name in lines[0] else None

    discriminator, l1, cosine = curve("discriminator"), curve("generator_l1"), curve("gradient_cosine")
    real, generated = curve("real_called_real"), curve("generated_called_real")
    led = real is not None and generated is not None
    steps = None if l1 is None else np.diff([part.mean() for part in np.array_split(l1, PARTS)])
    return {
        "variation": None if discriminator is None else variation(discriminator[half:]),
        "discriminator_lead": float((real - generated)[half:].mean()) if led else None,
        "l1_descent": None if steps is None else float(np.mean(steps < 0)),
        "gradient_cosine": None if cosine is None else float(cosine.mean()),
    }


def variation(curve: np.ndarray) -> float | None:
    """Return the standard deviation about the straight line of least squares, relative to the absolute mean."""
    steps = np.arange(len(curve))
    rest = curve - np.polyval(np.polyfit(steps, curve, 1), steps)
    return float(rest.std() / abs(curve.mean())) if curve.mean() else None
