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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = "all"

# %% tags=["hide-cell"]
from stackrepro.report import ledger, open_chapter

chapter = open_chapter(globals())

# %% [markdown]
# ## The verdicts
#
# A claim's name links to the chapter about it, which judges each part by the published results and by this book's own
# runs. The table here shows the verdicts by the published results, under [these rules](verdicts).
# `stackrepro claims A5` prints the details of one claim, and which runs it still needs.

# %% tags=["remove-input"]
ledger.overview(chapter, "A")

# %% tags=["remove-input"]
ledger.counts(chapter, "A")

# %% [markdown]
# ## The tests
#
# The table shows what a test compares, what evidence the paper offers, and how the test departs from that. The paper
# judges by the eyes of its authors, on grids of nine images, without a second training: no number in it can be compared
# with one here. Arm `matched` serves unless the test says otherwise.

# %% tags=["nbval-check-output", "remove-input"]
ledger.plan("A")

# %% [markdown]
# ## On claim A23
#
# Two earlier works train a stack as a whole. Huang et al. {cite}`huang2017stacked` train the generators of their stack
# one by one, and then all of them end to end. StackGAN++ {cite}`zhang2019stackganpp` trains the generators of all
# stages together, with a discriminator for each size.
