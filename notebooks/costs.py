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
# # Costs
#
# This page lists how long a training takes, so that readers know it before they start one. All times were measured on
# one thread of a CPU, in published trainings or by a benchmark whose record is `results/timing.json`.
# `stackrepro costs` prints them for any tier and list.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["hide-cell"]
from stackrepro.report import costs, open_chapter, tables

chapter = open_chapter(globals())

# %% [markdown]
# ## The runs of the book
#
# At tier `paper`, arm `matched`, one seed. A first stage stands in a row of its own. Where the benchmark's batch was
# smaller than the training's own, its time was scaled to the training's number of images. A run that was never measured
# has "-": once it is started, its progress tells from the first interval on how much time is left. Measuring a run
# comes on top, up to a third of an hour at tiers `reduced` and `paper`.

# %% tags=["remove-input"]
paper = costs.listed_costs("book", "paper")
tables.Plain(costs.shown(paper).drop(columns=["arm", "tier", "seed"]), f"tier paper | {costs.total(paper)}")

# %% tags=["nbval-check-output", "remove-cell"]
print(paper[["experiment", "updates", "batch"]].to_string(index=False))

# %% [markdown]
# ## Tier small
#
# The same runs at tier `small`, the first rung of the evidence.

# %% tags=["remove-input"]
small = costs.listed_costs("book", "small")
tables.Plain(costs.shown(small).drop(columns=["arm", "tier", "seed"]), f"tier small | {costs.total(small)}")
