"""Painting shapes onto an image, and recording what they cover."""

from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from stackrepro.data.synthetic.birds.shapes import Shape

Corner = tuple[int, int]
DISC_STEP = 3  # discs round off the ends and the bends; in between the sides alone fill a chain
PARTS = ("far wing", "tail", "leg", "body", "beak", "head", "near wing")  # that add to the outline


def paint_shapes(canvas: Image.Image, shapes: list[Shape]) -> Image.Image:
    """Paint the shapes onto `canvas` in their order.

    Returns:
        which part is on top, mode "L": 1 + the index in `PARTS`, 0 where there is no bird.
    """
    top = Image.new("L", canvas.size)
    parts: dict[str, Image.Image] = {}
    for shape in shapes:
        region, corner = _region(shape)
        frame = (*corner, corner[0] + region.width, corner[1] + region.height)
        if shape.inside is None:
            parts.setdefault(shape.part, Image.new("L", canvas.size)).paste(255, frame, region)
            top.paste(1 + PARTS.index(shape.part), frame, region)
        else:
            region = ImageChops.darker(region, parts[shape.inside].crop(frame))
        canvas.paste(shape.colour, frame, region)
    return top


def covered(top: Image.Image, oversampling: int) -> np.ndarray:
    """Return where there is a bird, bool, once what `paint_shapes` returned is reduced by a factor."""
    return np.asarray(top.point(lambda part: 255 * bool(part)).reduce(oversampling)) >= 128


def _region(shape: Shape) -> tuple[Image.Image, Corner]:
    """Return the shape as a mask that is just large enough, and where its upper left corner lies."""
    points = shape.points[:, :2]
    radii = shape.points[:, 2:] if shape.points.shape[1] == 3 else 0.0
    low = np.floor((points - radii).min(0)).astype(int) - 1
    width, height = (np.ceil((points + radii).max(0)).astype(int) + 2 - low).tolist()
    region = Image.new("L", (width, height))
    pen = ImageDraw.Draw(region)
    if shape.points.shape[1] == 2:
        pen.polygon((points - low).ravel().tolist(), fill=255)
    else:
        pen.polygon((_hull(points, radii) - low).ravel().tolist(), fill=255)
        boxes = np.concatenate([points - low - radii, points - low + radii], axis=1).tolist()
        for box in (*boxes[::DISC_STEP], boxes[-1]):
            pen.ellipse(box, fill=255)
    return region, (int(low[0]), int(low[1]))


def _hull(centres: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Return the two sides of a chain of discs as one polygon, which fills the gaps between them."""
    if len(centres) == 1:
        return np.repeat(centres, 3, axis=0)
    along = np.empty_like(centres)
    along[1:-1] = centres[2:] - centres[:-2]
    along[0], along[-1] = centres[1] - centres[0], centres[-1] - centres[-2]
    along /= np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-9)
    across = along[:, ::-1] * (-1, 1) * radii
    return np.concatenate([centres + across, (centres - across)[::-1]])


def add_light(image: np.ndarray, mask: np.ndarray, rows: tuple[int, int], random: Random) -> np.ndarray:
    """Light the bird from above, and add the noise of a camera.

    Args:
        image: RGB, shape (height, width, 3).
        mask: where the bird is, bool, shape (height, width).
        rows: the first and the last row of the whole bird.

    Returns:
        uint8, the shape of `image`.
    """
    height = np.clip((np.arange(len(image)) - rows[0]) / max(rows[1] - rows[0], 1), 0, 1)
    light = 1 + random.uniform(0.1, 0.3) * (0.4 - height)
    noise = np.frombuffer(random.randbytes(image.size), np.uint8).reshape(image.shape) / 255 - 0.5
    lit = np.where(mask[..., None], image * light[:, None, None], image) + 14 * noise
    return lit.round().clip(0, 255).astype(np.uint8)
