"""One bird, seen from the side, in its own coordinates: image, mask and parts all come from these shapes.

The body is about one unit long and the bird looks along +x.
"""

from random import Random

from stackrepro.data.synthetic.birds.head import add_head
from stackrepro.data.synthetic.birds.shapes import Bird, Pose, chain, shade
from stackrepro.data.synthetic.birds.species import Species
from stackrepro.data.synthetic.birds.wings import add_folded_wing, add_spread_wing


def build(species: Species, pose: Pose, random: Random) -> Bird:
    """Return the bird; `random` decides the details that no two individuals share."""
    bird = Bird()
    girth = species.girth * random.uniform(0.9, 1.12)
    head = (0.33 + 0.28 * species.neck, -0.16 - 0.9 * species.neck, species.head_size * random.uniform(0.94, 1.06))
    if pose.flying:  # the neck is stretched ahead
        head = (0.42 + 0.5 * species.neck, -0.06 - 0.25 * species.neck, head[2])
        add_spread_wing(bird, species, pose, near=False)
    _tail(bird, species, random)
    if not pose.flying:
        _legs(bird, species, girth)
    _body(bird, species, girth, head, random)
    add_head(bird, species, pose, head, random)
    if pose.flying:
        add_spread_wing(bird, species, pose, near=True)
    else:
        add_folded_wing(bird, species, girth)
    return bird


def _tail(bird: Bird, species: Species, random: Random) -> None:
    length, droop = species.tail_length, random.uniform(-0.05, 0.12)
    end_x, end_y = -0.36 - length, 0.06 + droop + 0.25 * length
    width = {"round": 0.085, "fork": 0.095, "point": 0.03}[species.tail_end]
    middle = {"round": -0.05, "fork": 0.12 * length + 0.05, "point": -0.02}[species.tail_end]
    outline = [(-0.28, 0.0), (end_x, end_y - width), (end_x + middle, end_y), (end_x + 0.02, end_y + width)]
    bird.add("tail", [*outline, (-0.28, 0.14)], shade(species.wing, 0.82))
    bird.add("tail", chain((-0.3, 0.09, 0.012), (end_x, end_y + width * 0.5, 0.012)), shade(species.wing, 0.6), "tail")
    bird.places["tail"] = (-0.36 - 0.6 * length, 0.06 + 0.6 * (droop + 0.25 * length))


def _legs(bird: Bird, species: Species, girth: float) -> None:
    foot_y = 0.1 + girth + species.leg_length
    for side, x in (("far", 0.06), ("near", -0.02)):
        colour = shade(species.legs, 0.8 if side == "far" else 1.0)
        knee = (x - 0.03, 0.1 + girth + 0.4 * species.leg_length, 0.02)
        bird.add("leg", chain((x - 0.01, 0.05 + girth * 0.8, 0.03), knee, (x, foot_y, 0.018)), colour)
        for toe in (-0.07, 0.06, 0.10):
            bird.add("leg", chain((x, foot_y, 0.018), (x + toe, foot_y + 0.015, 0.014)), colour)
        bird.places[f"{side} leg"] = (x - 0.02, foot_y - 0.5 * species.leg_length)
    bird.places["feet"] = (0.02, foot_y + 0.01)


def _body(bird: Bird, species: Species, girth: float, head: tuple[float, float, float], random: Random) -> None:
    neck = max(0.55 * head[2], 0.62 * girth - 0.2 * species.neck)
    knots = ((-0.40, 0.06, 0.055), (-0.16, 0.09, 0.85 * girth), (0.08, 0.09, girth), (0.24, -0.01, 0.74 * girth))
    throat = ((0.6 * head[0] + 0.4 * 0.24), 0.55 * head[1] - 0.01, neck)
    bird.add("body", chain(*knots, throat, (head[0], head[1], 0.9 * head[2])), species.back)
    under = [(x + 0.03, y + 0.55 * radius, 0.8 * radius) for x, y, radius in (*knots[1:], throat)]
    bird.add("body", chain(*under), species.belly, "body")
    breast = (0.22, 0.10)
    if species.marking == "bib":
        bird.add("body", chain((throat[0] + 0.04, throat[1] + 0.10, 0.09), (0.30, 0.08, 0.05)), species.accent, "body")
    for _ in range({"streaks": 13, "spots": 16}.get(species.marking, 0)):
        x, y = random.uniform(-0.15, 0.34), random.uniform(0.06, 0.1 + girth)
        long = 0.06 if species.marking == "streaks" else 0.0
        bird.add("body", chain((x, y, 0.014), (x - long, y + long, 0.014)), shade(species.back, 0.7), "body")
    if species.marking == "bars":
        for x in (-0.30, -0.20, -0.10, 0.0, 0.10):
            bar = chain((x, -0.2, 0.016), (x + 0.05, 0.1, 0.016), (x + 0.02, 0.4, 0.016))
            bird.add("body", bar, shade(species.back, 0.75), "body")
    bird.places |= {"back": (-0.1, 0.09 - 0.8 * girth), "belly": (0.0, 0.09 + 0.6 * girth), "breast": breast}
    bird.places |= {"throat": (throat[0] + 0.5 * neck, throat[1] + 0.3 * neck)}
    bird.places |= {"nape": (throat[0] - 0.7 * neck, throat[1] - 0.3 * neck)}
