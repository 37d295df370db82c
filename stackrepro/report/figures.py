"""Three kinds of figures in one style: grids of pictures, curves, intervals; and what chapters of runs draw with them.

Each figure has the caption of its tier and data set below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from IPython.display import Markdown
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, MaxNLocator
from PIL import Image

from stackrepro.report.chapter import Chapter, note
from stackrepro.report.tables import About, Runs
from stackrepro.runs import StoredRun

WIDTH = 9.0  # inches; the page scales it
GRID = 8  # a kept picture shows 8 x 8 fixed latents


def finish(figure: Figure, caption: str, runs: Runs | None = None) -> Figure:
    """Put the caption under a figure, and a line with its runs, and close it for pyplot: a notebook shows it once."""
    if runs:
        note(runs)
    figure.set_layout_engine("constrained")
    figure.supxlabel(caption, fontsize=8, color="0.35")
    plt.close(figure)
    return figure


def picture(axes: Axes, image: np.ndarray, title: str = "") -> None:
    """Show an image (H, W, 3), or a gray one (H, W) or (H, W, 1) from 0 to 255, with hard pixels and no axes."""
    axes.imshow(image, interpolation="nearest", cmap="gray", vmin=0, vmax=255)
    axes.set_title(title, fontsize=9)
    axes.axis("off")


def grid(
    pictures: Sequence[tuple[str, np.ndarray | None]], columns: int, caption: str, runs: Runs | None = None
) -> Figure:
    """Show titled pictures in rows of `columns`, uint8 (H, W) or (H, W, channels); None leaves a place empty.

    All rows are as high as the first picture asks for.
    """
    rows = -(-len(pictures) // columns)
    shape = next(image.shape for _, image in pictures if image is not None)
    height = rows * (WIDTH / columns * shape[0] / shape[1] + 0.3) + 0.4
    figure, axes = plt.subplots(rows, columns, figsize=(WIDTH, height), squeeze=False)
    for place in axes.flat:
        place.axis("off")
    for place, (title, image) in zip(axes.flat, pictures, strict=False):
        if image is not None:
            picture(place, image, title)
    return finish(figure, caption, runs)


def curves(
    about: About,
    runs: Runs,
    keys: dict[str, str],
    points: Callable[[StoredRun], list[dict[str, Any]]] = lambda run: run.losses(),
    level: float | None = None,
    **axes: Any,
) -> Figure:
    """Draw what runs recorded over their updates, a thin line for each seed.

    `keys` names the recorded keys: several stand together in a panel for each model, of a single one all models stand
    in one panel. `points` gives a run's records, each with its `update`. A line is drawn across at `level`; `axes` are
    properties of all panels, such as `ylabel`.
    """
    panels: dict[str, list[tuple[str, str, list[StoredRun]]]] = {}
    for name, group in runs.items():
        for key, words in keys.items():
            panel, label = ("", name) if len(keys) == 1 else (name, words)
            panels.setdefault(panel, []).append((label, key, group))
    ylabel = axes.pop("ylabel", next(iter(keys.values())) if len(keys) == 1 else "")
    columns = min(len(panels), 4)
    rows = -(-len(panels) // columns)
    figure, places = plt.subplots(rows, columns, figsize=(WIDTH, 3.0 * rows), sharey=True, squeeze=False)
    for place in places.flat[len(panels) :]:
        place.axis("off")
    for place, (title, lines) in zip(places.flat, panels.items(), strict=False):
        for (label, key, group), color in zip(lines, sns.color_palette("colorblind", len(lines)), strict=True):
            for number, run in enumerate(group):
                updates, values = zip(*((record["update"], record[key]) for record in points(run)), strict=True)
                place.plot(updates, values, color=color, linewidth=0.9, label=None if number else label)
        if level is not None:
            place.axhline(level, color="0.5", linewidth=0.8)
        place.set(xlabel="updates of the generator", **axes)
        place.set_title(title, fontsize=9)
        place.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    places[0, 0].set_ylabel(ylabel)
    places[0, 0].legend(frameon=False, fontsize=8)
    sns.despine(figure)
    return finish(figure, about.stamp, runs)


def intervals(
    series: dict[str, dict[str, tuple[float, float, float]]],
    caption: str,
    level: float | None = None,
    runs: Runs | None = None,
    **axes: Any,
) -> Figure:
    """Draw values with their intervals, a row each: of each series, by the row's words, (low, middle, high).

    A line is drawn across at `level`; `axes` are properties of the axes, such as `xlabel`.
    """
    rows = list(next(iter(series.values())))
    figure, place = plt.subplots(figsize=(WIDTH, 0.4 * len(rows) * len(series) + 1.2))
    for number, (name, found) in enumerate(series.items()):
        low, middle, high = np.array(list(found.values())).T
        at = np.arange(len(rows)) + 0.2 * (number - (len(series) - 1) / 2)
        ends, color = (middle - low, high - middle), sns.color_palette("colorblind")[number]
        place.errorbar(middle, at, xerr=ends, fmt="o", color=color, label=name)
    if level is not None:
        place.axvline(level, color="0.5", linewidth=0.8)
    place.set_yticks(range(len(rows)), rows)
    place.invert_yaxis()
    place.set(**axes)
    place.margins(y=0.2)
    if len(series) > 1:
        place.legend(frameon=False, fontsize=8)
    sns.despine(figure)
    return finish(figure, caption, runs)


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


def samples_of(run: StoredRun) -> np.ndarray:
    """Return what a run's trained generator made of the 64 fixed latents, uint8 (64, size, size, channels)."""
    _, _, path = run.picture("last")
    return untiled(np.asarray(Image.open(path)), GRID)


