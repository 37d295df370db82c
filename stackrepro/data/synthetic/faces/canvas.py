"""A picture that is painted in layers with smooth edges, and that knows which part each of its pixels shows."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 178, 218  # pixels of a frame of CelebA
OVERSAMPLING = 3  # shapes are drawn larger and reduced, which smooths their edges
PARTS = ("background", "clothes", "neck", "ears", "skin", "hair", "brows", "eyes", "nose", "mouth", "beard", "glasses")

_ANGLES = np.linspace(0, 2 * np.pi, 28, endpoint=False)
CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_SHARES = np.arange(8)[:, None] / 8
CATMULL_ROM = _SHARES ** (0, 1, 2, 3) @ (np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2)


@dataclass(frozen=True)
class Cover:
    """How much of each pixel a layer covers, 0 to 1, in a part of the frame."""

    alpha: np.ndarray
    rows: slice
    columns: slice

    def full(self) -> np.ndarray:
        """Return the cover of the whole frame, float32, shape (218, 178)."""
        frame = np.zeros((HEIGHT, WIDTH), np.float32)
        frame[self.rows, self.columns] = self.alpha
        return frame


class Canvas:
    """An RGB image, float32, 0 to 255, shape (218, 178, 3), and the index in `PARTS` that each pixel shows."""

    def __init__(self, background: np.ndarray) -> None:
        self.image = background.astype(np.float32)
        self.parts = np.zeros((HEIGHT, WIDTH), np.uint8)

    def paint(
        self,
        points: object,
        colour: object,
        part: str | None = None,
        *,
        line: float = 0.0,
        blur: float = 0.0,
        opacity: float = 1.0,
        inside: np.ndarray | None = None,
    ) -> Cover:
        """Paint a polygon, or several.

        Args:
            points: corners (n, 2), or a list of them; x points right, y down.
            colour: RGB, 0 to 255.
            part: what the pixels show from now on, where the layer covers at least half of them; None: as before.
            line: width of the line that is drawn along the points instead of filling them; 0 fills.
            blur: radius of a Gaussian blur.
            inside: cover of the whole frame beyond which nothing is painted.
        """
        layer = cover(points, line=line, blur=blur)
        alpha = layer.alpha * opacity
        if inside is not None:
            alpha = alpha * inside[layer.rows, layer.columns]
        region = self.image[layer.rows, layer.columns]
        region += alpha[..., None] * (np.asarray(colour, np.float32) - region)
        if part is not None:
            self.parts[layer.rows, layer.columns][alpha >= 0.5] = PARTS.index(part)
        return layer


def cover(points: object, *, line: float = 0.0, blur: float = 0.0) -> Cover:
    """Return what a polygon, or several, cover; see `Canvas.paint`."""
    polygons = [np.asarray(p, float) for p in (points if isinstance(points, list) else [points])]
    margin = line / 2 + 3 * blur + 1
    every = np.concatenate(polygons)
    (left, top), (right, bottom) = (every.min(0) - margin).tolist(), (every.max(0) + margin).tolist()
    low = min(max(int(left), 0), WIDTH - 1), min(max(int(top), 0), HEIGHT - 1)
    high = min(max(math.ceil(right), low[0] + 1), WIDTH), min(max(math.ceil(bottom), low[1] + 1), HEIGHT)
    width, height = high[0] - low[0], high[1] - low[1]
    drawn = Image.new("L", (width * OVERSAMPLING, height * OVERSAMPLING))
    pen = ImageDraw.Draw(drawn)
    for polygon in polygons:
        corners = ((polygon - low) * OVERSAMPLING).ravel().tolist()
        if line:
            rounded = "curve" if line > 2 and not blur else None  # thin and soft lines don't need it
            pen.line(corners, fill=255, width=max(1, round(line * OVERSAMPLING)), joint=rounded)
        else:
            pen.polygon(corners, fill=255)
    mask = drawn.reduce(OVERSAMPLING)
    if blur:
        mask = mask.filter(ImageFilter.GaussianBlur(blur))
    alpha = np.frombuffer(mask.tobytes(), np.uint8).reshape(height, width) * np.float32(1 / 255)
    return Cover(alpha, slice(low[1], high[1]), slice(low[0], high[0]))


def curve(*knots: tuple[float, float], closed: bool = False) -> np.ndarray:
    """Return points (n, 2) along a Catmull-Rom curve through the knots, eight for each stretch."""
    known = np.array([knots[-1], *knots, *knots[:2]] if closed else [knots[0], *knots, knots[-1]], float)
    stretches = known[np.arange(len(known) - 3)[:, None] + np.arange(4)]  # the four knots that shape each
    points = (CATMULL_ROM @ stretches).reshape(-1, 2)
    return points if closed else np.concatenate([points, known[-1:]])


def ellipse(x: float, y: float, across: float, down: float, slant: float = 0.0) -> np.ndarray:
    """Return the outline of an ellipse with these half-axes, turned by `slant` radians."""
    cos, sin = math.cos(slant), math.sin(slant)
    return CIRCLE @ np.array([[across * cos, across * sin], [-down * sin, down * cos]]) + (x, y)
