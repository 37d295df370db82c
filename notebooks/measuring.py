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
# # How things are measured
#
# Paper A has no number, and those of paper B can't be traced. So this book says of each number by which recipe it was
# measured, and holds its recipes to those of the field.

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
from stackrepro.report import measuring, tables

# %% [markdown]
# ## Protocols
#
# A protocol is a full recipe under one name: the layer of the Inception network whose features are compared, the size
# that images are brought to first, the way to the network's 299 pixels, the number of generated images, and the real
# images to compare with. Numbers of different protocols don't compare, and no table mixes them. `fid/pytorch-fid` is
# the standard: the weights and the arithmetic of pytorch-fid. Beside it stand clean-fid's resize, and a common size for
# models of different sizes, after an @ in the name. Runs of the small tiers make too few images for the 2,048 features
# of the last layer and take the 192 of an early one.

# %%
tables.stamped(measuring.protocols(), "the plans of all tiers")

# %% [markdown]
# Under each protocol the same features give:
#
# - the Fréchet distance {cite:p}`heusel2017gans` between the Gaussians that have the features' means and covariances,
#
# $$
# \lVert \mu_a - \mu_b \rVert^2 + \operatorname{tr}\bigl(C_a + C_b - 2\,(C_a C_b)^{1/2}\bigr);
# $$
#
# - the same extrapolated to infinitely many generated images: a line through the distances of parts of them, from a
#   quarter to all, over one divided by their number {cite:p}`chong2020effectively`. Where a quarter is no more than the
#   features have dimensions the line bends: the value carries a flag in the result, and no table of a chapter shows it;
# - the kernel distance, KID {cite:p}`binkowski2018demystifying`, with kernel $(x \cdot y / d + 1)^3$, over all pairs,
#   whose estimate has no bias at any number of images, with a jackknife's standard error;
# - precision and recall with 3 neighbours {cite:p}`kynkaanniemi2019improved`, density and coverage with 5
#   {cite:p}`naeem2020reliable`, and the mean distance of two generated images.
#
# A Fréchet distance falls with the number of images, so a table shows one only where a row has as many as the trained
# generators; KID compares whatever the number.
#
# Each comes with its floor, real images against other real images, as many as were generated. The real images are
# dealt once, by a permutation with a fixed seed. Features of real images are computed once for each set of images,
# resize and network, kept, and read by every measure.
#
# **Gray images** have one channel. It is repeated in three before every protocol, on both sides, which is what
# `convert("RGB")` does in pytorch-fid.
#
# **What is replaced.** LPIPS and the confidence of a classifier of birds, which would serve some claims, need weights
# that can't be had everywhere. Inception's features take their places; the deviation registers say so, entry D27 for
# [paper A](a-3-3-baselines), entry E20 for [paper B](b-4-stage-two).
#
# ## Flags
#
# A number that is out of its domain, or that not every comparison allows, carries a flag.

# %%
measuring.flags()

# %% [markdown]
# ## Held against other programs
#
# The same features or images, and the same weights, go through pytorch-fid, torch-fidelity and clean-fid. The bound of
# each comparison was declared beforehand, in one table that the tests read, too. What takes seconds is compared here,
# while this page is made; the rest by `make check`, which fails if a bound is exceeded.

# %%
tables.stamped(measuring.tolerances(), "compared while this page was made")

# %%
tables.stamped(measuring.versions(), "what is installed here")

# %% [markdown]
# Any two folders of images can be compared the same way, for instance by `stackrepro fid REAL GENERATED --protocol
# fid-192/clean`. It decodes as pytorch-fid does: gray levels are repeated, alpha is dropped, palettes and CMYK are
# converted, 16-bit levels are clipped, orientation tags are ignored.
