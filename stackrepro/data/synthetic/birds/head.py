"""Head, eye and beak of a synthetic bird."""

import math
from random import Random

from stackrepro.data.synthetic.birds.shapes import Bird, Point, Pose, chain, shade
from stackrepro.data.synthetic.birds.species import Species


def add_head(bird: Bird, species: Species, pose: Pose, head: tuple[float, float, float], random: Random) -> None:
    """Add crest, beak, head, the colours of the face and the eye; `head` is x, y and radius."""
    x, y, radius = head
    ahead = pose.turn
    if species.crest:
        tip = (x - (radius + species.crest) * ahead, y - radius - 0.9 * species.crest)
        bird.add(
            "head", [(x + 0.55 * radius * ahead, y - 0.7 * radius), tip, (x - 0.95 * radius * ahead, y)], species.head
        )
    _beak(bird, species, pose, head)
    bird.add("head", chain((x - 0.06 * ahead, y + 0.03, radius), (x, y, radius)), species.head)
    if species.face == "cap":
        cap = chain(
            (x + 0.5 * radius * ahead, y - 0.75 * radius, 0.5 * radius),
            (x - 0.7 * radius * ahead, y - 0.5 * radius, 0.6 * radius),
        )
        bird.add("head", cap, species.accent, "head")
    elif species.face == "mask":
        patch = chain(
            (x + 1.0 * radius * ahead, y + 0.15 * radius, 0.42 * radius),
            (x + 0.3 * radius * ahead, y + 0.1 * radius, 0.3 * radius),
        )
        bird.add("head", patch, species.accent, "head")
    elif species.face == "cheek":
        bird.add("head", [(x - 0.25 * radius * ahead, y + 0.35 * radius, 0.3 * radius)], species.accent, "head")
    eye = (x + 0.42 * radius * ahead, y - 0.16 * radius)
    size = random.uniform(0.030, 0.036)
    bird.add("eye", [(*eye, 1.45 * size)], shade(species.belly, 1.05), "head")
    bird.add("eye", [(*eye, size)], (16, 14, 16), "head")
    bird.add("eye", [(eye[0] + 0.3 * size, eye[1] - 0.35 * size, 0.32 * size)], (250, 250, 250), "head")
    bird.places |= {
        "near eye": eye,
        "crown": (x, y - 0.9 * radius),
        "forehead": (x + 0.75 * radius * ahead, y - 0.5 * radius),
    }


def _beak(bird: Bird, species: Species, pose: Pose, head: tuple[float, float, float]) -> None:
    """Add both halves of the beak; it starts inside the head, which is painted over it."""
    x, y, radius = head
    long = radius + species.beak_length
    thick = {"cone": 0.085, "needle": 0.028, "dagger": 0.05, "hook": 0.06, "flat": 0.06}[species.beak]
    curve = {"hook": 0.05, "flat": -0.01}.get(species.beak, 0.0)
    end = 0.035 if species.beak == "flat" else 0.004
    cos, sin = math.cos(pose.nod), math.sin(pose.nod)

    def place(along: float, across: float) -> Point:
        return x + (along * cos - across * sin) * pose.turn, y + 0.12 * radius + along * sin + across * cos

    middle = radius + 0.6 * species.beak_length
    upper = [
        (0.6 * radius, -thick),
        (middle, -0.5 * thick),
        (long, curve - end),
        (long, curve + end),
        (0.6 * radius, 0.0),
    ]
    lower = [(0.6 * radius, -0.01), (0.94 * long, 0.4 * end), (0.9 * middle, 0.55 * thick), (0.6 * radius, 0.8 * thick)]
    bird.add("beak", [place(*point) for point in lower], shade(species.bill, 0.72))
    bird.add("beak", [place(*point) for point in upper], species.bill)
    bird.places["beak"] = place(middle, 0.0)
