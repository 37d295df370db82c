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
# # 8 Appendix: grids of every model
#
# Paper A {cite}`deshmukh2022exploring`, section 8.

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
from stackrepro.report import figures, plan, reference, tables

# %% [markdown]
# The appendix of the paper shows generated birds of the deep-conv models: 64 pixels, 128 pixels, the stack. Here are
# all twelve models. Every grid begins with the same latents in the same order: the bird in the third column of the
# second row is in each what its model made of one vector. The latents were drawn once, before any model was trained,
# and none is left out.
#
# All grids have the same size on the page; those of the models named 64 have half as many pixels a side.

# %% [markdown]
# ## The reference

# %%
reference.results(plan.birds(*plan.MODELS))

# %% [markdown]
# Distances on the way, by the protocol that the figure names; the first point of each line is the untrained generator:

# %%
reference.show(figures.distance_over_training, *[f"birds/dconv-{model}" for model in plan.MODELS])

# %% [markdown]
# The same models in arm `text`, all as the paper describes them, not only equal but for the layers:

# %%
reference.results(plan.birds(*plan.MODELS), arm="text")

# %% [markdown]
# ## This book's own runs

# %%
runs = chapter.obtain(*plan.birds(*plan.MODELS))
rows = {kind: {name: runs[name] for name in runs if name.startswith(f"birds/{kind}-")} for kind in plan.KINDS}

# %% [markdown]
# ### Dense

# %%
figures.fixed_latent_grids(chapter, rows["dense"])

# %% [markdown]
# ### Conv

# %%
figures.fixed_latent_grids(chapter, rows["conv"])

# %% [markdown]
# ### Deep-conv

# %%
figures.fixed_latent_grids(chapter, rows["dconv"])

# %% [markdown]
# ### All distances
#
# With what they must be read beside: the untrained generators, real images against other real images, and images that
# show no bird.

# %%
tables.measured(chapter, runs)

# %% [markdown]
# ### All other measures
#
# What distances leave out: fidelity and diversity apart, the pixels, and whether samples are copies of training images.
# Copies would be nearer to a training image than real images are to theirs: a number near 1, where 0.5 is usual.

# %%
tables.beyond_distances(chapter, runs)

# %% [markdown]
# ### Over training
#
# The paper's three deep-conv models at the snapshots that were kept.

# %%
figures.over_training(chapter, runs["birds/dconv-64"][0], "birds/dconv-64")

# %%
figures.over_training(chapter, runs["birds/dconv-128"][0], "birds/dconv-128")

# %%
figures.over_training(chapter, runs["birds/dconv-stack"][0], "birds/dconv-stack")

# %% [markdown]
# Their distances to the real images on the way, where the snapshots were measured:

# %%
figures.distance_over_training(chapter, rows["dconv"])
