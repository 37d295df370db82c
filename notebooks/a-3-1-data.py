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
# # 3.1 Dataset and preprocessing
#
# Paper A {cite}`deshmukh2022exploring`, section 3.1.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-64"]
crops = ["birds/dconv-64+crop=none", "birds/dconv-64+crop=square"]

# %% tags=["hide-cell"]
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from PIL import ImageDraw

from stackrepro.data import BirdView, prepare, synthetic_birds
from stackrepro.experiments.tiers import stage_sizes
from stackrepro.report import figures, forest, ledger, neighbours, open_chapter, published, tables

chapter = open_chapter(globals())

# %% tags=["remove-input"]
forest.short(chapter, "A21", "A22")

# %% [markdown]
# ## What the paper says
#
# The experiments use CUB-200-2011 {cite}`wah2011caltech`: 11,788 photographs of 200 species of birds. Three steps lead
# from a photograph to a training image: it is cropped to the bounding box that comes with it, resized to the training
# size, and its pixels are scaled from 0–255 to 0–1. The paper calls the centred birds the data set's greatest merit,
# and the crop a further removal of noise.
#
# It doesn't say which margin the crop has, whether the aspect ratio is kept, or how an image is resized, and no script
# was released that would tell. This book reads it literally: the box itself, squashed to a square, bicubic with
# antialiasing ([entry D10](../deviations) of the deviation register).
#
# ## What is here

# %% tags=["hide-input"]
sizes = stage_sizes(chapter.configuration("birds/dconv-stack"))
arrays = prepare(chapter.source, [BirdView(size, "box") for size in sizes])
images = {f"{view.size} x {view.size}": array for view, array in arrays.items()}
facts = [
    ("data set", "CUB-200-2011", chapter.source.name),
    ("images", "11,788", f"{len(arrays[next(iter(arrays))]):,}"),
    ("sizes in pixels", "64 x 64, 128 x 128", ", ".join(images)),
    ("official archive", "-", "yes" if chapter.source.official else "no"),
    ("fingerprint (SHA-256)", "-", chapter.source.fingerprint[:16]),
]
tables.Plain(pd.DataFrame(facts, columns=["", "paper", "here"]), f"tier {chapter.tier} | {chapter.source.name}")

# %% [markdown]
# The counterpart of the paper's Figure 3, training images at the two sizes that the stack uses at this tier:

# %% tags=["remove-input"]
figures.images_by_size(chapter, images)

# %% [markdown]
# ## Three ways to crop
#
# The box, squashed, is what this book trains on. A square around the box keeps the bird's proportions but needs room
# that the frame doesn't always have, and the whole frame keeps the surroundings.
#
# ### Real images, cropped

# %% tags=["remove-input"]
cropped = prepare(chapter.source, [BirdView(sizes[-1], crop) for crop in ("box", "square", "none")])
figures.images_by_size(chapter, {f"crop: {view.crop}": array for view, array in cropped.items()}, rows=1)

# %% [markdown]
# ### Does the crop help?
#
# Only a training can tell, as the paper says. The deep-conv model of 64 pixels, trained on the box:

# %% tags=["remove-input"]
runs = chapter.obtain("birds/dconv-64")

# %% tags=["remove-input"]
published.results(chapter, "birds/dconv-64")

# %% [markdown]
# The same model is trained on the whole frame, and on a square. Each row is measured against real images that were
# cropped in its own way, so the real-vs-real baselines tell how far the rows can be compared.

# %% tags=["remove-input"]
published.results(chapter, "birds/dconv-64", *crops)

# %% [markdown]
# ## The range of the pixels
#
# A pixel $p \in \{0, \dots, 255\}$ becomes
#
# $$
# x = a + (b - a)\,\frac{p}{255}, \qquad [a, b] = [0, 1] \text{ in the paper.}
# $$
#
# All of the paper's generators end in $\tanh$, which reaches from −1 to 1. With $[a, b] = [0, 1]$ no real image has
# values in the lower half of that range, and a discriminator can tell a generated image by a single negative pixel. The
# released notebooks of the convolutional models do the same; those of the dense models seem to load arrays in
# $[-1, 1]$. Arm `text` keeps the paper's range, arm `code` that of each notebook, arm `matched` takes $[-1, 1]$.
#
# ### The pixels of the data set in each range

# %% tags=["hide-input"]
ranges = {arm: chapter.configuration("birds/dconv-stack", arm).value_range for arm in ("text", "code", "matched")}
levels = np.bincount(np.asarray(list(arrays.values())[-1]).ravel(), minlength=256)
figure, panels = plt.subplots(1, len(ranges), figsize=(figures.WIDTH, 2.8), sharey=True)
for panel, (arm, (low, high)) in zip(panels, ranges.items(), strict=True):
    panel.axvspan(-1, 1, color="0.85", label="reach of tanh")
    panel.fill_between(np.linspace(low, high, 256), levels / levels.sum(), label="pixels")
    panel.set(title=f"arm {arm}: [{low:g}, {high:g}]", xlim=(-1.1, 1.1))
panels[0].set_ylabel("share")
panels[0].legend()
figures.finish(figure, f"tier {chapter.tier} | {chapter.source.name}")

# %% [markdown]
# ## Learned by heart?
#
# A generator that repeats its training images has a small distance too. So the measurement of each run searches the
# training images for those that lie nearest to its samples, by pixels at a common size and by Inception features. The
# images that measure the real-vs-real baseline are left out of the search, though they are trained on: at tier
# `reduced` 2,304 of 11,788 birds, a fifth, and as many of 8,993 faces, a quarter. They tell how near a real image comes
# that isn't searched. Samples that are nearer than every one of these are candidates for copies. If in about half of
# the pairs the sample is nearer, no searched image was repeated. A copy of an image that is left out isn't counted. By
# pixels alone, a blurred image is near to many.

# %% tags=["remove-input"]
published.show(chapter, ["birds/dconv-64"], tables.copying)

# %% [markdown]
# ### The training images that lie nearest

# %% tags=["remove-input"]
neighbours.nearest_training_images(chapter, runs["birds/dconv-64"][0], "birds/dconv-64")

# %% [markdown]
# ## Birds where there are none
#
# Where no data set is at hand, the package draws birds of its own, in CUB's layout: 16 species with palettes and
# builds, poses, backgrounds, each bird with its exact box, which the frames show. They don't replace the photographs,
# and no result on them is a replication. With them the whole book runs anywhere.

# %% tags=["hide-input"]
drawn = []
for index in range(6):
    example = synthetic_birds.example(index)
    left, top, width, height = example.box
    framed = example.image.copy()
    ImageDraw.Draw(framed).rectangle((left, top, left + width - 1, top + height - 1), outline=(200, 0, 0))
    drawn.append((synthetic_birds.SPECIES[example.species].name.replace("_", " "), np.asarray(framed)))
figures.grid(drawn, 3, "synthetic birds, drawn by this package")

# %% [markdown]
# ## The sizes of a tier
#
# Each tier trains the same experiments at a scale of its own. Figures and tables say which one they show.

# %% tags=["nbval-check-output", "remove-input"]
tables.tier_sizes("birds/dconv-stack")

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-a).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "A21", "A22")
