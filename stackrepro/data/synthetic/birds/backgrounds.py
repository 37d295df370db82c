"""What stands behind a synthetic bird: soft habitats, and the branch or the ground that it stands on."""

from random import Random

from PIL import Image, ImageDraw, ImageFilter

from stackrepro.data.synthetic.birds.shapes import chain, shade
from stackrepro.data.synthetic.birds.species import Colour

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
PATCHES = 26


def habitat(name: str, size: int, random: Random) -> Image.Image:
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


def draw_perch(image: Image.Image, name: str, feet: tuple[float, float], unit: float, random: Random) -> None:
    """Draw what the bird stands on into `image`: a branch, or the ground from its feet down.

    Args:
        name: the habitat.
        feet: where the feet are, in pixels.
        unit: pixels of one body length.
    """
    size, pen = image.width, ImageDraw.Draw(image)
    if name in ("meadow", "water", "shore", "snow"):
        _draw_ground(pen, name, feet[1], size, random)
        return
    bark = shade(random.choice(((110, 84, 60), (84, 72, 62), (138, 118, 96))), random.uniform(0.8, 1.15))
    radius, slope = unit * random.uniform(0.04, 0.08), random.uniform(-0.25, 0.25)
    left = (-radius, feet[1] + radius - slope * feet[0], radius * random.uniform(0.7, 1.3))
    right = (size + radius, feet[1] + radius + slope * (size - feet[0]), radius * random.uniform(0.6, 1.2))
    limb = chain(left, (feet[0], feet[1] + radius, radius), right, discs=40)
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
