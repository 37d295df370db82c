"""Three kinds of figures in one style: grids of pictures, curves, intervals; and what chapters of runs draw with them.

A notebook shows each as HTML: the caption of its tier and data set is text, and each picture has an alternative text.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from io import BytesIO
from itertools import cycle
from statistics import median_low
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
from IPython.display import Markdown
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, MaxNLocator
from PIL import Image

from stackrepro.report.chapter import Chapter, note
from stackrepro.report.tables import About, Runs, trained_in
from stackrepro.runs import StoredRun

WIDTH = 9.0  # inches
DPI = 100  # at which a page of 1280 pixels shows a figure as it is
TILE = 256  # pixels of a page that a square picture gets at least; three stand side by side, one on a phone
GRID = 8  # a kept picture shows 8 x 8 fixed latents
LINES = ("-", "--", "-.", ":")  # beside colours, which not everybody tells apart
MARKERS = ("o", "s", "^", "D")

Titled = Sequence[tuple[str, np.ndarray | None]]


@dataclass(frozen=True)
class Drawing:
    """A drawn figure with its caption and what its picture says in words."""

    figure: Figure
    caption: str
    alt: str

    def _repr_html_(self) -> str:
        content = BytesIO()
        # Sharp on a fine screen and on paper, in half of the bytes of a PNG file.
        self.figure.savefig(content, format="webp", dpi=2 * DPI, pil_kwargs={"lossless": True})
        width = round(self.figure.get_figwidth() * DPI)
        return framed(
            "drawing", embedded(content.getvalue(), f"{self.alt} {self.caption}", f'width="{width}"'), self.caption
        )


@dataclass(frozen=True)
class Pictures:
    """Titled pictures in rows of `columns` where a page is wide enough; those of `folded` open with a click on `more`.

    A page shows them at whole multiples of their pixels. Of one that is larger than its place it shows the upper left
    part, and with a click all of it. None leaves a place empty. `what` says in words what each picture holds.
    """

    shown: Titled
    columns: int
    caption: str
    what: str
    folded: Titled = ()
    more: str = ""

    def _repr_html_(self) -> str:
        parts = [part_of(image) for _, image in (*self.shown, *self.folded) if image is not None]
        rows = ("".join(self._placed(*pair, max(parts)[0]) for pair in row) for row in (self.shown, self.folded))
        body, folded = (f'<div style="--columns: {self.columns}">{row}</div>' for row in rows)
        if self.folded:
            body += f'<details class="more"><summary>{escape(self.more)}</summary>{folded}</details>'
        more = "" if all(whole for _, whole in parts) else " | the upper left part; a click shows all"
        return framed("pictures", body, self.caption + more)

    def _placed(self, title: str, image: np.ndarray | None, widest: int) -> str:
        if image is None:
            return "<div></div>"
        content, (part, whole) = BytesIO(), part_of(image)
        Image.fromarray(image.squeeze()).save(content, "webp", lossless=True)
        height, width = image.shape[:2]
        step = part if widest % part else widest  # all are as wide as the widest, if that is a whole multiple
        style = f"--step: {step}px; --most: {2 * TILE * width // height}px"
        alt = " ".join(filter(None, [self.what, f"{title.replace(chr(10), ', ')}.", self.caption]))
        shown = embedded(content.getvalue(), alt, f'width="{width}" height="{height}" style="{style}"')
        if not whole:
            shown = f"<details><summary>{shown}</summary></details>"
        return f"<figure>{shown}<figcaption>{escape(title).replace(chr(10), '<br>')}</figcaption></figure>"


def part_of(image: np.ndarray) -> tuple[int, bool]:
    """Return how wide a part of a picture is shown, in its own pixels, and whether that is all of it."""
    height, part = image.shape[:2]
    while min(height, part) > TILE:
        part //= 2
    return part, part == image.shape[1]


def embedded(content: bytes, alt: str, attributes: str = "", kind: str = "webp") -> str:
    """Return a picture as HTML that needs no other file; the site has each picture once, in a file of its own."""
    return f'<img src="data:image/{kind};base64,{b64encode(content).decode()}" alt="{escape(alt)}" {attributes}>'


def framed(kind: str, body: str, caption: str) -> str:
    """Return a figure as HTML; the theme clears the margin beside what is of class full-width."""
    return f'<figure class="{kind} full-width">{body}<figcaption>{escape(caption)}</figcaption></figure>'


def finish(figure: Figure, caption: str, runs: Runs | None = None, alt: str = "") -> Drawing:
    """Give a figure its caption and a line with its runs, and close it for pyplot: a notebook shows it once.

    Without `alt` the picture's text is what its panels and lines say of themselves.
    """
    if runs:
        note(runs)
    figure.set_layout_engine("constrained")
    plt.close(figure)
    return Drawing(figure, caption, alt or described(figure))


def described(figure: Figure) -> str:
    """Say of each panel its title, its axes, and where the lines that have a name begin and end."""
    panels = []
    for axes in figure.axes:
        named = {line.get_label(): line.get_ydata() for line in axes.lines}
        ends = [f"{name} from {y[0]:.3g} to {y[-1]:.3g}" for name, y in named.items() if not name.startswith("_")]
        across = [axes.get_ylabel(), axes.get_xlabel() and f"by {axes.get_xlabel()}"]
        words = [axes.get_title(), " ".join(filter(None, across)), "; ".join(ends)]
        panels.append(": ".join(filter(None, words)))
    return ". ".join(filter(None, panels)) + "."


def grid(pictures: Titled, columns: int, caption: str, runs: Runs | None = None, what: str = "") -> Pictures:
    """Show titled pictures, uint8 (H, W) or (H, W, 1 or 3), hard pixels and all, in rows of `columns`."""
    if runs:
        note(runs)
    return Pictures(pictures, columns, caption, what)


def curves(
    about: About,
    runs: Runs,
    keys: dict[str, str],
    points: Callable[[StoredRun], list[dict[str, Any]]] = lambda run: run.losses(),
    level: float | None = None,
    **axes: Any,
) -> Drawing:
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
        styles = zip(sns.color_palette("colorblind", len(lines)), cycle(LINES), strict=False)
        for (label, key, group), (color, style) in zip(lines, styles, strict=True):
            for number, run in enumerate(group):
                updates, values = zip(*((record["update"], record[key]) for record in points(run)), strict=True)
                place.plot(updates, values, style, color=color, label=None if number else label)
        if level is not None:
            place.axhline(level, color="0.5", linewidth=0.8, zorder=0)
        place.set(xlabel="updates of the generator", **axes)
        place.set_title(title)
        place.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    places[0, 0].set_ylabel(ylabel)
    places[0, 0].legend()
    return finish(figure, about.scope, runs)


def intervals(
    series: dict[str, dict[str, tuple[float, float, float]]],
    caption: str,
    level: float | None = None,
    runs: Runs | None = None,
    **axes: Any,
) -> Drawing:
    """Draw values with their intervals, a row each: of each series, by the row's words, (low, middle, high).

    A line is drawn across at `level`; `axes` are properties of the axes, such as `xlabel`.
    """
    rows = list(next(iter(series.values())))
    figure, place = plt.subplots(figsize=(WIDTH, 0.4 * len(rows) * len(series) + 1.2))
    for number, (name, found) in enumerate(series.items()):
        low, middle, high = np.array(list(found.values())).T
        at = np.arange(len(rows)) + 0.2 * (number - (len(series) - 1) / 2)
        ends, color = (middle - low, high - middle), sns.color_palette("colorblind")[number]
        place.errorbar(middle, at, xerr=ends, fmt=MARKERS[number], color=color, label=name)
    if level is not None:
        place.axvline(level, color="0.5", linewidth=0.8, zorder=0)
    place.set_yticks(range(len(rows)), rows)
    place.invert_yaxis()
    place.set(**axes)
    place.margins(y=0.2)
    if len(series) > 1:
        place.legend()
    words = [
        f"{name} {row}: {middle:.3g} from {low:.3g} to {high:.3g}".strip()
        for name, found in series.items()
        for row, (low, middle, high) in found.items()
    ]
    return finish(figure, caption, runs, f"{axes.get('xlabel', 'Intervals')}: {'; '.join(words)}.")


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


def images_by_size(chapter: Chapter, views: dict[str, np.ndarray], columns: int = 12, rows: int = 2) -> Pictures:
    """Show the first images of several arrays, uint8 (N, size, size, 1 or 3), a strip of them each."""
    strips = [(name, tiled(np.asarray(images[: columns * rows]), columns)) for name, images in views.items()]
    what = f"Real images, {columns} in a row:"
    return grid(strips, 1, of_data(chapter, f"the first {columns * rows} images of the list"), what=what)


def fixed_latent_grids(about: About, runs: Runs, update: str = "last", columns: int | None = None) -> Pictures:
    """Show what models make of the same 64 fixed latents, of the "last" update, or untrained of the "first".

    Of a model with several seeds that of median KID is shown, so neither the best nor the worst; the others are folded.
    One without any run leaves its place empty.
    """
    note(runs)
    first = {name: median(group) if len(group) > 1 else group[0] if group else None for name, group in runs.items()}
    others = [(name, run) for name, group in runs.items() for run in group if run is not first[name]]
    caption = f"{about.scope} | the same 64 latents for every model, unpicked"
    caption += " | of several seeds the one of median KID" if others else ""
    placed = [[sample_sheet(name, run, update) for name, run in row] for row in (first.items(), others)]
    more = f"The other seeds: {len(others)} pictures"
    return Pictures(placed[0], columns or {4: 2}.get(len(runs), min(len(runs), 3)), caption, SHEET, placed[1], more)


def median(runs: Sequence[StoredRun]) -> StoredRun:
    """Return the run whose KID is the median of these, of two middle ones the smaller."""
    row = trained_in([run.result for run in runs])
    kids = [run.result["measures"][row]["kid"] for run in runs]
    return runs[kids.index(median_low(kids))]


SHEET = f"64 samples in {GRID} rows:"


def sample_sheet(name: str, run: StoredRun | None, update: str) -> tuple[str, np.ndarray | None]:
    """Return the kept picture of a run's 64 fixed latents, if there is a run, with a title of two lines."""
    if run is None:
        return name, None
    count, weights, path = run.picture(update)
    told = [f"seed {run.record['configuration']['seed']}", f"{count:,} updates", weights]
    return f"{name}\n{', '.join(filter(None, told))}", np.asarray(Image.open(path))


