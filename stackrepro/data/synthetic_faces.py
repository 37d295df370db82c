"""The synthetic faces, in CelebA's layout, with parts and landmarks that are exact by construction.

Lengths are in pixels of the frame, x points right, y down, z towards the viewer; a face is drawn around the point
between its eyes, in layers with smooth edges.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import SimpleNamespace

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

COUNT = 2048  # 256 persons, 8 images of each; as many as a Fréchet distance over 2048 features asks for at least
SEED = 2015
GENERATOR = 1  # raise it when the same seed would draw other faces

IMAGES_PER_PERSON = 8
FOLDER, IDENTITIES = "img_align_celeba", "identity_CelebA.txt"
JPEG_QUALITY = 92
WIDTH, HEIGHT = 178, 218  # of a frame of CelebA
CENTRE, EYE_X = (88.5, 111.0), 19.0  # between the eyes, as CelebA aligns its faces, and half their distance
OVERSAMPLING = 3  # shapes are drawn larger and reduced, which smooths their edges
TURN, NOD = 0.42, 0.22  # radians of a full yaw and nod
PARTS = ("background", "clothes", "neck", "ears", "skin", "hair", "brows", "eyes", "nose", "mouth", "beard", "glasses")

Colour = tuple[float, float, float]
Point = tuple[float, float]

SKINS: tuple[Colour, ...] = (
    *((250, 222, 204), (242, 204, 178), (232, 190, 158), (220, 172, 136), (200, 150, 112)),
    *((176, 124, 88), (146, 98, 68), (112, 74, 52), (84, 56, 42)),
)
HAIRS: dict[str, tuple[Colour, ...]] = {
    "black": ((26, 22, 24), (38, 32, 34), (18, 18, 24)),
    "brown": ((70, 46, 32), (96, 62, 40), (54, 36, 28), (122, 78, 48)),
    "blond": ((214, 180, 116), (190, 152, 92), (230, 204, 150)),
    "red": ((150, 70, 36), (126, 50, 30)),
    "gray": ((150, 148, 148), (196, 194, 192), (116, 114, 116)),
}
IRISES: tuple[Colour, ...] = ((62, 40, 28), (84, 56, 34), (98, 86, 48), (86, 120, 96), (84, 120, 156), (110, 130, 146))
LONG = ("straight", "wavy", "bob", "curly", "updo")
SHORT = ("short", "parted", "curly", "buzz", "bald", "swept")
LENGTHS = {"straight": 108.0, "wavy": 104.0, "bob": 62.0, "curly": 52.0, "updo": 0.0}  # of the hair below the eyes

_ANGLES = np.linspace(0, 2 * np.pi, 28, endpoint=False)
CIRCLE = np.stack([np.cos(_ANGLES), np.sin(_ANGLES)], axis=1)
_SHARES = np.arange(8)[:, None] / 8
_KNOTS = np.arange(64)[:, None] + np.arange(4)
CATMULL_ROM = _SHARES ** (0, 1, 2, 3) @ (np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2)


@dataclass(frozen=True)
class Example:
    """One synthetic face with its ground truth.

    Attributes:
        identity: number of the person, from 0.
        image: RGB, uint8, shape (218, 178, 3).
        parts: which part each pixel shows, an index into `PARTS`, uint8, shape (218, 178).
        landmarks: place (x, y) in pixels of "lefteye", "righteye", "nose", "leftmouth" and "rightmouth", left and right
            as seen in the image, under CelebA's names.
    """

    identity: int
    image: np.ndarray
    parts: np.ndarray
    landmarks: dict[str, Point]


def example(index: int) -> Example:
    """Draw face `index` (from 0) of the set; with the same `SEED` it is always the same. The set holds its JPEG."""
    identity = index // IMAGES_PER_PERSON
    # The generator of the standard library keeps its streams across versions.
    person, random = draw_person(Random(f"{SEED}/person {identity}")), Random(f"{SEED}/{index}")
    moment = draw_moment(random)
    head = Head(person, moment)
    canvas = Canvas(_background(random))
    _paint_back_hair(canvas, head, random)
    _paint_neck(canvas, head)
    _paint_clothes(canvas, head, random)
    _paint_ears(canvas, head)
    face = _paint_skin(canvas, head)
    _paint_beard(canvas, head, face, random)
    _paint_nose(canvas, head)
    _paint_mouth(canvas, head)
    _paint_eyes(canvas, head)
    _paint_brows(canvas, head, random)
    _light(canvas, moment)
    _paint_front_hair(canvas, head, face, random)
    _paint_glasses(canvas, head)
    return Example(identity, _photograph(canvas.image, moment, random), canvas.parts, _landmarks(head))


def save(folder: Path, index: int) -> str:
    """Draw face `index` into `folder`; return its line of the list of identities."""
    drawn, name = example(index), f"{index + 1:06}.jpg"
    (folder / FOLDER).mkdir(parents=True, exist_ok=True)
    Image.fromarray(drawn.image).save(folder / FOLDER / name, quality=JPEG_QUALITY)
    return f"{name} {drawn.identity + 1}"


def write_lists(folder: Path, lines: list[str]) -> None:
    """Write the list of CelebA's layout that is read, from what `save` returned."""
    (folder / IDENTITIES).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def draw_person(random: Random) -> SimpleNamespace:
    """Draw the traits that all images of one person share."""
    male, age = random.random() < 0.45, random.random() ** 1.6  # 0 is young, 1 is old: wrinkles and gray hair
    hair = random.choice(SHORT if male else LONG) if random.random() < 0.93 else random.choice((*SHORT[:4], *LONG))
    names = ("gray",) if age > 0.72 else ("black", "black", "brown", "brown", "brown", "blond", "blond", "red")
    skin = random.choice(SKINS)
    name = random.choice(names) if sum(skin) > 420 or age > 0.72 else random.choice(("black", "black", "brown"))
    width = random.uniform(37, 45) + (1.5 if male else 0)
    return SimpleNamespace(
        male=male,
        age=age,
        skin=_vary(skin, 8, random),
        width=width,  # half of it, at the cheeks, ...
        jaw=width * (random.uniform(0.76, 0.92) if male else random.uniform(0.66, 0.82)),  # ... and at the jaw
        chin=random.uniform(64, 74) + (3 if male else 0),  # from the eyes down
        forehead=random.uniform(40, 50),  # from the eyes up
        eye=random.uniform(9.0, 11.5) + (0 if male else 0.5),  # half the width
        eye_slant=random.uniform(-0.12, 0.16),
        iris=random.choice(IRISES[:2] if sum(skin) < 480 else IRISES),
        brow=random.uniform(2.6, 4.6) if male else random.uniform(1.5, 3.0),  # thickness
        brow_arch=random.uniform(0.5, 2.5) if male else random.uniform(1.5, 4.5),
        nose_width=random.uniform(8.5, 12.5) + (1 if male else 0),
        nose_length=random.uniform(23, 30),
        mouth_width=random.uniform(14, 19),
        lips=random.uniform(2.4, 4.2) if male else random.uniform(3.2, 5.6),  # thickness
        hair=hair,
        hair_name=name,
        hair_colour=_vary(random.choice(HAIRS[name]), 10, random),
        hair_height=random.uniform(14, 26),
        parting=random.choice((-1, 1)) * random.uniform(0.1, 0.8),  # where the hair divides, -1 to 1
        bangs=not male and random.random() < 0.25,
        beard=random.choice(("none", "none", "stubble", "full", "moustache", "goatee")) if male else "none",
        glasses=random.random() < 0.13,
        makeup=0.0 if male else random.uniform(0.1, 1.0),
    )


