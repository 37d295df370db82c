"""The synthetic faces, in CelebA's layout: persons with traits of their own, eight images of each.

A face is drawn as polygons around the point between its eyes, in pixels of the frame: x points right, y down, and z
towards the viewer, by which a turned head moves what stands out.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from stackrepro.data.synthetic_birds import Colour, curve, gradient, oval, photograph

COUNT = 2048  # 256 persons, 8 images of each; as many as a Fréchet distance over 2048 features asks for at least
SEED = 2015
GENERATOR = 2  # raise it when the same seed would draw other faces

IMAGES_PER_PERSON = 8
FOLDER, IDENTITIES = "img_align_celeba", "identity_CelebA.txt"
JPEG_QUALITY = 92
WIDTH, HEIGHT = 178, 218  # of a frame of CelebA
CENTRE, EYE = np.array((88.5, 111.0)), 19.0  # between the eyes, as CelebA aligns its faces, and half their distance
OVERSAMPLING = 2  # drawn larger and reduced, which smooths the edges
NOISE = 9  # levels that a camera's noise spans

SKINS: tuple[Colour, ...] = ((250, 222, 204), (236, 196, 168), (220, 172, 136), (176, 124, 88), (112, 74, 52))
HAIRS: tuple[Colour, ...] = (
    *((26, 22, 24), (38, 32, 34), (70, 46, 32), (96, 62, 40), (122, 78, 48)),
    *((214, 180, 116), (190, 152, 92), (150, 70, 36), (150, 148, 148), (196, 194, 192)),
)
IRISES: tuple[Colour, ...] = ((62, 40, 28), (98, 86, 48), (86, 120, 96), (84, 120, 156))
SHORT, LONG = ("short", "short", "buzz", "bald"), ("straight", "wavy", "bob", "updo")
LIPS, LIPSTICK, FRAME = np.array((0.9, 0.6, 0.6)), (176, 52, 64), (40, 32, 30)
LENGTHS = {"straight": 104.0, "wavy": 98.0, "bob": 60.0}  # of the hair below the eyes


@dataclass(frozen=True)
class Example:
    """One synthetic face: the number of its person, from 0, and an RGB image of 178 x 218 pixels."""

    identity: int
    image: Image.Image


def example(index: int) -> Example:
    """Draw face `index` (from 0) of the set; with the same `SEED` it is always the same. The set holds its JPEG."""
    identity = index // IMAGES_PER_PERSON
    # The generator of the standard library keeps its streams across versions.
    person, random = draw_person(Random(f"{SEED}/person {identity}")), Random(f"{SEED}/{index}")
    return Example(identity, Face(person, draw_moment(random), random).image())


def save(folder: Path, index: int) -> str:
    """Draw face `index` into `folder`; return its line of the list of identities."""
    drawn, name = example(index), f"{index + 1:06}.jpg"
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    drawn.image.save(folder / FOLDER / name, quality=JPEG_QUALITY)
    return f"{name} {drawn.identity + 1}"


def write_lists(folder: Path, lines: list[str]) -> None:
    """Write the list of CelebA's layout that is read, from what `save` returned."""
    (folder / IDENTITIES).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def draw_person(random: Random) -> SimpleNamespace:
    """Draw the traits that all images of one person share; lengths in pixels."""
    male = random.random() < 0.45
    width = random.uniform(37, 45) + 1.5 * male
    return SimpleNamespace(
        male=male,
        skin=varied(random.choice(SKINS), 5, random),
        width=width,  # half of it, at the cheeks, ...
        jaw=width * (random.uniform(0.76, 0.92) if male else random.uniform(0.66, 0.82)),  # ... and at the jaw
        chin=random.uniform(64, 74) + 3 * male,  # from the eyes down
        forehead=random.uniform(40, 50),  # from the eyes up
        eye=random.uniform(9.0, 11.5),  # half the width
        iris=random.choice(IRISES),
        brow=random.uniform(2.4, 4.4) if male else random.uniform(1.5, 2.8),  # thickness
        nose=random.uniform(8.0, 12.0),  # half the width
        nose_end=random.uniform(24, 30),  # from the eyes down
        mouth=random.uniform(14, 19),  # half the width
        lips=random.uniform(2.4, 4.0) if male else random.uniform(3.2, 5.4),  # thickness
        makeup=0.0 if male else random.random(),
        hair=random.choice(SHORT if male else LONG),
        hair_colour=varied(random.choice(HAIRS), 10, random),
        hair_height=random.uniform(10, 24),
        parting=random.uniform(-0.8, 0.8),  # where the hair divides, -1 to 1
        beard=male and random.random() < 0.35,
        glasses=random.random() < 0.14,
    )


