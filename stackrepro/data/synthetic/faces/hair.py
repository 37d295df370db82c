"""Hair: the part behind the head, and the part that frames the face, both with strands."""

import math
from random import Random

import numpy as np

from stackrepro.data.synthetic.faces.canvas import Canvas, cover, curve, ellipse
from stackrepro.data.synthetic.faces.hairlines import LENGTHS, hairline, outer_edge
from stackrepro.data.synthetic.faces.head import Head


def paint_back(canvas: Canvas, head: Head, random: Random) -> None:
    """Paint what hangs or stands behind the head."""
    p = head.person
    end = LENGTHS.get(p.hair, 0.0)
    if p.hair == "curly":
        _cloud(canvas, head, random, 4.0 if p.male else end)
    elif end:
        wide = p.width + p.hair_height * (0.5 if p.hair == "straight" else 0.8)
        flare = {"straight": 6, "wavy": 14, "bob": 4}[p.hair]
        half = [
            (0.75 * wide, head.top + 4, -24),
            (wide + 2, -16, -32),
            (wide + 5, 30, -34),
            (wide + flare, 0.8 * end, -30),
        ]
        tips = [(wide + flare - 6, end + 8, -30), (0.5 * wide, end + 12, -30)]
        outline = [(0, head.top - 0.75 * p.hair_height, -22), *half, *tips]
        points = head.line(*outline, *((-x, y, z) for x, y, z in outline[:0:-1]), closed=True)
        back = canvas.paint(points, np.array(p.hair_colour) * 0.7, "hair").full()
        strands = []
        for _ in range(40):
            x = random.uniform(-1, 1)
            bend = random.uniform(-4, 4) if p.hair == "straight" else random.uniform(-9, 9)
            strands.append(
                head.line(
                    (x * wide, -30, -30), (x * (wide + 4) + bend, 30, -32), (x * (wide + flare) - bend, end + 10, -30)
                )
            )
        _strands(canvas, p.hair_colour, strands, back, random)
    elif p.hair == "updo":
        x, y = head.place(random.uniform(-8, 8), head.top - p.hair_height * 0.6, -30)
        bun = canvas.paint(ellipse(x, y, 17, 13), np.array(p.hair_colour) * 0.8, "hair").full()
        _strands(canvas, p.hair_colour, [ellipse(x, y, r, 0.7 * r)[:20] for r in (5, 8, 11, 14)], bun, random)


def paint_front(canvas: Canvas, head: Head, face: np.ndarray, random: Random) -> None:
    """Paint what lies on the skull and hangs over the forehead."""
    p = head.person
    if p.hair == "bald":
        return
    height = {"buzz": 2.5, "curly": 4.0, "updo": 5.0}.get(p.hair, p.hair_height * (0.5 if p.hair in LENGTHS else 0.62))
    outer, inner = outer_edge(head, height), hairline(head)
    if p.hair in ("short", "parted", "swept"):  # ragged tufts
        outer, inner = (line + [(random.gauss(0, 0.9), random.gauss(0, 1.1)) for _ in line] for line in (outer, inner))
    colour = np.array(p.hair_colour)
    if p.hair == "buzz":
        canvas.paint(np.concatenate([outer, inner[::-1]]), colour, "hair", blur=1.2, opacity=0.8)
        return
    if p.hair == "curly":
        canvas.paint(np.concatenate([outer, inner[::-1]]), colour * 0.8, "hair", blur=1.0)
        mixed = [(random.random(), random.random()) for _ in range(70)]
        places = [(1 - m) * outer[int(s * (len(outer) - 1))] + m * inner[int(s * (len(inner) - 1))] for s, m in mixed]
        _curls(canvas, places, p.hair_colour, random)
        return
    front = canvas.paint(np.concatenate([outer, inner[::-1]]), colour * 0.9, "hair")
    cast = cover(inner + np.array((0, 2.5)), line=4, blur=2).full() * face * (1 - front.full())
    canvas.image -= 0.3 * cast[..., None] * canvas.image  # the shadow of the hair on the skin
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
    _strands(canvas, p.hair_colour, strands, front.full(), random)
    if p.hair == "parted" or (p.hair in ("straight", "wavy", "bob") and not p.bangs):
        start = head.place(p.parting * 20, -p.forehead + 1, 0)
        canvas.paint(curve(start, root), np.array(p.skin) * 0.75, line=1.2, blur=0.5, opacity=0.7)
    if p.hair in ("straight", "wavy", "bob"):
        _sides(canvas, head, random)


def _sides(canvas: Canvas, head: Head, random: Random) -> None:
    """Paint the locks that frame the cheeks of long hair."""
    p = head.person
    end = LENGTHS[p.hair]
    for side in (-1, 1):
        wave = 7.0 if p.hair == "wavy" else 1.5
        inner = [(0.93, -6, -24), (0.96, 20, -22), (0.98, 48, -14), (1.0, end, -12)]
        outer = [(1.22, end, -22), (1.28, 48, -32), (1.22, 10, -32), (1.12, -22, -30)]
        shift = [random.uniform(-wave, wave) for _ in range(4)]
        near = [(side * (x * p.width + s), y, z) for (x, y, z), s in zip(inner, shift, strict=True)]
        far = [(side * (x * p.width + s), y, z) for (x, y, z), s in zip(outer, shift[::-1], strict=True)]
        lock = canvas.paint(head.line(*near, *far, closed=True), np.array(p.hair_colour) * 0.88, "hair").full()
        strands = []
        for _ in range(10):
            mix = random.random()
            strands.append(
                head.line(
                    *(tuple((1 - mix) * np.array(a) + mix * np.array(b)) for a, b in zip(near, far[::-1], strict=True))
                )
            )
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


def _curls(canvas: Canvas, places: list[tuple[float, float]], colour: tuple[float, ...], random: Random) -> None:
    """Paint round curls of three shades, each with a bright arc."""
    for shade in (0.62, 0.8, 0.95):
        discs, arcs = [], []
        for x, y in places[:: 1 if shade < 0.7 else 2]:
            x, y, radius = x + random.uniform(-3, 3), y + random.uniform(-3, 3), random.uniform(3.5, 6.5)
            discs.append(ellipse(x, y, radius, radius))
            arcs.append(ellipse(x, y, 0.6 * radius, 0.6 * radius, random.uniform(0, 2 * math.pi))[:14])
        canvas.paint(discs, np.array(colour) * shade, "hair")
        canvas.paint(arcs, np.array(colour) * (shade + 0.4) + 10, line=0.9, opacity=0.7)


def _strands(
    canvas: Canvas, colour: tuple[float, ...], strands: list[np.ndarray], inside: np.ndarray, random: Random
) -> None:
    """Paint strands in four shades."""
    groups: dict[float, list[np.ndarray]] = {}
    for strand in strands:
        groups.setdefault(random.choice((0.5, 0.75, 1.2, 1.45)), []).append(strand)
    for shade, lines in groups.items():
        canvas.paint(
            lines, np.minimum(np.array(colour) * shade + 14 * (shade > 1), 255), line=0.9, opacity=0.75, inside=inside
        )
