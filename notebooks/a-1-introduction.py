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

# %% tags=["parameters", "hide-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
unofficial = False
runs_root = ""
device = "cpu"
extended = False

# %% tags=["hide-cell"]
from stackrepro.report import open_chapter

chapter = open_chapter(globals())

# %% tags=["hide-cell"]
from stackrepro.report import figures, ledger, plan, reference, schematic, tables

# %% [markdown]
# ## What the paper says
#
# A traditional GAN {cite}`goodfellow2014generative` has a generator that turns a latent vector into an image, and a
# discriminator that sees as many real images as generated ones and learns to tell them apart. The paper names three
# things that harm it: too few training images, so that the generator repeats itself; a high resolution, which
# overwhelms it; and objects that aren't centred. The first and the third can be mended in the data. For the second two
# architectures start at a low resolution and go up: the stacked GAN {cite}`zhang2017stackgan` and the progressive GAN
# {cite}`karras2018progressive`.
#
# In a stack stage 1 is trained first. Then its weights are held, its image becomes the input of a larger stage 2, and
# that one is trained with a discriminator of its own. The progressive GAN has no stages to hold: it adds layers to one
# generator and one discriminator while they learn. Section 3 announces that layer types, implementations and structures
# are held as constant as possible, so that what differs is due to stacking; and that backpropagation through both
# stages, which the abstract calls unexplored, is one attribute away.
#
# ## The three schemes

# %%
schematic.schematic(schematic.TRADITIONAL)

# %%
schematic.schematic(schematic.STACKED)

# %%
schematic.schematic(schematic.PROGRESSIVE)

# %% [markdown]
# The first two are the counterparts of the paper's Figures 1 and 2. The game that they play, but for the generator's
# loss ([section 3.2](a-3-2-losses)), is
#
# $$
# \min_G \max_D \; \mathbb{E}_{x} \log D(x) + \mathbb{E}_{z} \log\bigl(1 - D(G(z))\bigr).
# $$
#
# ## Held constant?
#
# The released notebooks can be compared where section 3 says that only stacking differs. For each layer type, what
# changes from the single 128-pixel model to the stack, besides the generator:

# %% tags=["nbval-check-output"]
names = {kind: [f"birds/{kind}-{model}" for model in ("128", "stack")] for kind in plan.KINDS}
pairs = {kind: [chapter.configuration(name, "code", tier="paper") for name in names[kind]] for kind in names}
print(tables.changed_beside_generator(pairs).to_string(index=False))

# %% [markdown]
# The dense and the conv stack stand on a stage 1 that was trained as long as the whole model that they are compared
# with. The deep-conv notebook loads no stage 1, and gives the stack a discriminator of 3.7 times the weights. Arm
# `matched` is what this book builds to hold all of this equal.
#
# ## Too few images
#
# Whether a generator repeats itself when it sees fewer images can be tried on the smallest deep-conv model: with all
# images, a random quarter and a random sixteenth of them, and the same number of updates.
#
# ### The reference

# %%
reference.results(["birds/dconv-64", *plan.IMAGES])

# %% [markdown]
# ### This book's own run

# %%
runs = chapter.obtain("birds/dconv-64")
figures.fixed_latent_grids(chapter, runs)

# %%
tables.measured(chapter, runs)

# %%
chapter.show(figures.fixed_latent_grids, *plan.IMAGES)

# %%
chapter.show(tables.measured, *plan.IMAGES)

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-a).

# %%
ledger.verdicts(chapter, "A16", "A23", "A24", "A25", "A26")