def draw_moment(random: Random) -> SimpleNamespace:
    """Draw what one image shows of a person."""
    smile = random.choice((random.uniform(0, 0.3), random.uniform(0.4, 1.0)))
    return SimpleNamespace(
        turn=max(-1.0, min(1.0, random.gauss(0, 0.45))) * 0.4,  # pixels a pixel of depth: to the right
        nod=max(-1.0, min(1.0, random.gauss(0, 0.4))) * 0.2,  # the same, downwards
        smile=smile,  # 0 is serious, 1 laughs
        open=random.uniform(0.3, 1.0) if random.random() < 0.2 + 0.45 * smile else 0.0,  # of the mouth
        lids=random.uniform(0.65, 1.15),  # how wide the eyes are open
        gaze=random.uniform(-2.5, 2.5),
        cloth=varied((random.choice((25, 60, 120, 190, 230)),) * 3, 35, random),
    )


def varied(colour: Colour, amount: int, random: Random) -> Colour:
    """Return a colour near to another one."""
    return tuple(max(6, min(250, level + random.randint(-amount, amount))) for level in colour)


def shade(colour: Colour, factor: float) -> Colour:
    """Darken (below 1) or lighten (above 1) a colour."""
    return tuple(min(255, round(level * factor)) for level in colour)


