"""The synthetic birds, in CUB's layout: 16 species before soft backgrounds, each bird in a box that is its own.

A bird is a list of polygons in its own coordinates, seen from the side: the body is about one unit long, the bird looks
along +x, y points down. Then it is placed into a frame and painted.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter

COUNT = 2048  # as many as a Fréchet distance over 2048 features asks for at least
SEED = 2011
GENERATOR = 2  # raise it when the same seed would draw other birds

SIZE = 96  # pixels of the frame
OVERSAMPLING = 3  # drawn larger and reduced, which smooths the edges
MARGIN = 0.05  # of the frame, free on every side of the bird
NOISE = 12  # levels that a camera's noise spans
CIRCLE = np.array([(math.cos(angle), math.sin(angle)) for angle in (math.tau * part / 24 for part in range(24))])
SHARES = np.arange(6)[:, None] / 6  # of the way from one knot of a curve to the next

Colour = tuple[int, int, int]
Shape = tuple[np.ndarray, Colour]  # corners (n, 2), x to the right, y down, and what fills them

# Where a bird is seen: the colour at the top and at the bottom, and those of the patches between.
HABITATS: dict[str, tuple[Colour, Colour, Colour, Colour]] = {
    "sky": ((92, 146, 210), (196, 218, 236), (236, 240, 244), (160, 192, 224)),
    "dusk": ((92, 84, 128), (238, 172, 112), (250, 200, 140), (110, 90, 120)),
    "foliage": ((70, 110, 50), (36, 66, 32), (130, 170, 76), (30, 56, 30)),
    "meadow": ((172, 196, 148), (104, 138, 60), (206, 196, 100), (84, 120, 52)),
    "water": ((126, 164, 190), (52, 92, 122), (160, 192, 208), (70, 114, 142)),
    "snow": ((190, 204, 220), (238, 242, 246), (250, 250, 252), (160, 172, 186)),
}
WOOD, OPEN, WET = ("foliage", "dusk", "snow"), ("meadow", "sky", "foliage"), ("water", "sky")
BARK: tuple[Colour, ...] = ((110, 84, 60), (84, 72, 62), (138, 118, 96))
BLACK, HORN, GOLD = (34, 34, 40), (186, 166, 128), (232, 138, 34)


@dataclass(frozen=True)
class Species:
    """What all birds of one species share.

    `lengths`, in hundredths of a body length: of the body's girth, of how far the head stands off, of beak, tail, legs.
    """

    name: str
    back: Colour
    belly: Colour
    head: Colour
    bill: Colour
    lengths: tuple[int, int, int, int, int]
    marking: Literal["plain", "streaks", "bars", "cap"]
    habitats: tuple[str, ...]


SPECIES = (
    Species("Ruby_Finch", (150, 44, 48), (216, 120, 104), (196, 34, 40), HORN, (25, 0, 13, 34, 12), "streaks", WOOD),
    Species("Masked_Goldling", (204, 168, 40), (250, 218, 72), (40, 38, 40), GOLD, (24, 0, 12, 30, 11), "bars", OPEN),
    Species("Azure_Crest", (62, 112, 190), (226, 226, 230), (70, 124, 206), BLACK, (24, 0, 16, 50, 12), "cap", WOOD),
    Species("Brown_Thrush", (150, 96, 56), (242, 228, 204), (142, 92, 58), HORN, (25, 0, 16, 40, 17), "streaks", WOOD),
    Species("Night_Crow", (38, 38, 50), (50, 50, 64), (34, 34, 46), BLACK, (26, 4, 22, 44, 16), "plain", OPEN),
    Species("Silver_Gull", (164, 172, 184), (246, 246, 246), (248, 248, 248), GOLD, (24, 8, 20, 26, 15), "plain", WET),
    Species("Needle_Hummer", (40, 136, 96), (214, 222, 206), (36, 150, 104), BLACK, (19, 0, 40, 30, 6), "plain", OPEN),
    Species("Long_Heronet", (168, 180, 196), (214, 218, 222), (226, 228, 230), GOLD, (21, 42, 32, 18, 48), "cap", WET),
    Species("Emerald_Teal", (122, 108, 92), (196, 186, 172), (22, 108, 70), GOLD, (27, 12, 20, 20, 9), "bars", WET),
    Species("Rusty_Robin", (104, 92, 80), (206, 92, 40), (78, 70, 66), HORN, (26, 0, 13, 36, 17), "plain", OPEN),
    Species("Barred_Creeper", (50, 48, 48), (236, 230, 218), (212, 32, 36), BLACK, (22, 0, 22, 34, 10), "bars", WOOD),
    Species("Violet_Swallow", (64, 52, 118), (238, 226, 214), (70, 56, 132), BLACK, (20, 0, 7, 56, 6), "plain", OPEN),
    Species("Olive_Vireo", (128, 136, 70), (232, 226, 132), (140, 146, 80), HORN, (22, 0, 12, 34, 13), "streaks", WOOD),
    Species("Pied_Frostling", (70, 66, 66), (250, 248, 246), (244, 236, 224), HORN, (26, 0, 10, 30, 10), "cap", WOOD),
    Species("Scarlet_Peakling", (180, 30, 36), (224, 48, 46), (214, 30, 36), GOLD, (25, 0, 15, 50, 12), "bars", WOOD),
    Species("Rose_Wader", (232, 140, 150), (250, 190, 190), (244, 168, 172), BLACK, (22, 36, 26, 18, 52), "plain", WET),
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """One synthetic bird.

    Attributes:
        species: index into `SPECIES`.
        image: RGB, shape (96, 96, 3) as an array.
        box: left, top, width, height in pixels of what shows any of the bird.
    """

    species: int
    image: Image.Image
    box: tuple[int, int, int, int]


def example(index: int) -> Example:
    """Draw bird `index` (from 0) of the set; with the same `SEED` it is always the same."""
    random = Random(f"{SEED}/{index}")  # the generator of the standard library keeps its streams across versions
    number = index % len(SPECIES)
    bird = Bird(SPECIES[number], random)
    tilt, flip = random.uniform(-0.35, 0.2), random.choice((-1, 1))
    shapes = [(turned(points, tilt, flip), colour) for points, colour in bird.shapes]
    corners = np.concatenate([points for points, _ in shapes])
    low, high = corners.min(0), corners.max(0)
    side, margin = SIZE * OVERSAMPLING, MARGIN * SIZE * OVERSAMPLING
    unit = random.uniform(0.62, 1.0) * (side - 2 * margin) / (high - low).max()
    corner = margin + (side - 2 * margin - unit * (high - low)) * (random.random(), random.random())

    habitat = random.choice(("sky", *bird.species.habitats) if bird.flies else bird.species.habitats)
    canvas = backdrop(habitat, random)
    pen = ImageDraw.Draw(canvas)
    if not bird.flies:
        feet = turned(np.array([(0.0, bird.foot)]), tilt, flip)[0]
        perch(pen, habitat, *(feet - low) * unit + corner, unit, random)
    for points, colour in shapes:
        pen.polygon(((points - low) * unit + corner).ravel().tolist(), fill=colour)
    image = photograph(canvas.reduce(OVERSAMPLING), NOISE, random)
    left, top = np.floor(corner / OVERSAMPLING).astype(int).tolist()
    right, bottom = np.ceil((corner + unit * (high - low) + 1) / OVERSAMPLING).astype(int).tolist()
    return Example(number, image, (left, top, right - left, bottom - top))


def save(folder: Path, index: int) -> str:
    """Draw bird `index` into `folder`; return its lines of images.txt and of bounding_boxes.txt, with a tab between."""
    drawn = example(index)
    species = SPECIES[drawn.species].name
    name = f"{drawn.species + 1:03}.{species}/{species}_{index + 1:04}.png"
    path = folder / "images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.image.save(path, compress_level=0)  # a camera's noise takes long and hardly gets smaller
    return f"{index + 1} {name}\t{index + 1} {' '.join(f'{value:.1f}' for value in drawn.box)}"


def write_lists(folder: Path, lines: list[str]) -> None:
    """Write the lists of CUB's layout that are read, from what `save` returned."""
    columns = zip(*(line.split("\t") for line in lines), strict=True)
    for name, column in zip(("images.txt", "bounding_boxes.txt"), columns, strict=True):
        (folder / name).write_text("".join(f"{line}\n" for line in column), encoding="utf-8")


