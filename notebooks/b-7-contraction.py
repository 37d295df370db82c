# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Does the second stage take out noise?
#
# Paper B {cite}`belhiti2021stackgan`, Discussion, second paragraph.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/gray"]
rgb = ["faces/rgb"]

# %% tags=["hide-cell"]
import warnings

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch

from stackrepro.evaluation import stages as contraction
from stackrepro.report import figures, forest, ledger, open_chapter, published, stages, tables
from stackrepro.report.architecture import source

chapter = open_chapter(globals(), "faces")

# %% tags=["remove-input"]
forest.short(chapter, "B11", "B12")

# %% [markdown]
# ## What the paper says
#
# The full model is found to score better behind its second stage than behind its first. The explanation: a conditional
# stage takes inputs that lie far from the training points and moves them closer to the corresponding training points of
# the output. So later stages remove the noise of earlier ones. Put as an inequality, for the generator $f$, a training
# input $x$ and the input $x + h$ that the stage before has made,
#
# $$
# \lVert f(x + h) - f(x) \rVert < \lVert h \rVert .
# $$
#
# The paper doesn't test it.
#
# ## The map under test
#
# Stage 2 from edges to gray, and the same map into colour, by their weights at the paper's scale:

# %% tags=["nbval-check-output", "remove-input"]
tables.counts({name: chapter.configuration(name, tier="paper") for name in ("faces/gray", "faces/rgb")})

# %% [markdown]
# What stage 2 makes of generated edges. The published results come first, and below them follows what this book's own
# run made, where there is one:

# %% tags=["remove-input"]
runs = chapter.obtain("faces/gray")

# %% tags=["remove-input"]
published.results(chapter, "faces/gray")

# %% [markdown]
# ## What is measured
#
# The inequality is measured here on edges of persons held out, with $h$ of four kinds: small noise, large noise, the
# change that JPEG makes, a step towards another face. A fifth kind is the one that the paper means: the step from the
# nearest edges of the training to edges that stage 1 has drawn. The ledger's test, which is part of each result,
# differs in two kinds: it goes from edges of persons held out to the nearest drawn ones, and half of the way to another
# face. Lengths are Euclidean, over all pixels, with values from −1 to 1. The ratio
#
# $$
# r = \frac{\lVert f(x + h) - f(x) \rVert}{\lVert h \rVert}
# $$
#
# is below 1 where the inequality holds. In code:

# %% tags=["remove-input"]
source(contraction.distance_ratios)

# %% [markdown]
# A small ratio by itself is no merit. A stage that doesn't look at its input has $r = 0$: it takes out all noise, and
# the face with it. So what stage 2 makes of edges has to be seen beside the ratio.
#
# ### The ratios of this book's own run
#
# The last column but one is of the same network before its training. It shows which part of the effect is built in,
# since the layers normalise what they pass on, and which is learned.

# %%
(run, *_) = runs["faces/gray"]
FACES = 64


def neighbours_of(stage):
    """Return x and x + h by the kind of h, (faces, 1, size, size) each."""
    real = stage.real_conditions(stage.held_out[:FACES])
    drawn, _ = stage.generated_conditions(FACES)
    known = contraction.nearest(drawn, stage.real_conditions(stage.trained_on[:2048]))
    return {
        "noise, deviation 0.05": (real, contraction.add_noise(real, 0.05)),
        "noise, deviation 0.2": (real, contraction.add_noise(real, 0.2)),
        "JPEG, quality 75": (real, contraction.round_trip(real)),
        "10% of the way to another face": (real, torch.lerp(real, real.roll(1, dims=0), 0.1)),
        "from the nearest real edges to drawn ones": (known, drawn),
    }


def ratios_of(stage):
    """Return the ratios r of all faces by the kind of h."""
    found = {}
    for kind, (x, neighbours) in neighbours_of(stage).items():
        apart = contraction.lengths(neighbours - x) > 0  # a face that JPEG leaves as it is has no ratio
        found[kind] = contraction.distance_ratios(stage.translate, x[apart], neighbours[apart]).numpy()
    return found


# %% tags=["hide-input"]
def ratio_table(stage, untrained):
    before, rows = ratios_of(untrained), []
    for (kind, ratios), (x, neighbours) in zip(ratios_of(stage).items(), neighbours_of(stage).values(), strict=True):
        rows.append(
            {
                "h": kind,
                "|h|, median": f"{contraction.lengths(neighbours - x).median():.2f}",
                "ratio, median": f"{np.median(ratios):.2f}",
                "share below 1": f"{(ratios < 1).mean():.0%}",
                "untrained, median": f"{np.median(before[kind]):.2f}",
                "faces": len(ratios),
            }
        )
    return tables.Plain(pd.DataFrame(rows), chapter.scope)


