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
# # Summary of paper A
#
# "Exploring Stacked GANs" {cite}`deshmukh2022exploring`, on one page.

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
from stackrepro.report import ledger, plan, reference

# %% [markdown]
# ## Scope
#
# The paper asks whether a generator that works in two stages, 64 and then 128 pixels, makes better birds than a single
# generator of 128 pixels, for three layer types, and whether it should be trained as a whole or with the first stage
# held. Its main claims, in the words of this book:
#
# - Stacking improves conv and deep-conv generators (A1, A2), and does nothing for dense ones (A3).
# - Backpropagation through both stages makes conv and deep-conv stacks worse (A5, A6), and changes nothing in dense
#   ones (A4).
# - Deep-conv generators beat conv ones, which beat dense ones, at each size and stacked (A7 to A9).
#
# ## Method
#
# The twelve models are trained in three arms: as the text says, as the released notebooks do it, and matched, where
# nothing but the thing under test differs. The paper compares grids of nine pictures by eye and prints no number; here
# distances, precision, recall and measures of pixels are computed from unpicked samples, thousands of them from tier
# `reduced` on, and anyone can take an [eye test](eye-test). Each claim has its test, tolerance and adequacy criterion
# in the [ledger](ledger-a).
#
# ## Results

# %%
ledger.counts(chapter, "A")

# %% mystnb={"markdown_format": "myst"}
ledger.overview(chapter, "A", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9")

# %%
reference.wall(chapter, *plan.birds(*plan.MODELS))

# %% [markdown]
# The pictures are of the first seed, which was fixed before any was trained; the distances are of all seeds. By KID the
# dense birds of tier `reduced` lie farther from real ones than photographs of faces do ([first page](intro)). Errors,
# and what the distances must be read beside, stand in [the appendix](a-8-appendix).
#
# ## What was easy
#
# The twelve notebooks are public: every layer, optimizer and loss can be read off, and each network's
# count of weights follows. The networks are small by today's standards, and the data set can be had.
#
# ## What was hard
#
# Text and code differ in many settings: the dense models' value range, numbers and sizes of layers, which weights are
# held, even what stage 2 of the deep-conv stack is fed with ([3.4](a-3-4-stacked)). The notebooks mix real and
# generated images in one batch and draw the latter with running statistics, which changes what BatchNorm sees
# ([3.2](a-3-2-losses)). They display pixels so that small negative values turn white, and may have taken that for
# noise ([4.2](a-4-2-stacked-against-single)). As released, a comparison of two models changes up to five things at
# once.
#
# ## Obstacles
#
# No number, loss curve, weight file, prepared array or output survives, so nothing can be compared with the authors'
# results themselves. How long the models were trained is known only from the calls in the notebooks. An eye test of
# nine pictures can't be repeated. Single trainings have no spread; whether two pictures differ by more than two seeds
# do can't be told from the paper.
#
# The authors were not asked. What only they know, such as the arrays they trained on, is filled by stated rules.
#
# The register of all deviations, each with its reason, stands in [3.3](a-3-3-baselines).
