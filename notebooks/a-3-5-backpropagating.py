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
# # 3.5 Stacked backpropagating GAN
#
# Paper A {cite}`deshmukh2022exploring`, section 3.5.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-stack-bp"]

# %% tags=["hide-cell"]
from stackrepro.report import figures, forest, open_chapter, published, tables
from stackrepro.report.architecture import architecture

chapter = open_chapter(globals())

# %% tags=["remove-input"]
forest.short(chapter, "A18")
stacks = [f"birds/{family}-{model}" for family in ("dense", "conv", "dconv") for model in ("stack", "stack-bp")]

# %% [markdown]
# ## What the paper says
#
# In the stack the layers of stage 1 are flagged untrainable. Here the flag is set to true, and the loss at the stack's
# output reaches both stages:
#
# $$
# \min_{\theta_1, \theta_2} \; -\mathbb{E}_{z} \log \sigma\bigl(D(G_2(G_1(z; \theta_1); \theta_2))\bigr).
# $$
#
# Stage 1 starts from its trained weights, and no loss asks any more that its output look like a bird. The paper calls
# this adaptation unexplored.
#
# ## What is trained

# %% tags=["nbval-check-output", "remove-input"]
tables.counts({name: chapter.configuration(name, tier="paper") for name in stacks})

# %% [markdown]
# In arm `matched` the flag is all that differs between a stack and its backpropagating twin. In the notebooks it isn't:
# the second stage of `dconv_128_Stack_bp` has 256 and 256 maps where `dconv_128_Stack` has 128 and 64, which more than
# doubles what is trained, and neither loads a trained stage 1.

# %% tags=["remove-input"]
arms = {arm: chapter.configuration("birds/dconv-stack-bp", arm, tier="paper") for arm in ("text", "code", "matched")}
architecture(arms["matched"].generator, "Generator of birds/dconv-stack-bp", "tier paper | arm matched")

# %% tags=["remove-input"]
tables.Plain(tables.settings(arms), "tier paper | birds/dconv-stack-bp in its three arms")

# %% [markdown]
# ## The whole stack in training
#
# The published results come first, and below them what this book's own run made, where there is one.

# %% tags=["remove-input"]
runs = chapter.obtain("birds/dconv-stack-bp")

# %% tags=["remove-input"]
published.results(chapter, "birds/dconv-stack-bp")

# %% tags=["remove-input"]
published.show(chapter, ["birds/dconv-stack-bp"], figures.loss_curves)

# %% [markdown]
# ### The same latents over the training

# %% tags=["remove-input"]
figures.over_training(chapter, runs["birds/dconv-stack-bp"][0], "birds/dconv-stack-bp")
