"""Whether this tier's stage 2 contracts: ratios of distances, spectral norms, noise on its way through (paper B)."""

from __future__ import annotations

import warnings

import matplotlib.pyplot as plt
import numpy as np
import seaborn as sns
import torch
from IPython.display import Markdown
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler
from torch import Tensor

from stackrepro.evaluation.contraction import (
    add_noise,
    distance_ratios,
    interpolate,
    lengths,
    nearest,
    noise_travel,
    round_trip,
    spectral_norms,
)
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import WIDTH, finish
from stackrepro.report.networks import StageTwo, opened, without_weights
from stackrepro.report.tables import from_runs, stamped
from stackrepro.runs import StoredRun

FACES = 64  # held-out edges, and generated ones
CANDIDATES = 2048  # real training edges among which a generated one finds its nearest
JACOBIANS, ITERATIONS = 8, 20
DEVIATIONS = (0.02, 0.05, 0.1, 0.2, 0.5)  # of noise, in units of the range from -1 to 1
SHARE = 0.1  # of the way to another face


def pairs(stage: StageTwo) -> dict[str, tuple[Tensor, Tensor]]:
    """Return, by the kind of h, real edges x and their neighbours x + h, in the paper's notation.

    The last kind is the one that the paper speaks of: x + h is an edge image of stage 1, x the nearest real one.
    """
    real = stage.real_conditions(stage.held_out[:FACES])
    generated, _ = stage.generated_conditions(FACES)
    training = stage.real_conditions(stage.trained_on[:CANDIDATES])
    return {
        "noise, deviation 0.05": (real, add_noise(real, 0.05)),
        "noise, deviation 0.2": (real, add_noise(real, 0.2)),
        "JPEG, quality 75": (real, round_trip(real)),
        f"{SHARE:.0%} of the way to another face": (real, interpolate(real, real.roll(1, dims=0), SHARE)),
        "from the nearest real edges to generated ones": (nearest(generated, training), generated),
    }


def measured(stage: StageTwo) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return, by the kind of h, the lengths of h and the ratios |f(x + h) - f(x)| / |h|, float32 (faces,) each."""
    found = {}
    for kind, (images, neighbours) in pairs(stage).items():
        apart = lengths(neighbours - images)
        kept = apart > 0  # a face that JPEG leaves as it is has no ratio
        ratios = distance_ratios(stage.translate, images[kept], neighbours[kept])
        found[kind] = apart[kept].numpy(), ratios.numpy()
    return found


def ratio_table(chapter: Chapter, run: StoredRun) -> Styler | Markdown:
    """Tell how far apart inputs and outputs of stage 2 are: a row for each kind of neighbour.

    Beside the trained stage stands the untrained one, which shows what its layers do without having learned anything.
    """
    stage, untrained = opened(chapter, run), opened(chapter, run, "snapshots/generator-000000")
    if stage is None or untrained is None:
        return without_weights({"": [run]})
    before = {kind: np.median(ratios) for kind, (_, ratios) in measured(untrained).items()}
    rows = []
    for kind, (apart, ratios) in measured(stage).items():
        low, middle, high = np.quantile(ratios, (0.25, 0.5, 0.75))
        rows.append(
            {
                "h": kind,
                "|h|, median": f"{np.median(apart):.2f}",
                "ratio, median": f"{middle:.2f}",
                "quartiles": f"{low:.2f} to {high:.2f}",
                "share below 1": f"{(ratios < 1).mean():.0%}",
                "untrained, median": f"{before[kind]:.2f}",
                "faces": len(ratios),
            }
        )
    return stamped(from_runs(rows, {"": [run]}), chapter.stamp)


def ratio_figure(chapter: Chapter, run: StoredRun) -> Figure | Markdown:
    """Draw the ratios of all faces for each kind of neighbour, and the Jacobian's spectral norm beside them."""
    stage = opened(chapter, run)
    if stage is None:
        return without_weights({"": [run]})
    found = {kind: ratios for kind, (_, ratios) in measured(stage).items()}
    images = stage.real_conditions(stage.held_out[:JACOBIANS])
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # torch warns of its own use of jit.script
        found["worst direction (spectral norm)"] = spectral_norms(stage.translate, images, ITERATIONS).numpy()
    figure, axes = plt.subplots(figsize=(WIDTH, 3.2))
    axes.boxplot(list(found.values()), orientation="horizontal", tick_labels=list(found), whis=(0, 100))
    axes.axvline(1, color="0.5", linewidth=0.8)
    axes.invert_yaxis()
    axes.set(xscale="log", xlabel="distance of outputs : distance of inputs")
    sns.despine(figure)
    return finish(figure, f"{chapter.stamp} | {FACES} faces held out, {JACOBIANS} for the spectral norm", {"": [run]})


def noise_figure(chapter: Chapter, run: StoredRun) -> Figure | Markdown:
    """Draw the signal-to-noise ratio of noisy real edges before stage 2 and behind it, over the size of the noise."""
    stage = opened(chapter, run)
    if stage is None:
        return without_weights({"": [run]})
    real = stage.real_conditions(stage.held_out[:FACES])
    travels = [noise_travel([stage.translate], real, add_noise(real, size)).decibels for size in DEVIATIONS]
    middle = torch.stack([travel.median(dim=1).values for travel in travels])  # (deviations, places)
    figure, axes = plt.subplots(figsize=(WIDTH, 3.0))
    for place, name in enumerate(("edges, the input of stage 2", "gray, its output")):
        axes.plot(DEVIATIONS, middle[:, place], "o-", label=name, color=sns.color_palette("colorblind")[place])
    axes.set(xscale="log", xlabel="standard deviation of the noise, range of 2", ylabel="signal to noise in dB")
    axes.set_xticks(DEVIATIONS, [f"{size:g}" for size in DEVIATIONS])
    axes.minorticks_off()
    axes.legend(frameon=False, fontsize=8)
    sns.despine(figure)
    return finish(figure, f"{chapter.stamp} | medians over {len(real)} faces held out", {"": [run]})
