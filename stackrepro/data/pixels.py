"""Operations on the pixels of gray images, for views and for whoever treats generated images alike.

All take arrays of shape (..., height, width): one image, or any number of them.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

JPEG_QUALITY = 75  # Pillow's default, with which the authors' builder saved
SOBEL_MAXIMUM = 20**0.5  # of sqrt(x^2 + y^2) on values 0 to 1, where one kernel gives 4 and the other 2

# matplotlib's gray colours in bytes: truncated products, of which some come out one level short.
GRAY_COLOURS = (np.linspace(0, 1, 256) * 255).astype(np.uint8)


def sobel(gray: np.ndarray) -> np.ndarray:
    """Return the magnitude of the Sobel gradient, scaled so that no image can exceed its own range.

    With s_x and s_y from the kernels of weights 1, 2, 1 the magnitude is sqrt(s_x^2 + s_y^2) / sqrt(20). sqrt(20) is
    the largest value that the root can take on values from 0 to 1, so that 0 to 255 stays 0 to 255 and nothing is
    clipped. It is sqrt(8 / 5) times `skimage.filters.sobel`. Beyond its border the image is mirrored, with its last
    pixel repeated: mode "reflect" of SciPy and scikit-image.

    Returns:
        float32, the shape of `gray`.
    """
    around = [(0, 0)] * (gray.ndim - 2) + [(1, 1), (1, 1)]
    padded = np.pad(np.asarray(gray, np.float32), around, mode="symmetric")
    down = padded[..., :-2, :] + 2 * padded[..., 1:-1, :] + padded[..., 2:, :]
    right = padded[..., :-2] + 2 * padded[..., 1:-1] + padded[..., 2:]
    across, along = down[..., 2:] - down[..., :-2], right[..., 2:, :] - right[..., :-2, :]
    return np.sqrt((across * across + along * along) / np.float32(SOBEL_MAXIMUM**2))


def stretch(values: np.ndarray) -> np.ndarray:
    """Stretch each image to its own minimum and maximum, as matplotlib's `imsave` does with its gray colours.

    That is colour number min(floor(256 (v - min) / (max - min)), 255); an image of one value becomes 0 everywhere.

    Returns:
        uint8, the shape of `values`.
    """
    values = np.asarray(values, np.float64)
    low, high = values.min((-2, -1), keepdims=True), values.max((-2, -1), keepdims=True)
    share = (values - low) / np.where(high > low, high - low, 1)
    return GRAY_COLOURS[np.minimum(256 * share, 255).astype(np.uint8)]


def rounded(values: np.ndarray) -> np.ndarray:
    """Round to the nearest of 0 to 255, and clip what bicubic resizing threw beyond; uint8, the shape of `values`."""
    return np.rint(values).clip(0, 255).astype(np.uint8)


def jpeg(image: Image) -> Image:
    """Return the image, RGB or gray, as it comes back from a JPEG file of quality 75."""
    from PIL import Image

    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG_QUALITY)
    return Image.open(buffer)
