"""The synthetic birds, in CUB's layout, with masks and parts that are exact by construction.

A bird is built as shapes in its own coordinates, seen from the side: the body is about one unit long, the bird looks
along +x, y points down. Then it is placed into a frame and painted. Image, mask and parts all come from the shapes.
"""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

COUNT = 2048  # as many as a Fréchet distance over 2048 features asks for at least
SEED = 2011
GENERATOR = 1  # raise it when the same seed would draw other birds

SIZE = 96  # pixels of the frame
OVERSAMPLING = 3  # drawn larger and reduced, which smooths the edges
MARGIN = 0.05  # of the frame, free on every side of the bird
PATCHES = 26  # of colour in a habitat
DISC_STEP = 3  # discs round off the ends and the bends; in between the sides alone fill a chain
PARTS = ("far wing", "tail", "leg", "body", "beak", "head", "near wing")  # that add to the outline
# Which painted parts show a place; those that aren't named lie on the body or the head. Feet are no part of CUB.
PAINTED_AS = {name: (name,) for name in ("beak", "tail", "near wing", "far wing")}
PAINTED_AS |= {"near leg": ("leg",), "far leg": ("leg",), "feet": ()}

Colour = tuple[int, int, int]
Point = tuple[float, float]


@dataclass(frozen=True)
class Species:
    """What all birds of one species share. Lengths are in units of about one body length.

    Attributes:
        girth: largest radius of the body.
        neck: how far the head stands off the body.
        head_size: radius of the head.
        beak: "cone", "needle", "dagger", "hook" or "flat".
        tail_end: "round", "fork" or "point".
        marking: of the breast: "plain", "streaks", "spots", "bars" or "bib".
        face: of the head: "plain", "cap", "mask" or "cheek", painted in the colour `accent`.
        habitats: backgrounds it is seen against.
    """

    name: str
    back: Colour
    wing: Colour
    belly: Colour
    head: Colour
    accent: Colour
    bill: Colour
    legs: Colour
    girth: float
    neck: float
    head_size: float
    beak: str
    beak_length: float
    tail_length: float
    tail_end: str
    leg_length: float
    marking: str
    face: str
    crest: float
    habitats: tuple[str, ...]


_WOOD, _OPEN, _WET = ("foliage", "branches", "dusk"), ("meadow", "sky", "snow"), ("water", "shore", "sky")
_GREY, _BLACK, _ORANGE, _HORN = (96, 98, 104), (34, 34, 40), (232, 138, 34), (186, 166, 128)

