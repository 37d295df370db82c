"""Eyes, brows and glasses of a synthetic face."""

from random import Random

import numpy as np

from stackrepro.data.synthetic.faces.canvas import Canvas, curve, ellipse
from stackrepro.data.synthetic.faces.head import EYE_X, Head

DARK = (24.0, 18.0, 18.0)


def paint_eyes(canvas: Canvas, head: Head) -> None:
    """Paint both eyes: white, iris, pupil, highlight, lids and lashes."""
    p, m = head.person, head.moment
    skin = np.array(p.skin)
    lids, unders, irises = [], [], []
    for side in (-1, 1):
        wide = p.eye * (1 - 0.22 * max(0.0, side * m.yaw))  # the far eye is foreshortened
        up, down = 4.6 * m.lids, 3.2 * m.lids * (1 - 0.35 * m.smile)
        x, y = head.place(side * EYE_X, 0)
        tilt = -10 * p.eye_slant
        inner, outer = (x - side * wide, y + 1), (x + side * wide, y + tilt * 0.5)
        lids.append(
            [inner, (x - side * 0.35 * wide, y - 0.9 * up), (x + side * 0.3 * wide, y - up + 0.3 * tilt), outer]
        )
        unders.append([outer, (x + side * 0.3 * wide, y + down), (x - side * 0.4 * wide, y + 0.85 * down), inner])
        irises.append((x + 2.6 * m.gaze + 1.6 * m.yaw, y - 0.6))
    upper, lower = [curve(*lid) for lid in lids], [curve(*under) for under in unders]
    openings = [np.concatenate(pair) for pair in zip(upper, lower, strict=True)]
    white = canvas.paint(openings, (232, 226, 222), "eyes").full()
    for radius, colour in ((4.7, np.array(p.iris) * 0.6), (3.8, np.array(p.iris)), (2.0, np.array((10, 8, 8)))):
        canvas.paint([ellipse(*iris, radius, radius) for iris in irises], colour, inside=white)
    shines = [ellipse(x + 1.6 * m.light[0], y - 1, 0.9, 0.9) for x, y in irises]
    canvas.paint(shines, (255, 255, 255), inside=white)
    canvas.paint(upper, skin * 0.4, line=3, blur=1.2, opacity=0.5, inside=white)  # the lids' shadow
    tips = [(lid[3][0] + side * 2.0, lid[3][1] - 1.5 * p.makeup) for side, lid in zip((-1, 1), lids, strict=True)]
    lashes = [curve(*lid, tip) for lid, tip in zip(lids, tips, strict=True)]
    canvas.paint(lashes, DARK, "eyes", line=1.2 + 1.1 * p.makeup, opacity=0.7 + 0.3 * p.makeup)
    canvas.paint(lower, skin * 0.5, line=0.8, opacity=0.6)
    canvas.paint([lid - (0, 3.2) for lid in upper], skin * 0.55, line=1.0, blur=0.6, opacity=0.7)


def paint_brows(canvas: Canvas, head: Head, random: Random) -> None:
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


def paint_glasses(canvas: Canvas, head: Head) -> None:
    """Paint glasses, clear or dark."""
    if not (head.person.glasses or head.moment.sunglasses):
        return
    dark = head.moment.sunglasses
    frame = (30, 26, 26) if head.person.male or dark else (96, 60, 44)
    for side in (-1, 1):
        x, y = head.place(side * EYE_X, 2, 6)
        rim = curve(
            (x - 14, y - 8), (x, y - 10), (x + 14, y - 8), (x + 12, y + 7), (x, y + 10), (x - 12, y + 7), closed=True
        )
        if dark:
            canvas.paint(rim, (22, 20, 24), "glasses", opacity=0.95)
            canvas.paint(ellipse(x - 4, y - 4, 5, 2.4, -0.4), (130, 134, 144), blur=1.2, opacity=0.6)
        canvas.paint(np.concatenate([rim, rim[:1]]), frame, "glasses", line=1.8)
        arm = [head.place(side * (EYE_X + 13), -2, 6), head.place(side * head.person.width, -1, -26)]
        canvas.paint(np.array(arm), frame, "glasses", line=1.8)
    bridge = [head.place(-6, 0, 8), head.place(0, -2, 9), head.place(6, 0, 8)]
    canvas.paint(curve(*bridge), frame, "glasses", line=1.6)
