"""The synthetic birds as a view shows them, with their exact figures and eyes, and the real ones without."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from stackrepro.data import BirdView, Source, prepare
from stackrepro.data.synthetic import birds
from stackrepro.data.synthetic.birds.scene import Example, draw
from stackrepro.evaluation.machine_eye.figure import segment
from stackrepro.evaluation.machine_eye.instrument import Instrument, calibrate

REFERENCE, HELD_OUT, OTHERS = 512, 256, 256  # real images to compare with, to fix thresholds by, to show for themselves
DEAL_SEED = 2022


@dataclass(frozen=True)
class Calibrated:
    """An instrument made from a data set, and `others`, real images (N, size, size, 3) that had no part in it."""

    instrument: Instrument
    others: np.ndarray


def calibrated(source: Source, view: BirdView, exact: bool) -> Calibrated:
    """Make the instrument for a view of the birds from real images that a fixed seed deals out.

    Of a small data set half are compared with, a quarter fix the thresholds, and a quarter are the others.

    Args:
        exact: compare with exact figures and places of eyes, which only the synthetic set has.

    Raises:
        UserError: as `prepare` and `calibrate`.
    """
    images = prepare(source, [view])[view]
    order = np.random.default_rng(DEAL_SEED).permutation(len(images))
    first, second = min(REFERENCE, len(order) // 2), min(HELD_OUT, len(order) // 4)
    reference = np.sort(order[:first])
    held_out = np.sort(order[first : first + second])
    others = np.sort(order[first + second : first + second + OTHERS])
    if exact:
        examples = [example(index) for index in reference.tolist()]
        figures = np.stack([figure_in(view, bird) for bird in examples])
        places = np.array([place for bird in examples if (place := eye_in(view, bird)) is not None])
    else:
        figures, places = segment(images[reference]), None
    return Calibrated(calibrate(images[reference], figures, images[held_out], places), images[others])


@cache
def example(index: int, without: tuple[str, ...] = ()) -> Example:
    """Draw a bird of the synthetic set, or one beyond its end, once for all sizes."""
    return draw(birds.SEED, index, without)


def figure_in(view: BirdView, bird: Example) -> np.ndarray:
    """Return the exact figure of a synthetic bird as a view shows it, bool (size, size)."""
    return rendered(view, bird, np.repeat(bird.mask[..., None] * np.uint8(255), 3, axis=2))[..., 0] >= 128


def eye_in(view: BirdView, bird: Example) -> tuple[float, float] | None:
    """Return where a view shows the bird's eye, x and y in shares of the side, or None where nothing of it is seen."""
    for name in ("left eye", "right eye"):
        if name in bird.parts:
            left, top, right, bottom = view.region(corners(bird), *bird.mask.shape[::-1])
            x, y = bird.parts[name]
            return (x - left) / (right - left), (y - top) / (bottom - top)
    return None


def rendered(view: BirdView, bird: Example, image: np.ndarray) -> np.ndarray:
    """Return what a view shows of a picture of the bird, uint8 (H, W, 3), as (size, size, channels)."""
    from PIL import Image

    shown = view.render(Image.fromarray(image), corners(bird))
    return np.frombuffer(shown, np.uint8).reshape(view.size, view.size, view.channels)


def corners(bird: Example) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom of the bird's box in pixels."""
    left, top, width, height = bird.box
    return (left, top, left + width, top + height)
