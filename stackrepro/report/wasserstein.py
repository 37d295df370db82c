"""How the released Wasserstein loop of paper B pulls its generator."""

from __future__ import annotations

import matplotlib.pyplot as plt
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import WIDTH, finish
from stackrepro.runs import StoredRun


def gradient_cosine(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Figure:
    """Draw the cosine between the gradient that is applied to the generator and that of its own loss, over training.

    The runs' update rule is `WassersteinReleased`; a thin line for each seed.
    """
    figure, axes = plt.subplots(figsize=(WIDTH, 2.8))
    for (name, group), color in zip(runs.items(), sns.color_palette("colorblind", len(runs)), strict=True):
        for run in group:
            losses = run.losses()
            label = name if run is group[0] else None
            values = [record["gradient_cosine"] for record in losses]
            axes.plot([record["update"] for record in losses], values, color=color, linewidth=0.9, label=label)
    axes.axhline(0, color="0.5", linewidth=0.8)
    axes.set(ylim=(-1, 1), xlabel="updates of the generator", ylabel="cosine of the two gradients")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.legend(frameon=False, fontsize=8)
    sns.despine(figure)
    return finish(figure, chapter.stamp, runs)
