"""Views: what an image of a data set is turned into before training, and operations on the pixels of gray images."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from PIL import Image

from stackrepro.base.errors import UserError

Box = tuple[float, float, float, float]  # left, top, right, bottom in pixels

SIZES = range(8, 513)
KINDS = ("rgb", "gray", "edges")
BIRD_CROPS = ("box", "square", "none")
FACE_CROPS = ("centre", "none")
GRAYS = ("luma", "red")
SOBELS = ("resized", "original")
MIN_INSIDE = 0.5  # share of a box; official boxes do hang over (that of image 1218 by 32 of its 440 pixels): clipped
JPEG_QUALITY = 75  # Pillow's default, with which the authors' builder saved
SOBEL_MAXIMUM = 20**0.5  # of sqrt(x^2 + y^2) on values 0 to 1, where one kernel gives 4 and the other 2

# matplotlib's gray colours in bytes: truncated products, of which some come out one level short.
GRAY_COLOURS = (np.linspace(0, 1, 256) * 255).astype(np.uint8)


@dataclass(frozen=True)
class BirdView:
    """A crop rule, a size and what is shown: the key of a prepared array.

    Attributes:
        dataset: "birds".
        size: side of the square result in pixels, 8 to 512.
        crop: "box" crops to the bounding box and squashes it to a square (the literal reading of the paper);
            "square" crops to a square around the box, moved into the frame where it hangs over, and shortened where
            the frame itself is too small; "none" squashes the whole image.
        kind: "rgb"; "gray", by the weights of ITU-R 601; or "edges": the Sobel magnitude of the gray image at its final
            size, stretched to its own minimum and maximum, which is how arm `matched` sees the edges of faces.

    Raises:
        UserError: the size, the crop rule or the kind is unknown.
    """

    size: int
    crop: str = "box"
    kind: str = "rgb"
    dataset: str = field(default="birds", init=False)

    def __post_init__(self) -> None:
        _check(self, crop=BIRD_CROPS, kind=KINDS)

    @property
    def channels(self) -> int:
        """3 for RGB, else 1."""
        return 3 if self.kind == "rgb" else 1

    @property
    def key(self) -> str:
        """A short readable name, such as "birds-64-box" or "birds-64-box-edges"."""
        return f"{self.dataset}-{self.size}-{self.crop}" + ("" if self.kind == "rgb" else f"-{self.kind}")

    def region(self, box: Box, width: int, height: int) -> Box:
        """Return the part of a frame of `width` x `height` pixels that this view shows of a bird with this box."""
        if self.crop == "none":
            return (0.0, 0.0, float(width), float(height))
        if self.crop == "box":
            return box
        side = max(box[2] - box[0], box[3] - box[1])
        left, right = _centred(box[0], box[2], side, width)
        top, bottom = _centred(box[1], box[3], side, height)
        return (left, top, right, bottom)

    def render(self, image: Image.Image, box: Box) -> bytes:
        """Crop and resize an RGB image by one bicubic, antialiased call of Pillow.

        At the edge of the crop the filter also weighs the two output pixels' worth of image beyond it, where there is
        some.

        Returns:
            the bytes of a uint8 array of shape (size, size, channels).

        Raises:
            ValueError: the box is empty or outside the image.
        """
        region = self.region(inside_frame(box, *image.size), *image.size)
        shown = image.resize((self.size, self.size), Image.Resampling.BICUBIC, box=region)
        if self.kind == "rgb":
            return shown.tobytes()
        gray = shown.convert("L")
        return gray.tobytes() if self.kind == "gray" else stretch(sobel(np.asarray(gray))).tobytes()


@dataclass(frozen=True)
class FaceView:
    """What is shown of a face, and how it is made: the key of a prepared array.

    The steps are: gray, crop, resize (bicubic), edges, stretch, JPEG; with `sobel` "original" the edges come right
    after the gray. A factor that a kind doesn't have is ignored: RGB has neither `gray`, `sobel` nor `stretch`, gray no
    `sobel`. So one set of factors describes all views of an arm. The released code is
    `FaceView(kind, 128, gray="red", sobel="original", stretch=True, jpeg=True)` (its `edges_builder.py`,
    `edges_grayscale.py` and `grayscale_rgb.py`).

    Attributes:
        dataset: "faces".
        kind: "rgb", "gray", or "edges": the Sobel magnitude of the gray image, scaled as in `sobel`.
        size: side of the square result in pixels, 8 to 512.
        gray: "luma" weighs the colours after ITU-R 601, as Pillow does; "red" is the red channel alone.
        sobel: "resized" takes the edges of the final size; "original" those of the whole frame, which are then cropped
            and resized as float images. The paper names its steps in the latter order, and the code does so.
        stretch: stretch each image to its own minimum and maximum; an image of one value becomes black.
        jpeg: pass the image through a JPEG file of quality 75, as the authors' intermediate files do.
        crop: "centre" is the largest square in the middle of the frame, in CelebA's frames of 178 x 218 pixels the
            authors' box (0, 20, 178, 198); "none" squashes the whole frame.

    Raises:
        UserError: a value is unknown.
    """

    kind: str
    size: int
    gray: str = "luma"
    sobel: str = "resized"
    stretch: bool = False
    jpeg: bool = False
    crop: str = "centre"
    dataset: str = field(default="faces", init=False)

    def __post_init__(self) -> None:
        _check(self, crop=FACE_CROPS, kind=KINDS, gray=GRAYS, sobel=SOBELS)

    channels = BirdView.channels

    @property
    def key(self) -> str:
        """A readable name of all that matters, such as "faces-edges-64-centre-luma-resized"."""
        parts = [self.dataset, self.kind, str(self.size), self.crop]
        if self.kind != "rgb":
            parts.append(self.gray)
        if self.kind == "edges":
            parts.append(self.sobel)
        if self.kind != "rgb" and self.stretch:
            parts.append("stretch")
        return "-".join([*parts, "jpeg"] if self.jpeg else parts)

    def region(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return the part of a frame of `width` x `height` pixels that is shown: left, top, right, bottom."""
        if self.crop == "none":
            return (0, 0, width, height)
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return (left, top, left + side, top + side)

    def render(self, image: Image.Image, box: None) -> bytes:
        """Turn an RGB image into this view: the bytes of a uint8 array of shape (size, size, channels)."""
        if self.kind == "rgb":
            shown = self._resized(image)
        else:
            values = self._values(image.convert("L") if self.gray == "luma" else image.getchannel("R"))
            shown = Image.fromarray(stretch(values) if self.stretch else rounded(values))
        return (jpeg(shown) if self.jpeg else shown).tobytes()

    def _values(self, gray: Image.Image) -> np.ndarray:
        """Return the gray image or its edges at the final size, neither rounded nor stretched."""
        if self.kind == "edges" and self.sobel == "original":
            return np.asarray(self._resized(Image.fromarray(sobel(np.asarray(gray)))))
        resized = np.asarray(self._resized(gray))
        return sobel(resized) if self.kind == "edges" else resized

    def _resized(self, image: Image.Image) -> Image.Image:
        return image.crop(self.region(*image.size)).resize((self.size, self.size), Image.Resampling.BICUBIC)