SPECIES = tuple(
    Species(*row)
    for row in (
        # name, back, wing, belly, head, accent, bill, legs,
        # girth, neck, head size, beak, its length, tail length, its end, legs, marking, face, crest, habitats
        ("Ruby_Finch", (150, 44, 48), (98, 52, 46), (216, 120, 104), (196, 34, 40), (120, 20, 28), _HORN, _GREY,
         0.23, 0.00, 0.165, "cone", 0.13, 0.34, "fork", 0.12, "streaks", "plain", 0.0, (*_WOOD, "snow")),
        ("Masked_Goldling", (204, 168, 40), (52, 50, 44), (250, 218, 72), (246, 208, 52), _BLACK, _ORANGE, _GREY,
         0.22, 0.00, 0.160, "cone", 0.12, 0.30, "fork", 0.11, "plain", "cap", 0.0, (*_OPEN, "foliage")),
        ("Azure_Crestbird", (62, 112, 190), (44, 84, 168), (226, 226, 230), (70, 124, 206), _BLACK, _BLACK, _GREY,
         0.22, 0.02, 0.165, "dagger", 0.16, 0.52, "round", 0.12, "bib", "mask", 0.16, (*_WOOD, "snow")),
        ("Cinnamon_Thrush", (150, 96, 56), (128, 80, 48), (242, 228, 204), (142, 92, 58), (226, 190, 140), _HORN, _HORN,
         0.23, 0.02, 0.150, "dagger", 0.16, 0.40, "round", 0.17, "spots", "cheek", 0.0, (*_WOOD, "meadow")),
        ("Night_Crow", (38, 38, 50), (26, 26, 38), (50, 50, 64), (34, 34, 46), (66, 66, 92), _BLACK, _BLACK,
         0.24, 0.04, 0.165, "hook", 0.22, 0.44, "round", 0.16, "plain", "plain", 0.0, (*_OPEN, "branches")),
        ("Silver_Gull", (164, 172, 184), (142, 152, 168), (246, 246, 246), (248, 248, 248), (206, 210, 218), _ORANGE,
         (238, 178, 60), 0.22, 0.08, 0.145, "hook", 0.20, 0.26, "round", 0.15, "plain", "cheek", 0.0, _WET),
        ("Needle_Hummer", (40, 136, 96), (66, 92, 88), (214, 222, 206), (36, 150, 104), (206, 40, 96), _BLACK, _BLACK,
         0.17, 0.02, 0.140, "needle", 0.40, 0.30, "fork", 0.06, "bib", "plain", 0.0, ("foliage", "sky", "dusk")),
        ("Long_Heronet", (168, 180, 196), (96, 114, 142), (214, 218, 222), (226, 228, 230), (38, 44, 60),
         (230, 184, 60), (150, 134, 70), 0.19, 0.42, 0.105, "dagger", 0.32, 0.18, "point", 0.48, "streaks", "cap", 0.10,
         ("water", "shore", "meadow")),
        ("Emerald_Teal", (122, 108, 92), (104, 94, 88), (196, 186, 172), (22, 108, 70), (240, 240, 236), (222, 190, 60),
         _ORANGE, 0.25, 0.12, 0.140, "flat", 0.22, 0.20, "point", 0.09, "bars", "plain", 0.0, ("water", "shore")),
        ("Rusty_Robin", (104, 92, 80), (92, 82, 74), (206, 92, 40), (78, 70, 66), (214, 98, 44), _HORN, _HORN,
         0.24, 0.00, 0.155, "dagger", 0.13, 0.36, "round", 0.17, "plain", "plain", 0.0, (*_OPEN, "branches")),
        ("Barred_Creeper", (50, 48, 48), (34, 34, 38), (236, 230, 218), (238, 234, 226), (212, 32, 36), _GREY, _GREY,
         0.20, 0.02, 0.150, "dagger", 0.22, 0.34, "point", 0.10, "bars", "cap", 0.0, (*_WOOD, "snow")),
        ("Violet_Swallow", (64, 52, 118), (44, 40, 84), (238, 226, 214), (70, 56, 132), (188, 88, 58), _BLACK, _BLACK,
         0.18, 0.00, 0.135, "cone", 0.07, 0.56, "fork", 0.06, "bib", "plain", 0.0, ("sky", "dusk", "meadow")),
        ("Olive_Warbler", (128, 136, 70), (92, 98, 62), (232, 226, 132), (140, 146, 80), (250, 246, 210), _HORN, _HORN,
         0.20, 0.00, 0.150, "needle", 0.12, 0.34, "fork", 0.13, "streaks", "cheek", 0.0, (*_WOOD, "meadow")),
        ("Pied_Frostling", (214, 204, 192), (70, 66, 66), (250, 248, 246), (244, 236, 224), (196, 150, 104), _HORN,
         _BLACK,
         0.24, 0.00, 0.160, "cone", 0.10, 0.30, "fork", 0.10, "plain", "cap", 0.0, ("snow", "sky", "shore")),
        ("Scarlet_Peakling", (180, 30, 36), (146, 34, 40), (224, 48, 46), (214, 30, 36), (28, 22, 26), (240, 120, 50),
         (150, 90, 70), 0.23, 0.00, 0.160, "cone", 0.15, 0.50, "round", 0.12, "plain", "mask", 0.20, (*_WOOD, "snow")),
        ("Rose_Wader", (232, 140, 150), (214, 104, 124), (250, 190, 190), (244, 168, 172), (90, 40, 50), (60, 50, 60),
         (226, 110, 110), 0.20, 0.36, 0.110, "flat", 0.26, 0.18, "point", 0.52, "plain", "plain", 0.0,
         ("water", "shore", "dusk")),
    )
)  # fmt: skip


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
    parts: dict[str, Point]
    box: tuple[int, int, int, int]


