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
# # Execution
#
# What the runs of this book cost, and where they were made.

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
from stackrepro.report import execution, plan, robustness, tables

# %% [markdown]
# ## Time
#
# Each run records what its training spent on data, on the discriminator and on the generator. A step of the
# discriminator includes making the images that it learns from. Evaluation, snapshots and checkpoints are left out.
# Times compare only between runs of one machine that was as busy. What other runs would take is told under
# [Costs](costs), and what the training loop gains over usual ones under [Benchmarks](../benchmarks).

# %%
runs = chapter.obtain(*plan.birds(*plan.MODELS), *plan.FACES)
tables.stamped(tables.cost(runs), chapter.book_stamp)

# %% [markdown]
# ## Machines, versions, commits
#
# A + behind a commit says that files differed from it.

# %%
own = execution.own(chapter)
tables.stamped(execution.machines(own), chapter.book_stamp)

# %% [markdown]
# ## The runs of this book
#
# The lines under figures and tables lead here. Any run can be repeated by its command. On a CPU of the same kind, with
# the same number of threads and the same versions it ends with the same generator, whose hash is listed. One of
# an older version was made before the package's numbers changed.

# %%
execution.entries(own)

# %% [markdown]
# ## The published runs

# %%
execution.entries(execution.published(chapter))

# %% [markdown]
# ## Kills
#
# `make soak` kills real processes with SIGKILL at random moments of all phases: while the synthetic sets are drawn,
# arrays prepared, networks trained, pictures and checkpoints written, results measured, chapters executed and the site
# built. Then the same command goes on to the end, and every file must equal that of a run that was never killed, but
# for times. The table shows the last outcome.

# %%
robustness.soak()