def draw_moment(random: Random) -> SimpleNamespace:
    """Draw what one image shows of a person: pose, expression, light and camera."""
    smile = random.choice((random.uniform(0, 0.3), random.uniform(0.4, 1.0)))
    return SimpleNamespace(
        yaw=max(-1.0, min(1.0, random.gauss(0, 0.45))),  # -1 looks to the left of the image, 1 to the right
        nod=max(-1.0, min(1.0, random.gauss(0, 0.4))),  # -1 looks up, 1 down
        smile=smile,  # 0 is serious, 1 laughs
        open=random.uniform(0.35, 1.0) if random.random() < 0.2 + 0.45 * smile else 0.0,  # of the mouth
        lids=random.uniform(0.65, 1.15) if random.random() < 0.94 else 0.3,  # how wide the eyes are open
        gaze=random.uniform(-0.6, 0.6),
        light=(random.uniform(-1, 1), random.uniform(-1, 0.3)),  # where it comes from, x and y
        contrast=random.uniform(0.1, 1.0),  # of the light
        exposure=random.uniform(0.82, 1.14),  # a factor
        warmth=random.gauss(0, 4.5),  # red over blue, in levels
        sunglasses=random.random() < 0.03,
        blur=random.uniform(0.0, 0.7),  # a radius
    )


def _vary(colour: Colour, amount: float, random: Random) -> Colour:
    return tuple(max(6.0, min(250.0, value + random.uniform(-amount, amount))) for value in colour)


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
    """An RGB image, float32, 0 to 255, shape (3, 218, 178), and the index in `PARTS` that each pixel shows."""

    def __init__(self, background: np.ndarray) -> None:
        self.image = np.ascontiguousarray(background.transpose(2, 0, 1), np.float32)  # by planes, which is faster
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
        region = self.image[:, layer.rows, layer.columns]
        region += alpha * (np.asarray(colour, np.float32)[:, None, None] - region)
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
    flat = ((every - low) * OVERSAMPLING).ravel().tolist()
    end = 0
    for polygon in polygons:
        start, end = end, end + polygon.size
        corners = flat[start:end]
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


def curve(*knots: Point, closed: bool = False) -> np.ndarray:
    """Return points (n, 2) along a Catmull-Rom curve through the knots, eight for each stretch."""
    known = np.array([knots[-1], *knots, *knots[:2]] if closed else [knots[0], *knots, knots[-1]], float)
    stretches = known[_KNOTS[: len(known) - 3]]  # the four knots that shape each
    points = (CATMULL_ROM @ stretches).reshape(-1, 2)
    return points if closed else np.concatenate([points, known[-1:]])


def ellipse(x: float, y: float, across: float, down: float, slant: float = 0.0) -> np.ndarray:
    """Return the outline of an ellipse with these half-axes, turned by `slant` radians."""
    cos, sin = math.cos(slant), math.sin(slant)
    return CIRCLE @ np.array([[across * cos, across * sin], [-down * sin, down * cos]]) + (x, y)