def over_training(chapter: Chapter, run: StoredRun, name: str) -> Pictures:
    """Show the snapshots of one run: the first 64 fixed latents after a growing number of updates."""
    kept = run.grids()
    counts = sorted(kept)
    chosen = counts if len(counts) <= 6 else counts[:1] + counts[-5:]
    pictures = [(f"{name}\n{count:,} updates", np.asarray(Image.open(kept[count]))) for count in chosen]
    about = replace(chapter, seeds=(run.record["configuration"]["seed"],))
    return grid(pictures, 3, f"{about.scope} | the same 64 latents, unpicked", {name: [run]}, SHEET)


def loss_curves(about: About, runs: Runs, unit: str = "nats") -> Drawing:
    """Draw both losses of each model; `unit` is theirs, of Wasserstein losses the critic's own."""
    return curves(about, runs, {name: name for name in ("discriminator", "generator")}, ylabel=f"loss in {unit}")


def distance_over_training(about: About, runs: Runs) -> Drawing | Markdown:
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
    drawing = curves(about, runs, {"frechet": "distance"}, lambda run: run.result["trajectory"], yscale="log")
    axes = drawing.figure.axes[0]
    first = min(point["update"] for run in every for point in run.result["trajectory"] if point["update"] > 0)
    decade = 10 ** np.floor(np.log10(first))
    axes.set_xscale("symlog", linthresh=decade, linscale=0.3)  # a logarithm has no place for the untrained one at 0
    axes.set_xlim(left=0)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.set_major_formatter(LogFormatter())
    axes.yaxis.set_minor_formatter(LogFormatter())
    protocol = every[0].result["protocol"]["trajectory"]
    return replace(drawing, caption=f"{about.scope} | {protocol['name']}, n = {protocol['samples']}")
