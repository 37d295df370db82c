"""What stands behind a synthetic face, and what it wears."""

from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from stackrepro.data.synthetic.faces.canvas import HEIGHT, WIDTH, Canvas
from stackrepro.data.synthetic.faces.head import Head


def background(random: Random) -> np.ndarray:
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
    if kind == "lights":
        for _ in range(random.randint(8, 28)):
            x, y, r = random.uniform(0, WIDTH), random.uniform(0, HEIGHT), random.uniform(2, 13)
            pen.ellipse((x - r, y - r, x + r, y + r), near(150))
        blur = random.uniform(0.8, 2.5)
    elif kind == "blobs":
        for _ in range(40):
            x, y, r = random.uniform(0, WIDTH), random.uniform(0, HEIGHT), random.uniform(6, 26)
            pen.ellipse((x - r, y - 1.3 * r, x + r, y + 1.3 * r), near(60))
        blur = random.uniform(2.5, 5)
    elif kind == "wall":
        for row in range(random.randint(3, 6)):
            x, y, high, ink = (
                random.uniform(-20, 10),
                8 + row * random.uniform(30, 40),
                random.uniform(6, 14),
                near(120),
            )
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


def paint_clothes(canvas: Canvas, head: Head, random: Random) -> None:
    """Paint shoulders with a round neck, a V, bare straps, or a suit with shirt and tie."""
    p = head.person
    kind = random.choice(("round", "v", "suit", "suit") if p.male else ("round", "v", "straps", "straps"))
    cloth = np.full(3, random.choice((22.0, 45.0, 110.0, 180.0, 225.0))) + [random.uniform(-35, 35) for _ in range(3)]
    cloth = cloth.clip(8, 245)
    broad, top = (100 if p.male else 86) * random.uniform(0.92, 1.1), p.chin + random.uniform(3, 11)

    def body(neck: float, deep: float) -> np.ndarray:
        return head.line(
            (-neck, top, -14),
            (0, top + deep, -6),
            (neck, top, -14),
            (0.62 * broad, top + 13, -20),
            (broad, top + 34, -20),
            (broad, 140, -20),
            (-broad, 140, -20),
            (-broad, top + 34, -20),
            (-0.62 * broad, top + 13, -20),
            closed=True,
        )

    deep = {"round": 8, "v": 26, "straps": 30, "suit": 20}[kind]
    if kind == "straps":
        canvas.paint(body(0.6 * p.width, 2), np.array(p.skin) * 0.9, "neck")
        for side in (-1, 1):
            canvas.paint(head.line((side * 34, top + 4, -14), (side * 30, 116, -10)), cloth, "clothes", line=5)
        canvas.paint(
            head.line((-60, 104, -20), (0, 108, -8), (60, 104, -20), (60, 140, -20), (-60, 140, -20), closed=True),
            cloth,
            "clothes",
        )
        return
    if kind == "suit":
        canvas.paint(body(0.62 * p.width, 2), (236, 236, 240), "clothes")
        canvas.paint(
            head.line((-4, top + 6, -4), (4, top + 6, -4), (7, 140, -4), (-7, 140, -4), closed=True),
            np.array([random.uniform(20, 160) for _ in range(3)]),
            "clothes",
        )
        cloth = np.full(3, random.uniform(18, 70)) + np.array((0, 0, random.uniform(0, 18)))
        for side in (-1, 1):
            canvas.paint(
                head.line(
                    (side * 0.7 * p.width, top - 1, -16),
                    (side * 0.3 * p.width, top + 18, -8),
                    (side * 6, 140, -6),
                    (side * broad, 140, -20),
                    (side * broad, top + 34, -20),
                    (side * 0.62 * broad, top + 13, -20),
                    closed=True,
                ),
                cloth,
                "clothes",
            )
            canvas.paint(
                head.line(
                    (side * 0.62 * p.width, top + 2, -14), (side * 0.6 * p.width, top + 22, -10), (side * 10, 138, -6)
                ),
                cloth * 0.5,
                line=1.3,
            )
        return
    shown = canvas.paint(body((0.72 if kind == "round" else 0.8) * p.width, deep), cloth, "clothes").full()
    for _ in range(5):
        x = random.uniform(-broad, broad)
        canvas.paint(
            head.line((x, top + 12, -10), (x + random.uniform(-14, 14), 132, -10)),
            cloth * 0.62,
            line=2.5,
            blur=1.5,
            opacity=0.7,
            inside=shown,
        )
