"""Random numbers that depend on nothing but a run's seed, a purpose and a position.

Each update seeds PyTorch afresh from its own number. So a run that was cut off and one that wasn't draw the same
numbers, and no generator's state has to be kept.
"""

import hashlib

import numpy as np

FIRST_NUMBERS = 100  # what both papers' generators read
FIXED_LATENTS_SEED = 2022  # chosen once, before any image was seen


def seed_for(seed: int, purpose: str, position: int = 0) -> int:
    """Return a seed of 63 bits for one purpose at one position of a run."""
    text = f"{seed}/{purpose}/{position}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> 1


def fixed_latents(count: int, size: int) -> np.ndarray:
    """Return the first `count` of the fixed latents, float32 (count, size), standard normal.

    They are the same for every model, seed and tier, and a longer list begins with the shorter one: pictures and
    measurements compare models on the same latents, and nobody picks them. A stage that reads more numbers than others
    finds the others' in front.
    """
    blocks = range(0, size, FIRST_NUMBERS)
    drawn = [
        np.random.default_rng(FIXED_LATENTS_SEED + start).standard_normal((count, FIRST_NUMBERS), dtype=np.float32)
        for start in blocks
    ]
    return np.concatenate(drawn, axis=1)[:, :size]
