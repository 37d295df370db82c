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
# # 1, 2 Introduction and related work
#
# Paper A {cite}`deshmukh2022exploring`, sections 1, 2 and the opening of 3.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-64"]
fewer = ["birds/dconv-64+images=quarter", "birds/dconv-64+images=sixteenth"]

# %% tags=["hide-cell"]
import pandas as pd

from stackrepro.models.summary import sum_counts, summarise
from stackrepro.report import figures, forest, ledger, open_chapter, published, tables
from stackrepro.report.architecture import schematic

chapter = open_chapter(globals())

# %% tags=["remove-input"]
forest.short(chapter, "A16", "A23", "A24", "A25", "A26")

# %% [markdown]
# ## What the paper says
#
# A traditional GAN {cite}`goodfellow2014generative` has a generator that turns a latent vector into an image, and a
# discriminator that sees as many real images as generated ones and learns to tell them apart. The paper names three
# things that harm it: too few training images, so that the generator repeats itself; a high resolution, which
# overwhelms it; and objects that aren't centred. The first and the third can be mended in the data. Against the second,
# two architectures start at a low resolution and go up: the stacked GAN {cite}`zhang2017stackgan` and the progressive
# GAN {cite}`karras2018progressive`.
#
# In a stack stage 1 is trained first. Then its weights are frozen, its image becomes the input of a larger stage 2, and
# that one is trained with a discriminator of its own. The progressive GAN has no stages to freeze: it adds layers to
# one generator and one discriminator while they learn. Section 3 announces that layer types, implementations and
# structures are held as constant as possible, so that what differs is due to stacking; and that backpropagation through
# both stages, which the abstract calls unexplored, is one attribute away.
#
# ## The three schemes

# %% tags=["remove-input"]
schematic("traditional")

# %% tags=["remove-input"]
schematic("stacked")

# %% tags=["remove-input"]
schematic("progressive")

# %% [markdown]
# The first two are the counterparts of the paper's Figures 1 and 2. Their networks are trained for this objective,
# except that the generator has another loss ([section 3.2](a-3-2-losses)):
#
# $$
# \min_G \max_D \; \mathbb{E}_{x} \log D(x) + \mathbb{E}_{z} \log\bigl(1 - D(G(z))\bigr).
# $$
#
# ## Held constant?
#
# The released notebooks can be compared where section 3 says that only stacking differs. For each layer type, what
# changes from the single 128-pixel model to the stack, besides the generator:

# %% tags=["nbval-check-output", "hide-input"]
SETTINGS = ["discriminator's optimizer", "generator's optimizer", "update rule"]


def beside_the_generator(c):
    weights = sum_counts(summarise(c.discriminator)).parameters
    settings = tables.settings({"": c}).set_index("setting").loc[SETTINGS, ""]
    updates = c.updates + (c.stage1.updates if c.stage1 else 0)
    return pd.Series({"discriminator's weights": f"{weights:,}", **settings, "updates, with stage 1's": f"{updates:,}"})


for layers in ("dense", "conv", "dconv"):
    names = {words: f"birds/{layers}-{model}" for words, model in (("single", "128"), ("stack", "stack"))}
    code = {words: chapter.configuration(name, "code", tier="paper") for words, name in names.items()}
    both = pd.DataFrame({words: beside_the_generator(c) for words, c in code.items()})
    print(layers, both[both["single"] != both["stack"]].to_string(), sep="\n", end="\n\n")

# %% [markdown]
# Stage 1 of the dense and the conv stack was trained as long as the whole model that the stack is compared with. The
# deep-conv notebook loads no stage 1, and its stack has a discriminator with 3.7 times the weights. In arm `matched` of
# this book all of this is equal.
#
# ## Too few images
#
# Does a generator repeat itself when it sees fewer images? The smallest deep-conv model is trained with all images,
# with a random quarter and with a random sixteenth of them, for the same number of updates. The published results come
# first, and below them what this book's own run made, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain("birds/dconv-64")

# %% [markdown]
# ### All images

# %% tags=["remove-input"]
published.results(chapter, "birds/dconv-64")

# %% [markdown]
# ### A quarter, and a sixteenth
#
# A generator that repeats itself has low recall, the share of real images that have generated ones around them.

# %% tags=["remove-input"]
published.show(chapter, ["birds/dconv-64", *fewer], figures.fixed_latent_grids, tables.distances, tables.fidelity)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-a).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "A16", "A23", "A24", "A25", "A26")