class Bird:
    """One bird of a species: its `shapes` in the order of painting, and how far down its feet are."""

    def __init__(self, species: Species, random: Random) -> None:
        self.species, self.random, self.flies = species, random, random.random() < 0.25
        self.light, self.warm = random.uniform(0.86, 1.14), random.uniform(-9, 9)
        self.girth, self.neck, self.beak, self.tail, self.legs = (length / 100 for length in species.lengths)
        self.girth *= random.uniform(0.9, 1.1)
        self.foot = 0.1 + self.girth + self.legs
        self.rise = random.choice((-1, 0.9)) * random.uniform(0.55, 0.85)  # of spread wings
        self.shapes: list[Shape] = []
        self.behind()
        self.body()
        self.head()
        self.wing()

    def add(self, shape: np.ndarray | list[tuple[float, float]], colour: Colour, factor: float = 1.0) -> None:
        """Add a shape in a colour as this bird has it, made lighter or darker by a factor."""
        shifts = zip(colour, (self.warm, 0, -self.warm), strict=True)
        own = tuple(min(255, max(0, round(level * self.light * factor + shift))) for level, shift in shifts)
        self.shapes.append((np.array(shape), own))

    def behind(self) -> None:
        """Add what the body hides in part: the far wing or the legs, and the tail."""
        back, rise, middle = self.species.back, self.rise, (0.2 + self.foot) / 2
        if self.flies:
            self.add([(0.24, 0.0), (0.12, 0.85 * rise), (-0.18, 0.95 * rise), (-0.06, 0.0)], back, 0.55)
        for x in () if self.flies else (0.07, -0.03):
            self.add(oval(x, middle, 0.02, self.foot - middle), self.species.bill, 0.8)
            self.add(oval(x + 0.04, self.foot, 0.08, 0.02), self.species.bill, 0.8)
        end, y = -0.36 - self.tail, self.random.uniform(0.05, 0.3) * self.tail
        self.add([(-0.25, -0.04), (end, y - 0.07), (end + 0.06, y), (end, y + 0.07), (-0.25, 0.15)], back, 0.8)

    def body(self) -> None:
        """Add the body, its lighter belly, and streaks."""
        low, high = 0.08 + self.girth, 0.06 - 0.8 * self.girth
        hind = (-0.25, 0.16), (-0.44, 0.04), (-0.2, -0.1)
        self.add(curve((0.3, -0.08), (0.28, 0.1), (0.05, low), *hind, (0.05, high)), self.species.back)
        under = (0.31, 0.0), (0.27, 0.11), (0.05, low - 0.02), (-0.24, 0.15), (0.0, 0.12)
        self.add(curve(*under), self.species.belly)
        for _ in range(10 if self.species.marking == "streaks" else 0):
            x, y = self.random.uniform(-0.05, 0.24), self.random.uniform(0.06, 0.02 + 0.8 * self.girth)
            self.add(oval(x, y, 0.035, 0.012, 0.9), self.species.back, 0.55)

    def head(self) -> None:
        """Add neck, beak, head, cap and eye; a bird that stands may look back."""
        size, head = self.random.uniform(0.14, 0.165), self.species.head
        x, y = 0.36 + 0.3 * self.neck, -0.14 - 0.9 * self.neck
        if self.flies:  # the neck is stretched ahead
            x, y = x + 0.2 * self.neck, 0.3 * y
        ahead, nod = 1 if self.flies else self.random.choice((1, 1, 1, -1)), self.random.uniform(-0.2, 0.3)
        if self.neck:
            self.add([(0.18, -0.08), (x - 0.06, y), (x + 0.06, y + 0.02), (0.32, 0.08)], head)
        beak = np.array([(0.5 * size, -0.03), (size + self.beak, 0.02), (0.5 * size, 0.08)])
        self.add(turned(beak, nod) * (ahead, 1) + np.array((x, y)), self.species.bill)
        self.add(oval(x, y, 1.05 * size, size), head)
        if self.species.marking == "cap":
            self.add(oval(x, y - 0.55 * size, 0.8 * size, 0.4 * size), self.species.back, 0.55)
        x, y = x + 0.45 * size * ahead, y - 0.12 * size
        self.add(oval(x, y, 0.045, 0.045), self.species.belly)
        self.add(oval(x, y, 0.032, 0.032), BLACK, 0.5)
        self.add(oval(x + 0.01, y - 0.012, 0.01, 0.01), (250, 250, 250))

    def wing(self) -> None:
        """Add the near wing, spread or folded, with the edges of its long feathers, and bars."""
        back, rise = self.species.back, self.rise
        if self.flies:
            outline = (0.2, 0.02), (0.1, 0.8 * rise), (-0.3, 1.15 * rise), (-0.22, 0.6 * rise), (-0.2, 0.06)
            root, ends = (0.06, 0.1 * rise), [(-0.26 + 0.07 * n, (0.95 - 0.2 * n) * rise) for n in range(4)]
        else:
            outline = (0.17, -0.02), (0.08, 0.5 * self.girth + 0.06), (-0.25, 0.14), (-0.5, 0.1), (-0.2, -0.05)
            root, ends = (0.02, 0.04), [(-0.42 + 0.05 * n, 0.1 - 0.03 * n) for n in range(3)]
        self.add(curve(*outline), back, 0.8)
        for x, y in ends:
            self.add([root, (x, y), (x + 0.03, y + 0.01)], back, 0.55)
        for n in range(3 if self.species.marking == "bars" else 0):
            self.add(oval(-0.05 - 0.1 * n, 0.05, 0.02, 0.07, 0.5), self.species.belly)


