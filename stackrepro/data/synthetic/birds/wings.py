"""The wings of a synthetic bird, folded or spread."""

import math

import numpy as np

from stackrepro.data.synthetic.birds.shapes import Bird, Point, Pose, chain, shade
from stackrepro.data.synthetic.birds.species import Species


def add_folded_wing(bird: Bird, species: Species, girth: float) -> None:
    """Add the near wing along the body, with its bars and the edges of its long feathers."""
    reach = -0.42 - 0.25 * species.tail_length
    outline = chain(
        (0.16, 0.0, 0.5 * girth), (0.0, 0.05, 0.62 * girth), (-0.24, 0.08, 0.4 * girth), (reach, 0.12, 0.014)
    )
    bird.add("near wing", outline, species.wing)
    for shift in (0.02, 0.07, 0.12):
        feather = chain((-0.08, 0.02 + shift, 0.008), (reach + 0.6 * shift, 0.09 + 0.4 * shift, 0.008))
        bird.add("near wing", feather, shade(species.wing, 0.66), "near wing")
    for x in (0.04, -0.09):
        bar = chain((x, -0.06, 0.016), (x - 0.05, 0.06, 0.018), (x - 0.02, 0.19, 0.014))
        bird.add("near wing", bar, shade(species.belly, 0.96), "near wing")
    bird.places["near wing"] = (-0.05, 0.05)


def add_spread_wing(bird: Bird, species: Species, pose: Pose, *, near: bool) -> None:
    """Add a spread wing: arm, hand, and a trailing edge of feathers from the tip back to the body."""
    part = "near wing" if near else "far wing"
    angle = pose.stroke if near else 0.85 * pose.stroke + 0.12
    shift = 0.0 if near else 0.09
    up = math.copysign(1.0, math.sin(angle))
    root, back = (0.20 + shift, 0.0), (-0.16 + shift, 0.06)
    wrist = (root[0] + 0.34 * math.cos(angle) + 0.04, root[1] - 0.34 * math.sin(angle))
    tip = (wrist[0] + 0.5 * math.cos(angle + 0.45 * up) - 0.12, wrist[1] - 0.5 * math.sin(angle + 0.1 * up))
    edge: list[Point] = []
    feathers = 7
    for index in range(feathers + 1):
        share = index / feathers
        x, y = tip[0] + share * (back[0] - tip[0]), tip[1] + share * (back[1] - tip[1])
        bulge = 0.20 * math.sin(math.pi * share) + 0.03
        edge += [(x - bulge, y + 0.02 * up), (x - 0.75 * bulge, y + 0.05 * up)]
    bird.add(part, [root, wrist, tip, *edge, back], shade(species.wing, 1.0 if near else 0.72))
    for start, end in zip(edge[1:-2:2], np.linspace(wrist, root, feathers), strict=False):
        bird.add(part, chain((*end, 0.006), (*start, 0.008)), shade(species.wing, 0.66), part)
    covert = chain((*root, 0.10), (*wrist, 0.05), (0.6 * tip[0] + 0.4 * wrist[0], 0.6 * tip[1] + 0.4 * wrist[1], 0.02))
    bird.add(part, covert, shade(species.back, 1.0 if near else 0.75), part)
    bird.places[part] = ((root[0] + wrist[0] + tip[0] + back[0]) / 4, (root[1] + wrist[1] + tip[1] + back[1]) / 4)