class Head:
    """A head in its pose.

    `place` puts points of the face, measured from between the eyes and towards the viewer, into the frame. The eyes
    stay where they are in every pose: the frames are aligned to them.
    """

    def __init__(self, person: SimpleNamespace, moment: SimpleNamespace) -> None:
        self.person, self.moment = person, moment
        self._sin, self._sink = math.sin(TURN * moment.yaw), math.sin(NOD * moment.nod)
        self.top = -person.forehead - 20.0  # of the skull

    def place(self, x: float, y: float, z: float = 0.0) -> Point:
        """Return frame coordinates of a point."""
        return CENTRE[0] + x + z * self._sin, CENTRE[1] + y + z * self._sink

    def line(self, *points: tuple[float, ...], closed: bool = False) -> np.ndarray:
        """Return a smooth line through points (x, y) or (x, y, z)."""
        return curve(*(self.place(*point) for point in points), closed=closed)

    def both(self, *points: tuple[float, ...], closed: bool = False) -> list[np.ndarray]:
        """Return the line of the right of the image and its mirror image."""
        return [self.line(*_mirrored(points, side), closed=closed) for side in (-1, 1)]


def _mirrored(points: Iterable[tuple[float, ...]], side: int = -1) -> list[tuple[float, ...]]:
    return [(side * x, *rest) for x, *rest in points]


def _paint_neck(canvas: Canvas, head: Head) -> None:
    p = head.person
    skin, wide = np.array(p.skin), (0.72 if p.male else 0.56) * p.width
    corners = [(-wide, 0.55 * p.chin, -22), (wide, 0.55 * p.chin, -22), (wide + 5, 90, -14), (wide + 22, 106, -14)]
    neck = head.line(*corners, (-wide - 22, 106, -14), (-wide - 5, 90, -14), closed=True)
    canvas.paint(neck, 0.86 * skin, "neck")
    under = ((-0.9 * p.jaw, 0.72 * p.chin, -8), (0, p.chin + 12, 2), (0.9 * p.jaw, 0.72 * p.chin, -8))
    canvas.paint(head.line(*under, closed=True), 0.5 * skin, blur=4, opacity=0.8)


def _paint_ears(canvas: Canvas, head: Head) -> None:
    p = head.person
    for side in (-1, 1):
        if side * head.moment.yaw > 0.45:  # the far ear is behind the cheek
            continue
        x, y = head.place(side * (p.width + 1.5), 8, -30)
        canvas.paint(ellipse(x, y, 5.5, 12, 0.15 * side), 0.92 * np.array(p.skin), "ears")
        canvas.paint(ellipse(x + 0.8 * side, y - 1, 2.4, 7, 0.15 * side), 0.66 * np.array(p.skin), blur=0.6)


def _paint_skin(canvas: Canvas, head: Head) -> np.ndarray:
    """Paint the face; return its cover of the frame."""
    p, skin = head.person, np.array(head.person.skin)
    half = [(0, head.top, -20), (0.58 * p.width, head.top + 10, -24), (0.96 * p.width, -24, -27), (p.width, 6, -26)]
    half += [(0.5 * (p.width + p.jaw), 30, -20), (0.86 * p.jaw, 0.70 * p.chin, -10), (0.46 * p.jaw, 0.95 * p.chin, 0)]
    half += [(0, p.chin, 4)]
    face = canvas.paint(head.line(*half, *_mirrored(half[-2:0:-1]), closed=True), skin, "skin").full()
    cheeks = [ellipse(*head.place(side * 0.55 * p.width, 26, 2), 12, 10) for side in (-1, 1)]
    canvas.paint(cheeks, skin * (1.06, 0.92, 0.92), blur=6, opacity=0.5 + 0.3 * p.makeup, inside=face)
    sockets = [ellipse(*head.place(side * EYE_X, -2), 15, 9) for side in (-1, 1)]
    canvas.paint(sockets, skin * 0.74, blur=4, opacity=0.6, inside=face)
    hollow = ((0.95 * p.width, 16, -24), (0.72 * p.jaw, 44, -4), (0.9 * p.jaw, 52, -10))
    canvas.paint(head.both(*hollow), skin * 0.72, line=5, blur=4, opacity=0.5, inside=face)
    if p.age > 0.45:
        bags = head.both((EYE_X - 8, 8), (EYE_X, 11), (EYE_X + 8, 7))
        canvas.paint(bags, skin * 0.66, line=1.2, blur=0.8, opacity=p.age, inside=face)
    if p.age > 0.5:
        rows = [-0.55 * p.forehead - 6 * row for row in range(3)]
        folds = [head.line((-16, y + 1, 4), (0, y - 1, 6), (16, y + 1, 4)) for y in rows]
        canvas.paint(folds, skin * 0.7, line=0.9, blur=0.7, opacity=0.7 * p.age)
    return face


def _outer_edge(head: Head, height: float) -> np.ndarray:
    """Return the outer edge of the hair from the left temple over the top to the right one."""
    p = head.person
    side = p.width + (0.35 if p.hair in LENGTHS else 0.16) * height
    temple, above = (side, 6 if p.hair != "updo" else 0, -30), (side + 1, -26, -29)
    half = [temple, above, (0.72 * p.width, head.top + 8 - 0.8 * height, -24)]
    return head.line(*_mirrored(half), (0, head.top - height, -22), *half[::-1])


def _hairline(head: Head) -> np.ndarray:
    """Return the inner edge of the hair from the left temple over the forehead to the right one."""
    p = head.person
    if p.bangs:
        right, middle = [(0.86 * p.width, -19.0, -12), (0.97 * p.width, 8, -27)], (0, -21.0, 4)
        return head.line(*_mirrored(right[::-1]), middle, *right)
    if p.hair in ("straight", "wavy", "bob"):  # two curtains from the parting
        part, reach = p.parting * 20, (0.78 if p.hair == "straight" else 0.86) * p.width
        right, high = [(reach, -20, -14), (0.95 * p.width, 10, -27)], -0.74 * p.forehead
        middle = [(0.5 * (part - reach), high, -4), (part, -p.forehead - 3, -2), (0.5 * (part + reach), high, -4)]
        return head.line(*_mirrored(right[::-1]), *middle, *right)
    recede = 8 * max(0.0, p.age - 0.4) if p.male else 0.0
    temple = (0.62 * p.width, -0.62 * p.forehead - recede - 4, -6)
    right = [temple, (0.88 * p.width, -18, -22), (0.97 * p.width, 4, -28)]
    return head.line(*_mirrored(right[::-1]), (p.parting * 10, -p.forehead - 0.6 * recede + 2, 0), *right)