def example(index: int) -> Example:
    """Draw bird `index` (from 0) of the set; with the same `SEED` it is always the same."""
    random = Random(f"{SEED}/{index}")  # the generator of the standard library keeps its streams across versions
    number = index % len(SPECIES)
    species = _individual(SPECIES[number], random)
    pose = _pose(species, random)
    bird = _build(species, pose, random)
    flipped = random.random() < 0.5
    bird, unit = _placed(bird, pose, flipped, random)
    place = random.choice(species.habitats if not pose.flying else ("sky", "dusk", *species.habitats))
    canvas = _habitat(place, SIZE * OVERSAMPLING, random)
    if not pose.flying:
        _draw_perch(canvas, place, bird.places["feet"], unit, random)
    top = _paint(canvas, bird.shapes)
    mask = np.asarray(top.point([0] + 255 * [255]).reduce(OVERSAMPLING)) >= 128
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    image = _lit(np.asarray(canvas.reduce(OVERSAMPLING)), mask, (rows[0], rows[-1]), random)
    box = (columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    return Example(number, image, mask, _visible_parts(bird, top, flipped, pose), tuple(int(value) for value in box))


def save(folder: Path, index: int) -> str:
    """Draw bird `index` into `folder`; return its lines of images.txt and of bounding_boxes.txt, with a tab between."""
    drawn = example(index)
    species = SPECIES[drawn.species].name
    name = f"{drawn.species + 1:03}.{species}/{species}_{index + 1:04}.png"
    path = folder / "images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(drawn.image).save(path, compress_level=0)  # a camera's noise takes long and hardly gets smaller
    return f"{index + 1} {name}\t{index + 1} {' '.join(f'{value:.1f}' for value in drawn.box)}"


def write_lists(folder: Path, lines: list[str]) -> None:
    """Write the lists of CUB's layout that are read, from what `save` returned."""
    columns = zip(*(line.split("\t") for line in lines), strict=True)
    for name, column in zip(("images.txt", "bounding_boxes.txt"), columns, strict=True):
        (folder / name).write_text("".join(f"{line}\n" for line in column), encoding="utf-8")


def chain(*knots: tuple[float, float, float], discs: int = 7) -> np.ndarray:
    """Return discs along a Catmull-Rom curve through knots (x, y, radius), `discs` for each stretch."""
    known = np.array([knots[0], *knots, knots[-1]], dtype=float)[:, None]
    t = np.arange(discs)[:, None] / (discs - 1)
    a, b, c, d = known[:-3], known[1:-2], known[2:-1], known[3:]
    curves = b + t / 2 * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)))
    return curves.reshape(-1, 3)


def shade(colour: Colour, factor: float) -> Colour:
    """Darken (below 1) or lighten (above 1) a colour."""
    return tuple(min(255, round(channel * factor)) for channel in colour)


def _individual(species: Species, random: Random) -> Species:
    """Vary the colours of a species a little."""
    light, warm = random.uniform(0.88, 1.12), random.uniform(-8, 8)

    def vary(colour: Colour) -> Colour:
        shift = (warm, 0.0, -warm)
        return tuple(min(255, max(0, round(c * light + s))) for c, s in zip(colour, shift, strict=True))

    names = ("back", "wing", "belly", "head", "accent", "bill", "legs")
    return replace(species, **{name: vary(getattr(species, name)) for name in names})


def _pose(species: Species, random: Random) -> Pose:
    flying = random.random() < (0.45 if species.leg_length < 0.08 else 0.2)
    turn = 1.0 if flying else random.choice((1.0, 1.0, 1.0, 0.7, -0.9))
    stroke = random.choice((random.uniform(0.9, 2.0), random.uniform(-1.7, -0.8)))
    return Pose(flying, turn, random.uniform(-0.25, 0.3), stroke)


def _build(species: Species, pose: Pose, random: Random) -> Bird:
    """Return the bird; `random` decides the details that no two individuals share."""
    bird = Bird()
    girth = species.girth * random.uniform(0.9, 1.12)
    head = (0.33 + 0.28 * species.neck, -0.16 - 0.9 * species.neck, species.head_size * random.uniform(0.94, 1.06))
    if pose.flying:  # the neck is stretched ahead
        head = (0.42 + 0.5 * species.neck, -0.06 - 0.25 * species.neck, head[2])
        _spread_wing(bird, species, pose, near=False)
    _tail(bird, species, random)
    if not pose.flying:
        _legs(bird, species, girth)
    _body(bird, species, girth, head, random)
    _head(bird, species, pose, head, random)
    if pose.flying:
        _spread_wing(bird, species, pose, near=True)
    else:
        _folded_wing(bird, species, girth)
    return bird


