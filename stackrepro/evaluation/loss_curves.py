"""What a loss curve tells: whether it oscillates, whether the discriminator leads, whether the L1 loss falls steadily.

A curve is what `losses.jsonl` holds: means over intervals, some 400 of them at full length.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

PARTS = 10
FEWEST = 2 * PARTS  # points below which a curve tells nothing


def loss_measures(path: Path) -> dict[str, float | None]:
    """Describe the curve of a run; a value that the curve is too short for, or doesn't hold, is None.

    variation: standard deviation of the discriminator's (or critic's) loss about a straight line through the second
        half, as a share of the absolute mean there.
    discriminator_lead: mean probability of "real" that it gives to real images, less what it gives to generated ones,
        in the second half.
    l1_descent: the curve of the L1 loss is cut into ten; the share of the nine steps between their means that fall.
    gradient_cosine: mean of the cosine between two gradients of the generator, over the whole curve.
    """
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    enough = len(lines) >= FEWEST

    def curve(name: str) -> np.ndarray | None:
        return np.array([line[name] for line in lines]) if enough and name in lines[0] else None

    discriminator, l1, cosine = curve("discriminator"), curve("generator_l1"), curve("gradient_cosine")
    real, generated = curve("real_called_real"), curve("generated_called_real")
    return {
        "variation": None if discriminator is None else variation(second_half(discriminator)),
        "discriminator_lead": None
        if real is None or generated is None
        else float(second_half(real - generated).mean()),
        "l1_descent": None if l1 is None else descent(l1),
        "gradient_cosine": None if cosine is None else float(cosine.mean()),
    }


def second_half(curve: np.ndarray) -> np.ndarray:
    return curve[len(curve) // 2 :]


def variation(curve: np.ndarray) -> float | None:
    """Return the standard deviation about the straight line of least squares, relative to the absolute mean."""
    steps = np.arange(len(curve))
    rest = curve - np.polyval(np.polyfit(steps, curve, 1), steps)
    return float(rest.std() / abs(curve.mean())) if curve.mean() else None


def descent(curve: np.ndarray) -> float:
    """Return the share of falling steps between the means of ten successive parts."""
    means = [part.mean() for part in np.array_split(curve, PARTS)]
    return float(np.mean(np.diff(means) < 0))