def _paint_back_hair(canvas: Canvas, head: Head, random: Random) -> None:
    """Paint what hangs or stands behind the head."""
    p = head.person
    end = LENGTHS.get(p.hair, 0.0)
    if p.hair == "curly":
        _cloud(canvas, head, random, 4.0 if p.male else end)
    elif end:
        wide = p.width + p.hair_height * (0.5 if p.hair == "straight" else 0.8)
        flare = {"straight": 6, "wavy": 14, "bob": 4}[p.hair]
        half = [(0.75 * wide, head.top + 4, -24), (wide + 2, -16, -32), (wide + 5, 30, -34)]
        half += [(wide + flare, 0.8 * end, -30), (wide + flare - 6, end + 8, -30), (0.5 * wide, end + 12, -30)]
        outline = head.line((0, head.top - 0.75 * p.hair_height, -22), *half, *_mirrored(half[::-1]), closed=True)
        back = canvas.paint(outline, np.array(p.hair_colour) * 0.7, "hair").full()
        strands = []
        for _ in range(40):
            x = random.uniform(-1, 1)
            bend = random.uniform(-4, 4) if p.hair == "straight" else random.uniform(-9, 9)
            knots = (x * wide, -30, -30), (x * (wide + 4) + bend, 30, -32), (x * (wide + flare) - bend, end + 10, -30)
            strands.append(head.line(*knots))
        _strands(canvas, p.hair_colour, strands, back, random)
    elif p.hair == "updo":
        x, y = head.place(random.uniform(-8, 8), head.top - p.hair_height * 0.6, -30)
        bun = canvas.paint(ellipse(x, y, 17, 13), np.array(p.hair_colour) * 0.8, "hair").full()
        _strands(canvas, p.hair_colour, [ellipse(x, y, r, 0.7 * r)[:20] for r in (5, 8, 11, 14)], bun, random)


def _paint_front_hair(canvas: Canvas, head: Head, face: np.ndarray, random: Random) -> None:
    """Paint what lies on the skull and hangs over the forehead."""
    p = head.person
    if p.hair == "bald":
        return
    height = {"buzz": 2.5, "curly": 4.0, "updo": 5.0}.get(p.hair, p.hair_height * (0.5 if p.hair in LENGTHS else 0.62))
    outer, inner = _outer_edge(head, height), _hairline(head)
    if p.hair in ("short", "parted", "swept"):  # ragged tufts
        outer, inner = (line + [(random.gauss(0, 0.9), random.gauss(0, 1.1)) for _ in line] for line in (outer, inner))
    colour, outline = np.array(p.hair_colour), np.concatenate([outer, inner[::-1]])
    if p.hair == "buzz":
        canvas.paint(outline, colour, "hair", blur=1.2, opacity=0.8)
        return
    if p.hair == "curly":
        canvas.paint(outline, colour * 0.8, "hair", blur=1.0)
        mixed = [(random.random(), random.random()) for _ in range(70)]
        places = [(1 - m) * outer[int(s * (len(outer) - 1))] + m * inner[int(s * (len(inner) - 1))] for s, m in mixed]
        _curls(canvas, places, p.hair_colour, random)
        return
    front = canvas.paint(outline, colour * 0.9, "hair").full()
    cast = cover(inner + np.array((0, 2.5)), line=4, blur=2).full() * face * (1 - front)
    canvas.image -= 0.3 * cast * canvas.image  # the shadow of the hair on the skin
    root = head.place(p.parting * 22, head.top - 0.6 * height, -14)
    strands = []
    for _ in range(56):
        share = random.random()
        a, b = outer[int(share * (len(outer) - 1))], inner[int(share * (len(inner) - 1))]
        mix = random.uniform(0.0, 1.0)
        bend = np.array([random.uniform(-2, 2), random.uniform(-3, 1)])
        if p.hair == "swept":
            strands.append(curve(tuple(b), tuple((a + b) / 2 + bend), (a[0] + 0.3 * (root[0] - a[0]), a[1] - 2)))
        else:
            middle = (1 - mix) * a + mix * b
            strands.append(curve(root, tuple((np.array(root) + middle) / 2 + bend + (0, -3)), tuple(middle)))
    _strands(canvas, p.hair_colour, strands, front, random)
    hangs = p.hair in ("straight", "wavy", "bob")
    if p.hair == "parted" or (hangs and not p.bangs):
        start = head.place(p.parting * 20, -p.forehead + 1, 0)
        canvas.paint(curve(start, root), np.array(p.skin) * 0.75, line=1.2, blur=0.5, opacity=0.7)
    if hangs:
        _locks(canvas, head, random)