def _tail(bird: Bird, species: Species, random: Random) -> None:
    length, droop = species.tail_length, random.uniform(-0.05, 0.12)
    end_x, end_y = -0.36 - length, 0.06 + droop + 0.25 * length
    width = {"round": 0.085, "fork": 0.095, "point": 0.03}[species.tail_end]
    middle = {"round": -0.05, "fork": 0.12 * length + 0.05, "point": -0.02}[species.tail_end]
    outline = [(-0.28, 0.0), (end_x, end_y - width), (end_x + middle, end_y), (end_x + 0.02, end_y + width)]
    bird.add("tail", [*outline, (-0.28, 0.14)], shade(species.wing, 0.82))
    bird.add("tail", chain((-0.3, 0.09, 0.012), (end_x, end_y + width * 0.5, 0.012)), shade(species.wing, 0.6), "tail")
    bird.places["tail"] = (-0.36 - 0.6 * length, 0.06 + 0.6 * (droop + 0.25 * length))


def _legs(bird: Bird, species: Species, girth: float) -> None:
    foot_y = 0.1 + girth + species.leg_length
    for side, x in (("far", 0.06), ("near", -0.02)):
        colour = shade(species.legs, 0.8 if side == "far" else 1.0)
        knee = (x - 0.03, 0.1 + girth + 0.4 * species.leg_length, 0.02)
        bird.add("leg", chain((x - 0.01, 0.05 + girth * 0.8, 0.03), knee, (x, foot_y, 0.018)), colour)
        for toe in (-0.07, 0.06, 0.10):
            bird.add("leg", chain((x, foot_y, 0.018), (x + toe, foot_y + 0.015, 0.014)), colour)
        bird.places[f"{side} leg"] = (x - 0.02, foot_y - 0.5 * species.leg_length)
    bird.places["feet"] = (0.02, foot_y + 0.01)


def _body(bird: Bird, species: Species, girth: float, head: tuple[float, float, float], random: Random) -> None:
    neck = max(0.55 * head[2], 0.62 * girth - 0.2 * species.neck)
    knots = ((-0.40, 0.06, 0.055), (-0.16, 0.09, 0.85 * girth), (0.08, 0.09, girth), (0.24, -0.01, 0.74 * girth))
    throat = ((0.6 * head[0] + 0.4 * 0.24), 0.55 * head[1] - 0.01, neck)
    bird.add("body", chain(*knots, throat, (head[0], head[1], 0.9 * head[2])), species.back)
    under = [(x + 0.03, y + 0.55 * radius, 0.8 * radius) for x, y, radius in (*knots[1:], throat)]
    bird.add("body", chain(*under), species.belly, "body")
    if species.marking == "bib":
        bird.add("body", chain((throat[0] + 0.04, throat[1] + 0.10, 0.09), (0.30, 0.08, 0.05)), species.accent, "body")
    for _ in range({"streaks": 13, "spots": 16}.get(species.marking, 0)):
        x, y = random.uniform(-0.15, 0.34), random.uniform(0.06, 0.1 + girth)
        long = 0.06 if species.marking == "streaks" else 0.0
        bird.add("body", chain((x, y, 0.014), (x - long, y + long, 0.014)), shade(species.back, 0.7), "body")
    if species.marking == "bars":
        for x in (-0.30, -0.20, -0.10, 0.0, 0.10):
            bar = chain((x, -0.2, 0.016), (x + 0.05, 0.1, 0.016), (x + 0.02, 0.4, 0.016))
            bird.add("body", bar, shade(species.back, 0.75), "body")
    bird.places |= {"back": (-0.1, 0.09 - 0.8 * girth), "belly": (0.0, 0.09 + 0.6 * girth), "breast": (0.22, 0.10)}
    bird.places["throat"] = (throat[0] + 0.5 * neck, throat[1] + 0.3 * neck)
    bird.places["nape"] = (throat[0] - 0.7 * neck, throat[1] - 0.3 * neck)


