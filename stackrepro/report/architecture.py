"""Networks: drawn as they are built, their code, and diagrams of how they are joined."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from math import log2
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import seaborn as sns
from IPython.display import HTML, Markdown
from matplotlib.patches import Rectangle

from stackrepro.base import places
from stackrepro.models.specs import Network
from stackrepro.report.figures import WIDTH, Drawing, embedded, finish

if TYPE_CHECKING:
    from stackrepro.models.summary import Layer

KINDS = ("Dense", "Transposed convolution", "Convolution")


def weighted(layers: list[Layer]) -> list[tuple[Layer, tuple[int, ...]]]:
    """Return the layers with weights, each with its output's shape; a vector that is reshaped counts as the maps."""
    found: list[tuple[Layer, tuple[int, ...]]] = []
    for layer in layers:
        if layer.kind.startswith(KINDS):
            found.append((layer, layer.output))
        elif found and layer.kind == "Reshape":
            found[-1] = (found[-1][0], layer.output)
    return found


def architecture(network: Network, title: str, caption: str) -> Drawing:
    """Draw a network as a row of slabs, its layers with weights, in the order in which an image passes them.

    A slab's height stands for the side of its feature maps and its width for their number, both by their logarithm.
    Hatched slabs are frozen: their weights don't change in the training.
    """
    from stackrepro.models.summary import stages, sum_counts, summarise  # imports torch

    layers = summarise(network)
    colors = dict(zip(KINDS, sns.color_palette("colorblind", 3), strict=True))
    stage_of = {layer.name: stage for stage, part in stages(layers).items() for layer in part}
    figure, axes = plt.subplots(figsize=(WIDTH, 3.2))
    left, spans, said = 0.0, {}, []
    for layer, shape in weighted(layers):
        side = shape[1] if len(shape) == 3 else 1
        height, width = 0.6 + log2(side), 0.25 + 0.12 * log2(shape[0])
        kind = next(kind for kind in KINDS if layer.kind.startswith(kind))
        look = {"facecolor": colors[kind], "edgecolor": "white", "label": kind}
        if layer.counts.parameters and not layer.counts.trainable:
            look |= {"hatch": "////", "label": f"{kind}, frozen"}
        axes.add_patch(Rectangle((left, -height / 2), width, height, **look))
        middle, size = left + width / 2, f"{side}²" if len(shape) == 3 else "vector"
        axes.text(middle, height / 2 + 0.15, str(shape[0]), ha="center", va="bottom", fontsize=8)
        axes.text(middle, -height / 2 - 0.15, size, ha="center", va="top", fontsize=7, color="0.3")
        said.append(f"{look['label'].lower()} to {'x'.join(map(str, shape))}")
        stage = stage_of.get(layer.name)
        spans[stage] = (spans.get(stage, (left, 0.0))[0], left + width)
        left += width + 0.75
    spans.pop(None, None)
    for stage, (start, end) in spans.items():
        axes.plot([start, end], [5.0, 5.0], color="0.5", linewidth=1)
        axes.text((start + end) / 2, 5.1, stage, ha="center", va="bottom", fontsize=8, color="0.3")
    handles = {patch.get_label(): patch for patch in axes.patches}
    axes.legend(handles.values(), handles, loc="upper center", bbox_to_anchor=(0.5, 0.02), ncol=4)
    axes.set(xlim=(-0.4, left - 0.35), ylim=(-5.6, 5.8))
    axes.axis("off")
    counts = sum_counts(layers)
    axes.set_title(f"{title}: {counts.parameters:,} parameters, {counts.trainable:,} trained")
    return finish(figure, caption, alt=f"{axes.get_title()}. In order: {', '.join(said)}.")


def source(thing: Callable[..., Any]) -> Markdown:
    """Show the package's own code of a class or function, with the file that it stands in."""
    lines, number = inspect.getsourcelines(thing)
    file = thing.__module__.replace(".", "/")
    return Markdown(f"From `{file}.py`, line {number}:\n\n```python\n{textwrap.dedent(''.join(lines))}```")


def schematic(name: str) -> HTML:
    """Show one of the diagrams of how networks are joined, which lie in book/schematics and have titles."""
    content = (places.repository() / "book" / "schematics" / f"{name}.svg").read_bytes()
    title = ElementTree.fromstring(content).findtext("{http://www.w3.org/2000/svg}title")
    return HTML(f'<figure class="drawing full-width">{embedded(content, title, kind="svg+xml")}</figure>')