def _locks(canvas: Canvas, head: Head, random: Random) -> None:
    """Paint the locks that frame the cheeks of long hair."""
    p = head.person
    end = LENGTHS[p.hair]
    wave = 7.0 if p.hair == "wavy" else 1.5
    inner = [(0.93, -6, -24), (0.96, 20, -22), (0.98, 48, -14), (1.0, end, -12)]
    outer = [(1.22, end, -22), (1.28, 48, -32), (1.22, 10, -32), (1.12, -22, -30)]
    for side in (-1, 1):
        shift = [random.uniform(-wave, wave) for _ in range(4)]
        near = [(side * (x * p.width + s), y, z) for (x, y, z), s in zip(inner, shift, strict=True)]
        far = [(side * (x * p.width + s), y, z) for (x, y, z), s in zip(outer, shift[::-1], strict=True)]
        lock = canvas.paint(head.line(*near, *far, closed=True), np.array(p.hair_colour) * 0.88, "hair").full()
        mixed = [random.random() for _ in range(10)]
        strands = [head.line(*((1 - mix) * np.array(near) + mix * np.array(far[::-1]))) for mix in mixed]
        _strands(canvas, p.hair_colour, strands, lock, random)


def _cloud(canvas: Canvas, head: Head, random: Random, end: float) -> None:
    """Paint a cloud of curls around the head, down to `end` below the eyes."""
    p, places = head.person, []
    for _ in range(90):
        angle, far = random.uniform(-0.1, 1.1) * math.pi, random.uniform(0.75, 1.0)
        x = -math.cos(angle) * (p.width + 0.7 * p.hair_height) * far
        y = -math.sin(angle) * (0.5 * p.hair_height - head.top) * far
        if abs(x) > 0.9 * p.width and random.random() < 0.5:
            y = end * random.random()
        places.append(head.place(x, y, -28))
    _curls(canvas, places, p.hair_colour, random)


def _curls(canvas: Canvas, places: list[Point], colour: Colour, random: Random) -> None:
    """Paint round curls of three shades, each with a bright arc."""
    for shade in (0.62, 0.8, 0.95):
        discs, arcs = [], []
        for x, y in places[:: 1 if shade < 0.7 else 2]:
            x, y, radius = x + random.uniform(-3, 3), y + random.uniform(-3, 3), random.uniform(3.5, 6.5)
            discs.append(ellipse(x, y, radius, radius))
            arcs.append(ellipse(x, y, 0.6 * radius, 0.6 * radius, random.uniform(0, 2 * math.pi))[:14])
        canvas.paint(discs, np.array(colour) * shade, "hair")
        canvas.paint(arcs, np.array(colour) * (shade + 0.4) + 10, line=0.9, opacity=0.7)


def _strands(canvas: Canvas, colour: Colour, strands: list[np.ndarray], inside: np.ndarray, random: Random) -> None:
    """Paint strands in four shades."""
    groups: dict[float, list[np.ndarray]] = {}
    for strand in strands:
        groups.setdefault(random.choice((0.5, 0.75, 1.2, 1.45)), []).append(strand)
    for shade, lines in groups.items():
        tint = np.minimum(np.array(colour) * shade + 14 * (shade > 1), 255)
        canvas.paint(lines, tint, line=0.9, opacity=0.75, inside=inside)


def _paint_eyes(canvas: Canvas, head: Head) -> None:
    """Paint both eyes: white, iris, pupil, highlight, lids and lashes."""
    p, m = head.person, head.moment
    skin, iris = np.array(p.skin), np.array(p.iris)
    upper, lower, lashes, irises = [], [], [], []
    for side in (-1, 1):
        wide = p.eye * (1 - 0.22 * max(0.0, side * m.yaw))  # the far eye is foreshortened
        up, down = 4.6 * m.lids, 3.2 * m.lids * (1 - 0.35 * m.smile)
        x, y = head.place(side * EYE_X, 0)
        tilt = -10 * p.eye_slant
        inner, outer = (x - side * wide, y + 1), (x + side * wide, y + tilt * 0.5)
        lid = inner, (x - side * 0.35 * wide, y - 0.9 * up), (x + side * 0.3 * wide, y - up + 0.3 * tilt), outer
        under = outer, (x + side * 0.3 * wide, y + down), (x - side * 0.4 * wide, y + 0.85 * down), inner
        upper.append(curve(*lid))
        lower.append(curve(*under))
        lashes.append(curve(*lid, (outer[0] + side * 2.0, outer[1] - 1.5 * p.makeup)))
        irises.append((x + 2.6 * m.gaze + 1.6 * m.yaw, y - 0.6))
    openings = [np.concatenate(pair) for pair in zip(upper, lower, strict=True)]
    white = canvas.paint(openings, (232, 226, 222), "eyes").full()
    for radius, colour in ((4.7, iris * 0.6), (3.8, iris), (2.0, (10, 8, 8))):
        canvas.paint([ellipse(*place, radius, radius) for place in irises], colour, inside=white)
    shines = [ellipse(x + 1.6 * m.light[0], y - 1, 0.9, 0.9) for x, y in irises]
    canvas.paint(shines, (255, 255, 255), inside=white)
    canvas.paint(upper, skin * 0.4, line=3, blur=1.2, opacity=0.5, inside=white)  # the lids' shadow
    canvas.paint(lashes, (24, 18, 18), "eyes", line=1.2 + 1.1 * p.makeup, opacity=0.7 + 0.3 * p.makeup)
    canvas.paint(lower, skin * 0.5, line=0.8, opacity=0.6)
    canvas.paint([lid - (0, 3.2) for lid in upper], skin * 0.55, line=1.0, blur=0.6, opacity=0.7)


