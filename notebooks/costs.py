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
# What the papers' own scale would take on the machine that made this book, before anyone starts it. `stackrepro costs`
# tells it of any other tier and machine.

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
from stackrepro.report import calibration, costs, tables

# %% [markdown]
# ## Measured here
#
# The time of an update is taken to be
#
# $$
# t = a \cdot \text{multiply-adds} + b \cdot \text{weights} + c \cdot \text{calls},
# $$
#
# where weights are those that the optimizers move, and calls those of tensor operations. The counts are exact: an
# update is played through on shapes alone. The rates $a$, $b$ and $c$ are fitted to the updates of this table, which
# were timed when this page was made, on one thread of a CPU or on a GPU. On a CPU it is the processor's own time, which
# says what an idle machine would take. No other run of the tables below was timed.
#
# To test the model, the column "computed" is from a fit to the other rows alone.

# %%
calibrated = calibration.calibrate(device)
stamp = f"measured on {device} | computed is off by a factor of {calibrated.error:.2f} on average"
tables.stamped(costs.check_table(calibrated), stamp)

# %% [markdown]
# ## The runs of the book
#
# At tier `paper`, arm `matched`, one seed. A stack's first stage stands in a row of its own. Evaluation is the images
# of a run that go through Inception, by the rate that was measured here; features of real images, which are computed
# once for all runs, are left out. `stackrepro costs --tier paper --list all` lists every experiment in its three arms
# with every variant, which is what `make runs TIER=paper LIST=all` starts.

# %%
rates = costs.inception_rates(device)
paper = costs.listed_costs("book", "paper", calibrated, rates)
listed = costs.run_table(paper).drop(columns=["arm", "seed"])
tables.stamped(listed, f"tier paper | computed for {device} | {costs.total(paper)}")

# %% [markdown]
# ## The tiers
#
# The runs of the book at the tiers below.

# %%
tables.stamped(costs.by_tier(("quick", "reduced"), calibrated, rates), f"computed for {device}")