def _folded_wing(bird: Bird, species: Species, girth: float) -> None:
    """Add the near wing along the body, with its bars and the edges of its long feathers."""
    reach = -0.42 - 0.25 * species.tail_length
    knots = (0.16, 0.0, 0.5 * girth), (0.0, 0.05, 0.62 * girth), (-0.24, 0.08, 0.4 * girth), (reach, 0.12, 0.014)
    bird.add("near wing", chain(*knots), species.wing)
    for shift in (0.02, 0.07, 0.12):
        feather = chain((-0.08, 0.02 + shift, 0.008), (reach + 0.6 * shift, 0.09 + 0.4 * shift, 0.008))
        bird.add("near wing", feather, shade(species.wing, 0.66), "near wing")
    for x in (0.04, -0.09):
        bar = chain((x, -0.06, 0.016), (x - 0.05, 0.06, 0.018), (x - 0.02, 0.19, 0.014))
        bird.add("near wing", bar, shade(species.belly, 0.96), "near wing")
    bird.places["near wing"] = (-0.05, 0.05)


def _spread_wing(bird: Bird, species: Species, pose: Pose, *, near: bool) -> None:
    """Add a spread wing: arm, hand, and a trailing edge of feathers from the tip back to the body."""
    part = "near wing" if near else "far wing"
    angle = pose.stroke if near else 0.85 * pose.stroke + 0.12
    shift = 0.0 if near else 0.09
    up = math.copysign(1.0, math.sin(angle))
    root, back = (0.20 + shift, 0.0), (-0.16 + shift, 0.06)
    wrist = (root[0] + 0.34 * math.cos(angle) + 0.04, root[1] - 0.34 * math.sin(angle))
    tip = (wrist[0] + 0.5 * math.cos(angle + 0.45 * up) - 0.12, wrist[1] - 0.5 * math.sin(angle + 0.1 * up))
    edge: list[Point] = []
    feathers = 7
    for index in range(feathers + 1):
        share = index / feathers
        x, y = tip[0] + share * (back[0] - tip[0]), tip[1] + share * (back[1] - tip[1])
        bulge = 0.20 * math.sin(math.pi * share) + 0.03
        edge += [(x - bulge, y + 0.02 * up), (x - 0.75 * bulge, y + 0.05 * up)]
    bird.add(part, [root, wrist, tip, *edge, back], shade(species.wing, 1.0 if near else 0.72))
    for start, end in zip(edge[1:-2:2], np.linspace(wrist, root, feathers), strict=False):
        bird.add(part, chain((*end, 0.006), (*start, 0.008)), shade(species.wing, 0.66), part)
    covert = chain((*root, 0.10), (*wrist, 0.05), (0.6 * tip[0] + 0.4 * wrist[0], 0.6 * tip[1] + 0.4 * wrist[1], 0.02))
    bird.add(part, covert, shade(species.back, 1.0 if near else 0.75), part)
    bird.places[part] = ((root[0] + wrist[0] + tip[0] + back[0]) / 4, (root[1] + wrist[1] + tip[1] + back[1]) / 4)


def _head(bird: Bird, species: Species, pose: Pose, head: tuple[float, float, float], random: Random) -> None:
    """Add crest, beak, head, the colours of the face and the eye; `head` is x, y and radius."""
    x, y, radius = head
    ahead = pose.turn
    if species.crest:
        tip = (x - (radius + species.crest) * ahead, y - radius - 0.9 * species.crest)
        crest = [(x + 0.55 * radius * ahead, y - 0.7 * radius), tip, (x - 0.95 * radius * ahead, y)]
        bird.add("head", crest, species.head)
    _beak(bird, species, pose, head)
    bird.add("head", chain((x - 0.06 * ahead, y + 0.03, radius), (x, y, radius)), species.head)
    patches = {  # along and down from the middle, and radius, in radii of the head
        "cap": ((0.5, -0.75, 0.5), (-0.7, -0.5, 0.6)),
        "mask": ((1.0, 0.15, 0.42), (0.3, 0.1, 0.3)),
        "cheek": ((-0.25, 0.35, 0.3),),
    }
    if discs := [(x + i * radius * ahead, y + j * radius, k * radius) for i, j, k in patches.get(species.face, ())]:
        bird.add("head", chain(*discs) if len(discs) > 1 else discs, species.accent, "head")
    eye = (x + 0.42 * radius * ahead, y - 0.16 * radius)
    size = random.uniform(0.030, 0.036)
    bird.add("eye", [(*eye, 1.45 * size)], shade(species.belly, 1.05), "head")
    bird.add("eye", [(*eye, size)], (16, 14, 16), "head")
    bird.add("eye", [(eye[0] + 0.3 * size, eye[1] - 0.35 * size, 0.32 * size)], (250, 250, 250), "head")
    forehead = (x + 0.75 * radius * ahead, y - 0.5 * radius)
    bird.places |= {"near eye": eye, "crown": (x, y - 0.9 * radius), "forehead": forehead}


