"""From a seed and an index to a picture of a bird, with its mask, parts and box."""

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from random import Random

import numpy as np
from PIL.Image import Image

from stackrepro.data.synthetic.birds.anatomy import build
from stackrepro.data.synthetic.birds.backgrounds import draw_perch, habitat
from stackrepro.data.synthetic.birds.painting import PARTS, add_light, covered, paint_shapes
from stackrepro.data.synthetic.birds.shapes import Bird, Pose, Shape
from stackrepro.data.synthetic.birds.species import SPECIES, Colour, Species

SIZE = 96  # pixels of the frame
OVERSAMPLING = 3  # drawn larger and reduced, which smooths the edges
MARGIN = 0.05  # of the frame, free on every side of the bird
PAINTED_AS = {  # which painted parts show a place; those that aren't named lie on the body or the head
    "beak": ("beak",),
    "tail": ("tail",),
    "near leg": ("leg",),
    "far leg": ("leg",),
    "near wing": ("near wing",),
    "far wing": ("far wing",),
    "feet": (),  # only where it stands; no part of CUB
}


@dataclass(frozen=True)
class Example:
    """One synthetic bird with its ground truth.

    Attributes:
        species: index into `SPECIES`.
        image: RGB, uint8, shape (96, 96, 3).
        mask: where the bird is seen, bool, shape (96, 96).
        parts: for each part that is visible its place (x, y) in pixels, under the names of CUB-200-2011.
        box: left, top, width, height of the whole bird in pixels, tight.
    """

    species: int
    image: np.ndarray
    mask: np.ndarray
    parts: dict[str, tuple[float, float]]
    box: tuple[int, int, int, int]


def draw(seed: int, index: int, without: Collection[str] = ()) -> Example:
    """Draw bird number `index` of the set with this seed; the same numbers give the same bird.

    What `without` names of `PARTS` and "eye" is left out; the rest of the picture stays as it was.
    """
    random = Random(f"{seed}/{index}")  # the generator of the standard library keeps its streams across versions
    number = index % len(SPECIES)
    species = _individual(SPECIES[number], random)
    pose = _pose(species, random)
    bird = build(species, pose, random)
    flipped = random.random() < 0.5
    bird, unit = _placed(bird, pose, flipped, random)
    place = random.choice(species.habitats if not pose.flying else ("sky", "dusk", *species.habitats))
    canvas = habitat(place, SIZE * OVERSAMPLING, random)
    if not pose.flying:
        draw_perch(canvas, place, bird.places["feet"], unit, random)
    bare = canvas.copy() if without else None
    top = paint_shapes(canvas, bird.shapes)
    mask = whole = covered(top, OVERSAMPLING)
    if bare is not None:
        canvas = bare
        top = paint_shapes(canvas, [s for s in bird.shapes if s.part not in without and s.inside not in without])
        mask = covered(top, OVERSAMPLING)
    rows, columns = np.flatnonzero(whole.any(1)), np.flatnonzero(whole.any(0))
    image = add_light(np.asarray(canvas.reduce(OVERSAMPLING)), mask, (rows[0], rows[-1]), random)
    box = (columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    return Example(number, image, mask, _visible_parts(bird, top, flipped, pose), tuple(int(value) for value in box))


def _individual(species: Species, random: Random) -> Species:
    """Vary the colours of a species a little."""
    light, warm = random.uniform(0.88, 1.12), random.uniform(-8, 8)

    def vary(colour: Colour) -> Colour:
        shift = (warm, 0.0, -warm)
        red, green, blue = (min(255, max(0, round(c * light + s))) for c, s in zip(colour, shift, strict=True))
        return red, green, blue

    names = ("back", "wing", "belly", "head", "accent", "bill", "legs")
    return replace(species, **{name: vary(getattr(species, name)) for name in names})


def _pose(species: Species, random: Random) -> Pose:
    flying = random.random() < (0.45 if species.leg_length < 0.08 else 0.2)
    turn = 1.0 if flying else random.choice((1.0, 1.0, 1.0, 0.7, -0.9))
    stroke = random.choice((random.uniform(0.9, 2.0), random.uniform(-1.7, -0.8)))
    return Pose(flying, turn, random.uniform(-0.25, 0.3), stroke)


def _placed(bird: Bird, pose: Pose, flipped: bool, random: Random) -> tuple[Bird, float]:
    """Tilt, flip, scale and move the bird into the frame; also return the pixels of one body length."""
    tilt = random.uniform(-0.35, 0.35) if pose.flying else random.uniform(-0.6, 0.05)
    turn = np.array([[math.cos(tilt), -math.sin(tilt)], [math.sin(tilt), math.cos(tilt)]])
    if flipped:
        turn = np.diag([-1.0, 1.0]) @ turn
    upright = np.diag([-1.0, 1.0]) if flipped else np.eye(2)  # standing legs don't tilt with the body
    hip = np.array([0.0, 0.12])  # the body tilts around it, so that the legs stay attached

    def move(points: np.ndarray, rigid: bool) -> np.ndarray:
        moved = points.copy()
        moved[:, :2] = (points[:, :2] - hip) @ (upright if rigid else turn).T
        return moved

    shapes = [Shape(s.part, move(s.points, s.part == "leg"), s.colour, s.inside) for s in bird.shapes]
    places = {
        name: move(np.array([point]), name.endswith("leg") or name == "feet")[0] for name, point in bird.places.items()
    }
    low, high = _bounds(shapes)
    free = 1 - 2 * MARGIN
    share = random.uniform(0.62, 1.0) * free
    unit = SIZE * OVERSAMPLING * share / (high - low).max()
    slack = SIZE * OVERSAMPLING * free - unit * (high - low)
    corner = SIZE * OVERSAMPLING * MARGIN + slack * np.array([random.random(), random.random()])

    def scale(points: np.ndarray) -> np.ndarray:
        scaled = points * unit
        scaled[..., :2] += corner - unit * low
        return scaled

    shapes = [Shape(s.part, scale(s.points), s.colour, s.inside) for s in shapes]
    return Bird(shapes, {name: tuple(scale(point).tolist()) for name, point in places.items()}), float(unit)


def _bounds(shapes: list[Shape]) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest x and y of all shapes, discs with their radius."""
    low, high = [], []
    for shape in shapes:
        radius = shape.points[:, 2:] if shape.points.shape[1] == 3 else 0.0
        if shape.inside is None:
            low.append((shape.points[:, :2] - radius).min(0))
            high.append((shape.points[:, :2] + radius).max(0))
    return np.min(low, axis=0), np.max(high, axis=0)


def _visible_parts(bird: Bird, top: Image, flipped: bool, pose: Pose) -> dict[str, tuple[float, float]]:
    """Return the places that nothing hides; near and far become left and right as the bird itself has them."""
    near, far = ("left", "right") if flipped else ("right", "left")  # looking to the right, it shows its right side
    visible = {}
    for name, (x, y) in bird.places.items():
        uppermost = top.getpixel((int(x), int(y)))
        if uppermost and PARTS[uppermost - 1] in PAINTED_AS.get(name, ("body", "head")):
            if name == "near eye" and pose.turn < 0:  # a head that looks back shows its other side
                name = "far eye"
            visible[name.replace("near", near).replace("far", far)] = (x / OVERSAMPLING, y / OVERSAMPLING)
    return visible
