"""The Fréchet distance extrapolated to infinitely many samples (Chong and Forsyth 2020, arXiv:1911.07023)."""

from __future__ import annotations

import numpy as np

from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics

FEWEST = 512  # samples; below them the parts are too small for a line
PARTS = 5  # sizes from a quarter of the samples to all of them
LEAST = 4  # the samples are divided by it for the smallest part
SEED = 1911


def frechet_infinity(generated: np.ndarray, reference: Statistics) -> float | None:
    """Return the intercept of the line through distances of parts over 1 / their size, None below 512 samples.

    `generated` is features (N, d). A distance estimated from n samples exceeds the true one by about c / n, where c
    depends on the generator, so that plain distances can put generators in the wrong order. Each part is drawn without
    replacement and with a fixed seed. What the finite reference adds stays in. The law holds where n is well above d.
    Where parts have no more samples than dimensions (`bends`) the value may lie on either side of the truth: above it
    if all parts do, below it if only the smaller ones do.
    """
    if len(generated) < FEWEST:
        return None
    random = np.random.default_rng(SEED)
    sizes = np.linspace(len(generated) / LEAST, len(generated), PARTS).round().astype(int)
    parts = [random.choice(len(generated), size, replace=False) for size in sizes]
    distances = [frechet_distance(statistics(generated[part]), reference) for part in parts]
    return float(np.polyfit(1 / sizes, distances, 1)[1])


def bends(count: int, dims: int) -> bool:
    """Say whether the smallest part of `count` samples has no more of them than features have dimensions."""
    return count / LEAST <= dims