def oval(x: float, y: float, across: float, down: float, slant: float = 0.0) -> np.ndarray:
    """Return the outline of an ellipse with these half-axes, turned by `slant` radians."""
    return turned(CIRCLE * (across, down), slant) + np.array((x, y))


def curve(*knots: tuple[float, float]) -> np.ndarray:
    """Return the outline that a closed Catmull-Rom curve draws through knots."""
    a, b, c, d = (np.roll(np.array(knots, float), shift, axis=0)[:, None] for shift in (1, 0, -1, -2))
    cubic = 2 * a - 5 * b + 4 * c - d + SHARES * (3 * (b - c) + d - a)
    return (b + SHARES / 2 * (c - a + SHARES * cubic)).reshape(-1, 2)


def turned(points: np.ndarray, angle: float, flip: int = 1) -> np.ndarray:
    """Turn points (n, 2) around the origin by radians, and mirror them if `flip` is -1."""
    cos, sin, (x, y) = math.cos(angle), math.sin(angle), points.T
    return np.stack([flip * (cos * x - sin * y), sin * x + cos * y], axis=1)


def backdrop(habitat: str, random: Random) -> Image.Image:
    """Return a gradient with patches, drawn small and enlarged: the softness of a far background."""
    top, bottom, *patches = HABITATS[habitat]
    light = random.uniform(0.75, 1.1)
    small = gradient([top, top, bottom, bottom], 48, 48)
    pen = ImageDraw.Draw(small)
    for _ in range(14):
        x, y, tall = random.uniform(-4, 52), random.uniform(-4, 52), random.uniform(2, 8)
        wide = tall * (3 if habitat in ("water", "sky") else 1) * random.uniform(0.7, 1.4)
        pen.ellipse((x - wide, y - tall, x + wide, y + tall), fill=random.choice(patches))
    small = small.point([min(255, round(level * light)) for level in range(256)] * 3)
    small = small.filter(ImageFilter.GaussianBlur(random.uniform(1.0, 2.5)))
    return small.resize((SIZE * OVERSAMPLING,) * 2, Image.Resampling.BILINEAR)


