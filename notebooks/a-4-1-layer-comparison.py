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
# # 4.1 Layer comparison
#
# Paper A {cite}`deshmukh2022exploring`, section 4.1.

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
from stackrepro.report import figures, ledger, plan, reference, tables

small = ["birds/dense-64", "birds/conv-64", "birds/dconv-64"]
large = ["birds/dense-128", "birds/conv-128", "birds/dconv-128"]

# %% [markdown]
# ## What the paper says
#
# By eye, dense layers find the shape of a bird and no detail inside it, and 128 pixels look little different from 64.
# Convolutions are better and begin to show detail, a little more of it at 128. Deep-conv is best: most recognisable
# birds at 64, more variance and detail at 128.
#
# In the notebooks the layer types differ in optimizer, discriminator, normalisation, slope and range too. This chapter
# compares them in arm `matched`, where none of that differs ([section 3.3](a-3-3-baselines)).
#
# ## The reference
#
# Models keep the paper's names; at tier `reduced` those of 64 and 128 pixels draw 32 and 64. There the dense models
# draw a few pictures again and again, with each of three seeds at 64 pixels, with seed 0 at 128: blots of colour, now
# and then the outline of a bird. Conv and deep-conv models draw many different birds. At 64 pixels, with each of three
# seeds, the two come about equally near to real birds by the distances of this table, and much nearer than the dense
# model; so they do at 128, with seed 0, where a lattice lies over many of the conv model's.

# %%
reference.results(small + large)

# %% [markdown]
# ## This book's own run
#
# The grids of both sizes are the counterpart of the paper's Figure 7.
#
# ### 64 pixels

# %%
runs = chapter.obtain(*small, *large)
figures.fixed_latent_grids(chapter, {name: runs[name] for name in small})

# %%
tables.dressed(tables.distances({name: runs[name] for name in small}), chapter.stamp)

# %% [markdown]
# ### 128 pixels
#
# These had the summed updates of a stack's two stages; half-way lies the budget of the models above.

# %%
figures.fixed_latent_grids(chapter, {name: runs[name] for name in large})

# %%
tables.dressed(tables.distances({name: runs[name] for name in large}), chapter.stamp)

# %% [markdown]
# Distances at 64 and at 128 pixels have references of their own, and don't compare with each other.
# [Section 4.2](a-4-2-stacked-against-single) says what is measured.
#
# ### Losses

# %%
figures.loss_curves(chapter, {name: runs[name] for name in small})

# %%
figures.loss_curves(chapter, {name: runs[name] for name in large})

# %% [markdown]
# ## As the notebooks have them
#
# Arm `code` trains as the notebooks do; the layer type isn't all that differs there. Pixels out of range are clipped,
# where the notebooks' own pictures let them wrap around ([section 4.2](a-4-2-stacked-against-single)). The reference:

# %%
reference.results(plan.birds("64", "128"), arm="code")

# %% [markdown]
# This book's own runs:

# %%
chapter.show(figures.fixed_latent_grids, *plan.birds("64", "128"), arm="code")

# %%
chapter.show(tables.measured, *plan.birds("64", "128"), arm="code")

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-a).

# %%
ledger.verdicts(chapter, "A7", "A8", "A10", "A11", "A12")
