"""Images as they lie on a disk, compared: folders of image files, arrays of samples, stored statistics."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.evaluation.features import Extractor, check_images
from stackrepro.evaluation.frechet import Statistics, frechet_distance, statistics
from stackrepro.evaluation.kid import kernel_distance
from stackrepro.evaluation.protocols import Protocol

IMAGE_SUFFIXES = {".bmp", ".jpg", ".jpeg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}  # pytorch-fid's list
GRAY_MODES = {"1", "L", "LA", "La"}  # Pillow's, beside those of 16 bits
SAMPLES = "arr_0"  # what numpy calls the only array of an .npz file
SAMPLE_SEED = 2017
UNREADABLE = (OSError, ValueError, EOFError, KeyError, TypeError, zipfile.BadZipFile, zlib.error)


def compare_paths(
    real: Path,
    generated: Path,
    protocol: Protocol,
    samples: int | None = None,
    recursive: bool = False,
    **hardware: Any,
) -> dict[str, Any]:
    """Measure the images of `generated` against those of `real` by a protocol's features, resize and size.

    Each is what `open_images` takes; images of one folder may differ in size, each is resized by itself. `real` may
    also be stored statistics. The protocol's own numbers of images play no part. `hardware` is as `Extractor` takes it.

    Returns:
        The `protocol` by name, `frechet`, `kid` and its standard error `kid_error`, the numbers of images `generated`
        and `reference`, `flags`, which are keys of `FLAGS`, and the identity of the Inception `weights`. Of stored
        statistics `kid`, `kid_error` and `reference` are None, below 3 images `kid_error`.

    Raises:
        UserError: as `open_images`, `read_statistics` and `Extractor`; an image that does not decode or has
            floating-point pixels.
    """
    stored = read_statistics(real, protocol.dims)
    opened = [open_images(path, samples, recursive) for path in ((generated,) if stored else (generated, real))]
    extractor = Extractor(protocol.dims, **hardware)  # behind the paths: a wrong one ends before weights are fetched
    traits: set[str] = set()
    features = [extractor.stream(_each(images, traits), len(images), protocol.pixels) for images in opened]
    found = {
        "rank-deficient": min(map(len, features)) <= protocol.dims,
        "mixed-channels": {"gray", "colour"} <= traits,
        "16-bit": "16-bit" in traits,
        "unknown-protocol": stored is not None,
        "sub-folders": not recursive and any(path.is_dir() and _images(path, "*/**/*") for path in (real, generated)),
    }
    kid, error = (None, None) if stored else kernel_distance(*features)
    known = stored or statistics(features[1])
    return {
        "protocol": protocol.name,
        "frechet": frechet_distance(statistics(features[0]), known),
        "kid": kid,
        "kid_error": error,
        "generated": len(features[0]),
        "reference": known.count,
        "flags": [flag for flag, raised in found.items() if raised],
        "weights": extractor.identity,
    }


def open_images(path: Path, samples: int | None = None, recursive: bool = False) -> list[Path] | list[np.ndarray]:
    """List the image files of a folder, sorted, or the images of an array in a file.

    A folder is read as by pytorch-fid: files that aren't images are passed over, the suffix may be in capitals, and
    sub-folders are entered with `recursive` alone. An array is uint8 (N, H, W, 1 or 3), in an .npy file, which is
    memory-mapped, or as `arr_0` in an .npz file. With `samples` they are so many, dealt by a permutation with a fixed
    seed, in the same order.

    Raises:
        UserError: a path that isn't there, fewer than two images or than `samples`, another kind of file or array.
    """
    if path.is_dir():
        images = _images(path, "**/*" if recursive else "*")
    elif path.is_file() and path.suffix in (".npy", ".npz"):
        images = list(_open_array(path))
    else:
        raise UserError(f"{path} is neither a folder of images nor an .npy or .npz file: check the path.")
    if len(images) < max(2, samples or 0):
        wanted = "a distance needs at least 2" if samples is None else f"{samples} are asked for"
        below = len(_images(path, "*/**/*")) if path.is_dir() and not recursive else 0
        remedy = f"its sub-folders hold {below}, give --recursive to measure them, too" if below else "add some"
        raise UserError(f"{path} holds {len(images)} images, {wanted}: {remedy}.")
    if samples is None:
        return images
    dealt = np.sort(np.random.default_rng(SAMPLE_SEED).permutation(len(images))[:samples])
    return [images[index] for index in dealt]


def _images(folder: Path, pattern: str) -> list[Path]:
    return sorted(file for file in folder.glob(pattern) if file.suffix.lower() in IMAGE_SUFFIXES and file.is_file())


def read_statistics(path: Path, dims: int) -> Statistics | None:
    """Read an .npz file as pytorch-fid's `--save-stats` writes it: `mu`, shape (dims,), and `sigma`, (dims, dims).

    Such a file tells neither how many images it was made of nor how they were resized; the count is None. None stands
    for any other place, and for an .npz file of samples.

    Raises:
        UserError: the file isn't whole, holds something else, or features of other dimensions.
    """
    if path.suffix != ".npz" or not path.is_file():
        return None
    try:
        with np.load(path, allow_pickle=False) as stored:
            if SAMPLES in stored:
                return None
            mean, covariance = (np.asarray(stored[name], np.float64) for name in ("mu", "sigma"))
    except UNREADABLE as error:
        raise UserError(f"{path} holds no mu and sigma that can be read ({error}): make it again.") from error
    if mean.ndim == 1 and len(mean) != dims:
        raise UserError(
            f"{path} was made of {len(mean)}-dimension features, the protocol's have {dims}: choose the protocol that "
            f"it was made by."
        )
    if mean.shape != (dims,) or covariance.shape != (dims, dims):
        raise UserError(f"{path} holds mu {mean.shape} and sigma {covariance.shape}, which don't fit: make it again.")
    if not (np.isfinite(mean).all() and np.isfinite(covariance).all() and np.allclose(covariance, covariance.T)):
        raise UserError(f"{path} holds a sigma that is no covariance, or numbers that aren't finite: make it again.")
    return Statistics(mean, covariance, None)


def _open_array(path: Path) -> np.ndarray:
    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
        if not isinstance(images, np.ndarray):  # an archive of arrays
            with images as stored:
                if SAMPLES not in stored:
                    raise UserError(f"{path} holds {', '.join(stored)}, no {SAMPLES}: store the images as that.")
                images = stored[SAMPLES]
    except UNREADABLE as error:
        raise UserError(f"{path} is not a whole {path.suffix} array ({error}): make it again.") from error
    check_images(images, str(path))
    return images


def _each(images: list[Path] | list[np.ndarray], traits: set[str]) -> Iterator[np.ndarray]:
    """Yield images one by one, and note in `traits` whether they are "gray", have "colour", or were of "16-bit"."""
    for image in images:
        if isinstance(image, np.ndarray):
            traits.add("gray" if image.shape[2] == 1 else "colour")
            yield image
            continue
        try:
            with Image.open(image) as opened:
                mode, pixels = opened.mode, np.asarray(opened.convert("RGB"))
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise UserError(f"The image {image} does not decode ({error}): mend it or take it away.") from error
        if mode == "F":
            raise UserError(f"The image {image} has floating-point pixels of unknown range: save it with 8 bits.")
        deep = mode.startswith("I")  # Pillow's names of gray levels beyond 255
        traits.update({"gray" if deep or mode in GRAY_MODES else "colour"}, {"16-bit"} if deep else ())
        yield pixels
