"""Architecture figures, drawn from the network itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log2

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from stackrepro.models import Network
from stackrepro.models.summary import Layer, stages, sum_counts, summarise
from stackrepro.report.figures import WIDTH, finish

KINDS = ("Dense", "Transposed convolution", "Convolution")


@dataclass
class Block:
    """A layer with weights and the small layers behind it."""

    main: Layer
    behind: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return next(kind for kind in KINDS if self.main.kind.startswith(kind))

    @property
    def held(self) -> bool:
        return self.main.counts.parameters > 0 and self.main.counts.trainable == 0


def blocks(layers: list[Layer]) -> list[Block]:
    """Group layers by the one with weights that leads them; a BatchNorm belongs to the layer before it."""
    grouped: list[Block] = []
    for layer in layers:
        if layer.kind.startswith(KINDS):
            grouped.append(Block(layer))
        elif grouped and layer.kind == "Reshape":
            grouped[-1].main = Layer(
                grouped[-1].main.name, grouped[-1].main.kind, layer.output, grouped[-1].main.counts
            )
        elif grouped:
            grouped[-1].behind.append(layer.kind.split(" (")[0])
    return grouped


def architecture(network: Network, title: str, stamp: str) -> Figure:
    """Draw a network as a row of slabs, its layers with weights, in the order in which an image passes them.

    A slab's height stands for the side of its feature maps and its width for their number, both by their logarithm.
    Hatched slabs are held: their weights don't change in the training.
    """
    layers = summarise(network)
    row = blocks(layers)
    colors = dict(zip(KINDS, sns.color_palette("colorblind", 3), strict=True))
    figure, axes = plt.subplots(figsize=(WIDTH, 3.8))
    crowded = len(row) > 12  # then the words stand upright
    stage_of = {layer.name: stage for stage, part in stages(layers).items() for layer in part}
    left, spans = 0.0, {}
    for block in row:
        shape = block.main.output
        side = shape[1] if len(shape) == 3 else 1
        height, width = 0.6 + log2(side), 0.25 + 0.12 * log2(shape[0])
        hatch = "////" if block.held else None
        axes.add_patch(
            Rectangle((left, -height / 2), width, height, facecolor=colors[block.kind], edgecolor="white", hatch=hatch)
        )
        middle = left + width / 2
        axes.text(middle, height / 2 + 0.15, str(shape[0]), ha="center", va="bottom", fontsize=8)
        size = f"{side}x{side}" if len(shape) == 3 else "vector"
        axes.text(middle, -height / 2 - 0.15, size, ha="center", va="top", fontsize=5 if crowded else 7, color="0.3")
        words = {"s": ", ".join(block.behind), "rotation": 90} if crowded else {"s": "\n".join(block.behind)}
        axes.text(middle, -4.9, **words, ha="center", va="top", fontsize=6, color="0.3")
        if stage := stage_of.get(block.main.name):
            spans[stage] = (spans.get(stage, (left, 0.0))[0], left + width)
        left += width + 0.75
    for stage, (start, end) in spans.items():
        axes.plot([start, end], [5.0, 5.0], color="0.5", linewidth=1)
        axes.text((start + end) / 2, 5.1, stage, ha="center", va="bottom", fontsize=8, color="0.3")
    for kind in dict.fromkeys(block.kind for block in row):
        axes.scatter([], [], marker="s", s=60, color=colors[kind], label=kind)
    if any(block.held for block in row):
        axes.scatter([], [], marker="s", s=60, facecolor="0.6", edgecolor="white", hatch="////", label="held")
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncol=4, frameon=False, fontsize=8)
    axes.set_xlim(-0.4, left - 0.35)
    axes.set_ylim(-8.6 if crowded else -6.8, 5.8)
    axes.axis("off")
    counts = sum_counts(layers)
    axes.set_title(f"{title}: {counts.parameters:,} parameters, {counts.trainable:,} trained", fontsize=10)
    return finish(figure, stamp)
