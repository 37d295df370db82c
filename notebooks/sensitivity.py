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
# # Sensitivity: which orderings survive another way of measuring
#
# Both papers put models in an order. Here each order is looked at again under choices that neither paper tells, and
# that this book had to make.

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
from stackrepro.report import plan, sensitivity, tables

# %% [markdown]
# ## What is varied
#
# A distance is a number about a generator, and about a way of measuring. The tables of the other chapters fix one way,
# the tier's standard protocol. Here one factor after the other departs from it:
#
# - **Measure:** Fréchet distance {cite}`heusel2017gans` or KID {cite}`binkowski2018demystifying`.
# - **Protocol:** the standard one; the common size of large and small models; the resize of clean-fid
#   {cite}`parmar2022aliased`; the 192 early features where the standard has 2048 late ones.
# - **Number of images:** all, half and a quarter of the generated ones, and what the extra passes have.
# - **Reference:** all real images of the protocol, and either half of them; the halves share no image.
# - **Gray rule**, for images of one channel: repeat the channel three times, or stretch each image to its own range
#   first, as the files of paper B's released code hold them.
# - **Storage** of generated images: as they are; a JPEG file of quality 75, from tier `reduced` on also 90; clipped and
#   wrapped display where values leave the range.
#
# A PNG file changes no level, so its distances are those of the images as they are. Summing the first layer's weights
# over its three inputs and feeding one channel is the same as to repeat the channel.
#
# Numbers of images are compared with themselves: both models of an order always have the same. What is measured with
# fewer images lies higher, since a Fréchet distance from $n$ samples exceeds its limit by about $c / n$
# {cite}`chong2020effectively`. A JPEG pass and the like have features of their own; all other conditions reuse those
# that the tables rest on.
#
# ## How sure a distance is
#
# Two things vary: the training, by its seed, and the images that are drawn from a trained generator. The $t$-interval
# over seeds holds both. For a single run only the second can be told. Its standard error comes from the jackknife that
# leaves out a tenth of the images at a time {cite}`kott2001delete`. With the distances $d_1, \dots, d_g$ of what is
# left it is
#
# $$
# s^2 = \frac{g - 1}{g} \sum_{i=1}^{g} \bigl(d_i - \bar d\bigr)^2 .
# $$
#
# All $d_i$ have the same number of images and so the same excess, which drops out. Bootstrap samples would not do: they
# repeat images, so that their distances lie above the one whose error is sought. On average the jackknife does not
# understate {cite}`efron1981jackknife`. The reference is held fixed, being the same for all models.
#
# A table of one seed says $n = 1$ and has no interval. With more seeds "over trainings" is the standard deviation that
# is left when the part of the samples is taken off.

# %%
runs = chapter.obtain(*plan.birds(*plan.MODELS), *plan.FACES)
tables.measured(chapter, {name: runs[name] for name in plan.birds(*plan.MODELS)})

# %%
tables.dressed(tables.distances({name: runs[name] for name in plan.FACES}), chapter.book_stamp)

# %% [markdown]
# Edges carry a flag in every row: the network has seen photographs, so their distances order edges at best, and compare
# with nothing else.
#
# ## Which orders hold
#
# Below are the orders by the Fréchet distance that the claims of the two ledgers name, as far as their runs are there.
# Those of paper B's printed numbers are among them: 59 for gray faces, 73 for edges, 181 for edges from a quarter of
# the images. The first two are distances to different real images, [which have no common scale](b-5-distances); whether
# the number is smaller is looked at all the same.
#
# ### The reference

# %%
reference = sensitivity.published()
sensitivity.sentence(reference)

# %%
sensitivity.heat_map(reference)

# %%
sensitivity.shares(reference)

# %% [markdown]
# ### This book's own runs

# %%
seen = sensitivity.surveyed(chapter)
sensitivity.sentence(seen)

# %%
sensitivity.heat_map(seen)

# %%
sensitivity.shares(seen)

# %% [markdown]
# An order that turns round with the way of measuring says nothing about the models. An order that doesn't may still be
# due to one training: the verdicts of the ledgers ask for three seeds besides.
#
# ## What could not be looked at

# %%
sensitivity.missing(seen)