def _paint_brows(canvas: Canvas, head: Head, random: Random) -> None:
    """Paint both brows, hair by hair on a soft ground."""
    p, m = head.person, head.moment
    colour = np.minimum(np.array(p.hair_colour) * (0.62 if p.hair_name != "gray" else 0.8), 120)
    y = -13.5 - 1.5 * m.open + 1.0 * (1 - m.lids)
    middle = np.array([(EYE_X - 11, y + 1.5, 6), (EYE_X, y - p.brow_arch, 3), (EYE_X + 13, y + 2.5, -8)])
    thick = np.array([(0, share * p.brow, 0) for share in (0.5, 0.45, 0.1)])
    upper, lower = head.both(*(middle - thick)), head.both(*(middle + thick))
    brows = [np.concatenate([high, low[::-1]]) for high, low in zip(upper, lower, strict=True)]
    canvas.paint(brows, colour, "brows", blur=0.5, opacity=0.85)
    hairs = []
    for high, low in zip(upper, lower, strict=True):
        for place in (random.randrange(len(high) - 3) for _ in range(12)):
            hairs.append(np.array([low[place], high[place + 2] - (0, 0.6)]))
    canvas.paint(hairs, colour * 0.7, line=0.5, opacity=0.8)


def _paint_glasses(canvas: Canvas, head: Head) -> None:
    """Paint glasses, clear or dark."""
    p, dark = head.person, head.moment.sunglasses
    if not (p.glasses or dark):
        return
    frame = (30, 26, 26) if p.male or dark else (96, 60, 44)
    for side in (-1, 1):
        x, y = head.place(side * EYE_X, 2, 6)
        corners = ((-14, -8), (0, -10), (14, -8), (12, 7), (0, 10), (-12, 7))
        rim = curve(*((x + across, y + down) for across, down in corners), closed=True)
        if dark:
            canvas.paint(rim, (22, 20, 24), "glasses", opacity=0.95)
            canvas.paint(ellipse(x - 4, y - 4, 5, 2.4, -0.4), (130, 134, 144), blur=1.2, opacity=0.6)
        canvas.paint(np.concatenate([rim, rim[:1]]), frame, "glasses", line=1.8)
        arm = [head.place(side * (EYE_X + 13), -2, 6), head.place(side * p.width, -1, -26)]
        canvas.paint(np.array(arm), frame, "glasses", line=1.8)
    canvas.paint(head.line((-6, 0, 8), (0, -2, 9), (6, 0, 8)), frame, "glasses", line=1.6)


def _paint_nose(canvas: Canvas, head: Head) -> None:
    """Paint the nose: bridge, tip, wings and nostrils."""
    p, m = head.person, head.moment
    skin, w, tip = np.array(p.skin), p.nose_width, p.nose_length
    half = [(-3.5, -6, 6), (-4.5, 0.45 * tip, 11), (-w, 0.88 * tip, 8), (-0.6 * w, tip + 2, 10)]
    outline = head.line(*half, (0, tip + 4, 13), *_mirrored(half[::-1]), closed=True)
    nose = canvas.paint(outline, skin * 1.02, "nose", blur=1.2, opacity=0.9).full()
    dark = -1 if m.light[0] > 0 else 1  # the side away from the light
    side = head.line((dark * 5.5, -8, 5), (dark * 5, 0.4 * tip, 9), (dark * 0.9 * w, 0.86 * tip, 8))
    canvas.paint(side, skin * 0.62, line=4, blur=1.8, opacity=0.45 + 0.4 * m.contrast)
    bridge = head.line((0, -6, 8), (0, 0.85 * tip, 16))
    canvas.paint(bridge, np.minimum(skin * 1.25, 255), line=2.6, blur=1.4, opacity=0.55, inside=nose)
    canvas.paint(ellipse(*head.place(0, tip - 2, 17), 3.4, 2.8), np.minimum(skin * 1.3, 255), blur=1.4, opacity=0.6)
    below = head.line((-0.7 * w, tip + 2, 9), (0, tip + 5, 13), (0.7 * w, tip + 2, 9))
    canvas.paint(below, skin * 0.55, line=1.8, blur=1.0, opacity=0.8)
    wings = head.both((0.8 * w, 0.72 * tip, 7), (w, 0.9 * tip, 7), (0.75 * w, tip + 2.5, 9))
    canvas.paint(wings, skin * 0.55, line=1.2, blur=0.6, opacity=0.9)
    nostrils = [ellipse(*head.place(s * 0.42 * w, tip + 1.6 - m.nod, 11), 2.3, 1.3, 0.3 * s) for s in (-1, 1)]
    canvas.paint(nostrils, skin * 0.22)


def _mouth(head: Head) -> tuple[float, float, float]:
    """Return height, half the width, and the height of the corners of the mouth."""
    p, m = head.person, head.moment
    y = 0.5 * (p.nose_length + p.chin) - 5.5
    return y, p.mouth_width * (1 + 0.24 * m.smile - 0.12 * m.open * (1 - m.smile)), y - 4.5 * m.smile


