"""Views of faces: RGB, gray, or edges, and each factor in which the text of paper B and its released code differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stackrepro.data.views.checks import KINDS, check_choice, check_size

if TYPE_CHECKING:
    import numpy
    from PIL.Image import Image

GRAYS = ("luma", "red")
SOBELS = ("resized", "original")
CROPS = ("centre", "none")


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
        kind: "rgb", "gray", or "edges": the Sobel magnitude of the gray image, scaled as in `pixels.sobel`.
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
        check_size(self.size)
        check_choice("kind of face", self.kind, KINDS)
        check_choice("gray", self.gray, GRAYS)
        check_choice("place of the Sobel filter", self.sobel, SOBELS)
        check_choice("crop rule", self.crop, CROPS)

    @property
    def channels(self) -> int:
        """3 for RGB, else 1."""
        return 3 if self.kind == "rgb" else 1

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
        if self.jpeg:
            parts.append("jpeg")
        return "-".join(parts)

    def region(self, width: int, height: int) -> tuple[int, int, int, int]:
        """Return the part of a frame of `width` x `height` pixels that is shown: left, top, right, bottom."""
        if self.crop == "none":
            return (0, 0, width, height)
        side = min(width, height)
        left, top = (width - side) // 2, (height - side) // 2
        return (left, top, left + side, top + side)

    def render(self, image: Image, box: None) -> bytes:
        """Turn an RGB image into this view.

        Returns:
            the bytes of a uint8 array of shape (size, size, channels).
        """
        from PIL.Image import fromarray

        from stackrepro.data.pixels import jpeg, rounded, stretch

        if self.kind == "rgb":
            shown = self._resized(image)
        else:
            values = self._values(image.convert("L") if self.gray == "luma" else image.getchannel("R"))
            shown = fromarray(stretch(values) if self.stretch else rounded(values))
        return (jpeg(shown) if self.jpeg else shown).tobytes()

    def _values(self, gray: Image) -> numpy.ndarray:
        """Return the gray image or its edges at the final size, neither rounded nor stretched."""
        import numpy
        from PIL.Image import fromarray

        from stackrepro.data.pixels import sobel

        if self.kind == "edges" and self.sobel == "original":
            return numpy.asarray(self._resized(fromarray(sobel(numpy.asarray(gray)))))
        resized = numpy.asarray(self._resized(gray))
        return sobel(resized) if self.kind == "edges" else resized

    def _resized(self, image: Image) -> Image:
        from PIL.Image import Resampling

        return image.crop(self.region(*image.size)).resize((self.size, self.size), Resampling.BICUBIC)
