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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-stack", "birds/dconv-stack-bp"]
others = ["birds/dense-stack", "birds/dense-stack-bp", "birds/conv-stack", "birds/conv-stack-bp"]
in_code = [
    "birds/dense-stack@code",
    "birds/conv-stack@code",
    "birds/dconv-stack@code",
    "birds/dense-stack-bp@code",
    "birds/conv-stack-bp@code",
    "birds/dconv-stack-bp@code",
]

# %% tags=["hide-cell"]
from stackrepro.report import figures, forest, ledger, open_chapter, published, tables

chapter = open_chapter(globals())
dense, conv, dconv = others[:2], others[2:], needs

# %% tags=["remove-input"]
forest.short(chapter, "A4", "A5", "A6")

# %% [markdown]
# ## What the paper says
#
# Backpropagation through both stages changes nothing visible in the dense stack, and makes the conv and the deep-conv
# stack worse, in the detail inside the birds. The conclusion offers two explanations: updates of stage 1 that work
# against those of stage 2, and too little training for the added weights. [Section 5](a-5-conclusion) tries both.
#
# ## The pairs
#
# In arm `matched` both stacks start from the same trained stage 1, and have the same widths, discriminator and updates.
# In a frozen stage 1 BatchNorm runs in inference mode; with backpropagation it is trained like the rest. Both models of
# a pair are one network. What differs is how many of its weights are trained:

# %% tags=["nbval-check-output", "remove-input"]
tables.counts({name: chapter.configuration(name, tier="paper") for name in needs + others})

# %% [markdown]
# ## Frozen or trained on?
#
# The pairs of grids are the counterpart of the paper's Figure 9. The published results come first, and below them what
# this book's own run made, where there is one. With one seed a difference between two rows is no verdict.

# %% tags=["remove-input"]
_ = chapter.obtain(*needs)

# %% [markdown]
# ### Dense

# %% tags=["remove-input"]
draws = (figures.fixed_latent_grids, tables.distances, figures.loss_curves)
published.show(chapter, dense, *draws)

# %% [markdown]
# ### Conv

# %% tags=["remove-input"]
published.show(chapter, conv, *draws)

# %% [markdown]
# ### Deep-conv

# %% tags=["remove-input"]
published.show(chapter, dconv, *draws)

# %% [markdown]
# ### By early features too
#
# Features of the Inception network may disagree on which of two models is nearer, so this table has the distance by the
# 192 early ones beside that by the late ones. A stack may also be held back by the statistics that its BatchNorm
# gathered in training. In the column "recalibrated" they are computed anew.

# %% tags=["remove-input"]
published.show(chapter, [*dense, *conv, *dconv], tables.both_features)

# %% [markdown]
# ## As the notebooks have them
#
# In arm `code` the deep-conv stacks load no stage 1, and the backpropagated one's second stage is wider, 256 and 256
# maps where the frozen one has 128 and 64.

# %% tags=["remove-input"]
published.results(chapter, *in_code)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-a).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "A4", "A5", "A6")
