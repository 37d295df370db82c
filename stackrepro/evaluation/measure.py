"""Measures of generated images against real ones, and of real against real, the floor."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from filelock import FileLock

from stackrepro.base.files import digest, write_bytes
from stackrepro.base.places import cache_root
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.kid import kernel_distance
from stackrepro.evaluation.protocols import Protocol, Split, split


@dataclass(frozen=True)
class Measures:
    """What a comparison of two sets of images gave; a row of a table.

    `frechet` is the Fréchet distance, `kid` the unbiased kernel distance and `kid_error` its standard error (None below
    3 images), `generated` and `reference` count images. `rank_deficient` tells that one side has no more images than
    features have dimensions: its covariance is singular and the distance biased upwards.
    """

    frechet: float
    kid: float
    kid_error: float | None
    generated: int
    reference: int
    rank_deficient: bool


@dataclass(frozen=True)
class ReferenceFeatures:
    """Features of real images, float32 (N, dims): the reference, and the floor with what it is compared with."""

    reference: np.ndarray
    floor: np.ndarray
    floor_reference: np.ndarray


def compare(generated: np.ndarray, reference: np.ndarray, known: Statistics | None = None) -> Measures:
    """Compare features (N, dims) with features (M, dims), whose statistics may be known already.

    Raises:
        UserError: fewer than two features on a side.
    """
    dims = reference.shape[1]
    kernel = kernel_distance(generated, reference)
    return Measures(
        frechet=frechet_distance(statistics(generated), known or statistics(reference)),
        kid=kernel.value,
        kid_error=kernel.error,
        generated=len(generated),
        reference=len(reference),
        rank_deficient=min(len(generated), len(reference)) <= dims,
    )


def reference_features(
    images: np.ndarray, cache_key: str, protocol: Protocol, extractor: Extractor, dealt: Split | None = None
) -> ReferenceFeatures:
    """Return the features of the real images that a protocol asks for, computing them once per user.

    `images` is uint8 (N, H, W, 1 or 3), memory-mapped or not, and `cache_key` names its content: the fingerprint of the
    source with the key of the view, whose size is the protocol's if that has one. The cache distinguishes besides the
    features' dimensions, the resize, the images that were dealt and the weights. Two processes never compute the same
    features at once. `dealt` says which images are meant, by default the protocol's `split` of all.

    Raises:
        UserError: fewer than 4 images, or an array of another type or shape.
    """
    dealt = dealt or split(len(images), protocol)

    def features_of(indices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        used = np.sort(indices)
        return used, cached_features(
            [cache_key, protocol.dims, protocol.resize, used.tolist(), extractor.identity["digest"]],
            lambda: extractor.stream((images[index] for index in used), len(used), protocol.pixels),
        )

    # By themselves, since protocols with other floors have this reference, too.
    reference = features_of(dealt.reference)
    floor = reference if np.isin(dealt.floor, dealt.reference).all() else features_of(dealt.floor)

    def rows(indices: np.ndarray, among: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
        used, features = among
        return features[np.searchsorted(used, indices)]

    return ReferenceFeatures(
        rows(dealt.reference, reference), rows(dealt.floor, floor), rows(dealt.floor_reference, reference)
    )


def cached_features(key: list, compute: Callable[[], np.ndarray]) -> np.ndarray:
    """Return the features (N, dims) that the cache holds under a key, JSON of all that they depend on, or compute them.

    Two processes never compute the same features at once.
    """
    path = cache_root() / "features" / f"{digest(key)}.npy"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        try:
            return np.load(path)
        except (FileNotFoundError, ValueError, EOFError):  # absent, or cut short from outside: made anew
            features = compute()
            content = io.BytesIO()
            np.save(content, features)
            write_bytes(path, content.getvalue())
            return features
