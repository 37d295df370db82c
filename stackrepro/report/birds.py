"""What the chapter on the data shows: facts, views, and the drawn birds with their known masks and parts."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from stackrepro.data import BirdView, Source
from stackrepro.data.synthetic import birds
from stackrepro.report.figures import WIDTH, finish, picture


def views_of(sizes: Sequence[int], crops: Sequence[str] = ("box",)) -> list[BirdView]:
    """List the views of the birds at these sizes and crops."""
    return [BirdView(size, crop) for size in sizes for crop in crops]


def dataset_facts(source: Source, images: dict[str, np.ndarray]) -> pd.DataFrame:
    """Tell what data the book was made from, beside what the paper used."""
    count = len(next(iter(images.values())))
    rows = [
        ("data set", "CUB-200-2011", source.name),
        ("images", "11,788", f"{count:,}"),
        ("sizes in pixels", "64 x 64, 128 x 128", ", ".join(images)),
        ("official archive", "-", "yes" if source.official else "no"),
        ("fingerprint (SHA-256)", "-", source.fingerprint[:16]),
    ]
    return pd.DataFrame(rows, columns=["", "paper", "here"])


def anatomy(indices: Sequence[int]) -> Figure:
    """Show drawn birds, a row each: the image, its exact mask, its exact parts."""
    figure, axes = plt.subplots(len(indices), 3, figsize=(WIDTH, WIDTH / 3 * len(indices) + 0.8), squeeze=False)
    names: dict[str, None] = {}
    examples = [birds.example(index) for index in indices]
    for example in examples:
        names |= dict.fromkeys(example.parts)
    colors = dict(zip(names, sns.color_palette("husl", len(names)), strict=True))
    for row, example in zip(axes, examples, strict=True):
        picture(row[0], example.image, "image")
        picture(row[1], np.where(example.mask[..., None], example.image, 255).astype(np.uint8), "mask")
        picture(row[2], example.image // 2 + 127, "parts")
        for name, (x, y) in example.parts.items():
            row[2].plot(x, y, "o", color=colors[name], markersize=5, markeredgecolor="black", markeredgewidth=0.4)
    for name, color in colors.items():
        axes[0, 2].plot([], [], "o", color=color, label=name, markersize=5)
    axes[0, 2].legend(fontsize=6, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    return finish(figure, "synthetic birds, drawn by this package")
