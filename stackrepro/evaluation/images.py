"""What is done to images before the network sees them: checks, the gray rule, the resizes of the protocols."""

from __future__ import annotations

import io

import numpy as np

from stackrepro.base.errors import UserError

INCEPTION_SIZE = 299
CLEAN_SCALE = 127.5 / 128  # clean-fid maps levels by x / 128 - 1, pytorch-fid by x / 127.5 - 1


def check_images(images: np.ndarray, name: str = "The array of images") -> None:
    """Raise a `UserError`, in which the array is called `name`, unless it is uint8 (N, H, W, 1 or 3)."""
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape[1:]:
        raise UserError(
            f"{name} has type {images.dtype} and shape {images.shape}, which can't be measured: make it uint8 "
            f"(N, H, W, 1 or 3)."
        )


def as_rgb(images: np.ndarray) -> np.ndarray:
    """Return uint8 images (N, H, W, 1 or 3) with three channels; gray is repeated in each.

    This is the single-channel rule of every protocol here, and what PIL's `convert("RGB")` does in pytorch-fid.

    Raises:
        UserError: another type or shape.
    """
    check_images(images)
    return images if images.shape[3] == 3 else np.repeat(images, 3, axis=3)


def at_size(images: np.ndarray, size: int) -> np.ndarray:
    """Bring uint8 images (N, H, W, C) to uint8 (N, size, size, C) by Pillow's bicubic, antialiased filter.

    It is the filter that prepares the real images, so that both sides of a comparison went through the same one. Images
    that have the size already stay as they are.
    """
    from PIL import Image

    if images.shape[1:3] == (size, size):
        return images
    resized = np.empty((len(images), size, size, images.shape[3]), np.uint8)
    for target, image in zip(resized, images, strict=True):
        pillow = Image.fromarray(image.squeeze(2) if image.shape[2] == 1 else image)
        target[:] = np.asarray(pillow.resize((size, size), Image.Resampling.BICUBIC)).reshape(target.shape)
    return resized


def through_jpeg(images: np.ndarray, quality: int) -> np.ndarray:
    """Write uint8 images (N, H, W, 1 or 3) as JPEG files of a quality, 1 to 95, in memory, and read them back."""
    from PIL import Image

    back = np.empty_like(images)
    for target, image in zip(back, images, strict=True):
        buffer = io.BytesIO()
        Image.fromarray(image.squeeze(2) if image.shape[2] == 1 else image).save(buffer, "JPEG", quality=quality)
        target[:] = np.asarray(Image.open(buffer)).reshape(image.shape)
    return back


def clean(images: np.ndarray) -> np.ndarray:
    """Bring uint8 images (N, H, W, 1 or 3) to float32 (N, 299, 299, 3) as clean-fid 0.1.35 does, mode "clean".

    Each channel is resized by Pillow's bicubic, antialiased filter in single precision and clipped to 0..255, without
    rounding (Parmar et al. 2022, arXiv:2104.11222). The scale differs by 1/256 from pytorch-fid's, which is made up for
    here: the network behind it then gets clean-fid's numbers.
    """
    from PIL import Image

    resized = np.empty((len(images), INCEPTION_SIZE, INCEPTION_SIZE, 3), np.float32)
    for target, image in zip(resized, as_rgb(images), strict=True):
        for channel in range(3):
            pillow = Image.fromarray(image[:, :, channel].astype(np.float32))
            target[:, :, channel] = pillow.resize((INCEPTION_SIZE, INCEPTION_SIZE), Image.Resampling.BICUBIC)
    return resized.clip(0, 255, out=resized) * np.float32(CLEAN_SCALE)


RESIZES = {"pytorch-fid": as_rgb, "clean": clean}  # what each does before the network; pytorch-fid's is inside it
