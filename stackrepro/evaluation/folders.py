"""Images as they lie on a disk, compared: folders of image files, prepared arrays, stored statistics."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.images import check_images
from stackrepro.evaluation.kid import kernel_distance
from stackrepro.evaluation.protocols import Protocol
from stackrepro.evaluation.stored_statistics import read_statistics

IMAGE_SUFFIXES = {".bmp", ".jpg", ".jpeg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}  # pytorch-fid's list
GRAY_MODES = {"1", "L", "LA", "La"}  # Pillow's, beside those of 16 bits
SAMPLE_SEED = 2017


@dataclass(frozen=True)
class Comparison:
    """What a comparison of two sets of images gave.

    `kid` and its standard error are None where a side is stored statistics, the error also below 3 images; `reference`
    is None where nobody knows how many images the statistics were made of. `flags` are keys of `FLAGS`.
    """

    frechet: float
    kid: float | None
    kid_error: float | None
    generated: int
    reference: int | None
    flags: tuple[str, ...]


def compare_paths(
    real: Path, generated: Path, protocol: Protocol, extractor: Extractor, samples: int | None = None
) -> Comparison:
    """Measure the images of `generated` against those of `real` by a protocol's features, resize and size.

    Each is a folder of image files, as pytorch-fid reads it (sub-folders are not entered; files that aren't images are
    passed over; the suffix may be in capitals, too), or an .npy file that holds uint8 (N, H, W, 1 or 3). Images of one
    folder may differ in size, each is resized by itself. `real` may also be an .npz file, as `read_statistics` takes
    it. With `samples` so many images of each side are measured, dealt by a permutation with a fixed seed; the
    protocol's own numbers of images play no part.

    Raises:
        UserError: a path that isn't there, fewer than two images or than `samples`, an image that does not decode or
            has floating-point pixels, another kind of array, or as `read_statistics`.
    """
    stored = read_statistics(real, protocol.dims) if real.suffix == ".npz" else None
    real_images = [] if stored else open_images(real, samples)
    generated_images = open_images(generated, samples)
    traits: set[str] = set()
    features = extractor.stream(_each(generated_images, traits), len(generated_images), protocol.pixels)
    if stored:
        kid = kid_error = None
        known, counts = stored, [len(features)]
    else:
        real_features = extractor.stream(_each(real_images, traits), len(real_images), protocol.pixels)
        kernel = kernel_distance(features, real_features)
        kid, kid_error = kernel.value, kernel.error
        known, counts = statistics(real_features), [len(features), len(real_features)]
    found = {
        "rank-deficient": min(counts) <= protocol.dims,
        "mixed-channels": {"gray", "colour"} <= traits,
        "16-bit": "16-bit" in traits,
        "unknown-protocol": stored is not None,
    }
    distance = frechet_distance(statistics(features), known)
    flags = tuple(flag for flag, raised in found.items() if raised)
    return Comparison(distance, kid, kid_error, len(features), known.count, flags)


def open_images(path: Path, samples: int | None = None) -> list[Path] | list[np.ndarray]:
    """List the image files of a folder, sorted, or the memory-mapped images of an .npy file; nothing is read yet.

    With `samples` they are so many of them, in the same order.

    Raises:
        UserError: a path that isn't there, fewer than two images or than `samples`, another kind of file or array.
    """
    if path.is_dir():
        images = sorted(file for file in path.iterdir() if file.suffix.lower() in IMAGE_SUFFIXES and file.is_file())
    elif path.is_file() and path.suffix == ".npy":
        images = list(_open_array(path))
    else:
        raise UserError(f"{path} is neither a folder of images nor an .npy file: check the path.")
    if len(images) < 2:
        raise UserError(f"{path} holds {len(images)} images, a distance needs at least 2: add some.")
    if samples is None:
        return images
    if len(images) < samples:
        raise UserError(f"{path} holds {len(images)} images, {samples} are asked for: add some, or ask for fewer.")
    dealt = np.sort(np.random.default_rng(SAMPLE_SEED).permutation(len(images))[:samples])
    return [images[index] for index in dealt]


def _open_array(path: Path) -> np.ndarray:
    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path} is not a whole .npy array ({error}): make it again.") from error
    check_images(images, str(path))
    return images


def _each(images: list[Path] | list[np.ndarray], traits: set[str]) -> Iterator[np.ndarray]:
    """Yield images one by one, and note in `traits` whether they are "gray", have "colour", or were of "16-bit"."""
    for image in images:
        if isinstance(image, Path):
            yield _decoded(image, traits)
        else:
            traits.add("gray" if image.shape[2] == 1 else "colour")
            yield image


def _decoded(file: Path, traits: set[str]) -> np.ndarray:
    from PIL import Image

    try:
        with Image.open(file) as image:
            mode, pixels = image.mode, np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise UserError(f"The image {file} does not decode ({error}): mend it or take it away.") from error
    if mode == "F":
        raise UserError(f"The image {file} has floating-point pixels, whose range is unknown: save it with 8 bits.")
    deep = mode.startswith("I")  # Pillow's names of gray levels beyond 255
    traits.update({"gray" if deep or mode in GRAY_MODES else "colour"}, {"16-bit"} if deep else ())
    return pixels
