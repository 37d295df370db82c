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
# # Ledger of paper B
#
# Thirty-three claims of paper B {cite}`belhiti2021stackgan`, each with its test and its verdict. The verdicts are
# computed from results; no run is made for this page.

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

chapter = open_chapter(globals(), "faces")

# %% tags=["hide-cell"]
from stackrepro.report import ledger

# %% [markdown]
# ## The verdicts
#
# A claim's name leads to the chapter that shows what it is about. The first verdict rests on the best results that are
# published with this book, the second on the runs that this copy of the book was made from. `stackrepro claims B9`
# tells all about one claim, and which runs it still needs.

# %% mystnb={"markdown_format": "myst"}
ledger.overview(chapter, "B")

# %%
ledger.counts(chapter, "B")

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
# features. Edges are images that Inception was not made for, and results say so. Arm `matched` serves unless the test
# says otherwise; `stackrepro claims --arm text` reads another.

# %% tags=["nbval-check-output"]
ledger.plan("B")

# %% [markdown]
# ## How the tests depart from the paper
#
# The paper prints three distances, and judges by the eyes of its authors and of a few people. It trains each model once
# and holds no face out.

# %%
ledger.departures("B")

# %% [markdown]
# ## On claims B9 and B10
#
# The paper says in one place that the images get better from stage 1 to stage 2, in another that stage 1 has the better
# distance. Its own numbers, 73 for edges and 59 for gray faces, are distances to two different sets of real images, and
# two such numbers have no order. Here one reference serves for both: the Sobel filter turns the gray faces into edges
# again, by the same steps as the real ones. Both sentences stand in the ledger, and one at most can come out
# reproduced.

# %% [markdown]
# ## On claim B7
#
# People's ratings can't be computed. Until there are some, the claim is untestable. The bound, nine right answers of
# ten, was fixed before anybody had answered; [the eye test](eye-test) says how to.
