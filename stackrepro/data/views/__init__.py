"""Views: what an image of a data set is turned into before training."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from stackrepro.data.views.birds import BirdView, Box
from stackrepro.data.views.faces import FaceView

if TYPE_CHECKING:
    from PIL.Image import Image

View = BirdView | FaceView


def render(image: Image, box: Box | None, views: Sequence[View]) -> list[bytes]:
    """Turn one image into each view.

    Args:
        image: an image of any mode; it is converted to RGB.
        box: left, top, right, bottom of the object in pixels; None for faces, which come aligned.

    Returns:
        for each view the bytes of a uint8 array of shape (size, size, channels).

    Raises:
        ValueError: the box is empty or outside the image.
    """
    image = image.convert("RGB")
    return [view.render(image, box) for view in views]
