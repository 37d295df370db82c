"""The pictures of the published generators as figures of a page, whose script lays any two over each other."""

from __future__ import annotations

import json
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
from PIL import Image

from stackrepro.base.files import write_atomic
from stackrepro.experiments import EXPERIMENTS, TIERS
from stackrepro.report.figures import GRID, tiled, untiled
from stackrepro.runs import StoredRun

COLUMNS = 4  # of a picture on the wall: the first 4 x 4 of the 64 fixed latents
SIDE = 256  # CSS pixels of a picture without script, a whole multiple of its own up to 64 px an image


def write(items: list[StoredRun], folder: Path) -> list[dict[str, Any]]:
    """Write two pictures of each published run, RUN.webp and RUN-untrained.webp; return what the page tells of each.

    A group holds what can be compared: one data set and kind of images at one tier.
    """
    listed = []
    for item in sorted(items, key=order):
        c, result, measures = item.record["configuration"], item.result, item.result["measures"]
        count, weights, picture = item.picture()
        size = cropped(picture, folder / f"{item.folder.name}.webp")
        cropped(item.picture("first")[2], folder / f"{item.folder.name}-untrained.webp")
        dataset, _, model = c["experiment"].partition("/")
        about = {"name": item.folder.name, "model": model, "arm": c["arm"], "seed": c["seed"], "size": size}
        about |= {"group": f"{dataset}, {c['view']['kind']}, tier {c['tier']}, {result['data']}"}
        about |= {"weights": weights or "last", "updates": count, "troubles": item.troubles}
        for when, row in ("trained", "average" if weights else "generated"), ("untrained", "untrained"):
            about[when] = {name: measures[row][name] for name in ("kid", "kid_error", "n")}
        listed.append(about | {"pixels": size // COLUMNS})
    return listed


def order(item: StoredRun) -> tuple:
    """Return by what runs are sorted: their group, then the model, its arm and its seed."""
    c = item.record["configuration"]
    base, _, variant = c["experiment"].partition("+")
    group = base.partition("/")[0], -list(TIERS).index(c["tier"]), c["view"]["kind"], item.result["data"]
    return *group, list(EXPERIMENTS).index(base), variant, c["arm"], c["seed"]


def cropped(picture: Path, target: Path) -> int:
    """Write the first images of a grid, pixel by pixel, as one of their own; return its side in pixels."""
    images = untiled(np.asarray(Image.open(picture)), GRID)[: COLUMNS**2]
    grid = tiled(images, COLUMNS)
    with write_atomic(target) as path:
        Image.fromarray(grid.squeeze(-1) if grid.shape[-1] == 1 else grid).save(path, lossless=True)
    return grid.shape[0]


def figures(listed: list[dict[str, Any]]) -> str:
    """Return the pictures as HTML, by group: what a reader without script sees, and what the script reads."""
    parts = []
    for group, members in groupby(listed, key=lambda about: about["group"]):
        shown = "\n".join(figure(about) for about in members)
        parts.append(f'<h2>{group[:1].upper()}{group[1:]}</h2>\n<div class="panels">\n{shown}\n</div>')
    return "\n".join(parts)


def figure(about: dict[str, Any]) -> str:
    told = f"{about['group']}, arm {about['arm']}, seed {about['seed']}, {about['weights']} weights"
    updates, trained = f"after {about['updates']:,} updates", about["trained"]
    kid = f"KID {trained['kid']:.3f} ± {trained['kid_error']:.3f} from real images of {about['pixels']} px"
    words = "; ".join([f"{told} {updates}", f"{kid} (n = {trained['n']:,})", *about["troubles"]])
    side = max(SIDE, about["size"])
    return (
        f'<figure data-about="{escape(json.dumps(about))}"><img src="wall/{quote(about["name"])}.webp" width="{side}" '
        f'height="{side}" loading="lazy" alt="{COLUMNS**2} images by {about["model"]}: {told}"><figcaption>'
        f"<b>{about['model']}</b><small>{words}</small><small>run {about['name']}</small></figcaption></figure>"
    )
