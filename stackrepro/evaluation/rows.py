"""The rows of a result: each a set of images, measured by a protocol or by its pixels, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import nn

from stackrepro.evaluation.features import Extractor, at_size
from stackrepro.evaluation.frechet import LEAST, Statistics, frechet_distance, frechet_infinity, statistics
from stackrepro.evaluation.kid import kernel_distance
from stackrepro.evaluation.manifold import copying, manifold
from stackrepro.evaluation.pixels import colour_distance, describe, spectrum_distance
from stackrepro.evaluation.protocols import Protocol, Split
from stackrepro.training.sampling import Display, clipped, fixed_latents, generate

Turn = Callable[[np.ndarray], np.ndarray]  # uint8 (N, size, size, C) -> images of another view

BATCH = 256  # real images in memory at once
BASELINE = "floor"  # the recorded name of the row of real images against other real ones


@dataclass(frozen=True)
class ReferenceFeatures:
    """Features of real images, float32 (N, dims): the reference, and the baseline with what it is compared with."""

    reference: np.ndarray
    baseline: np.ndarray
    baseline_reference: np.ndarray


@dataclass(frozen=True)
class Samples:
    """What a generator makes of the first `count` fixed latents; each pass makes them anew, so that none are kept."""

    generator: nn.Module
    count: int
    value_range: tuple[float, float]
    display: Display = clipped

    def batches(self) -> Iterator[np.ndarray]:
        """Yield the images, batches uint8 (M, size, size, C)."""
        latents = fixed_latents(self.count, self.generator.specification.latent)
        return generate(self.generator, latents, self.value_range, self.display)

    def features(self, protocol: Protocol, extractor: Extractor, turn: Turn | None = None) -> np.ndarray:
        """Return the features, float32 (count, dims), of the images or of what `turn` makes of them."""
        images = (image for batch in self.batches() for image in (batch if turn is None else turn(batch)))
        return extractor.stream(images, self.count, protocol.pixels)


def compare(generated: np.ndarray, reference: np.ndarray, known: Statistics | None = None) -> dict[str, float | None]:
    """Return `frechet`, `kid` and `kid_error` of features (N, dims) against (M, dims), whose statistics may be known.

    Raises:
        UserError: fewer than two features on a side.
    """
    distance = frechet_distance(statistics(generated), known or statistics(reference))
    kid, error = kernel_distance(generated, reference)
    return {"frechet": distance, "kid": kid, "kid_error": error}


def trajectory(points: dict[int, np.ndarray], reference: np.ndarray) -> list[dict[str, Any]]:
    """Compare features (N, dims), by the update after which their generator was kept, with real ones (M, dims)."""
    known = statistics(reference)
    return [{"update": update, **compare(found, reference, known)} for update, found in sorted(points.items())]


def distance_rows(
    features: dict[str, np.ndarray], reference: np.ndarray, flags: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Measure sets of features (N, dims) against those of real images (M, dims); all rows get the flags given."""
    known, rows = statistics(reference), {}
    for name, found in features.items():
        distances, shapes = compare(found, reference, known), manifold(found, reference)
        infinity = frechet_infinity(found, known)
        own = {
            "rank-deficient": min(len(found), len(reference)) <= reference.shape[1],
            "bent-line": infinity is not None and len(found) / LEAST <= reference.shape[1],
        }
        rows[name] = {
            "frechet": distances["frechet"],
            "frechet_infinity": infinity,
            "kid": distances["kid"],
            "kid_error": distances["kid_error"],
            **{key: value for key, value in shapes.items() if key != "count"},
            "n": len(found),
            "n_reference": len(reference),
            "n_manifold": shapes["count"],
            "flags": [flag for flag, raised in own.items() if raised] + list(flags),
        }
    return rows


def pixel_rows(sets: dict[str, Iterator[np.ndarray]], images: np.ndarray, dealt: Split) -> dict[str, dict[str, Any]]:
    """Describe sets of images, and the baseline, by their pixels, against the real ones of `baseline_reference`."""
    reference = describe(batches_of(images, dealt.baseline_reference))
    rows = {}
    for name, batches in {**sets, BASELINE: batches_of(images, dealt.baseline)}.items():
        found = describe(batches)
        rows[name] = {
            "sharpness": found.sharpness,
            "border_noise": found.border_noise,
            "colour_spread": found.colour_spread,
            "colour_distance": colour_distance(found, reference),
            "spectrum_distance": spectrum_distance(found, reference),
            "spectrum": found.spectrum.round(3).tolist(),
            "n": found.count,
            "n_reference": reference.count,
        }
    return rows


def copying_rows(
    features: np.ndarray, real: ReferenceFeatures, batches: Iterator[np.ndarray], images: np.ndarray, dealt: Split
) -> dict[str, dict[str, Any]]:
    """Search the nearest training images of the samples, in the space of features and in that of pixels.

    Args:
        batches: the samples as images, of any size.
        images: real images at the size to compare at, uint8 (N, size, size, C), of which `dealt` are searched.
    """

    def vectors(parts: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
        return (part.reshape(len(part), -1) for part in parts)

    samples = np.concatenate(list(vectors(at_size(batch, images.shape[1]) for batch in batches)))
    baseline = np.concatenate(list(vectors(batches_of(images, dealt.baseline))))
    in_features = copying(features, real.baseline, [real.baseline_reference])
    in_pixels = copying(samples, baseline, vectors(batches_of(images, dealt.baseline_reference)))
    return {
        "features": {**in_features, "n_training": len(real.baseline_reference)},
        "pixels": {**in_pixels, "n_training": len(dealt.baseline_reference)},
    }


def batches_of(images: np.ndarray, chosen: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the chosen images of a memory-mapped array, some at once; a mapped file likes rising addresses."""
    for start in range(0, len(chosen), BATCH):
        yield images[np.sort(chosen[start : start + BATCH])]
