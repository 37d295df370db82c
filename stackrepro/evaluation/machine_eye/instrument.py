"""The machine eye test: four thresholds in a row, as paper A describes its eye test, fixed by real images.

An image that has no outline can't have a bird's shape, one without that shape no plumage, and so on; so an image passes
a threshold only if it has passed those before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.evaluation.images import as_rgb
from stackrepro.evaluation.machine_eye import measures
from stackrepro.evaluation.machine_eye.eyes import eyes, usual_places
from stackrepro.evaluation.machine_eye.figure import segment

THRESHOLDS = {  # of paper A's eye test, in its order, and the scores that stand for them
    "outline": ("outline",),
    "shape": ("shape",),
    "fill": ("colour", "texture"),
    "anatomy": ("eye",),
}
REJECTED = 0.05  # of the real images, by each score
FEWEST = 8  # real images on either side


@dataclass(frozen=True)
class Instrument:
    """What images of one size are compared with, and the least scores that pass.

    `silhouettes` (M, 256), `colours` (M, 512) and `textures` (M, 36) are those of M real figures, `places` says where
    eyes lie, bool (size, size), or is None where that isn't known: then there is no score `eye`. `least` holds by score
    the quantile that `REJECTED` of `held_out` further real images stay below.
    """

    size: int
    silhouettes: np.ndarray
    colours: np.ndarray
    textures: np.ndarray
    places: np.ndarray | None
    least: dict[str, float]
    held_out: int

    def scores(self, images: np.ndarray) -> dict[str, np.ndarray]:
        """Score uint8 images (N, size, size, 1 or 3): by the score's name, from 0 to 1, (N,).

        Raises:
            UserError: images of another type, shape or size.
        """
        rgb = as_rgb(images)
        if rgb.shape[1:3] != (self.size, self.size):
            raise UserError(
                f"Images of {rgb.shape[2]} x {rgb.shape[1]} pixels can't be tested with thresholds for {self.size} x "
                f"{self.size}: calibrate on real images of their size."
            )
        figures = segment(rgb)
        found = {
            "outline": measures.outline(rgb, figures),
            "shape": measures.best_overlap(measures.silhouettes(figures), self.silhouettes),
            "colour": measures.best_intersection(measures.colours(rgb, figures), self.colours),
            "texture": measures.best_intersection(measures.textures(rgb, figures), self.textures),
        }
        return found if self.places is None else found | {"eye": eyes(rgb, figures, self.places)}

    def passes(self, images: np.ndarray, valid: tuple[str, ...]) -> dict[str, np.ndarray]:
        """Say which images pass each threshold and all before it, bool (N,), by those of the `valid` scores.

        A threshold with no valid score is left out.
        """
        scores = self.scores(images)
        so_far, passed = np.ones(len(images), bool), {}
        for threshold, names in THRESHOLDS.items():
            used = [name for name in names if name in valid and name in scores]
            for name in used:
                so_far = so_far & (scores[name] >= self.least[name])
            if used:
                passed[threshold] = so_far
        return passed


def calibrate(
    real: np.ndarray, figures: np.ndarray, held_out: np.ndarray, places: np.ndarray | None = None
) -> Instrument:
    """Make the instrument from real images, uint8 (M, size, size, 1 or 3), and their figures, bool (M, size, size).

    Args:
        held_out: other real images (K, size, size, 1 or 3), which fix the thresholds.
        places: where the real birds' eyes lie: x, y in shares of the side, (L, 2).

    Raises:
        UserError: fewer than 8 images on a side, or images of another type, shape or size.
    """
    if min(len(real), len(held_out)) < FEWEST:
        raise UserError(
            f"The machine eye test has {len(real)} real images to compare with and {len(held_out)} to fix its "
            f"thresholds by: give at least {FEWEST} of each."
        )
    rgb, size = as_rgb(real), real.shape[1]
    instrument = Instrument(
        size=size,
        silhouettes=measures.silhouettes(figures),
        colours=measures.colours(rgb, figures),
        textures=measures.textures(rgb, figures),
        places=None if places is None else usual_places(places, size),
        least={},
        held_out=len(held_out),
    )
    for name, values in instrument.scores(held_out).items():
        instrument.least[name] = float(np.quantile(values, REJECTED))
    return instrument
