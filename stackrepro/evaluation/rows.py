"""The rows of a result: each a set of images, measured by a protocol or by its pixels, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from torch import nn

from stackrepro.evaluation.copying import Copying, copying
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import statistics
from stackrepro.evaluation.images import at_size
from stackrepro.evaluation.infinity import bends, frechet_infinity
from stackrepro.evaluation.manifold import manifold
from stackrepro.evaluation.measure import ReferenceFeatures, compare
from stackrepro.evaluation.pixels import Pixels, colour_distance, describe, spectrum_distance
from stackrepro.evaluation.protocols import Protocol, Split
from stackrepro.runs.sampling import Render, sample_batches, to_pixels

BATCH = 256  # real images in memory at once


@dataclass(frozen=True)
class Samples:
    """What a generator makes of the first `count` fixed latents; each pass makes them anew, so that none are kept."""

    generator: nn.Module
    count: int
    value_range: tuple[float, float]
    render: Render = to_pixels

    def batches(self) -> Iterator[np.ndarray]:
        """Yield the images, batches uint8 (M, size, size, C)."""
        return sample_batches(self.generator, self.count, self.value_range, self.render)

    def features(self, protocol: Protocol, extractor: Extractor) -> np.ndarray:
        """Return the features, float32 (count, dims)."""
        images = (image for batch in self.batches() for image in batch)
        return extractor.stream(images, self.count, protocol.pixels)


def distance_rows(
    features: dict[str, np.ndarray], reference: np.ndarray, flags: Sequence[str] = ()
) -> dict[str, dict[str, Any]]:
    """Measure sets of features (N, dims) against those of real images (M, dims); all rows get the flags given."""
    known = statistics(reference)
    rows = {name: distance_row(found, reference, known) for name, found in features.items()}
    for row in rows.values():
        row["flags"] += flags
    return rows


def distance_row(generated: np.ndarray, reference: np.ndarray, known: Any) -> dict[str, Any]:
    """Measure features (N, dims) against features (M, dims), whose statistics are `known`."""
    measures, shapes = compare(generated, reference, known), manifold(generated, reference)
    infinity = frechet_infinity(generated, known)
    flags = {
        "rank-deficient": measures.rank_deficient,
        "bent-line": infinity is not None and bends(*generated.shape),
    }
    of_manifold = ("precision", "recall", "density", "coverage", "diversity")
    return {
        "frechet": measures.frechet,
        "frechet_infinity": infinity,
        "kid": measures.kid,
        "kid_error": measures.kid_error,
        **{name: getattr(shapes, name, None) for name in of_manifold},
        "n": measures.generated,
        "n_reference": measures.reference,
        "n_manifold": getattr(shapes, "count", None),
        "flags": [flag for flag, raised in flags.items() if raised],
    }


def pixel_rows(sets: dict[str, Iterator[np.ndarray]], images: np.ndarray, dealt: Split) -> dict[str, dict[str, Any]]:
    """Describe sets of images by their pixels, and the floor, all against the real images of `floor_reference`."""
    reference = describe(batches_of(images, dealt.floor_reference))
    described = {name: describe(batches) for name, batches in sets.items()}
    described["floor"] = describe(batches_of(images, dealt.floor))
    return {name: pixel_row(found, reference) for name, found in described.items()}


def pixel_row(found: Pixels, reference: Pixels) -> dict[str, Any]:
    return {
        "sharpness": found.sharpness,
        "border_noise": found.border_noise,
        "colour_spread": found.colour_spread,
        "colour_distance": colour_distance(found, reference),
        "spectrum_distance": spectrum_distance(found, reference),
        "spectrum": found.spectrum.round(3).tolist(),
        "n": found.count,
        "n_reference": reference.count,
    }


def copying_rows(
    features: np.ndarray, real: ReferenceFeatures, batches: Iterator[np.ndarray], images: np.ndarray, dealt: Split
) -> dict[str, dict[str, Any]]:
    """Search the nearest training images of the samples, in the space of features and in that of pixels.

    Args:
        batches: the samples as images, of any size.
        images: real images at the size to compare at, uint8 (N, size, size, C), of which `dealt` are searched.
    """
    samples = np.concatenate([as_vectors(at_size(batch, images.shape[1])) for batch in batches])
    floor, training = (
        (as_vectors(part) for part in batches_of(images, which)) for which in (dealt.floor, dealt.floor_reference)
    )
    return {
        "features": copying_row(copying(features, real.floor, [real.floor_reference]), len(real.floor_reference)),
        "pixels": copying_row(copying(samples, np.concatenate(list(floor)), training), len(dealt.floor_reference)),
    }


def copying_row(found: Copying, training: int) -> dict[str, Any]:
    return {**asdict(found), "n_training": training}


def as_vectors(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1)


def batches_of(images: np.ndarray, chosen: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the chosen images of a memory-mapped array, some at once; a mapped file likes rising addresses."""
    for start in range(0, len(chosen), BATCH):
        yield images[np.sort(chosen[start : start + BATCH])]
