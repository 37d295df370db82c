"""Synthetic birds degraded step by step, each way meant for one score; exact since the scene is drawn in layers.

A strength goes from 0, nothing, to 1. The ways are those by which the generators of the papers fail: no bird, a bent
bird, odd colours, blur, noise, and a bird without its parts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from scipy import ndimage

from stackrepro.data import BirdView
from stackrepro.data.synthetic.birds.painting import PARTS
from stackrepro.data.synthetic.birds.scene import Example
from stackrepro.evaluation.machine_eye.truth import example, rendered

SEED = 2024
BIRD = (*PARTS, "eye")
BEND = 0.25  # of the frame's side: the largest displacement
BEND_SMOOTHNESS = 1 / 12  # of the side
BLUR = 0.03  # of the side: standard deviation
NOISE = 30.0  # levels: standard deviation

Degradation = Callable[[Example, int, float, np.random.Generator], np.ndarray]


def faded(bird: Example, index: int, strength: float, random: np.random.Generator) -> np.ndarray:
    """Fade the bird into what is behind it."""
    return bird.image * (1 - strength) + strength * example(index, BIRD).image


def bent(bird: Example, index: int, strength: float, random: np.random.Generator) -> np.ndarray:
    """Bend the bird by a smooth random field of displacements, over an exact ground."""
    side = len(bird.mask)
    field = ndimage.gaussian_filter(random.normal(size=(2, side, side)), (0, *2 * (BEND_SMOOTHNESS * side,)))
    places = np.mgrid[:side, :side] + field * strength * BEND * side / np.abs(field).max()
    # Outside of the bird its own mean colour stands, so that nothing of the ground is bent in.
    alone = np.where(bird.mask[..., None], bird.image, bird.image[bird.mask].mean(axis=0))
    channels = [ndimage.map_coordinates(alone[..., channel], places, order=1) for channel in range(3)]
    cover = ndimage.map_coordinates(bird.mask.astype(float), places, order=1)[..., None]
    return cover * np.stack(channels, axis=-1) + (1 - cover) * example(index, BIRD).image


def exchanged(bird: Example, index: int, strength: float, random: np.random.Generator) -> np.ndarray:
    """Exchange the bird's red, green and blue, so that none stays; black, gray and white birds hardly change."""
    order = (1, 2, 0) if random.random() < 0.5 else (2, 0, 1)
    return np.where(bird.mask[..., None], bird.image * (1 - strength) + strength * bird.image[..., order], bird.image)


def blurred(bird: Example, index: int, strength: float, random: np.random.Generator) -> np.ndarray:
    """Blur the whole picture by a Gaussian."""
    sigma = strength * BLUR * len(bird.image)
    return ndimage.gaussian_filter(bird.image.astype(float), (sigma, sigma, 0))


def blinded(bird: Example, index: int, strength: float, random: np.random.Generator) -> np.ndarray:
    """Fade the eye into the head."""
    return bird.image * (1 - strength) + strength * example(index, ("eye",)).image


def noisy(bird: Example, index: int, strength: float, random: np.random.Generator) -> np.ndarray:
    """Leave the picture as it is: its noise comes on the final pixels, since a smaller size would average it away."""
    return bird.image


DEGRADATIONS: dict[str, tuple[str, Degradation]] = {  # by name: the score that it is meant for
    "bird faded": ("outline", faded),
    "bird bent": ("shape", bent),
    "colours exchanged": ("colour", exchanged),
    "blur": ("texture", blurred),
    "noise": ("texture", noisy),
    "eye removed": ("eye", blinded),
}


def degraded(view: BirdView, indices: range, name: str, strength: float) -> np.ndarray:
    """Return birds by their indices, degraded and as a view shows them: uint8 (N, size, size, 3)."""
    drawn = zip(indices, pictures(indices, name, strength), strict=True)
    images = np.stack([rendered(view, example(index), picture) for index, picture in drawn])
    if name == "noise":
        noise = np.random.default_rng(SEED).normal(0, strength * NOISE, images.shape)
        images = (images + noise).clip(0, 255).round().astype(np.uint8)
    return images


@cache
def pictures(indices: range, name: str, strength: float) -> tuple[np.ndarray, ...]:
    """Draw degraded birds, uint8 (H, W, 3) each, once for all sizes."""
    random, degrade = np.random.default_rng(SEED), DEGRADATIONS[name][1]
    drawn = (degrade(example(index), index, strength, random) for index in indices)
    return tuple(image.clip(0, 255).round().astype(np.uint8) for image in drawn)