def of_data(chapter: Chapter, words: str) -> str:
    """Return the caption of a figure of the data; one with images of a real data set says so."""
    real = [] if chapter.source.synthetic else ["contains images of the data set: not for publication"]
    return " | ".join([f"tier {chapter.tier}", chapter.source.name, words, *real])


def images_by_size(chapter: Chapter, views: dict[str, np.ndarray], columns: int = 12, rows: int = 2) -> Figure:
    """Show the first images of several arrays, uint8 (N, size, size, 1 or 3), a strip of them each."""
    strips = [(name, tiled(np.asarray(images[: columns * rows]), columns)) for name, images in views.items()]
    return grid(strips, 1, of_data(chapter, f"the first {columns * rows} images of the list"))


def fixed_latent_grids(about: About, runs: Runs, update: str = "last", columns: int | None = None) -> Figure:
    """Show what models make of the same 64 fixed latents, of the "last" update, or untrained of the "first".

    First comes each model's first seed, or an empty place for one without any run. From the next row on come the other
    seeds, without gaps, since models may have different numbers of them; those of a single model follow at once.
    """
    first = [(name, group[0] if group else None) for name, group in runs.items()]
    seeds = max(map(len, runs.values()))
    count = len(runs) if len(runs) > 1 else seeds
    columns = columns or {4: 2}.get(count, min(count, 3))
    others = [(name, group[seed]) for seed in range(1, seeds) for name, group in runs.items() if seed < len(group)]
    gap = [("", None)] * (-len(first) % columns if len(first) > 1 else 0)
    pictures = []
    for name, run in [*first, *gap, *others]:
        count, weights, path = run.picture(update) if run else ("", "", None)
        told = [f"seed {run.record['configuration']['seed']}", f"{count:,} updates", weights] if run else []
        image = np.asarray(Image.open(path)) if run else None
        pictures.append((f"{name}\n{', '.join(filter(None, told))}", image))
    return grid(pictures, columns, f"{about.stamp} | the same 64 latents for every model, unpicked", runs)


def over_training(chapter: Chapter, run: StoredRun, name: str) -> Figure:
    """Show the snapshots of one run: the first 64 fixed latents after a growing number of updates."""
    kept = run.grids()
    counts = sorted(kept)
    chosen = counts if len(counts) <= 6 else counts[:1] + counts[-5:]
    pictures = [(f"{name}, {count:,} updates", np.asarray(Image.open(kept[count]))) for count in chosen]
    about = replace(chapter, seeds=(run.record["configuration"]["seed"],))
    return grid(pictures, 3, f"{about.stamp} | the same 64 latents, unpicked", {name: [run]})


def loss_curves(about: About, runs: Runs, unit: str = "nats") -> Figure:
    """Draw both losses of each model; `unit` is theirs, of Wasserstein losses the critic's own."""
    return curves(about, runs, {name: name for name in ("discriminator", "generator")}, ylabel=f"loss in {unit}")


def distance_over_training(about: About, runs: Runs) -> Figure | Markdown:
    """Draw the distance to the real images at each kept snapshot, or say how snapshots are measured."""
    every = [run for group in runs.values() for run in group]
    data = "".join(word for word in (" --data-root FOLDER", " --unofficial") if word in every[0].record["command"])
    unmeasured = [run.folder.name for run in every if not run.result["trajectory"]]
    if unmeasured:
        commands = "\n".join(f"stackrepro evaluate --full {name}{data}" for name in unmeasured)
        return Markdown(
            "At this tier the snapshots are measured only on demand, since that takes longer than the training. These "
            f"commands do it:\n\n```\n{commands}\n```"
        )
    figure = curves(about, runs, {"frechet": "distance"}, lambda run: run.result["trajectory"], yscale="log")
    axes = figure.axes[0]
    first = min(point["update"] for run in every for point in run.result["trajectory"] if point["update"] > 0)
    decade = 10 ** np.floor(np.log10(first))
    axes.set_xscale("symlog", linthresh=decade, linscale=0.3)  # a logarithm has no place for the untrained one at 0
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter(LogFormatter())
    axes.yaxis.set_minor_formatter(LogFormatter())
    protocol = every[0].result["protocol"]["trajectory"]
    figure.supxlabel(f"{about.stamp} | {protocol['name']}, n = {protocol['samples']}", fontsize=8, color="0.35")
    return figure
