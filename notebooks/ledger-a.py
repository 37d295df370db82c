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
# # Ledger of paper A
#
# Thirty claims of paper A {cite}`deshmukh2022exploring`, each with its test and its verdict. The verdicts are computed
# from results; no run is made for this page.

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
from stackrepro.report import ledger

# %% [markdown]
# ## The verdicts
#
# A claim's name leads to the chapter that shows what it is about, with each part by the published results and by the
# runs that this copy of the book was made from. Here stands what the published results say, by [these rules](verdicts).
# `stackrepro claims A5` tells all about one claim, and which runs it still needs.

# %% mystnb={"markdown_format": "myst"}
ledger.overview(chapter, "A")

# %%
ledger.counts(chapter, "A")

# %% [markdown]
# ## The tests
#
# What a test compares, what the paper offers for the claim, and how the test departs from that. The paper judges by the
# eyes of its authors, on grids of nine images, without a second training: no number in it can be compared with one
# here. Arm `matched` serves unless the test says otherwise.

# %% tags=["nbval-check-output"]
ledger.plan("A")

# %% [markdown]
# ## On claim A23
#
# Two earlier works train a stack as a whole. Huang et al. {cite}`huang2017stacked` train the generators of their stack
# one by one, and then all of them end to end. StackGAN++ {cite}`zhang2019stackganpp` trains the generators of all
# stages together, with a discriminator for each size.
