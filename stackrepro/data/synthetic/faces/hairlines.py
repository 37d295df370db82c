"""The edges of the hair that frames a synthetic face."""

import numpy as np

from stackrepro.data.synthetic.faces.head import Head

LENGTHS = {"straight": 108.0, "wavy": 104.0, "bob": 62.0, "curly": 52.0, "updo": 0.0}  # below the eyes


def outer_edge(head: Head, height: float) -> np.ndarray:
    """Return the outer edge of the hair from the left temple over the top to the right one."""
    p = head.person
    side = p.width + (0.35 if p.hair in LENGTHS else 0.16) * height
    half = [
        (side, 6 if p.hair != "updo" else 0, -30),
        (side + 1, -26, -29),
        (0.72 * p.width, head.top + 8 - 0.8 * height, -24),
    ]
    left = [(-x, y, z) for x, y, z in half]
    return head.line(*left, (0, head.top - height, -22), *half[::-1])


def hairline(head: Head) -> np.ndarray:
    """Return the inner edge of the hair from the left temple over the forehead to the right one."""
    p = head.person
    if p.bangs:
        low = -19.0
        return head.line(
            (-0.97 * p.width, 8, -27),
            (-0.86 * p.width, low, -12),
            (0, low - 2, 4),
            (0.86 * p.width, low, -12),
            (0.97 * p.width, 8, -27),
        )
    if p.hair in ("straight", "wavy", "bob"):  # two curtains from the parting
        part = p.parting * 20
        reach = {True: 0.78, False: 0.86}[p.hair == "straight"] * p.width
        return head.line(
            (-0.95 * p.width, 10, -27),
            (-reach, -20, -14),
            (0.5 * (part - reach), -0.74 * p.forehead, -4),
            (part, -p.forehead - 3, -2),
            (0.5 * (part + reach), -0.74 * p.forehead, -4),
            (reach, -20, -14),
            (0.95 * p.width, 10, -27),
        )
    recede = 8 * max(0.0, p.age - 0.4) if p.male else 0.0
    temple = -0.62 * p.forehead - recede
    return head.line(
        (-0.97 * p.width, 4, -28),
        (-0.88 * p.width, -18, -22),
        (-0.62 * p.width, temple - 4, -6),
        (p.parting * 10, -p.forehead - 0.6 * recede + 2, 0),
        (0.62 * p.width, temple - 4, -6),
        (0.88 * p.width, -18, -22),
        (0.97 * p.width, 4, -28),
    )
