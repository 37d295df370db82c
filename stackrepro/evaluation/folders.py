"""Images as they lie on a disk: folders of image files, and prepared arrays."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.evaluation.extractor import Extractor, Pixels
from stackrepro.evaluation.images import as_rgb, check_images
from stackrepro.evaluation.measure import Measures, compare

IMAGE_SUFFIXES = {".bmp", ".jpg", ".jpeg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}  # pytorch-fid's list


def measure_paths(real: Path, generated: Path, extractor: Extractor, pixels: Pixels = as_rgb) -> Measures:
    """Measure the images of `generated` against those of `real`; `pixels` is what is done to them before the network.

    Each is a folder of image files, as pytorch-fid reads it (sub-folders are not entered; files that aren't images are
    passed over; the suffix may be in capitals, too), or an .npy file that holds uint8 (N, H, W, 1 or 3). Images of one
    folder may differ in size, each is resized by itself.

    Raises:
        UserError: a path that isn't there, fewer than two images, an image that does not decode, another kind of array.
    """
    real_images, generated_images = open_images(real), open_images(generated)
    real_features = _features(real_images, extractor, pixels)
    return compare(_features(generated_images, extractor, pixels), real_features)


def open_images(path: Path) -> list[Path] | np.ndarray:
    """Return the image files of a folder, sorted, or the memory-mapped array of an .npy file; nothing is decoded yet.

    Raises:
        UserError: a path that isn't there, fewer than two images, another kind of file or array.
    """
    if path.is_dir():
        images = sorted(file for file in path.iterdir() if file.suffix.lower() in IMAGE_SUFFIXES and file.is_file())
    elif path.is_file() and path.suffix == ".npy":
        images = _open_array(path)
    else:
        raise UserError(f"{path} is neither a folder of images nor an .npy file: check the path.")
    if len(images) < 2:
        raise UserError(f"{path} holds {len(images)} images, a distance needs at least 2: add some.")
    return images


def _open_array(path: Path) -> np.ndarray:
    try:
        images = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise UserError(f"{path} is not a whole .npy array ({error}): make it again.") from error
    check_images(images, str(path))
    return images


def _features(images: list[Path] | np.ndarray, extractor: Extractor, pixels: Pixels) -> np.ndarray:
    each = images if isinstance(images, np.ndarray) else _decoded(images)
    return extractor.stream(each, len(images), pixels)


def _decoded(files: list[Path]) -> Iterator[np.ndarray]:
    from PIL import Image

    for file in files:
        try:
            with Image.open(file) as image:
                pixels = np.asarray(image.convert("RGB"))
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise UserError(f"The image {file} does not decode ({error}): mend it or take it away.") from error
        yield pixels
