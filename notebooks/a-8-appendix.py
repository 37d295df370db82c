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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-64", "birds/dconv-128", "birds/dconv-stack", "birds/dconv-stack-bp"]
dense = ["birds/dense-64", "birds/dense-128", "birds/dense-stack", "birds/dense-stack-bp"]
conv = ["birds/conv-64", "birds/conv-128", "birds/conv-stack", "birds/conv-stack-bp"]

# %% tags=["hide-cell"]
from stackrepro.report import figures, open_chapter, published, tables

chapter = open_chapter(globals())
birds = [name for models in zip(dense, conv, needs, strict=True) for name in models]

# %% [markdown]
# The appendix of the paper shows generated birds of the deep-conv models: 64 pixels, 128 pixels, the stack. Here are
# all twelve models. Every grid shows the same latents in the same order: in each, the bird in the third column of the
# second row was made from the same vector. The latents were drawn once, before any model was trained, and none is left
# out.
#
# All grids have the same size on the page; those of the models named 64 have half as many pixels a side. Published
# results come first, and below them what this book's own runs made, where there are some.
#
# The weights of all twelve, at the paper's scale:

# %% tags=["nbval-check-output", "remove-input"]
tables.counts({name: chapter.configuration(name, tier="paper") for name in birds})

# %% tags=["remove-input"]
runs = chapter.obtain(*needs)

# %% [markdown]
# ## Dense

# %% tags=["remove-input"]
published.show(chapter, dense, figures.fixed_latent_grids)

# %% [markdown]
# ## Conv

# %% tags=["remove-input"]
published.show(chapter, conv, figures.fixed_latent_grids)

# %% [markdown]
# ## Deep-conv

# %% tags=["remove-input"]
published.show(chapter, needs, figures.fixed_latent_grids)

# %% [markdown]
# ## All distances
#
# Compare them with the untrained generators, with real images against other real images, and with images that show no
# bird.

# %% tags=["remove-input"]
published.show(chapter, birds, tables.distances)

# %% [markdown]
# ## All other measures
#
# These measures show what distances leave out: fidelity and diversity separately, the pixels, and whether samples are
# copies of training images. Copies would be nearer to a training image than real images are to theirs, which gives a
# number near 1; real images score 0.5.

# %% tags=["remove-input"]
published.show(chapter, birds, tables.fidelity, tables.pixels, tables.copying)

# %% [markdown]
# ## Distances over the training
#
# They are taken by the protocol that the figure names. The first point of each line is the untrained generator.

# %% tags=["remove-input"]
published.show(chapter, needs, figures.distance_over_training)

# %% [markdown]
# ## Pictures over the training
#
# The paper's three deep-conv models at the snapshots that were kept.

# %% tags=["remove-input"]
figures.over_training(chapter, runs["birds/dconv-64"][0], "birds/dconv-64")

# %% tags=["remove-input"]
figures.over_training(chapter, runs["birds/dconv-128"][0], "birds/dconv-128")

# %% tags=["remove-input"]
figures.over_training(chapter, runs["birds/dconv-stack"][0], "birds/dconv-stack")

# %% [markdown]
# ## As the paper describes them
#
# Arm `text` builds the same models by the words of the paper.

# %% tags=["remove-input"]
published.results(chapter, *[f"{name}@text" for name in birds])