stages.look(ratio_table, chapter, run, "generator", "snapshots/generator-000000")

# %% tags=["remove-input"]
stages.translations(chapter, runs)

# %% [markdown]
# ## In the worst direction
#
# For small $h$ the largest ratio is the spectral norm of the Jacobian $J_f(x)$, its largest singular value. Power
# iteration finds it: $v \leftarrow J^\top J v / \lVert J^\top J v \rVert$, from a random $v$. Where it exceeds 1, some
# small change of the edges grows. Random noise has hardly any component in such a direction.


# %%
def unit(directions):
    return directions / contraction.lengths(directions).clamp(min=1e-30).reshape(-1, 1, 1, 1)


def spectral_norms(network, images, iterations=20):
    """Return the largest singular value of the network's Jacobian at each image, (faces,), approached from below."""
    images = images.contiguous()  # forward differentiation refuses views that repeat their memory

    def push(directions):
        return torch.func.jvp(network, (images,), (directions,))[1]  # J v

    _, pull = torch.func.vjp(network, images)
    directions = unit(torch.randn(images.shape, generator=torch.Generator().manual_seed(0)).to(images))
    for _ in range(iterations):
        (directions,) = pull(push(directions))  # J^T J v
        directions = unit(directions.detach())
    return contraction.lengths(push(directions)).detach()


# %% tags=["hide-input"]
def ratio_figure(stage):
    found = ratios_of(stage)
    few = stage.real_conditions(stage.held_out[:8])
    with warnings.catch_warnings(action="ignore", category=FutureWarning):  # torch warns of its own use of jit.script
        found["worst direction (spectral norm)"] = spectral_norms(stage.network, few).numpy()
    quartiles = {words: np.quantile(ratios, (0.25, 0.5, 0.75)) for words, ratios in found.items()}
    caption = (
        f"{chapter.scope} | medians and quartiles of {FACES} faces held out at most, {len(few)} for the spectral norm"
    )
    axes = {"xscale": "log", "xlabel": "distance of outputs : distance of inputs"}
    return figures.intervals({"": quartiles}, caption, level=1, runs=runs, **axes)


stages.look(ratio_figure, chapter, run)

# %% [markdown]
# ## Noise on its way
#
# Noise of a known size is added to real edges, and followed through stage 2. The signal is the standard deviation of
# the clean image's pixels, the noise the root mean square of the change. Both differ between edges and gray, but their
# ratio can be compared:
#
# $$
# \mathrm{SNR} = 20 \log_{10}
# \frac{\operatorname{std} f(x)}{\operatorname{rms}\bigl(f(x + h) - f(x)\bigr)} \ \mathrm{dB}.
# $$
#
# A stage that takes out noise has a higher ratio at its output than at its input. That is about noise on real edges.
# Whether generated edges are real ones with noise is another question, which the distances of [stage
# two](b-4-stage-two) answer.
#
# ### Noise through this book's own stage 2


# %% tags=["hide-input"]
def noise_figure(stage, deviations=(0.02, 0.05, 0.1, 0.2, 0.5)):  # in units of the range from -1 to 1
    real = stage.real_conditions(stage.held_out[:FACES])
    noisy = [contraction.add_noise(real, deviation) for deviation in deviations]
    travels = [contraction.noise_travel(stage.translate, real, images) for images in noisy]
    medians = torch.stack([decibels.median(dim=1).values for decibels in travels])  # (deviations, before and behind)
    figure, axes = plt.subplots(figsize=(figures.WIDTH, 3.0))
    names = ("edges, the input of stage 2", "gray, its output")
    for name, values, marker in zip(names, medians.T, figures.MARKERS, strict=False):
        axes.plot(deviations, values, f"{marker}-", label=name)
    axes.set(xscale="log", xlabel="standard deviation of the noise, range of 2", ylabel="signal to noise in dB")
    axes.set_xticks(deviations, deviations)
    axes.minorticks_off()
    axes.legend()
    return figures.finish(figure, f"{chapter.scope} | medians over {len(real)} faces held out", runs)


stages.look(noise_figure, chapter, run)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B11", "B12")
