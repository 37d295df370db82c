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

chapter = open_chapter(globals(), "faces")

# %% [markdown]
# ## The verdicts
#
# A claim's name links to the chapter about it, which judges each part by the published results and by this book's own
# runs. The table here shows the verdicts by the published results, under [these rules](verdicts).
# `stackrepro claims B9` prints the details of one claim, and which runs it still needs.

# %% tags=["remove-input"]
ledger.overview(chapter, "B")

# %% tags=["remove-input"]
ledger.counts(chapter, "B")

# %% [markdown]
# ## The tests
#
# The table shows what a test compares, what evidence the paper offers, and how the test departs from that. The paper
# prints three distances, and judges by the eyes of its authors and of a few people. It trains each model once and holds
# no face out. Edges are images that Inception was not made for, and results say so. Arm `matched` serves unless the
# test says otherwise.

# %% tags=["nbval-check-output", "remove-input"]
ledger.plan("B")

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
# People's ratings can't be computed. Until there are ratings, the claim is untestable. The bound, nine right answers of
# ten, was fixed before anybody had answered. [The eye test](eye-test) says how to take part.
