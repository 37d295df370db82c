"""Who is drawn, and how: what stays the same on all images of a person, and what changes from one to the next.

Lengths are in pixels of the frame; a face is drawn around the point between its eyes.
"""

from dataclasses import dataclass
from random import Random

Colour = tuple[float, float, float]

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


@dataclass(frozen=True)
class Person:
    """What all images of one person share.

    Attributes:
        male: decides what hair, beards and make-up are likely.
        age: 0 is young, 1 is old: wrinkles, and gray hair.
        width, jaw, chin, forehead: half the width at the cheeks and at the jaw; from the eyes down and up to the ends.
        eye, brow, lips: half the width of an eye, the thickness of a brow and of a lip.
        hair: a style, of `LONG` or `SHORT`; `parting` is where it divides, -1 to 1.
        beard: "none", "stubble", "full", "moustache" or "goatee".
        makeup: 0 to 1.
    """

    male: bool
    age: float
    skin: Colour
    width: float
    jaw: float
    chin: float
    forehead: float
    eye: float
    eye_slant: float
    iris: Colour
    brow: float
    brow_arch: float
    nose_width: float
    nose_length: float
    mouth_width: float
    lips: float
    hair: str
    hair_name: str
    hair_colour: Colour
    hair_height: float
    parting: float
    bangs: bool
    beard: str
    glasses: bool
    makeup: float


@dataclass(frozen=True)
class Moment:
    """What one image shows of a person.

    Attributes:
        yaw: -1 looks to the left of the image, 1 to the right; beyond that faces aren't drawn.
        nod: -1 looks up, 1 down.
        smile: 0 is serious, 1 laughs; `open` is how far the mouth is open, 0 to 1.
        lids: how wide the eyes are open, 0.35 to 1.15; `gaze` is where they look, -1 to 1.
        light: where the light comes from, x and y from -1 to 1, and `contrast` how hard it is.
        exposure, warmth, blur: of the camera: a factor, red over blue in levels, a radius in pixels.
    """

    yaw: float
    nod: float
    smile: float
    open: float
    lids: float
    gaze: float
    light: tuple[float, float]
    contrast: float
    exposure: float
    warmth: float
    sunglasses: bool
    blur: float


def person(random: Random) -> Person:
    """Draw somebody's traits."""
    male, age = random.random() < 0.45, random.random() ** 1.6
    hair = random.choice(SHORT if male else LONG) if random.random() < 0.93 else random.choice((*SHORT[:4], *LONG))
    names = ("gray",) if age > 0.72 else ("black", "black", "brown", "brown", "brown", "blond", "blond", "red")
    skin = random.choice(SKINS)
    name = random.choice(names) if sum(skin) > 420 or age > 0.72 else random.choice(("black", "black", "brown"))
    width = random.uniform(37, 45) + (1.5 if male else 0)
    return Person(
        male=male,
        age=age,
        skin=_vary(skin, 8, random),
        width=width,
        jaw=width * (random.uniform(0.76, 0.92) if male else random.uniform(0.66, 0.82)),
        chin=random.uniform(64, 74) + (3 if male else 0),
        forehead=random.uniform(40, 50),
        eye=random.uniform(9.0, 11.5) + (0 if male else 0.5),
        eye_slant=random.uniform(-0.12, 0.16),
        iris=random.choice(IRISES[:2] if sum(skin) < 480 else IRISES),
        brow=random.uniform(2.6, 4.6) if male else random.uniform(1.5, 3.0),
        brow_arch=random.uniform(0.5, 2.5) if male else random.uniform(1.5, 4.5),
        nose_width=random.uniform(8.5, 12.5) + (1 if male else 0),
        nose_length=random.uniform(23, 30),
        mouth_width=random.uniform(14, 19),
        lips=random.uniform(2.4, 4.2) if male else random.uniform(3.2, 5.6),
        hair=hair,
        hair_name=name,
        hair_colour=_vary(random.choice(HAIRS[name]), 10, random),
        hair_height=random.uniform(14, 26),
        parting=random.choice((-1, 1)) * random.uniform(0.1, 0.8),
        bangs=not male and random.random() < 0.25,
        beard=random.choice(("none", "none", "stubble", "full", "moustache", "goatee")) if male else "none",
        glasses=random.random() < 0.13,
        makeup=0.0 if male else random.uniform(0.1, 1.0),
    )


def moment(random: Random) -> Moment:
    """Draw a pose, an expression and a light."""
    smile = random.choice((random.uniform(0, 0.3), random.uniform(0.4, 1.0)))
    return Moment(
        yaw=max(-1.0, min(1.0, random.gauss(0, 0.45))),
        nod=max(-1.0, min(1.0, random.gauss(0, 0.4))),
        smile=smile,
        open=random.uniform(0.35, 1.0) if random.random() < 0.2 + 0.45 * smile else 0.0,
        lids=random.uniform(0.65, 1.15) if random.random() < 0.94 else 0.3,
        gaze=random.uniform(-0.6, 0.6),
        light=(random.uniform(-1, 1), random.uniform(-1, 0.3)),
        contrast=random.uniform(0.1, 1.0),
        exposure=random.uniform(0.82, 1.14),
        warmth=random.gauss(0, 4.5),
        sunglasses=random.random() < 0.03,
        blur=random.uniform(0.0, 0.7),
    )


def _vary(colour: Colour, amount: float, random: Random) -> Colour:
    red, green, blue = (max(6.0, min(250.0, value + random.uniform(-amount, amount))) for value in colour)
    return red, green, blue
