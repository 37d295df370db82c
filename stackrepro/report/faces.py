"""What the chapter on the faces' data shows: views, what each factor changes in them, the drawn faces with parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure

from stackrepro.base.errors import UserError
from stackrepro.data import FaceView, Source, held_out_rows
from stackrepro.data.catalogue import Catalogue
from stackrepro.data.decoding import decode_all
from stackrepro.data.synthetic import faces
from stackrepro.data.synthetic.faces.canvas import PARTS
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import WIDTH, finish, not_for_publication, picture, tiled

COUNT = 64  # images that numbers about views are taken over; pictures show the first of them
COLUMNS = 8
FACTORS = {
    "red channel for gray": {"gray": "red"},
    "edges before the scaling": {"sobel": "original"},
    "stretched or not": {},  # turned over, whatever the view has
    "through a JPEG file": {"jpeg": True},
    "whole frame": {"crop": "none"},
}


def views_of(chapter: Chapter, arm: str) -> dict[str, FaceView]:
    """Return how an arm sees the faces at the chapter's tier, from RGB to edges."""
    last, second = chapter.configuration("faces/rgb", arm), chapter.configuration("faces/gray", arm)
    return {"RGB": last.view, "gray": second.view, "edges": second.condition}


def first_faces(source: Source, views: Sequence[FaceView], count: int = COUNT) -> list[np.ndarray]:
    """Render the first images of the list to each view, uint8 (count, size, size, channels); the cache keeps none.

    Raises:
        UserError: one of them doesn't decode, or the archive is damaged.
    """
    everything = source.catalogue()
    few = Catalogue(everything.names[:count], identities=everything.identities[:count])
    arrays = [np.empty((len(few.names), view.size, view.size, view.channels), np.uint8) for view in views]
    for index, outcome in decode_all(source.layout.read_images(source.place(), few), few, views):
        if isinstance(outcome, str):
            raise UserError(f"{source.place()}: {few.names[index]}: {outcome}; get a sound copy of the data set.")
        for array, content in zip(arrays, outcome.views, strict=True):
            array[index] = np.frombuffer(content, np.uint8).reshape(array.shape[1:])
    return arrays


def dataset_facts(source: Source, view: FaceView) -> pd.DataFrame:
    """Tell what data the book was made from, beside what the paper used, and whose faces are held out."""
    identities = source.catalogue().identities
    held = held_out_rows(source)
    persons = {identities[row] for row in held}
    rows = [
        ("data set", "CelebA", source.name),
        ("images", "202,599", f"{len(identities):,}"),
        ("size in pixels", "128 x 128", f"{view.size} x {view.size}"),
        ("persons", "-", f"{len(set(identities)):,}"),
        ("persons held out", "none", f"{len(persons):,}"),
        ("images held out", "none", f"{len(held):,}"),
        ("official archive", "-", "yes" if source.official else "no"),
        ("fingerprint (SHA-256)", "-", source.fingerprint[:16]),
    ]
    return pd.DataFrame(rows, columns=["", "paper", "here"])


def side_by_side(chapter: Chapter, views: dict[str, dict[str, FaceView]]) -> Figure:
    """Show the same faces in several views: a column of pictures for each group, a strip for each view in it."""
    flat = [view for group in views.values() for view in group.values()]
    arrays = dict(zip(flat, first_faces(chapter.source, flat, COLUMNS), strict=True))
    rows = max(map(len, views.values()))
    columns = COLUMNS if len(views) == 1 else COLUMNS // 2
    height = rows * (WIDTH / len(views) / columns + 0.3) + 0.6
    figure, axes = plt.subplots(rows, len(views), figsize=(WIDTH, height), squeeze=False)
    for place in axes.flat:
        place.axis("off")
    for column, (name, group) in enumerate(views.items()):
        for row, (title, view) in enumerate(group.items()):
            picture(axes[row, column], tiled(arrays[view][:columns], columns), f"{name}: {title}" if name else title)
    stamp = f"tier {chapter.tier} | {chapter.source.name} | the first {columns} images of the list"
    return finish(figure, stamp + not_for_publication(chapter))


def one_factor_each(view: FaceView) -> dict[str, FaceView]:
    """Return a view as it is, and with each of the `FACTORS` changed that it has."""
    changed = {name: replace(view, **(change or {"stretch": not view.stretch})) for name, change in FACTORS.items()}
    return {"as it is": view} | {name: other for name, other in changed.items() if other.key != view.key}


def factors(chapter: Chapter, views: dict[str, FaceView]) -> pd.DataFrame:
    """Tell what each factor changes in the first 64 images of a view: a row for each, in levels from 0 to 255."""
    arrays = first_faces(chapter.source, list(views.values()))
    before, *_ = (array.astype(float) for array in arrays)
    rows = [
        {
            "view": name,
            "mean difference per pixel": f"{np.abs(array - before).mean():.1f}",
            "mean level": f"{array.mean():.1f}",
            "mean brightest level of an image": f"{array.max(axis=(1, 2, 3)).mean():.0f}",
            "share of black pixels": f"{(array == 0).mean():.1%}",
            "images": len(array),
        }
        for name, array in zip(views, arrays, strict=True)
    ]
    return pd.DataFrame(rows)


def levels(chapter: Chapter, arms: Sequence[str]) -> Figure:
    """Draw how the levels of gray images and of edges are distributed in each arm, over the first 64 images."""
    figure, axes = plt.subplots(1, len(arms), figsize=(WIDTH, 2.8), sharey=True, squeeze=False)
    colors = sns.color_palette("colorblind", 2)
    for place, arm in zip(axes.flat, arms, strict=True):
        seen = views_of(chapter, arm)
        arrays = first_faces(chapter.source, [seen["gray"], seen["edges"]])
        for array, name, color in zip(arrays, ("gray", "edges"), colors, strict=True):
            share = np.histogram(array, bins=32, range=(0, 256))[0] / array.size
            place.stairs(share, np.linspace(-1, 1, 33), color=color, label=name, fill=True, alpha=0.6)
        place.set(title=f"arm {arm}", xlabel="value for the networks", yscale="log")
    axes[0, 0].set_ylabel("share of pixels")
    axes[0, 0].legend(frameon=False, fontsize=8)
    sns.despine(figure)
    return finish(figure, f"tier {chapter.tier} | {chapter.source.name} | the first {COUNT} images of the list")


def anatomy(indices: Sequence[int]) -> Figure:
    """Show drawn faces, a row each: the image, its exact parts, its exact landmarks."""
    figure, axes = plt.subplots(len(indices), 3, figsize=(WIDTH, WIDTH / 3 * len(indices) + 0.6), squeeze=False)
    colors = (np.array(sns.color_palette("husl", len(PARTS))) * 255).astype(np.uint8)
    for row, example in zip(axes, map(faces.example, indices), strict=True):
        picture(row[0], example.image, f"image, person {example.identity + 1}")
        picture(row[1], colors[example.parts], "parts")
        picture(row[2], example.image // 2 + 127, "landmarks")
        for name, (x, y) in example.landmarks.items():
            row[2].plot(x, y, "o", markersize=5, markeredgecolor="black", markeredgewidth=0.4, label=name)
    for name, color in zip(PARTS, colors / 255, strict=True):
        axes[0, 1].plot([], [], "s", color=color, label=name, markersize=5)
    for place in axes[0, 1:]:
        place.legend(fontsize=6, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    return finish(figure, "synthetic faces, drawn by this package")