class Face:
    """A person at a moment, painted from the back to the front."""

    def __init__(self, person: SimpleNamespace, moment: SimpleNamespace, random: Random) -> None:
        self.person, self.moment, self.random = person, moment, random
        self.top = -person.forehead - 18.0  # of the skull
        self.canvas = backdrop(random).resize((WIDTH * OVERSAMPLING, HEIGHT * OVERSAMPLING), Image.Resampling.BILINEAR)
        self.pen = ImageDraw.Draw(self.canvas)

    def image(self) -> Image.Image:
        """Paint it, and photograph it."""
        for paint in (self.back_hair, self.shoulders, self.skin, self.nose, self.mouth, self.eyes, self.front_hair):
            paint()
        return photograph(self.canvas.reduce(OVERSAMPLING), NOISE, self.random)

    def paint(
        self, points: np.ndarray, colour: Colour, z: float = 0.0, *, width: float = 0.0, both: bool = False
    ) -> None:
        """Fill a polygon (n, 2) at a depth, or with a `width` draw a line; `both` adds its mirror image."""
        for side in (1, -1) if both else (1,):
            shift = CENTRE + z * np.array((self.moment.turn, self.moment.nod))
            places = ((points * (side, 1) + shift) * OVERSAMPLING).ravel().tolist()
            if width:
                self.pen.line(places, colour, round(width * OVERSAMPLING), "curve")
            else:
                self.pen.polygon(places, colour)

    def strands(self, starts: np.ndarray, ends: np.ndarray, z: float) -> None:
        """Draw strands of hair in four shades."""
        for start, end in zip(starts, ends, strict=True):
            bend = (start + end) / 2 + (self.random.uniform(-4, 4), self.random.uniform(-3, 3))
            tint = shade(self.person.hair_colour, self.random.choice((0.6, 0.8, 1.2, 1.4)))
            self.paint(np.array([start, bend, end]), tint, z, width=1)

    def back_hair(self) -> None:
        """Paint what hangs behind the head, or a bun."""
        p = self.person
        if p.hair == "updo":
            self.paint(oval(0, self.top - 0.6 * p.hair_height, 17, 13), shade(p.hair_colour, 0.8), -30)
        if p.hair not in LENGTHS:
            return
        end, wide = LENGTHS[p.hair], p.width + 0.6 * p.hair_height
        flare = wide + (12 if p.hair == "wavy" else 4)
        half = [(wide, -16), (wide + 4, 30), (flare, 0.8 * end), (0.6 * wide, end + 8)]
        self.paint(curve((0, self.top - 0.8 * p.hair_height), *mirrored(half)), shade(p.hair_colour, 0.7), -30)
        places = np.array([self.random.uniform(-1, 1) for _ in range(24)])[:, None]
        self.strands(places * (wide, 0) - (0, 20), places * (0.9 * flare, 0) + (0, end), -30)

    def shoulders(self) -> None:
        """Paint the neck, the shadow of the chin, and clothes with a round neck or a V."""
        p, deep = self.person, self.random.choice((8, 26))
        broad, top, neck = (98 if p.male else 84) * self.random.uniform(0.92, 1.1), p.chin + 7, 0.66 * p.width
        half = [(neck, top), (0.62 * broad, top + 13), (broad, top + 34), (broad, 140)]
        self.paint(np.array(mirrored([(neck, 40), (neck + 6, 112)])), shade(p.skin, 0.84), -20)
        self.paint(oval(0, p.chin, 0.8 * p.jaw, 16), shade(p.skin, 0.64), -6)
        self.paint(np.array([(0, top + deep), *mirrored(half)]), self.moment.cloth, -14)

    def skin(self) -> None:
        """Paint the ears, the face, its cheeks and sockets, and a beard."""
        p = self.person
        self.paint(oval(p.width + 1, 8, 5.5, 12, 0.15), shade(p.skin, 0.86), -28, both=True)
        half = [(0.58 * p.width, self.top + 10), (0.97 * p.width, -24), (p.width, 6), (0.5 * (p.width + p.jaw), 32)]
        half += [(0.86 * p.jaw, 0.7 * p.chin), (0.46 * p.jaw, 0.95 * p.chin), (0, p.chin)]
        self.paint(curve((0, self.top), *mirrored(half)), p.skin, -16)
        self.paint(oval(0.56 * p.width, 27, 11, 9), shade(p.skin, 0.95), -4, both=True)
        self.paint(oval(EYE, -2, 15, 8), shade(p.skin, 0.86), both=True)
        if p.beard:
            beard = [(0, p.nose_end + 7), (p.mouth + 3, p.nose_end + 10), (0.8 * p.width, 30), (p.width - 1, 14)]
            beard += [(0.9 * p.jaw, 0.76 * p.chin), (0.46 * p.jaw, 0.97 * p.chin), (0, p.chin + 3)]
            self.paint(np.array(beard), shade(p.hair_colour, 0.9), -6, both=True)

    def nose(self) -> None:
        """Paint the side of the nose that lies in the shade, its wings, tip and nostrils."""
        p, y, side = self.person, self.person.nose_end, self.random.choice((-1, 1))
        self.paint(np.array([(2, -6), (5, 0.5 * y), (p.nose, 0.92 * y), (1, y)]) * (side, 1), shade(p.skin, 0.82), 9)
        self.paint(oval(0, 0.94 * y, p.nose, 4.5), shade(p.skin, 0.9), 9)
        self.paint(oval(0, 0.86 * y, 4, 5), shade(p.skin, 1.08), 14)
        self.paint(oval(0.5 * p.nose, y + 1, 2.4, 1.4), shade(p.skin, 0.3), 10, both=True)

    def mouth(self) -> None:
        """Paint the lips, closed or open with teeth, and the folds of a smile."""
        p, m = self.person, self.moment
        y, wide, gap = 0.5 * (p.nose_end + p.chin) - 5.5, p.mouth * (1 + 0.24 * m.smile), 7.5 * m.open
        corner, inner = (wide, y - 4.5 * m.smile), 0.5 * wide
        red = tuple(
            round((1 - p.makeup) * own + p.makeup * to) for own, to in zip(LIPS * p.skin, LIPSTICK, strict=True)
        )
        fold = np.array([(p.nose + 3, p.nose_end), (wide + 4, y - 8), (wide + 5, y)])
        self.paint(fold, shade(p.skin, 0.72), 3, width=1.5, both=True)
        lower = [corner, (inner, y + gap + p.lips), (0, y + gap + 1.5 * p.lips)]
        self.paint(curve(*mirrored(lower)), red, 6)
        if m.open:
            self.paint(curve(*mirrored([corner, (inner, y + 0.8 * gap), (0, y + gap)])), (58, 16, 20), 6)
            self.paint(curve(*mirrored([corner, (inner, y + 0.4 * gap)])), (236, 230, 220), 6)
        upper = [(0, y - 0.7 * p.lips), (0.35 * wide, y - p.lips), corner, (inner, y)]
        self.paint(curve(*mirrored(upper)), shade(red, 0.84), 6)
        self.paint(np.array(mirrored([corner, (inner, y)])), shade(red, 0.45), 6, width=1)

    def eyes(self) -> None:
        """Paint eyes with lids, brows and glasses."""
        p, m = self.person, self.moment
        up, down = 4.6 * m.lids, 3.2 * m.lids * (1 - 0.35 * m.smile)
        lid = np.array([(EYE - p.eye, 1), (EYE - 0.35 * p.eye, -0.9 * up), (EYE + 0.3 * p.eye, -up), (EYE + p.eye, 0)])
        under = [(EYE + 0.3 * p.eye, down), (EYE - 0.4 * p.eye, 0.85 * down)]
        self.paint(np.array([*lid, *under]), (232, 226, 222), both=True)
        for x in (m.gaze - EYE, m.gaze + EYE):
            self.paint(oval(x, -0.6, 4.4, min(4.4, 0.9 * up)), p.iris)
            self.paint(oval(x, -0.6, 2, 2), (10, 8, 8))
            self.paint(oval(x + 1.2, -1.6, 0.9, 0.9), (255, 255, 255))
        self.paint(lid, (24, 18, 18), width=1.2 + 0.9 * p.makeup, both=True)
        self.paint(lid - (0, 3.4), shade(p.skin, 0.66), width=1, both=True)
        brow = np.array([(EYE - 11, -12.5), (EYE, -16), (EYE + 13, -12)]) - (0, 1.5 * m.open)
        self.paint(brow, shade(p.hair_colour, 0.7), 3, width=p.brow, both=True)
        if p.glasses:
            self.paint(oval(EYE, 1, 14, 10)[[*range(24), 0]], FRAME, 5, width=1.6, both=True)
            self.paint(np.array([(-5, -1), (5, -1)]), FRAME, 6, width=1.6)

    def front_hair(self) -> None:
        """Paint what lies on the skull and hangs over the forehead, and the locks of long hair."""
        p = self.person
        if p.hair == "bald":
            return
        height = 2.5 if p.hair == "buzz" else p.hair_height * (0.5 if p.hair in LENGTHS else 0.7)
        side, part = p.width + 0.2 * height, 20 * p.parting
        half = [(0, self.top - height), (0.72 * p.width, self.top + 6 - 0.8 * height), (side + 1, -26), (side, 4)]
        line = [(0.86 * p.width, -18), (0.5 * (part + p.width), -0.72 * p.forehead), (part, -p.forehead)]
        line += [(0.5 * (part - p.width), -0.72 * p.forehead), (-0.86 * p.width, -18)]
        self.paint(curve(*half, *line, *[(-x, y) for x, y in half[:0:-1]]), shade(p.hair_colour, 0.9), -20)
        if p.hair == "buzz":
            return
        ends = [
            np.add(self.random.choice(line), (self.random.uniform(-9, 9), self.random.uniform(-9, 0)))
            for _ in range(30)
        ]
        self.strands(np.tile((part, self.top - 0.6 * height), (30, 1)), np.array(ends), -20)
        if p.hair in LENGTHS:
            end, wave = LENGTHS[p.hair], 6 if p.hair == "wavy" else 1
            lock = [(0.93 * p.width, -14), (0.98 * p.width + wave, 30), (p.width - wave, end), (1.25 * p.width, end)]
            self.paint(curve(*lock, (1.26 * p.width, 10)), shade(p.hair_colour, 0.85), -22, both=True)


def mirrored(half: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the corners of the right half of an outline, and behind them those of the left one, in turn."""
    return [*half, *((-x, y) for x, y in half[::-1])]


def backdrop(random: Random) -> Image.Image:
    """Return a backdrop out of focus, of a few pixels: a studio's, lights, or slats."""
    bright = random.choice((random.randint(20, 80), random.randint(100, 230)))
    base = varied((bright,) * 3, 15, random)
    small = gradient([varied(base, 18, random) for _ in range(4)], WIDTH // 2, HEIGHT // 2)
    pen, kind = ImageDraw.Draw(small), random.choice(("studio", "lights", "slats"))
    for _ in range(0 if kind == "studio" else random.randint(6, 20)):
        x, y, wide = random.uniform(0, WIDTH // 2), random.uniform(0, HEIGHT // 2), random.uniform(2, 11)
        tall = wide if kind == "lights" else HEIGHT
        (pen.ellipse if kind == "lights" else pen.rectangle)(
            (x - wide, y - tall, x + wide, y + tall), varied(base, 50, random)
        )
    return small.filter(ImageFilter.GaussianBlur(random.uniform(0.5, 2.5)))
