"""What is measured of a stage that turns images into images, by itself (paper B, Discussion and Figure 8).

A stage is a function of images (N, channels, H, W) in [-1, 1], or of such images and latents (N, numbers).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stackrepro.evaluation.contraction import (
    Network,
    add_noise,
    distance_ratios,
    interpolate,
    lengths,
    nearest,
    noise_travel,
    round_trip,
)
from stackrepro.evaluation.distances import mean_pairwise_distance

NOISE = 0.2  # standard deviation, a tenth of the value range
HALF_WAY = 0.5
LATENTS = 8


def contraction_rows(stage: Network, images: Tensor, generated: Tensor) -> dict[str, Any]:
    """Measure whether a stage brings real images and neighbours of them closer together, for four kinds of neighbours.

    Args:
        stage: makes each image from its own input alone.
        images: real inputs (N, channels, H, W).
        generated: inputs that the stage before it has made (M, channels, H, W); each image's neighbour is the nearest.
    """
    noisy = add_noise(images, NOISE)
    neighbours = {
        "noise": noisy,
        "jpeg": round_trip(images),
        "interpolation": interpolate(images, images.roll(1, dims=0), HALF_WAY),
        "generated": nearest(images, generated),
    }
    rows = {kind: contraction_row(stage, images, others) for kind, others in neighbours.items()}
    decibels = noise_travel([stage], images, noisy).decibels
    gained = decibels[1] - decibels[0]
    kept = gained[gained.isfinite()]  # an image without any signal has no ratio
    rows["noise"]["snr_gain"] = kept.median().item() if len(kept) else None
    return rows


def contraction_row(stage: Network, images: Tensor, neighbours: Tensor) -> dict[str, Any]:
    apart = lengths(neighbours - images) > 0
    if not apart.any():
        return {"ratio": None, "below_one": None, "n": 0}
    ratios = distance_ratios(stage, images[apart], neighbours[apart])
    below = (ratios < 1).float().mean().item()
    return {"ratio": ratios.median().item(), "below_one": below, "n": len(ratios)}


@torch.no_grad()
def latent_diversity(stage: Callable[[Tensor, Tensor], Tensor], images: Tensor, latents: Tensor) -> dict[str, Any]:
    """Compare how far latents move the outputs for one input with how far inputs do for one latent.

    Args:
        stage: makes each image from its own input and latent alone.
        images: inputs (N, channels, H, W).
        latents: (M, numbers), each joined with every input.

    Returns:
        `share`: the mean distance between outputs of one input, over that between outputs of one latent; 0 means that
        the latent isn't heard, 1 that it matters as much as the input. None where all inputs give the same.
    """
    joined = [stage(images, latent.expand(len(images), -1)).flatten(1).cpu().numpy() for latent in latents]
    outputs = np.stack(joined, axis=1)  # (N, M, pixels)
    of_one_input = np.mean([mean_pairwise_distance(made) for made in outputs])
    of_one_latent = np.mean([mean_pairwise_distance(made) for made in joined])
    share = float(of_one_input / of_one_latent) if of_one_latent else None
    return {"share": share, "latents": len(latents), "n": len(images)}


def coherence(given: np.ndarray, found: np.ndarray) -> dict[str, Any]:
    """Correlate each input of a stage with what its output turns back into, pixel by pixel.

    Args:
        given: inputs, uint8 (N, H, W, C).
        found: the outputs in the space of the inputs, in the same order and shape.

    Returns:
        `correlation`: the mean of Pearson's correlation, 1 where each output shows just its input; None where no image
        has any contrast.
    """
    one, other = (images.reshape(len(images), -1).astype(np.float64) for images in (given, found))
    one, other = (values - values.mean(axis=1, keepdims=True) for values in (one, other))
    lengths_of_both = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    telling = lengths_of_both > 0
    correlations = (one * other).sum(axis=1)[telling] / lengths_of_both[telling]
    return {"correlation": float(correlations.mean()) if len(correlations) else None, "n": len(correlations)}


def rank_correlation(before: list[float], after: list[float]) -> float | None:
    """Return Spearman's rank correlation, None where one side is all the same."""
    """Return Spearman's rank correlation."""
    from scipy.stats import spearmanr

    return None if len(set(before)) == 1 or len(set(after)) == 1 else float(spearmanr(before, after).statistic)
