"""Shapes that a bird is made of, in whatever coordinates; x points right, y down."""

from dataclasses import dataclass, field

import numpy as np

from stackrepro.data.synthetic.birds.species import Colour

Point = tuple[float, float]


@dataclass(frozen=True)
class Pose:
    """How one individual holds itself.

    Attributes:
        flying: wings spread and legs drawn up; else the wings are folded and it stands.
        turn: 1 looks ahead, -1 looks over its back; in between the beak is foreshortened.
        nod: angle of the beak in radians, positive downwards.
        stroke: angle of the spread wings in radians: positive is up.
    """

    flying: bool
    turn: float
    nod: float
    stroke: float


@dataclass(frozen=True)
class Shape:
    """A painted region.

    Attributes:
        part: what it belongs to, such as "tail"; several shapes may make up a part.
        points: corners of a polygon (n, 2), or a chain of discs (n, 3) with x, y and radius.
        colour: RGB, 0 to 255.
        inside: an earlier part; the shape is a marking, painted only where that part is. None: it adds to the outline.
    """

    part: str
    points: np.ndarray
    colour: Colour
    inside: str | None = None


@dataclass
class Bird:
    """Shapes in the order of painting, and points: the parts as CUB names them, and the feet."""

    shapes: list[Shape] = field(default_factory=list)
    places: dict[str, Point] = field(default_factory=dict)

    def add(self, part: str, points: object, colour: Colour, inside: str | None = None) -> None:
        self.shapes.append(Shape(part, np.asarray(points, dtype=float), colour, inside))


def chain(*knots: tuple[float, float, float], discs: int = 7) -> np.ndarray:
    """Return discs along a Catmull-Rom curve through knots (x, y, radius), `discs` for each stretch."""
    known = np.array([knots[0], *knots, knots[-1]], dtype=float)
    t = np.arange(discs)[:, None] / (discs - 1)
    stretches = []
    for a, b, c, d in zip(known, known[1:], known[2:], known[3:], strict=False):
        stretches.append(b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))))
    return np.concatenate(stretches)


def shade(colour: Colour, factor: float) -> Colour:
    """Darken (below 1) or lighten (above 1) a colour."""
    red, green, blue = (min(255, round(value * factor)) for value in colour)
    return red, green, blue
