"""Diagrams of how networks are joined: the counterparts of paper A's Figures 1 and 2 and of paper B's 1 and 8."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from stackrepro.report.figures import WIDTH, finish

WIDE, HIGH = 1.5, 0.62  # of a box
COLORS = dict(zip(("network", "held", "image", "latent"), sns.color_palette("pastel", 4), strict=True))


@dataclass(frozen=True)
class Diagram:
    """Boxes by name, each with its column, its row, its kind and its words, and the arrows between them."""

    title: str
    boxes: dict[str, tuple[float, float, str, str]]
    arrows: tuple[tuple[str, str], ...]


TRADITIONAL = Diagram(
    "Traditional GAN: both networks learn from one verdict",
    {
        "z": (0, 0, "latent", "latent $z$"),
        "g": (1, 0, "network", "generator"),
        "fake": (2, 0, "image", "generated\n128 x 128"),
        "real": (2, 1, "image", "real\n128 x 128"),
        "d": (3, 0.5, "network", "discriminator"),
        "verdict": (4, 0.5, "latent", "real or\ngenerated"),
    },
    (("z", "g"), ("g", "fake"), ("fake", "d"), ("real", "d"), ("d", "verdict")),
)

STACKED = Diagram(
    "Stacked GAN: stage 1 is trained with a discriminator of its own, then held while stage 2 learns",
    {
        "z": (0, 0, "latent", "latent $z$"),
        "g1": (1, 0, "held", "generator 1"),
        "small": (2, 0, "image", "generated\n64 x 64"),
        "d1": (2, 1, "held", "discriminator 1\n(stage 1 only)"),
        "g2": (3, 0, "network", "generator 2"),
        "large": (4, 0, "image", "generated\n128 x 128"),
        "real": (4, 1, "image", "real\n128 x 128"),
        "d2": (5, 0.5, "network", "discriminator 2"),
    },
    (("z", "g1"), ("g1", "small"), ("small", "d1"), ("small", "g2"), ("g2", "large"), ("large", "d2"), ("real", "d2")),
)

PROGRESSIVE = Diagram(
    "Progressive GAN: one generator and one discriminator grow by layers, and all layers go on learning",
    {
        "z": (0, 0, "latent", "latent $z$"),
        "g": (1, 0, "network", "layers up to\n64 x 64"),
        "more": (2, 0, "network", "new layers up\nto 128 x 128"),
        "large": (3, 0, "image", "generated\n128 x 128"),
        "real": (3, 1, "image", "real\n128 x 128"),
        "new": (4, 0.5, "network", "new layers"),
        "d": (5, 0.5, "network", "layers from\n64 x 64 on"),
    },
    (("z", "g"), ("g", "more"), ("more", "large"), ("large", "new"), ("real", "new"), ("new", "d")),
)


EDGES_TO_GRAY = {
    "g1": (1, 0, "network", "stage 1\nnoise to edges"),
    "edges": (2, 0, "image", "generated\nedges"),
    "g2": (3, 0, "network", "stage 2\nedges to gray"),
    "gray": (4, 0, "image", "generated\ngray face"),
    "real1": (1, 1, "image", "real edges"),
    "d1": (2, 1, "network", "discriminator 1"),
    "real2": (3, 1, "image", "real edges\nand gray face"),
    "d2": (4, 1, "network", "discriminator 2"),
}
GENERATING = (("z", "g1"), ("g1", "edges"), ("edges", "g2"), ("g2", "gray"))
JUDGING = (("edges", "d1"), ("real1", "d1"), ("gray", "d2"), ("real2", "d2"))
LEARNING = {"real": (2, -1, "image", "real edges,\nwhile stage 2 learns")}

FACES = Diagram(
    "A stack split by feature: the stages learn apart, and meet when images are made",
    {"z": (0, 0, "latent", "latent $z$")} | EDGES_TO_GRAY | LEARNING,
    (*GENERATING, *JUDGING, ("real", "g2")),
)

OWN_LATENTS = Diagram(
    "Proposal 1: each stage has a latent of its own, and learns apart",
    {"z": (0, 0, "latent", "latent $z_1$"), "z2": (3, -1, "latent", "latent $z_2$")} | EDGES_TO_GRAY | LEARNING,
    (*GENERATING, *JUDGING, ("real", "g2"), ("z2", "g2")),
)

RELAYED = Diagram(
    "Proposal 2: the latent and all earlier images reach each stage, and all stages learn at once",
    {"z": (0, -1, "latent", "latent $z$"), "relayed": (3, -1, "latent", "the same $z$,\nrelayed")} | EDGES_TO_GRAY,
    (*GENERATING, *JUDGING, ("z", "relayed"), ("relayed", "g2")),
)


def schematic(diagram: Diagram) -> Figure:
    """Draw a diagram; networks that learn, networks that are held, images and numbers have colours of their own."""
    rows = [row for _, row, _, _ in diagram.boxes.values()]
    figure, axes = plt.subplots(figsize=(WIDTH, 0.8 + 0.8 * (max(rows) - min(rows) + 1)))
    centres = {name: (2.0 * column, 1.1 * row) for name, (column, row, _, _) in diagram.boxes.items()}
    for start, end in diagram.arrows:
        (x, y), (u, v) = centres[start], centres[end]
        level = x == u  # an arrow between two boxes of one column goes upwards
        tail = (x, y + HIGH / 2) if level else (x + WIDE / 2, y)
        head = (u, v - HIGH / 2) if level else (u - WIDE / 2, v)
        axes.annotate("", head, tail, arrowprops={"arrowstyle": "-|>", "color": "0.4", "shrinkA": 2, "shrinkB": 2})
    for name, (_, _, kind, words) in diagram.boxes.items():
        x, y = centres[name]
        corner = (x - WIDE / 2, y - HIGH / 2)
        style = "round,pad=0.02,rounding_size=0.08"
        axes.add_patch(FancyBboxPatch(corner, WIDE, HIGH, boxstyle=style, facecolor=COLORS[kind], edgecolor="0.4"))
        axes.text(x, y, words, ha="center", va="center", fontsize=8)
    kinds = dict.fromkeys(kind for _, _, kind, _ in diagram.boxes.values())
    labels = {"network": "learns", "held": "held", "image": "images", "latent": "numbers"}
    for kind in kinds:
        axes.scatter([], [], marker="s", s=60, color=COLORS[kind], label=labels[kind])
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncol=4, frameon=False, fontsize=8)
    columns = [x for x, _ in centres.values()]
    axes.set_xlim(min(columns) - 0.9, max(columns) + 0.9)
    axes.set_ylim(1.1 * min(rows) - 0.5, 1.1 * max(rows) + 0.5)
    axes.axis("off")
    return finish(figure, diagram.title)
