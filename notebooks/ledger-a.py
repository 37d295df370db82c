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
# A claim's name leads to the chapter that shows what it is about. The first verdict rests on the best results that are
# published with this book, the second on the runs that this copy of the book was made from. `stackrepro claims A5`
# tells all about one claim, and which runs it still needs.

# %% mystnb={"markdown_format": "myst"}
ledger.overview(chapter, "A")

# %%
ledger.counts(chapter, "A")

# %% [markdown]
# ## The rules
#
# Today's verdicts are computed by these, the first version. The second one, which is to take its place, and what was
# changed since the first results stand [on a page of their own](../verdicts).

# %%
ledger.the_rules()

# %% [markdown]
# ## The tests
#
# The distances, precision and recall are those of Inception features; higher tiers take pool3, lower ones 192 earlier
# features. Arm `matched` serves unless the test says otherwise.

# %% tags=["nbval-check-output"]
ledger.plan("A")

# %% [markdown]
# ## How the tests depart from the paper
#
# The paper judges by the eyes of its authors, on grids of nine images, without a second training. No number in it can
# be compared with one here.

# %%
ledger.departures("A")

# %% [markdown]
# ## On claim A23
#
# Two earlier works train a stack as a whole. Huang et al. {cite}`huang2017stacked` train the generators of their stack
# one by one, and then all of them end to end. StackGAN++ {cite}`zhang2019stackganpp` trains the generators of all
# stages together, with a discriminator for each size.
