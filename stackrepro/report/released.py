"""The released distance of paper B, demonstrated on real faces and on generated ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from stackrepro.data import held_out_rows, prepare, training_rows
from stackrepro.evaluation import inception_weights
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.released_fid import GENERATED, REAL, released_features, released_network
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import WIDTH, finish
from stackrepro.report.tables import stamped

DRAWS = 4  # of 4 real images
FEW = 16  # images that are shifted
SMOKE = 16  # images on the large side at tier smoke, which only checks that all runs
SHIFT = 100  # levels; at half the contrast nothing is clipped by it
Modes = dict[str, Callable[[np.ndarray], np.ndarray]]


def demonstration(chapter: Chapter) -> dict[str, dict[str, list[float]]]:
    """Return distances by how features are made and by what is compared, a value for each draw.

    All images are real gray faces: the large side are persons held out, the small sides other persons. Between them an
    honest distance finds nothing but the small number of images; between images and the same ones, brighter by 100
    levels, it finds a shift.
    """
    view = chapter.configuration("faces/gray").view
    images = prepare(chapter.source, [view])[view]
    count = SMOKE if chapter.tier == "smoke" else GENERATED
    large = images[held_out_rows(chapter.source)[:count]]
    others = images[training_rows(chapter.source)[: DRAWS * REAL]]
    faint = large[:FEW] // 2
    network, extractor = released_network(inception_weights()), Extractor(2048)
    modes: Modes = {"as released": partial(released_features, network), "as pytorch-fid": extractor}
    found = {}
    for mode, features in modes.items():
        whole = statistics(features(large))
        small = [statistics(features(others[start : start + REAL])) for start in range(0, len(others), REAL)]
        shifted = [statistics(features(images)) for images in (faint, faint + SHIFT)]
        found[mode] = {
            f"{REAL} real : {len(large)} other real": [frechet_distance(whole, few) for few in small],
            f"{REAL} real : {REAL} other real": [
                frechet_distance(*pair) for pair in zip(small[::2], small[1::2], strict=True)
            ],
            f"{len(faint)} real : the same, brighter": [frechet_distance(*shifted)],
        }
    return found


def demonstration_table(chapter: Chapter, found: dict[str, dict[str, list[float]]]) -> Styler:
    """Set the distances of `demonstration` side by side, with their range over the draws."""
    rows = [
        {
            "compared": what,
            **{mode: spread(values[what]) for mode, values in found.items()},
            "draws": len(next(iter(found.values()))[what]),
        }
        for what in next(iter(found.values()))
    ]
    return stamped(pd.DataFrame(rows), f"{chapter.stamp} | the FID's own Inception, pool3")


def spread(values: list[float]) -> str:
    return f"{values[0]:.1f}" if len(values) == 1 else f"{min(values):.1f} to {max(values):.1f}"


def demonstration_figure(chapter: Chapter, found: dict[str, dict[str, list[float]]]) -> Figure:
    """Draw the distances of `demonstration`, a point for each draw."""
    figure, axes = plt.subplots(figsize=(WIDTH, 2.6))
    for (mode, values), color in zip(found.items(), sns.color_palette("colorblind", len(found)), strict=True):
        for row, draws in enumerate(values.values()):
            axes.plot(draws, [row] * len(draws), "o", color=color, alpha=0.7, label=None if row else mode)
    axes.set_yticks(range(len(values)), list(values))
    axes.invert_yaxis()
    axes.set(xlabel="distance", xlim=(0, None))
    axes.legend(frameon=False, fontsize=8)
    axes.margins(y=0.2)
    sns.despine(figure)
    return finish(figure, f"{chapter.stamp} | the FID's own Inception, pool3")