def _paint_mouth(canvas: Canvas, head: Head) -> None:
    """Paint the mouth, closed or open with teeth, and the folds of a smile."""
    p, m = head.person, head.moment
    skin = np.array(p.skin)
    red = skin * (0.92, 0.62, 0.62) * (1 - p.makeup) + np.array((186, 52, 66)) * p.makeup * 0.9 + 8
    y, wide, corner = _mouth(head)
    gap = 7.5 * m.open
    left, right = (-wide, corner, 0), (wide, corner, 0)
    bow = [(-0.35 * wide, y - p.lips, 7), (0, y - 0.65 * p.lips, 8), (0.35 * wide, y - p.lips, 7)]
    seam = [(-0.5 * wide, y - 0.8 * m.smile, 5), (0, y + 0.5, 7), (0.5 * wide, y - 0.8 * m.smile, 5)]
    above = head.line(left, *seam, right)
    below = head.line(left, *((sx, sy + gap * (1.1 if sx == 0 else 0.85), sz) for sx, sy, sz in seam), right)
    side, lowest = y + gap + 1.0 * p.lips, y + gap + 1.45 * p.lips
    under = [(-0.45 * wide, side, 6), (0, lowest, 7), (0.45 * wide, side, 6)]
    upper = np.concatenate([head.line(left, *bow, right), above[::-1]])
    lower = np.concatenate([below, head.line(left, *under, right)[::-1]])
    shadow = head.line((-0.5 * wide, lowest + 3, 5), (0, lowest + 4.5, 6), (0.5 * wide, lowest + 3, 5))
    canvas.paint(shadow, skin * 0.62, line=3, blur=1.8, opacity=0.7)
    if m.open:
        inside = canvas.paint(np.concatenate([above, below[::-1]]), (58, 16, 20), "mouth").full()
        teeth = np.concatenate([above, (above + np.array((0, 0.62 * gap + 1)))[::-1]])
        canvas.paint(teeth, (238, 232, 222), inside=inside)
        marks = [np.array([(x, high), (x, high + 0.6 * gap)]) for x, high in above[2:-2:3]]
        canvas.paint(marks, (170, 160, 150), line=0.4, opacity=0.5, inside=inside)
    canvas.paint(upper, red * 0.86, "mouth")
    lip = canvas.paint(lower, red, "mouth").full()
    shine = ellipse(*head.place(0, y + gap + 0.8 * p.lips, 8), 0.3 * wide, 0.9)
    canvas.paint(shine, np.minimum(red * 1.5, 255), blur=0.9, opacity=0.6, inside=lip)
    if not m.open:
        canvas.paint(above, red * 0.32, "mouth", line=1.1)
    fold = 0.25 + 0.75 * m.smile + 0.3 * p.age
    folds = head.both((p.nose_width + 2, p.nose_length - 2, 5), (wide + 3, y - 8, 1), (wide + 5, y + 1, -2))
    canvas.paint(folds, skin * 0.58, line=1.6, blur=1.1, opacity=min(fold, 1.0) * 0.7)


def _paint_beard(canvas: Canvas, head: Head, face: np.ndarray, random: Random) -> None:
    """Paint the beard under the nose and around the jaw; the mouth comes over it."""
    p = head.person
    if p.beard == "none":
        return
    colour, areas = np.array(p.hair_colour) * 0.85, []
    y, _, _ = _mouth(head)
    if p.beard != "goatee":
        corner, wing = (p.mouth_width + 3, y + 3, 1), (9, y - 8, 7)
        knots = (*_mirrored([corner, wing]), (0, y - 7, 9), wing, corner, (0, y - 1, 8))
        areas.append(head.line(*knots, closed=True))
    if p.beard in ("full", "stubble"):
        half = [(0.98 * p.width, 12, -26), (0.80 * p.width, 24, -14), (p.mouth_width + 5, y - 4, 0)]
        half += [(p.mouth_width - 3, y + 9, 5), (0, y + 11, 7), (0, p.chin + 6, 4)]
        half += [(0.9 * p.jaw, 0.8 * p.chin, -8), (1.1 * p.width, 16, -28)]
        areas += head.both(*half, closed=True)
    if p.beard == "goatee":
        knots = (-11, y + 8, 5), (0, y + 7, 7), (11, y + 8, 5), (8, p.chin + 5, 4), (-8, p.chin + 5, 4)
        areas.append(head.line(*knots, closed=True))
    thick = 0.4 if p.beard == "stubble" else 0.85
    canvas.paint(areas, colour, None if p.beard == "stubble" else "beard", blur=1.6, opacity=thick, inside=face)
    inside = cover(areas).full() * face
    every = np.concatenate(areas)
    (left, top), (right, bottom) = every.min(0), every.max(0)
    for shade in (0.5, 1.4):
        hairs = []
        for _ in range(160):
            x, y = random.uniform(left, right), random.uniform(top, bottom)
            hairs.append(np.array([(x, y), (x + random.uniform(-1, 1), y + random.uniform(1.5, 3))]))
        canvas.paint(hairs, colour * shade, line=0.5, opacity=0.6 * thick, inside=inside)


def _background(random: Random) -> np.ndarray:
    """Return a backdrop, uint8, shape (218, 178, 3): a studio's, lights, foliage, a wall with signs, or slats."""
    kind = random.choice(("studio", "studio", "lights", "blobs", "wall", "slats"))
    bright = random.choice((random.uniform(15, 70), random.uniform(90, 235)))
    base = [min(255, max(0, bright + random.uniform(-28, 28))) for _ in range(3)]

    def near(amount: float) -> tuple[int, ...]:
        shift = random.uniform(-amount, amount)
        return tuple(round(min(255, max(0, c + shift + random.uniform(-0.2, 0.2) * amount))) for c in base)

    corners = Image.new("RGB", (2, 2))
    corners.putdata([near(26) for _ in range(4)])
    image = corners.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR)
    pen = ImageDraw.Draw(image)
    blur = 0.0
    if kind in ("lights", "blobs"):
        lights = kind == "lights"
        for _ in range(random.randint(8, 28) if lights else 40):
            x, y = random.uniform(0, WIDTH), random.uniform(0, HEIGHT)
            r, tall = random.uniform(*((2, 13) if lights else (6, 26))), 1.0 if lights else 1.3
            pen.ellipse((x - r, y - tall * r, x + r, y + tall * r), near(150 if lights else 60))
        blur = random.uniform(0.8, 2.5) if lights else random.uniform(2.5, 5)
    elif kind == "wall":
        for row in range(random.randint(3, 6)):
            x, y = random.uniform(-20, 10), 8 + row * random.uniform(30, 40)
            high, ink = random.uniform(6, 14), near(120)
            while x < WIDTH:
                wide = random.uniform(3, 9)
                if random.random() < 0.8:
                    pen.rectangle((x, y, x + wide, y + high), outline=ink, width=2)
                x += wide + 3
        blur = random.uniform(0.4, 1.5)
    elif kind == "slats":
        x = random.uniform(-10, 0)
        while x < WIDTH:
            wide = random.uniform(6, 34)
            pen.rectangle((x, 0, x + wide, HEIGHT), near(55))
            x += wide
        blur = random.uniform(0.8, 3.5)
    return np.asarray(image.filter(ImageFilter.GaussianBlur(blur)) if blur else image)