View = BirdView | FaceView


def render(image: Image.Image, box: Box | None, views: Sequence[View]) -> list[bytes]:
    """Turn one image into each view.

    Args:
        image: an image as Pillow reads it from a PNG or JPEG file.
        box: left, top, right, bottom of the object in pixels; None for faces, which come aligned.

    Returns:
        for each view the bytes of a uint8 array of shape (size, size, channels).

    Raises:
        ValueError: the box is empty or outside the image, or see `as_rgb`.
    """
    image = as_rgb(image)
    return [view.render(image, box) for view in views]


def as_rgb(image: Image.Image) -> Image.Image:
    """Convert an image to RGB; of gray values of 16 bits the upper 8 are kept, as Pillow does with colours of 16 bits.

    Raises:
        ValueError: the image shows something else than its file: parts are transparent, the colours are inks, or the
            gray values don't use the 16 bits.
    """
    if image.mode.startswith("I"):
        levels = np.asarray(image)
        if not 256 <= levels.max() < 65_536:
            raise ValueError(f"its levels end at {levels.max()} and not at 65535; save it with 8 bits")
        return Image.fromarray((levels >> 8).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data and image.convert("RGBA").getchannel("A").getextrema()[0] < 255:
        raise ValueError("it is partly transparent; give it a background")
    if image.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA"):
        raise ValueError(f"its colours are {image.mode}; convert it to RGB")
    return image.convert("RGB")


def inside_frame(box: Box, width: int, height: int) -> Box:
    """Return `box` clipped to a frame of `width` x `height` pixels.

    Raises:
        ValueError: the box is empty, or less than the share `MIN_INSIDE` of it lies inside the frame.
    """
    left, top, right, bottom = box
    clipped = (max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height)))
    area, visible = (max(b[2] - b[0], 0.0) * max(b[3] - b[1], 0.0) for b in (box, clipped))
    shown = "(" + ", ".join(f"{value:g}" for value in box) + ")"
    if area == 0:
        raise ValueError(f"its box {shown} is empty")
    if visible < MIN_INSIDE * area:
        raise ValueError(f"its box {shown} lies outside its {width} x {height} pixels")
    return clipped


def sobel(gray: np.ndarray) -> np.ndarray:
    """Return the magnitude of the Sobel gradient, scaled so that no image can exceed its own range.

    With s_x and s_y from the kernels of weights 1, 2, 1 the magnitude is sqrt(s_x^2 + s_y^2) / sqrt(20). sqrt(20) is
    the largest value that the root can take on values from 0 to 1, so that 0 to 255 stays 0 to 255 and nothing is
    clipped. It is sqrt(8 / 5) times `skimage.filters.sobel`. Beyond its border the image is mirrored, with its last
    pixel repeated: mode "reflect" of SciPy and scikit-image.

    Args:
        gray: one image or any number of them, shape (..., height, width).

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
    """Stretch each image, shape (..., height, width), to its own minimum and maximum, as matplotlib's `imsave` does.

    That is gray colour number min(floor(256 (v - min) / (max - min)), 255); an image of one value becomes 0 everywhere.

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


def jpeg(image: Image.Image, quality: int = JPEG_QUALITY) -> Image.Image:
    """Return the image, RGB or gray, as it comes back from a JPEG file of a quality, 1 to 95."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer)


def _centred(start: float, end: float, side: float, limit: int) -> tuple[float, float]:
    """Return an interval of length min(side, limit) around the middle of start..end, moved into 0..limit."""
    side = min(side, float(limit))
    first = min(max((start + end - side) / 2, 0.0), limit - side)
    return first, first + side


def _check(view: View, **choices: tuple[str, ...]) -> None:
    if view.size not in SIZES:
        raise UserError(f"A view can't have {view.size} pixels a side: choose {SIZES[0]} to {SIZES[-1]}.")
    for name, known in choices.items():
        if getattr(view, name) not in known:
            raise UserError(f"A view has no {name} {getattr(view, name)!r}: choose one of {', '.join(known)}.")
