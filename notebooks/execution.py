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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = "all"

# %% tags=["hide-cell"]
from IPython.display import display

from stackrepro.report import execution, lists, open_chapter, tables

chapter = open_chapter(globals())

# %% [markdown]
# ## Time
#
# Each run records what its training spent on data, on the discriminator and on the generator. A step of the
# discriminator includes making the images that it learns from. Evaluation, snapshots and checkpoints are left out.
# Times compare only between runs of one machine under the same load. [Costs](costs) tells how long other runs would
# take, [Benchmarks](../benchmarks) how much faster the training loop is than usual ones.

# %%
own = execution.own(chapter)
runs = execution.by_experiment(own)
for about in (chapter, chapter.about("faces")):
    of_data = {name: group for name, group in runs.items() if name.startswith(about.dataset)}
    if of_data:
        display(tables.cost(about, of_data))

# %% [markdown]
# `make book` trains:

# %% tags=["nbval-check-output"]
print(*lists.needed(), sep="\n")

# %% [markdown]
# ## Machines, versions, commits
#
# A + behind a commit says that files differed from it.

# %%
tables.styled(execution.machines(own), chapter.book_stamp)

# %% [markdown]
# ## The runs of this book
#
# The lines under figures and tables link to this list. Each run can be repeated by its command. On a CPU of the same
# kind, with the same number of threads and the same versions, it ends with the same generator, whose hash is listed. A
# run of an older version was made before the package's numbers changed.

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
# built. Then the same command goes on to the end, and every file must equal that of a run that was never killed, except
# for recorded times. The table shows the last outcome.

# %%
execution.soak()
