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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-64"]
ranges = ["birds/dconv-64@code", "birds/dconv-64+range=minus1-1@code", "birds/dconv-64+output=sigmoid@code"]
rules = ["birds/dconv-64@code", "birds/dconv-64+batch=separate@code", "birds/dconv-64+optimizer=adam@code"]

# %% tags=["hide-cell"]
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from stackrepro.report import figures, forest, open_chapter, published, tables
from stackrepro.report.architecture import source
from stackrepro.training.mixed import mixed
from stackrepro.training.standard import standard

chapter = open_chapter(globals())

# %% tags=["remove-input"]
forest.short(chapter, "A27")

# %% [markdown]
# ## What the paper says
#
# All models use binary cross-entropy. The generator's loss grows with the share of its images that are recognised as
# generated; the discriminator's loss weighs both kinds of error alike. One optimizer, Adam or RMSprop, goes with each
# composition of layers. No rate is given.
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

# %% tags=["remove-input"]
names = [f"birds/{kind}-{model}" for model in ("64", "128", "stack", "stack-bp") for kind in ("dense", "conv", "dconv")]
code = {name: chapter.configuration(name, "code", tier="paper") for name in names}
chosen = ["generator's optimizer", "discriminator's optimizer", "update rule", "value range", "updates"]
settings = tables.settings(code).set_index("setting").loc[chosen].T
tables.Plain(settings.rename_axis("model").reset_index(), "tier paper | arm code")

# %% [markdown]
# Three things stand out. Within one layer type the optimizer changes: `dconv_64` has RMSprop and the other deep-conv
# models Adam; the dense model of 64 pixels has other rates than the rest of its kind. So the layer type doesn't decide
# the optimizer, though the text says so. The conv and deep-conv notebooks scale pixels to 0–1 while the generator ends
# in tanh, so that half of the range of its output is never real ([section 3.1](a-3-1-data) draws it). And one batch
# contains real and generated images together. In the deep-conv models, whose discriminator has BatchNorm, this
# normalises the mixture. In the conv and deep-conv notebooks the last batch of an epoch has 12 real images, and 20 of
# the 32 generated ones beside them are labelled real; the dense ones cut the last 12 images off.

# %% [markdown]
# Where the discriminator can't tell the images apart, its logit is 0 for all of them. Then each part of a loss is
# $\ln 2$. The curves of a balanced training stay near this level:

# %% tags=["nbval-check-output"]
print(f"{binary_cross_entropy_with_logits(torch.zeros(1), torch.ones(1)):.4f} nats")

# %% [markdown]
# ## One update, as this book trains
#
# Softplus writes the losses above: $-\log \sigma(l)$ is softplus of $-l$, and $-\log(1 - \sigma(l))$ is softplus of
# $l$. The rule `standard`, of arms `text` and `matched`, shows the discriminator real and generated images apart:

# %% tags=["remove-input"]
source(standard)

# %% [markdown]
# The rule `mixed`, of arm `code`, takes one batch of both, as the notebooks do:

# %% tags=["remove-input"]
source(mixed)

# %% [markdown]
# ## The losses in training
#
# Arm `matched`: Adam with DCGAN's values {cite}`radford2016unsupervised`, pixels from -1 to 1, separate batches.
#
# The published results come first, and below them what this book's own run made, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain("birds/dconv-64")

# %% tags=["remove-input"]
published.results(chapter, "birds/dconv-64")

# %% tags=["remove-input"]
published.show(chapter, ["birds/dconv-64"], figures.loss_curves)

# %% [markdown]
# ## What each choice changes
#
# Each of these changes one factor of arm `code`: the range of the pixels, the output that reaches just 0–1, the update
# rule, the optimizer. The rule `standard` differs from `mixed` in several things at once: separate batches, generated
# images in training mode, a discriminator in training mode in both steps. Its loss is a sum over both kinds, that of
# `mixed` a mean over the mixture. So a discriminator that can't tell has a loss of 1.39 with `standard` and of 0.69
# with `mixed`.

# %% tags=["remove-input"]
published.show(chapter, rules, figures.loss_curves)

# %% tags=["remove-input"]
published.results(chapter, *dict.fromkeys(ranges + rules))
