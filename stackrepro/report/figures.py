"""Figures of runs and data. Each wears the stamp of its tier and data set."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from IPython.display import Markdown
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, MaxNLocator
from PIL import Image

from stackrepro.report.cells import Stamped
from stackrepro.report.chapter import Chapter
from stackrepro.report.provenance import note
from stackrepro.runs import StoredRun

WIDTH = 9.0  # inches; the page scales it
GRID = 8  # a kept picture shows 8 x 8 fixed latents


def finish(figure: Figure, stamp: str, runs: dict[str, list[StoredRun]] | None = None) -> Figure:
    """Put the stamp under a figure, and close it for pyplot, so that a notebook shows it once.

    Args:
        runs: by any name, those that the figure is drawn from; a line under it names them.
    """
    if runs:
        note(runs)
    figure.set_layout_engine("constrained")
    figure.supxlabel(stamp, fontsize=8, color="0.35")
    plt.close(figure)
    return figure


def picture(axes: Axes, image: np.ndarray, title: str = "") -> None:
    """Show an image (H, W, 3), or a gray one (H, W) or (H, W, 1) from 0 to 255, with hard pixels and no axes."""
    axes.imshow(image, interpolation="nearest", cmap="gray", vmin=0, vmax=255)
    axes.set_title(title, fontsize=9)
    axes.axis("off")


def tiled(images: np.ndarray, columns: int) -> np.ndarray:
    """Lay images (N, size, size, channels) out in rows of `columns`; N must be a multiple of it."""
    _, size, _, channels = images.shape
    rows = images.reshape(-1, columns, size, size, channels).swapaxes(1, 2)
    return rows.reshape(-1, columns * size, channels)


def untiled(picture: np.ndarray, columns: int) -> np.ndarray:
    """Cut a picture (H, W) or (H, W, channels) of square images in rows of `columns` into (N, size, size, channels)."""
    size = picture.shape[1] // columns
    rows = picture.reshape(-1, size, columns, size, *picture.shape[2:] or (1,)).swapaxes(1, 2)
    return rows.reshape(-1, size, size, rows.shape[-1])


def samples_of(run: StoredRun, update: str = "last") -> np.ndarray:
    """Return what a run made of the 64 fixed latents, uint8 (64, size, size, channels), from its kept picture.

    Args:
        update: "last" for the trained generator, "first" for the untrained one.
    """
    _, _, path = run.picture(update)
    return untiled(np.asarray(Image.open(path)), GRID)


def not_for_publication(chapter: Chapter) -> str:
    """Return what a figure with images of a real data set says of itself."""
    return "" if chapter.source.synthetic else " | contains images of the data set: not for publication"


def fixed_latent_grids(chapter: Chapter, runs: dict[str, list[StoredRun]], update: str = "last") -> Figure:
    """Show what each experiment of a chapter makes of the same 64 fixed latents, side by side; `grids` tells the order.

    Args:
        update: "last" for the trained generator, "first" for the untrained one.
    """
    return grids(runs, chapter.stamp, columns_for(runs), update)


def columns_for(runs: dict[str, list[StoredRun]], most: int = 4) -> int:
    """Return how many grids stand side by side: the experiments, or the seeds of a single one, if they are few.

    Args:
        most: what still stands in one row. Of more, four stand in two rows of two, others in rows of three.
    """
    count = len(runs) if len(runs) > 1 else len(next(iter(runs.values())))
    if count <= most:
        return count
    return 2 if count == 4 else 3


def grids(runs: dict[str, list[StoredRun]], stamp: str, columns: int, update: str = "last") -> Figure:
    """Show what runs make of the same 64 fixed latents, in rows of `columns`; `update` as above.

    First comes each experiment's first seed, or an empty place for one without any run. From the next row on come the
    other seeds, without gaps, since experiments may have different numbers of them; those of a single experiment follow
    at once.
    """
    first = [(name, group[0] if group else None) for name, group in runs.items()]
    seeds = max(map(len, runs.values()))
    others = [(name, group[seed]) for seed in range(1, seeds) for name, group in runs.items() if seed < len(group)]
    gap = -len(first) % columns if len(first) > 1 else 0
    shown = [*first, *[("", None)] * gap, *others]
    rows = -(-len(shown) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, WIDTH / columns * rows + 0.7), squeeze=False)
    for place in axes.flat:
        place.axis("off")
    for place, (name, run) in zip(axes.flat, shown, strict=False):
        if run is not None:
            count, weights, path = run.picture(update)
            told = [f"seed {run.record['configuration']['seed']}", f"{count:,} updates", weights]
            picture(place, np.asarray(Image.open(path)), f"{name}\n{', '.join(filter(None, told))}")
    return finish(figure, f"{stamp} | the same 64 latents for every model, unpicked", runs)


def over_training(chapter: Chapter, run: StoredRun, name: str) -> Figure:
    """Show the snapshots of one run: the first 64 fixed latents after a growing number of updates."""
    grids = run.grids()
    counts = sorted(grids)
    chosen = counts if len(counts) <= 6 else counts[:1] + counts[-5:]
    columns = 3
    rows = -(-len(chosen) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, WIDTH * rows / columns + 0.6), squeeze=False)
    for place in axes.flat[len(chosen) :]:
        place.axis("off")
    for place, count in zip(axes.flat, chosen, strict=False):
        picture(place, np.asarray(Image.open(grids[count])), f"{count:,} updates")
    figure.suptitle(name, fontsize=10)
    seed = run.record["configuration"]["seed"]
    stamp = f"tier {chapter.tier} | {chapter.source.name} | seed {seed} | the same 64 latents, unpicked"
    return finish(figure, stamp, {name: [run]})


def loss_curves(chapter: Stamped, runs: dict[str, list[StoredRun]], unit: str = "nats") -> Figure:
    """Draw both losses of each experiment over its updates, a thin line for each seed.

    Args:
        unit: that of the losses; a Wasserstein game has the critic's own.
    """
    columns = min(len(runs), 4)
    rows = -(-len(runs) // columns)
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, 3.0 * rows), sharey=True, squeeze=False)
    for place in axes.flat[len(runs) :]:
        place.axis("off")
    colors = sns.color_palette("colorblind", 2)
    for place, (name, group) in zip(axes.flat, runs.items(), strict=False):
        for run in group:
            losses = run.losses()
            updates = [record["update"] for record in losses]
            for side, color in zip(("discriminator", "generator"), colors, strict=True):
                label = side if run is group[0] else None
                place.plot(updates, [record[side] for record in losses], color=color, linewidth=0.9, label=label)
        place.set_title(name, fontsize=9)
        place.set_xlabel("updates of the generator")
        place.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes[0, 0].set_ylabel(f"loss in {unit}")
    axes[0, 0].legend(frameon=False, fontsize=8)
    sns.despine(figure)
    return finish(figure, chapter.stamp, runs)


def images_by_size(chapter: Chapter, views: dict[str, np.ndarray], columns: int = 12, rows: int = 2) -> Figure:
    """Show the first images of several prepared arrays, uint8 (N, size, size, 1 or 3).

    So it draws the counterparts of paper A's Figure 3 and of paper B's Figures 2 and 5.
    """
    figure, axes = plt.subplots(len(views), 1, figsize=(WIDTH, len(views) * (WIDTH * rows / columns + 0.3) + 0.4))
    for place, (name, images) in zip(np.atleast_1d(axes), views.items(), strict=True):
        picture(place, tiled(np.asarray(images[: columns * rows]), columns), name)
    stamp = f"tier {chapter.tier} | {chapter.source.name} | the first {columns * rows} images of the list"
    return finish(figure, stamp + not_for_publication(chapter))


def pixel_histogram(chapter: Chapter, images: np.ndarray, ranges: dict[str, tuple[float, float]]) -> Figure:
    """Draw the distribution of pixel values in each value range, with the reach of tanh behind it.

    Args:
        images: uint8 (N, size, size, 3).
        ranges: for each arm, what 0 and 255 become.
    """
    counts = np.bincount(np.asarray(images).ravel(), minlength=256) / images.size
    figure, axes = plt.subplots(1, len(ranges), figsize=(WIDTH, 2.8), sharey=True, squeeze=False)
    for place, (arm, (low, high)) in zip(axes.flat, ranges.items(), strict=True):
        place.axvspan(-1, 1, color="0.85", label="reach of tanh")
        place.fill_between(
            np.linspace(low, high, 256), counts, color=sns.color_palette("colorblind")[0], label="pixels"
        )
        place.set_title(f"arm {arm}: [{low:g}, {high:g}]", fontsize=9)
        place.set_xlim(-1.1, 1.1)
    axes[0, 0].set_ylabel("share")
    axes[0, 0].legend(frameon=False, fontsize=8)
    sns.despine(figure)
    return finish(figure, f"tier {chapter.tier} | {chapter.source.name}")


def gradient_agreement(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Figure:
    """Draw how the two gradients that meet in stage 1 agree over training: their cosine, and the ratio of their norms.

    The runs' update rule is `intermediate`; a thin line for each seed.
    """
    figure, axes = plt.subplots(1, 2, figsize=(WIDTH, 3.0))
    colors = sns.color_palette("colorblind", len(runs))
    for (name, group), color in zip(runs.items(), colors, strict=True):
        for run in group:
            losses = run.losses()
            updates = [record["update"] for record in losses]
            label = name if run is group[0] else None
            for place, key in zip(axes, ("gradient_cosine", "gradient_ratio"), strict=True):
                place.plot(updates, [record[key] for record in losses], color=color, linewidth=0.9, label=label)
    axes[0].axhline(0, color="0.5", linewidth=0.8)
    axes[0].set_ylim(-1, 1)
    axes[0].set_ylabel("cosine of the two gradients")
    axes[1].set_yscale("log")
    axes[1].axhline(1, color="0.5", linewidth=0.8)
    axes[1].set_ylabel("norm through stage 2 : norm of its own")
    for place in axes:
        place.set_xlabel("updates of the generator")
        place.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes[0].legend(frameon=False, fontsize=7)
    sns.despine(figure)
    return finish(figure, chapter.stamp, runs)


def distance_over_training(chapter: Stamped, runs: dict[str, list[StoredRun]]) -> Figure | Markdown:
    """Draw the distance to the real images at each kept snapshot, or say how snapshots are measured."""
    every = [run for group in runs.values() for run in group]
    data = "".join(word for word in (" --data-root FOLDER", " --unofficial") if word in every[0].record["command"])
    unmeasured = [(run.folder.name, data) for run in every if run.result["trajectory"] is None]
    if unmeasured:
        lines = "\n".join(f"stackrepro evaluate --full {name}{data}" for name, data in unmeasured)
        return Markdown(
            f"At this tier the snapshots are measured only on demand, since that takes longer than the training. These "
            f"commands do it:\n\n```\n{lines}\n```"
        )
    figure, axes = plt.subplots(figsize=(WIDTH, 3.2))
    for (name, group), color in zip(runs.items(), sns.color_palette("colorblind", len(runs)), strict=True):
        for run in group:
            points = run.result["trajectory"]
            updates, distances = zip(*((point["update"], point["frechet"]) for point in points), strict=True)
            label = name if run is group[0] else None
            axes.plot(updates, distances, "o-", color=color, markersize=3, label=label)
    first = min(point["update"] for run in every for point in run.result["trajectory"] if point["update"] > 0)
    decade = 10 ** np.floor(np.log10(first))
    axes.set_xscale("symlog", linthresh=decade, linscale=0.3)  # a logarithm has no place for the untrained one at 0
    axes.set(yscale="log", xlabel="updates of the generator", ylabel="distance")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter(LogFormatter())
    axes.yaxis.set_minor_formatter(LogFormatter())
    axes.legend(frameon=False, fontsize=8)
    sns.despine(figure)
    protocol = next(iter(runs.values()))[0].result["protocol"]["trajectory"]
    return finish(figure, f"{chapter.stamp} | {protocol['name']}, n = {protocol['samples']}", runs)
