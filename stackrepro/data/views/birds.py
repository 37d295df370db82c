"""Views of birds: a crop rule around the bounding box, and a size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stackrepro.data.views.checks import KINDS, check_choice, check_size

if TYPE_CHECKING:
    from PIL.Image import Image

CROPS = ("box", "square", "none")
MIN_INSIDE = 0.5  # share of a box; official boxes do hang over (that of image 1218 by 32 of its 440 pixels): clipped

Box = tuple[float, float, float, float]


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
        check_size(self.size)
        check_choice("crop rule", self.crop, CROPS)
        check_choice("kind of bird", self.kind, KINDS)

    @property
    def channels(self) -> int:
        """3 for RGB, else 1."""
        return 3 if self.kind == "rgb" else 1

    @property
    def key(self) -> str:
        """A short readable name, such as "birds-64-box" or "birds-64-box-edges"."""
        return f"{self.dataset}-{self.size}-{self.crop}" + ("" if self.kind == "rgb" else f"-{self.kind}")

    def region(self, box: Box, width: int, height: int) -> Box:
        """Return the part of a frame of `width` x `height` pixels that this view shows.

        Args:
            box: left, top, right, bottom of the object in pixels, inside the frame.

        Returns:
            left, top, right, bottom in pixels.
        """
        if self.crop == "none":
            return (0.0, 0.0, float(width), float(height))
        if self.crop == "box":
            return box
        side = max(box[2] - box[0], box[3] - box[1])
        left, right = _centred(box[0], box[2], side, width)
        top, bottom = _centred(box[1], box[3], side, height)
        return (left, top, right, bottom)

    def render(self, image: Image, box: Box) -> bytes:
        """Crop and resize an RGB image by one bicubic, antialiased call of Pillow.

        At the edge of the crop the filter also weighs the two output pixels' worth of image beyond it, where there is
        some.

        Args:
            box: left, top, right, bottom of the object in pixels.

        Returns:
            the bytes of a uint8 array of shape (size, size, channels).

        Raises:
            ValueError: the box is empty or outside the image.
        """
        from PIL.Image import Resampling

        region = self.region(inside_frame(box, *image.size), *image.size)
        shown = image.resize((self.size, self.size), Resampling.BICUBIC, box=region)
        if self.kind == "rgb":
            return shown.tobytes()
        gray = shown.convert("L")
        if self.kind == "gray":
            return gray.tobytes()
        import numpy

        from stackrepro.data.pixels import sobel, stretch

        return stretch(sobel(numpy.asarray(gray))).tobytes()


def _centred(start: float, end: float, side: float, limit: int) -> tuple[float, float]:
    """Return an interval of length min(side, limit) around the middle of start..end, moved into 0..limit."""
    side = min(side, float(limit))
    first = min(max((start + end - side) / 2, 0.0), limit - side)
    return first, first + side


def inside_frame(box: Box, width: int, height: int) -> Box:
    """Return `box` (left, top, right, bottom in pixels) clipped to a frame of `width` x `height` pixels.

    Raises:
        ValueError: the box is empty, or less than the share `MIN_INSIDE` of it lies inside the frame.
    """
    left, top, right, bottom = box
    clipped = (max(left, 0.0), max(top, 0.0), min(right, float(width)), min(bottom, float(height)))
    area, visible = _area(box), _area(clipped)
    if area == 0:
        raise ValueError(f"its box {_shown(box)} is empty")
    if visible < MIN_INSIDE * area:
        raise ValueError(f"its box {_shown(box)} lies outside its {width} x {height} pixels")
    return clipped


def _area(box: Box) -> float:
    return max(box[2] - box[0], 0.0) * max(box[3] - box[1], 0.0)


def _shown(box: Box) -> str:
    return "(" + ", ".join(f"{value:g}" for value in box) + ")"
