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
# # 3.2 Loss and optimization
#
# Paper A {cite}`deshmukh2022exploring`, section 3.2.

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

# %% [markdown]
# ## What the paper says
#
# All models use binary cross-entropy. The generator's loss grows with the images that are recognised as generated; the
# discriminator's weighs both kinds of error alike. One optimizer, Adam or RMSprop, goes with each composition of
# layers. No rate is given.
#
# With logits $l = D(x)$ and $\sigma$ the logistic function, the losses are
#
# $$
# L_D = -\mathbb{E}_{x} \log \sigma(D(x)) - \mathbb{E}_{z} \log\bigl(1 - \sigma(D(G(z)))\bigr), \qquad
# L_G = -\mathbb{E}_{z} \log \sigma(D(G(z))),
# $$
#
# the second in its non-saturating form. A discriminator that can't tell has $L_D = 2 \log 2 \approx 1.39$ and leaves
# $L_G = \log 2 \approx 0.69$. The notebooks take the mean over all images of both kinds, which is half of this $L_D$.
#
# ## What the notebooks do
#
# Optimizers, update rule and budget of all twelve, from arm `code`:

# %%
code = {name: chapter.configuration(name, "code", tier="paper") for name in plan.birds(*plan.MODELS)}
tables.stamped(tables.optimizers(code), "tier paper | arm code")

# %% [markdown]
# Three things stand out. Within one layer type the optimizer changes: `dconv_64` has RMSprop and the other deep-conv
# models Adam; the dense model of 64 pixels has other rates than the rest of its kind. So the layer type doesn't decide
# the optimizer, as the text says it does. The conv and deep-conv notebooks scale pixels to 0–1 while the generator ends
# in tanh, so that half of what it can output is never real ([section 3.1](a-3-1-data) draws it). And one batch holds
# real and generated images together, so that where the discriminator has BatchNorm, in the deep-conv models, it
# sees the mixture. In the conv and deep-conv notebooks the last batch of an epoch has 12 real images, and 20 of the 32
# generated ones beside them are labelled real; the dense ones cut the last 12 images off.

# %% [markdown]
# ## The losses in training
#
# Arm `matched`: Adam with DCGAN's values {cite}`radford2016unsupervised`, pixels from -1 to 1, separate batches.
#
# ### The reference

# %%
reference.results(["birds/dconv-64"])

# %%
reference.show(figures.loss_curves, "birds/dconv-64")

# %% [markdown]
# ### This book's own run

# %%
runs = chapter.obtain("birds/dconv-64")
figures.loss_curves(chapter, runs)

# %% [markdown]
# ## What each choice is worth
#
# Each of these changes one factor of arm `code`: the range of the pixels, the output that reaches just 0–1, the update
# rule, the optimizer. The rule `standard` in the place of `mixed` is a bundle: separate batches, generated images in
# training mode, a discriminator in training mode in both steps. Its loss is a sum over both kinds, that of `mixed` a
# mean over the mixture, so chance stands at 1.39 for one and at 0.69 for the other.

# %%
chapter.show(figures.loss_curves, *plan.RULES, arm="code")

# %%
chapter.show(tables.measured, *dict.fromkeys(plan.RANGES + plan.RULES), arm="code")

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-a).

# %%
ledger.verdicts(chapter, "A27")
