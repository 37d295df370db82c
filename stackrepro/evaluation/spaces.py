"""Images of one stage, turned back into what the stage before it makes, so that one reference serves for both stages.

Paper B compares the distances of its stages, which are taken to different sets of real images and so have no order.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stackrepro.data import FaceView, View
from stackrepro.data.pixels import rounded, sobel, stretch

Turn = Callable[[np.ndarray], np.ndarray]


def turned_back(view: View, earlier: View) -> Turn | None:
    """Return the function from images of a view, uint8 (N, size, size, C), to those of the view of the stage before.

    It takes the steps by which that view itself is made, from the final size on: of a real gray face it makes exactly
    the real edges. Where such a step comes before the scaling, or is a JPEG file, there is no such function: None.
    """
    view, earlier = as_a_face(view), as_a_face(earlier)
    if earlier.jpeg or (earlier.kind == "edges" and earlier.sobel == "original"):
        return None
    finish = stretch if earlier.stretch else rounded
    if (view.kind, earlier.kind) == ("gray", "edges"):
        return lambda images: finish(sobel(images[..., 0]))[..., None]
    if (view.kind, earlier.kind) == ("rgb", "gray"):
        return lambda images: finish(as_gray(images, earlier.gray))[..., None]
    return None


def as_a_face(view: View) -> FaceView:
    """Return the view of faces that is made by a view's steps; birds have those of arm `matched`."""
    return view if isinstance(view, FaceView) else FaceView(view.kind, view.size, stretch=view.kind == "edges")


def as_gray(images: np.ndarray, rule: str) -> np.ndarray:
    """Return RGB images (N, size, size, 3) as gray ones (N, size, size), in levels, by a rule of `FaceView`."""
    return images[..., 0] if rule == "red" else images @ np.array((0.299, 0.587, 0.114))
