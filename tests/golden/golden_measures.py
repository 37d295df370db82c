"""Every measure on fixed arrays. Features come from a generator of random numbers, so that no network is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from stackrepro.evaluation.features import Extractor, at_size, clean, through_jpeg
from stackrepro.evaluation.frechet import frechet_distance, frechet_error, frechet_infinity, statistics
from stackrepro.evaluation.intervals import spread_of_trainings
from stackrepro.evaluation.kid import kernel_distance
from stackrepro.evaluation.manifold import copying, manifold
from stackrepro.evaluation.pixels import colour_distance, describe, loss_measures, spectrum_distance
from stackrepro.evaluation.stages import coherence, contraction_rows, latent_diversity, rank_correlation
from stackrepro.training.sampling import as_tensor, fixed_latents, to_pixels, wrapped


def distances() -> dict[str, Any]:
    """Measure 600 features of 48 dimensions against 700, and 30, fewer than dimensions."""
    draw = np.random.default_rng(11)
    mix = draw.normal(size=(48, 48))
    reference = draw.normal(size=(700, 48)) @ mix + 3
    generated = (0.9 * draw.normal(size=(600, 48)) @ mix + 3.5).astype(np.float32)
    known, near = statistics(reference), reference[:300] + 0.7 * draw.normal(size=(300, 48)) @ mix
    return {
        "frechet": frechet_distance(statistics(generated), known),
        "frechet of few": frechet_distance(statistics(generated[:30]), known),
        "frechet_infinity": frechet_infinity(generated, known),
        "frechet_error": frechet_error(generated, known),
        "kid": dict(zip(("value", "error"), kernel_distance(generated, reference), strict=True)),
        "manifold": manifold(generated, reference),
        "copying": copying(near, reference[600:], [reference[:200], reference[200:600]]),
    }


def of_pixels() -> dict[str, Any]:
    """Describe images by their levels, and what becomes of images on the way to a network and to a file."""
    one, other = pictures(24, seed=21), pictures(24, seed=22)
    found, known = describe([one[:10], one[10:]]), describe([other])
    outside = torch.linspace(-1.5, 1.5, 2 * 3 * 4 * 4).reshape(2, 3, 4, 4)
    seen = {
        "halved": at_size(one, 16),
        "doubled": at_size(one, 64),
        "clean": clean(one[:2]),
        "jpeg": through_jpeg(one, 75),
        "clipped": to_pixels(outside, (-1.0, 1.0)),
        "wrapped": to_pixels(outside, (-1.0, 1.0), wrapped),
    }
    return {
        "sharpness": found.sharpness,
        "border_noise": found.border_noise,
        "colour_spread": found.colour_spread,
        "colour_distance": colour_distance(found, known),
        "spectrum_distance": spectrum_distance(found, known),
        "spectrum": found.spectrum.tolist(),
        **{name: [float(images.mean()), float(images.std())] for name, images in seen.items()},
    }


def of_stages() -> dict[str, Any]:
    """Measure a stage that can be written down: a blur whose contrast a latent sets."""
    images, others = (as_tensor(pictures(12, seed)[..., :1], (-1.0, 1.0), torch.device("cpu")) for seed in (31, 32))

    def stage(read: Tensor, latent: Tensor | None = None) -> Tensor:
        contrast = 1.5 if latent is None else 1.5 + 0.2 * latent.mean(1)[:, None, None, None]
        return torch.tanh(contrast * torch.nn.functional.avg_pool2d(read, 3, 1, 1))

    latents = torch.from_numpy(fixed_latents(4, 130))
    return {
        "contraction": contraction_rows(stage, images, others),
        "latent_diversity": latent_diversity(stage, images, latents),
        "coherence": coherence(to_pixels(images, (-1, 1)), to_pixels(stage(images), (-1, 1))),
        "rank_correlation": rank_correlation([5.0, 3.0, 2.0, 4.0, 1.0], [9.0, 5.0, 6.0, 7.0, 2.0]),
        "latents": [latents[0, 0].item(), latents[3, 99].item(), latents[3, 129].item(), latents.std().item()],
    }


def of_curves() -> dict[str, Any]:
    """Read a loss curve, and values of several seeds."""
    draw = np.random.default_rng(41)
    names = ("discriminator", "generator_l1", "real_called_real", "generated_called_real", "gradient_cosine")
    lines = [dict(zip(names, draw.random(len(names)).tolist(), strict=True)) for _ in range(60)]
    return {
        "curve": loss_measures(lines),
        "spread": spread_of_trainings([31.0, 33.5, 30.25, 36.0], [0.5, 0.75, 1.0, 0.25]),
    }


def features(dims: int) -> list[list[float]]:
    """Return size and spread of the Inception features of two images, and three sums of each."""
    found = Extractor(dims)(pictures(2, seed=51))
    return [[float(x) for x in (np.linalg.norm(one), one.std(), *(one[k::3].sum() for k in range(3)))] for one in found]


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {
    "distances": distances,
    "pixels": of_pixels,
    "stages": of_stages,
    "curves": of_curves,
}


def pictures(count: int, seed: int) -> np.ndarray:
    """Draw squares of random colours with a little noise, uint8 (count, 32, 32, 3)."""
    draw = np.random.default_rng(seed)
    coarse = draw.integers(20, 236, (count, 4, 4, 3)).repeat(8, axis=1).repeat(8, axis=2)
    return (coarse + draw.integers(-20, 21, (count, 32, 32, 3))).astype(np.uint8)