def _beak(bird: Bird, species: Species, pose: Pose, head: tuple[float, float, float]) -> None:
    """Add both halves of the beak; it starts inside the head, which is painted over it."""
    x, y, radius = head
    long, middle = radius + species.beak_length, radius + 0.6 * species.beak_length
    thick = {"cone": 0.085, "needle": 0.028, "dagger": 0.05, "hook": 0.06, "flat": 0.06}[species.beak]
    curve = {"hook": 0.05, "flat": -0.01}.get(species.beak, 0.0)
    end = 0.035 if species.beak == "flat" else 0.004
    cos, sin = math.cos(pose.nod), math.sin(pose.nod)

    def place(along: float, across: float) -> Point:
        return x + (along * cos - across * sin) * pose.turn, y + 0.12 * radius + along * sin + across * cos

    root = 0.6 * radius
    upper = [(root, -thick), (middle, -0.5 * thick), (long, curve - end), (long, curve + end), (root, 0.0)]
    lower = [(root, -0.01), (0.94 * long, 0.4 * end), (0.9 * middle, 0.55 * thick), (root, 0.8 * thick)]
    bird.add("beak", [place(*point) for point in lower], shade(species.bill, 0.72))
    bird.add("beak", [place(*point) for point in upper], species.bill)
    bird.places["beak"] = place(middle, 0.0)


def _placed(bird: Bird, pose: Pose, flipped: bool, random: Random) -> tuple[Bird, float]:
    """Tilt, flip, scale and move the bird into the frame; also return the pixels of one body length."""
    tilt = random.uniform(-0.35, 0.35) if pose.flying else random.uniform(-0.6, 0.05)
    turn = np.array([[math.cos(tilt), -math.sin(tilt)], [math.sin(tilt), math.cos(tilt)]])
    if flipped:
        turn = np.diag([-1.0, 1.0]) @ turn
    upright = np.diag([-1.0, 1.0]) if flipped else np.eye(2)  # standing legs don't tilt with the body
    hip = np.array([0.0, 0.12])  # the body tilts around it, so that the legs stay attached

    def moved(points: np.ndarray, rigid: bool) -> np.ndarray:
        result = points.copy()
        result[:, :2] = (points[:, :2] - hip) @ (upright if rigid else turn).T
        return result

    shapes = [moved(shape.points, shape.part == "leg") for shape in bird.shapes]
    low, high = _bounds([points for shape, points in zip(bird.shapes, shapes, strict=True) if shape.inside is None])
    free = 1 - 2 * MARGIN
    share = random.uniform(0.62, 1.0) * free
    unit = SIZE * OVERSAMPLING * share / (high - low).max()
    slack = SIZE * OVERSAMPLING * free - unit * (high - low)
    corner = SIZE * OVERSAMPLING * MARGIN + slack * np.array([random.random(), random.random()])

    def scaled(points: np.ndarray) -> np.ndarray:
        result = points * unit
        result[:, :2] += corner - unit * low
        return result

    placed = [replace(shape, points=scaled(points)) for shape, points in zip(bird.shapes, shapes, strict=True)]
    places = {
        name: tuple(scaled(moved(np.array([point]), name.endswith("leg") or name == "feet"))[0].tolist())
        for name, point in bird.places.items()
    }
    return Bird(placed, places), float(unit)


