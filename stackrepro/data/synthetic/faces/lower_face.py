"""Nose, mouth and beard of a synthetic face."""

from random import Random

import numpy as np

from stackrepro.data.synthetic.faces.canvas import Canvas, cover, ellipse
from stackrepro.data.synthetic.faces.head import Head


def paint_nose(canvas: Canvas, head: Head) -> None:
    """Paint the nose: bridge, tip, wings and nostrils."""
    p, m = head.person, head.moment
    skin, w, tip = np.array(p.skin), p.nose_width, p.nose_length
    shape = [(-3.5, -6, 6), (-4.5, 0.45 * tip, 11), (-w, 0.88 * tip, 8), (-0.6 * w, tip + 2, 10), (0, tip + 4, 13)]
    outline = head.line(*shape, *((-x, y, z) for x, y, z in shape[-2::-1]), closed=True)
    nose = canvas.paint(outline, skin * 1.02, "nose", blur=1.2, opacity=0.9).full()
    dark = -1 if m.light[0] > 0 else 1  # the side away from the light
    side = head.line((dark * 5.5, -8, 5), (dark * 5, 0.4 * tip, 9), (dark * 0.9 * w, 0.86 * tip, 8))
    canvas.paint(side, skin * 0.62, line=4, blur=1.8, opacity=0.45 + 0.4 * m.contrast)
    canvas.paint(
        head.line((0, -6, 8), (0, 0.85 * tip, 16)),
        np.minimum(skin * 1.25, 255),
        line=2.6,
        blur=1.4,
        opacity=0.55,
        inside=nose,
    )
    canvas.paint(ellipse(*head.place(0, tip - 2, 17), 3.4, 2.8), np.minimum(skin * 1.3, 255), blur=1.4, opacity=0.6)
    canvas.paint(
        head.line((-0.7 * w, tip + 2, 9), (0, tip + 5, 13), (0.7 * w, tip + 2, 9)),
        skin * 0.55,
        line=1.8,
        blur=1.0,
        opacity=0.8,
    )
    wings = head.both((0.8 * w, 0.72 * tip, 7), (w, 0.9 * tip, 7), (0.75 * w, tip + 2.5, 9))
    canvas.paint(wings, skin * 0.55, line=1.2, blur=0.6, opacity=0.9)
    nostrils = [ellipse(*head.place(s * 0.42 * w, tip + 1.6 - m.nod, 11), 2.3, 1.3, 0.3 * s) for s in (-1, 1)]
    canvas.paint(nostrils, skin * 0.22)


def _mouth(head: Head) -> tuple[float, float, float]:
    """Return height, half the width, and the height of the corners of the mouth."""
    p, m = head.person, head.moment
    y = 0.5 * (p.nose_length + p.chin) - 5.5
    return y, p.mouth_width * (1 + 0.24 * m.smile - 0.12 * m.open * (1 - m.smile)), y - 4.5 * m.smile


def mouth_corners(head: Head) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the left and the right corner of the mouth in the frame."""
    _, wide, corner = _mouth(head)
    return head.place(-wide, corner), head.place(wide, corner)


def paint_mouth(canvas: Canvas, head: Head) -> None:
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
    under = [
        (-0.45 * wide, y + gap + 1.0 * p.lips, 6),
        (0, y + gap + 1.45 * p.lips, 7),
        (0.45 * wide, y + gap + 1.0 * p.lips, 6),
    ]
    upper = np.concatenate([head.line(left, *bow, right), above[::-1]])
    lower = np.concatenate([below, head.line(left, *under, right)[::-1]])
    canvas.paint(
        head.line((-0.5 * wide, under[1][1] + 3, 5), (0, under[1][1] + 4.5, 6), (0.5 * wide, under[1][1] + 3, 5)),
        skin * 0.62,
        line=3,
        blur=1.8,
        opacity=0.7,
    )
    if m.open:
        hole = np.concatenate([above, below[::-1]])
        inside = canvas.paint(hole, (58, 16, 20), "mouth").full()
        teeth = np.concatenate([above, (above + np.array((0, 0.62 * gap + 1)))[::-1]])
        canvas.paint(teeth, (238, 232, 222), inside=inside)
        marks = [np.array([(x, corner_y), (x, corner_y + 0.6 * gap)]) for x, corner_y in above[2:-2:3]]
        canvas.paint(marks, (170, 160, 150), line=0.4, opacity=0.5, inside=inside)
    canvas.paint(upper, red * 0.86, "mouth")
    lip = canvas.paint(lower, red, "mouth").full()
    canvas.paint(
        ellipse(*head.place(0, y + gap + 0.8 * p.lips, 8), 0.3 * wide, 0.9),
        np.minimum(red * 1.5, 255),
        blur=0.9,
        opacity=0.6,
        inside=lip,
    )
    if not m.open:
        canvas.paint(above, red * 0.32, "mouth", line=1.1)
    fold = 0.25 + 0.75 * m.smile + 0.3 * p.age
    folds = head.both((p.nose_width + 2, p.nose_length - 2, 5), (wide + 3, y - 8, 1), (wide + 5, y + 1, -2))
    canvas.paint(folds, skin * 0.58, line=1.6, blur=1.1, opacity=min(fold, 1.0) * 0.7)


def paint_beard(canvas: Canvas, head: Head, face: np.ndarray, random: Random) -> None:
    """Paint the beard under the nose and around the jaw; the mouth comes over it."""
    p = head.person
    if p.beard == "none":
        return
    colour = np.array(p.hair_colour) * 0.85
    y, _, _ = _mouth(head)
    areas = []
    if p.beard != "goatee":
        areas.append(
            head.line(
                (-p.mouth_width - 3, y + 3, 1),
                (-9, y - 8, 7),
                (0, y - 7, 9),
                (9, y - 8, 7),
                (p.mouth_width + 3, y + 3, 1),
                (0, y - 1, 8),
                closed=True,
            )
        )
    if p.beard in ("full", "stubble"):
        half = [
            (0.98 * p.width, 12, -26),
            (0.80 * p.width, 24, -14),
            (p.mouth_width + 5, y - 4, 0),
            (p.mouth_width - 3, y + 9, 5),
            (0, y + 11, 7),
        ]
        areas += head.both(
            *half, (0, p.chin + 6, 4), (0.9 * p.jaw, 0.8 * p.chin, -8), (1.1 * p.width, 16, -28), closed=True
        )
    if p.beard == "goatee":
        areas.append(
            head.line(
                (-11, y + 8, 5), (0, y + 7, 7), (11, y + 8, 5), (8, p.chin + 5, 4), (-8, p.chin + 5, 4), closed=True
            )
        )
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
