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
# # 4.3 Stacked backpropagating GAN against stacked GAN
#
# Paper A {cite}`deshmukh2022exploring`, section 4.3.

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
from stackrepro.report import figures, ledger, plan, reference, tables

pairs = {kind: [f"birds/{kind}-stack", f"birds/{kind}-stack-bp"] for kind in ("dense", "conv", "dconv")}

# %% [markdown]
# ## What the paper says
#
# Backpropagation through both stages changes nothing visible in the dense stack, and makes the conv and the deep-conv
# stack worse, in the detail inside the birds. The conclusion offers two explanations: updates of stage 1 that work
# against those of stage 2, and too little training for the added weights.
#
# In arm `matched` both start from the same trained stage 1, and have the same widths, discriminator and updates. With
# the stage held, its BatchNorm runs in inference mode; with backpropagation it trains like the rest.
#
# ## The reference
#
# At tier `reduced`, with seed 0, the deep-conv stack that is trained as a whole comes nearer to real birds than the one
# whose stage 1 is held, and the conv stack stays farther away; the paper has both worse. All measures of the second
# table agree on that. But by the early features the held deep-conv stack owes half of its distance to the statistics
# that its BatchNorm ran up in training: computed anew they leave the two close to each other. Of the birds that a held
# stage 1 gives, many outlines and postures are still there after training the whole; colours and backgrounds change.
# The dense stacks look alike: a few pictures again and again.

# %%
reference.results([name for pair in pairs.values() for name in pair])

# %%
reference.show(tables.both_features, *[name for pair in pairs.values() for name in pair])

# %% [markdown]
# ## This book's own run
#
# The pairs of grids are the counterpart of the paper's Figure 9.
#
# ### Dense

# %%
runs = chapter.obtain(*pairs["dense"], *pairs["conv"], *pairs["dconv"])
dense = {name: runs[name] for name in pairs["dense"]}
figures.fixed_latent_grids(chapter, dense)

# %%
tables.dressed(tables.distances(dense), chapter.stamp)

# %% [markdown]
# ### Conv

# %%
conv = {name: runs[name] for name in pairs["conv"]}
figures.fixed_latent_grids(chapter, conv)

# %%
tables.dressed(tables.distances(conv), chapter.stamp)

# %% [markdown]
# ### Deep-conv

# %%
dconv = {name: runs[name] for name in pairs["dconv"]}
figures.fixed_latent_grids(chapter, dconv)

# %%
tables.dressed(tables.distances(dconv), chapter.stamp)

# %% [markdown]
# ### Losses

# %%
figures.loss_curves(chapter, dense | conv)

# %%
figures.loss_curves(chapter, dconv)

# %% [markdown]
# With one seed a difference between two rows is no verdict.
# [Section 5](a-5-conclusion) tries the two explanations.
#
# ## As the notebooks have them
#
# Arm `code`: the deep-conv stacks load no stage 1, and the backpropagated one's second stage is
# wider, 256 and 256 maps where the held one has 128 and 64. The reference:

# %%
reference.results(plan.birds("stack", "stack-bp"), arm="code")

# %% [markdown]
# This book's own runs:

# %%
chapter.show(figures.fixed_latent_grids, *plan.birds("stack", "stack-bp"), arm="code")

# %%
chapter.show(tables.measured, *plan.birds("stack", "stack-bp"), arm="code")

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-a).

# %%
ledger.verdicts(chapter, "A4", "A5", "A6")
