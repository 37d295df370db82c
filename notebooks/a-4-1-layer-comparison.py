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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-64", "birds/dconv-128"]
small = ["birds/dense-64", "birds/conv-64", "birds/dconv-64"]
large = ["birds/dense-128", "birds/conv-128", "birds/dconv-128"]
in_code = [
    "birds/dense-64@code",
    "birds/conv-64@code",
    "birds/dconv-64@code",
    "birds/dense-128@code",
    "birds/conv-128@code",
    "birds/dconv-128@code",
]

# %% tags=["hide-cell"]
from stackrepro.report import figures, forest, ledger, open_chapter, published, tables

chapter = open_chapter(globals())

# %% tags=["remove-input"]
forest.short(chapter, "A7", "A8", "A10", "A11", "A12")

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
# ## The weights of each layer type
#
# At the paper's scale:

# %% tags=["nbval-check-output", "remove-input"]
tables.counts({name: chapter.configuration(name, tier="paper") for name in small + large})

# %% [markdown]
# ## Dense, conv, deep-conv
#
# The grids of both sizes are the counterpart of the paper's Figure 7. The published results come first, and below them
# what this book's own run made, where there is one. Models keep the paper's names, whatever they draw: at tier `small`
# those of 64 and 128 pixels draw 16 and 32, at tier `reduced` 32 and 64.
#
# Distances at 64 and at 128 pixels are taken from different real images, so they can't be compared with each other.
# [Section 4.2](a-4-2-stacked-against-single) says what is measured.

# %% tags=["remove-input"]
_ = chapter.obtain(*needs)

# %% [markdown]
# ### 64 pixels
#
# Look for outlines that are whole, for heads and wings inside them, and for pictures that come again within one grid: a
# generator that repeats itself draws few birds, however good each of them is. The line below the table names those
# whose recall says so.

# %% tags=["remove-input"]
published.results(chapter, *small)

# %% tags=["remove-input"]
published.show(chapter, small, figures.loss_curves)

# %% [markdown]
# ### 128 pixels
#
# These models have as many updates as both stages of a stack together. Half of that is the budget of the models above.
# A lattice over a bird is the mark of a transposed convolution whose kernels overlap unevenly
# {cite}`odena2016deconvolution`.

# %% tags=["remove-input"]
published.results(chapter, *large)

# %% tags=["remove-input"]
published.show(chapter, large, figures.loss_curves)

# %% [markdown]
# ## As the notebooks have them
#
# Arm `code` trains as the notebooks do; the layer type isn't all that differs there. Pixels out of range are clipped,
# where the notebooks' own pictures let them wrap around ([section 4.2](a-4-2-stacked-against-single)).

# %% tags=["remove-input"]
published.results(chapter, *in_code)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-a).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "A7", "A8", "A10", "A11", "A12")
