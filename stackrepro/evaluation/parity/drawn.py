"""What the comparisons compare: features drawn from a seed, and synthetic birds."""

from __future__ import annotations

import numpy as np


def features_drawn(count: int, dims: int, shift: float = 0.0, seed: int = 0) -> np.ndarray:
    """Draw features (count, dims) that are correlated, of unequal spread and never negative, as Inception's are."""
    mixing = np.random.default_rng(0).normal(size=(dims, dims)) * np.geomspace(1, 0.1, dims) / np.sqrt(dims)
    return np.maximum(np.random.default_rng(seed).normal(0.3 + shift, 1, (count, dims)) @ mixing + 0.2, 0)


def images_drawn(count: int, size: int) -> np.ndarray:
    """Draw synthetic birds, uint8 (count, size, size, 3)."""
    from PIL import Image

    from stackrepro.data.synthetic import birds

    drawn = (Image.fromarray(birds.example(index).image) for index in range(count))
    return np.stack([np.asarray(image.resize((size, size))) for image in drawn])