def _paint_clothes(canvas: Canvas, head: Head, random: Random) -> None:
    """Paint shoulders with a round neck, a V, bare straps, or a suit with shirt and tie."""
    p = head.person
    kind = random.choice(("round", "v", "suit", "suit") if p.male else ("round", "v", "straps", "straps"))
    cloth = np.full(3, random.choice((22.0, 45.0, 110.0, 180.0, 225.0))) + [random.uniform(-35, 35) for _ in range(3)]
    cloth = cloth.clip(8, 245)
    broad, top = (100 if p.male else 86) * random.uniform(0.92, 1.1), p.chin + random.uniform(3, 11)
    shoulder = [(0.62 * broad, top + 13, -20), (broad, top + 34, -20), (broad, 140, -20)]

    def body(neck: float, deep: float) -> np.ndarray:
        half = [(neck, top, -14), *shoulder]
        return head.line(*_mirrored(half[:1]), (0, top + deep, -6), *half, *_mirrored(half[:0:-1]), closed=True)

    if kind == "straps":
        canvas.paint(body(0.6 * p.width, 2), np.array(p.skin) * 0.9, "neck")
        for side in (-1, 1):
            canvas.paint(head.line((side * 34, top + 4, -14), (side * 30, 116, -10)), cloth, "clothes", line=5)
        knots = (-60, 104, -20), (0, 108, -8), (60, 104, -20), (60, 140, -20), (-60, 140, -20)
        canvas.paint(head.line(*knots, closed=True), cloth, "clothes")
    elif kind == "suit":
        canvas.paint(body(0.62 * p.width, 2), (236, 236, 240), "clothes")
        tie = head.line((-4, top + 6, -4), (4, top + 6, -4), (7, 140, -4), (-7, 140, -4), closed=True)
        canvas.paint(tie, np.array([random.uniform(20, 160) for _ in range(3)]), "clothes")
        cloth = np.full(3, random.uniform(18, 70)) + np.array((0, 0, random.uniform(0, 18)))
        jacket = [(0.7 * p.width, top - 1, -16), (0.3 * p.width, top + 18, -8), (6, 140, -6), *shoulder[::-1]]
        lapel = [(0.62 * p.width, top + 2, -14), (0.6 * p.width, top + 22, -10), (10, 138, -6)]
        for side in (-1, 1):
            canvas.paint(head.line(*_mirrored(jacket, side), closed=True), cloth, "clothes")
            canvas.paint(head.line(*_mirrored(lapel, side)), cloth * 0.5, line=1.3)
    else:
        wide, deep = (0.72, 8) if kind == "round" else (0.8, 26)
        shown = canvas.paint(body(wide * p.width, deep), cloth, "clothes").full()
        for _ in range(5):
            x = random.uniform(-broad, broad)
            fold = head.line((x, top + 12, -10), (x + random.uniform(-14, 14), 132, -10))
            canvas.paint(fold, cloth * 0.62, line=2.5, blur=1.5, opacity=0.7, inside=shown)


def _light(canvas: Canvas, moment: SimpleNamespace) -> None:
    """Shade the head as a round body: its soft mask is a height, whose slope is bright towards the light."""
    solid = Image.fromarray(255 * np.uint8(canvas.parts > 1))
    height = np.asarray(solid.filter(ImageFilter.BoxBlur(14)).filter(ImageFilter.BoxBlur(10)), np.float32) / 255
    down, right = np.gradient(height)
    slope = -(right * moment.light[0] + down * moment.light[1])
    factor = 1 + moment.contrast * (9.0 * slope).clip(-0.55, 0.3)
    canvas.image *= np.where(canvas.parts > 1, factor, 1.0)


def _photograph(image: np.ndarray, moment: SimpleNamespace, random: Random) -> np.ndarray:
    """Expose, tint, blur, and add the noise of a camera."""
    noise = np.frombuffer(random.randbytes(image.size), np.uint8).reshape(HEIGHT, WIDTH, 3)
    tint = np.array((moment.warmth, 0, -moment.warmth), np.float32)[:, None, None]
    shown = (image * np.float32(moment.exposure) + tint).clip(0, 255).astype(np.uint8)
    soft = Image.fromarray(shown.transpose(1, 2, 0).copy()).filter(ImageFilter.GaussianBlur(moment.blur))
    return (np.asarray(soft) + (noise * np.float32(9 / 255) - 4)).clip(0, 255).astype(np.uint8)


def _landmarks(head: Head) -> dict[str, Point]:
    _, wide, corner = _mouth(head)
    places = {"lefteye": (-EYE_X, 0), "righteye": (EYE_X, 0), "nose": (0, head.person.nose_length - 2, 17)}
    places |= {"leftmouth": (-wide, corner), "rightmouth": (wide, corner)}
    return {name: head.place(*place) for name, place in places.items()}