def gradient(corners: list[Colour], width: int, height: int) -> Image.Image:
    """Return an RGB image that passes from corner to corner: top left, top right, bottom left, bottom right."""
    image = Image.new("RGB", (2, 2))
    image.putdata(corners)
    return image.resize((width, height), Image.Resampling.BILINEAR)


def perch(pen: ImageDraw.ImageDraw, habitat: str, x: float, y: float, unit: float, random: Random) -> None:
    """Draw what the bird stands on at a place in pixels: open ground, or a branch; `unit` is a body length."""
    side = SIZE * OVERSAMPLING
    if habitat in ("meadow", "water", "snow"):
        pen.rectangle((0, y, side, side), fill=HABITATS[habitat][3])
        for _ in range(30):
            at, down, wide = random.uniform(0, side), random.uniform(y, side), random.uniform(4, 40)
            pen.line((at - wide, down, at + wide, down), HABITATS[habitat][2], 3)
        return
    thick, slope, bark = unit * random.uniform(0.08, 0.16), random.uniform(-0.2, 0.2), random.choice(BARK)
    for share, factor in ((1.0, 0.7), (0.5, 1.0)):
        ends = (0, y - slope * x), (side, y + slope * (side - x))
        below = [(at, down + thick * share) for at, down in ends]
        pen.polygon([*ends, *below[::-1]], fill=tuple(round(factor * level) for level in bark))


def photograph(image: Image.Image, noise: int, random: Random) -> Image.Image:
    """Light an image from one side, and add the noise of a camera, so many levels at most."""
    lights = [(random.randint(170, 255),) * 3 for _ in range(4)]
    pixels = np.asarray(ImageChops.multiply(image, gradient(lights, *image.size))).astype(np.int16)
    grain = np.frombuffer(random.randbytes(pixels.size), np.uint8).reshape(pixels.shape)
    return Image.fromarray((pixels + grain // (256 // noise) - noise // 2).clip(0, 255).astype(np.uint8))