def _bounds(shapes: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the greatest x and y of polygons and chains of discs."""
    places = [(points[:, :2], points[:, 2:] if points.shape[1] == 3 else 0.0) for points in shapes]
    low = np.min([(centres - radii).min(0) for centres, radii in places], axis=0)
    return low, np.max([(centres + radii).max(0) for centres, radii in places], axis=0)


# habitat: colour at the top, at the bottom, colours of the soft patches, their flatness (1 is round)
HABITATS: dict[str, tuple[Colour, Colour, tuple[Colour, ...], float]] = {
    "sky": ((92, 146, 210), (196, 218, 236), ((236, 240, 244), (214, 226, 238), (160, 192, 224)), 2.2),
    "dusk": ((92, 84, 128), (238, 172, 112), ((250, 200, 140), (180, 110, 110), (110, 90, 120)), 3.0),
    "foliage": ((70, 110, 50), (36, 66, 32), ((110, 156, 66), (60, 102, 44), (150, 186, 96), (30, 56, 30)), 1.0),
    "branches": ((150, 150, 130), (98, 92, 72), ((120, 104, 78), (176, 170, 140), (84, 96, 62), (70, 58, 44)), 0.5),
    "meadow": ((172, 196, 148), (104, 138, 60), ((136, 164, 70), (206, 196, 100), (84, 120, 52)), 1.5),
    "water": ((126, 164, 190), (52, 92, 122), ((160, 192, 208), (70, 114, 142), (98, 140, 150)), 6.0),
    "shore": ((134, 170, 190), (200, 182, 142), ((214, 198, 160), (176, 156, 118), (150, 170, 176)), 4.0),
    "snow": ((190, 204, 220), (238, 242, 246), ((250, 250, 252), (206, 216, 228), (160, 172, 186)), 2.5),
}


def _habitat(name: str, size: int, random: Random) -> Image.Image:
    """Return an RGB image of `size` x `size` pixels: a gradient with patches, out of focus."""
    top, bottom, colours, flatness = HABITATS[name]
    light = random.uniform(0.82, 1.14)
    column = Image.new("RGB", (1, 2))
    column.putdata([shade(top, light), shade(bottom, light)])
    small = size // 4  # drawn small and enlarged: the softness of a far background
    image = column.resize((small, small), Image.Resampling.BILINEAR)
    pen = ImageDraw.Draw(image)
    for _ in range(PATCHES):
        height = random.uniform(0.03, 0.16) * small
        width = height * flatness * random.uniform(0.7, 1.4)
        x, y = random.uniform(-0.1, 1.1) * small, random.uniform(-0.1, 1.1) * small
        colour = shade(random.choice(colours), light * random.uniform(0.85, 1.12))
        pen.ellipse((x - width, y - height, x + width, y + height), fill=colour)
    image = image.filter(ImageFilter.GaussianBlur(random.uniform(0.7, 2.5)))
    return image.resize((size, size), Image.Resampling.BILINEAR)


def _draw_perch(image: Image.Image, name: str, feet: Point, unit: float, random: Random) -> None:
    """Draw what the bird stands on: a branch, or the habitat's ground from its feet, a place in pixels, down.

    `unit` is one body length in pixels.
    """
    size, pen = image.width, ImageDraw.Draw(image)
    if name in ("meadow", "water", "shore", "snow"):
        _draw_ground(pen, name, feet[1], size, random)
        return
    bark = shade(random.choice(((110, 84, 60), (84, 72, 62), (138, 118, 96))), random.uniform(0.8, 1.15))
    radius, slope = unit * random.uniform(0.04, 0.08), random.uniform(-0.25, 0.25)
    left = (-radius, feet[1] + radius - slope * feet[0], radius * random.uniform(0.7, 1.3))
    right = (size + radius, feet[1] + radius + slope * (size - feet[0]), radius * random.uniform(0.6, 1.2))
    limb = chain(left, (feet[0], feet[1] + radius, radius), right, discs=40).tolist()
    for share, factor in ((1.0, 0.8), (0.6, 1.1)):
        for x, y, r in limb:
            y_lit, r_lit = y - (1 - share) * r * 0.7, r * share
            pen.ellipse((x - r_lit, y_lit - r_lit, x + r_lit, y_lit + r_lit), fill=shade(bark, factor))
    for _ in range(random.randint(0, 6)):
        x, y, _ = limb[random.randrange(len(limb))]
        across, down = unit * random.uniform(0.05, 0.12), unit * random.uniform(0.03, 0.06)
        x, y = x + random.uniform(-1, 1) * across, y + random.choice((-1, 1)) * (down + radius)
        leaf = shade(random.choice(((104, 148, 58), (70, 116, 50), (186, 150, 60))), random.uniform(0.8, 1.1))
        pen.ellipse((x - across, y - down, x + across, y + down), fill=leaf)


def _draw_ground(pen: ImageDraw.ImageDraw, name: str, level: float, size: int, random: Random) -> None:
    _, bottom, colours, _ = HABITATS[name]
    pen.rectangle((0, level - 0.02 * size, size, size), fill=shade(bottom, random.uniform(0.85, 1.0)))
    for _ in range(60):
        x, y = random.uniform(0, size), level + random.uniform(-0.02, 0.5) * size
        colour = shade(random.choice(colours), random.uniform(0.75, 1.05))
        if name == "meadow":
            pen.line((x, y, x + random.uniform(-0.03, 0.03) * size, y - random.uniform(0.03, 0.1) * size), colour, 3)
        else:
            width = random.uniform(0.02, 0.12) * size
            pen.line((x - width, y, x + width, y), colour, random.randint(2, 5))


def _paint(canvas: Image.Image, shapes: list[Shape]) -> Image.Image:
    """Paint the shapes; return which part is on top, mode "L": 1 + the index in `PARTS`, 0 where there is no bird."""
    top = Image.new("L", canvas.size)
    parts: dict[str, Image.Image] = {}
    for shape in shapes:
        region, (left, upper) = _region(shape.points)
        frame = (left, upper, left + region.width, upper + region.height)
        if shape.inside is None:
            if shape.part not in parts:
                parts[shape.part] = Image.new("L", canvas.size)
            parts[shape.part].paste(255, frame, region)
            top.paste(1 + PARTS.index(shape.part), frame, region)
        else:
            region = ImageChops.darker(region, parts[shape.inside].crop(frame))
        canvas.paste(shape.colour, frame, region)
    return top


def _region(shape: np.ndarray) -> tuple[Image.Image, tuple[int, int]]:
    """Return polygon or chain as a mask that is just large enough, and where its upper left corner lies."""
    points, radii = shape[:, :2], shape[:, 2:] if shape.shape[1] == 3 else 0.0
    low = np.floor((points - radii).min(0)).astype(int) - 1
    width, height = (np.ceil((points + radii).max(0)).astype(int) + 2 - low).tolist()
    region = Image.new("L", (width, height))
    pen = ImageDraw.Draw(region)
    if shape.shape[1] == 2:
        pen.polygon((points - low).ravel().tolist(), fill=255)
    else:
        if len(points) > 1:
            pen.polygon((_sides(points, radii) - low).ravel().tolist(), fill=255)
        boxes = np.concatenate([points - low - radii, points - low + radii], axis=1).tolist()
        for box in (*boxes[::DISC_STEP], boxes[-1]):
            pen.ellipse(box, fill=255)
    return region, (int(low[0]), int(low[1]))


def _sides(centres: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Return the two sides of a chain of discs as one polygon, which fills the gaps between them."""
    along = np.empty_like(centres)
    along[1:-1] = centres[2:] - centres[:-2]
    along[0], along[-1] = centres[1] - centres[0], centres[-1] - centres[-2]
    along /= np.maximum(np.hypot(along[:, :1], along[:, 1:]), 1e-9)
    across = along[:, ::-1] * (-1, 1) * radii
    return np.concatenate([centres + across, (centres - across)[::-1]])


def _lit(image: np.ndarray, mask: np.ndarray, rows: tuple[int, int], random: Random) -> np.ndarray:
    """Light the bird, where `mask` is and from its first to its last row, from above; add the noise of a camera."""
    height = np.clip((np.arange(len(image)) - rows[0]) / max(rows[1] - rows[0], 1), 0, 1)
    light = 1 + random.uniform(0.1, 0.3) * (0.4 - height)
    noise = np.frombuffer(random.randbytes(image.size), np.uint8).reshape(image.shape) / 255 - 0.5
    lit = np.where(mask[..., None], image * light[:, None, None], image) + 14 * noise
    return lit.round().clip(0, 255).astype(np.uint8)


def _visible_parts(bird: Bird, top: Image.Image, flipped: bool, pose: Pose) -> dict[str, Point]:
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
