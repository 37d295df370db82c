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
# # 3.4 Stacked GAN
#
# Paper A {cite}`deshmukh2022exploring`, section 3.4. The deep-conv model of section 3.3.3 stands for all three.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-stack"]
freezing = ["birds/dconv-stack@code", "birds/dconv-stack+stage1=loaded@code", "birds/dconv-stack+hold=everything@code"]

# %% tags=["hide-cell"]
from stackrepro.models.stack import StackedGenerator
from stackrepro.report import figures, forest, open_chapter, published, tables
from stackrepro.report.architecture import architecture, source

chapter = open_chapter(globals())

# %% tags=["remove-input"]
forest.short(chapter, "A17", "A30")

# %% [markdown]
# ## What the paper says
#
# A stack has two generators. The first, $G_1$, turns a latent $z \sim \mathcal{N}(0, I_{100})$ into an image of
# 64 × 64 pixels and is trained as a GAN of its own. Then its weights are frozen, and a second generator $G_2$ is
# trained that takes the small image instead of a latent and makes one of 128 × 128 pixels:
#
# $$
# x_{64} = G_1(z; \theta_1), \qquad x_{128} = G_2(x_{64}; \theta_2).
# $$
#
# The second stage has a layer architecture similar to the baseline's. With the logit $D(x)$ of the second stage's
# discriminator and $\sigma(t) = 1/(1 + e^{-t})$, it is trained by
#
# $$
# \begin{aligned}
# &\min_D \; -\mathbb{E}_{x} \log \sigma(D(x)) - \mathbb{E}_{z} \log\bigl(1 - \sigma(D(G_2(G_1(z))))\bigr), \\
# &\min_{\theta_2} \; -\mathbb{E}_{z} \log \sigma(D(G_2(G_1(z)))),
# \end{aligned}
# $$
#
# while $\theta_1$ stays as it is. The idea is that of StackGAN {cite}`zhang2017stackgan`, without the text.
#
# ## The generator
#
# Drawn from the network itself, in arm `matched` and at the paper's scale. The hatched first stage is frozen.

# %% tags=["remove-input"]
paper = chapter.configuration("birds/dconv-stack", tier="paper")
architecture(paper.generator, "Generator of birds/dconv-stack", "tier paper | arm matched")

# %% [markdown]
# This is how two stages become one network. A frozen first stage learns nothing, passes no gradient on, and stays in
# inference mode, so that its BatchNorm keeps its statistics:

# %% tags=["remove-input"]
source(StackedGenerator)

# %% [markdown]
# And its discriminator, the same as the single baseline's in this arm:

# %% tags=["remove-input"]
architecture(paper.discriminator, "Discriminator of birds/dconv-stack", "tier paper | arm matched")

# %% [markdown]
# ## What is frozen, counted
#
# The paper freezes the weights of stage 1. So do arms `text` and `matched`: no weight, no scale or shift of BatchNorm
# and no running statistic changes, and stage 1 runs in inference mode. The authors' flags freeze the kernels only. In
# their notebook (arm `code`) BatchNorm of the "frozen" stage goes on training and normalises by each new batch.

# %% tags=["nbval-check-output", "remove-input"]
arms = {arm: chapter.configuration("birds/dconv-stack", arm, tier="paper") for arm in ("text", "code", "matched")}
tables.counts(arms, brief=False)

# %% [markdown]
# ## Paper and code, side by side
#
# The released notebook `dconv_128_Stack` can't have made the paper's pictures: its first stage starts from an 8 × 8
# grid and so its second ends at 256 × 256 pixels, for a discriminator that takes 128 × 128. It never loads a trained
# first stage either, and it uses a layer that it doesn't import. Arm `code` mends the grid and the import, since
# nothing would run otherwise, and keeps the rest; `birds/dconv-stack+stage1=loaded` loads the weights.

# %% tags=["remove-input"]
tables.Plain(tables.settings(arms), "tier paper | birds/dconv-stack in its three arms")

# %% [markdown]
# The [register of deviations](../deviations) gives the reasons for the choices in arm `text`.
#
# ## The other layer types
#
# The dense stack flattens the small image to 12,288 numbers and, in the notebook, squeezes them into 128. The conv
# stack convolves it and doubles it once. These notebooks do load their trained stage 1. The conv model has no
# BatchNorm, and so its flags do what they are meant to.

# %% tags=["nbval-check-output", "remove-input"]
others = {f"{kind}, code": chapter.configuration(f"birds/{kind}-stack", "code", "paper") for kind in ("dense", "conv")}
tables.counts(others, brief=False)

# %% tags=["remove-input"]
architecture(others["dense, code"].generator, "Generator of birds/dense-stack", "tier paper | arm code")

# %% tags=["remove-input"]
architecture(others["conv, code"].generator, "Generator of birds/conv-stack", "tier paper | arm code")

# %% [markdown]
# ## What this tier changed

# %% tags=["remove-input"]
here = chapter.configuration("birds/dconv-stack")
tables.Plain(tables.contrasted({"paper": paper, "this tier": here}), chapter.scope)

# %% [markdown]
# ## The stack in training
#
# The published results come first, and below them what this book's own run made, where there is one.

# %% tags=["remove-input"]
runs = chapter.obtain("birds/dconv-stack")

# %% tags=["remove-input"]
published.results(chapter, "birds/dconv-stack")

# %% tags=["remove-input"]
published.show(chapter, ["birds/dconv-stack"], figures.loss_curves)

# %% [markdown]
# ### The same latents while stage 2 is trained
#
# Before its first update stage 2 gets good images from the finished stage 1, but hasn't learned anything:

# %% tags=["remove-input"]
figures.over_training(chapter, runs["birds/dconv-stack"][0], "birds/dconv-stack")

# %% [markdown]
# ## As released, loaded, really frozen
#
# Arm `code` is trained in three ways: as released, with an untrained stage 1 whose BatchNorm goes on training; with the
# trained stage 1 loaded; and as released, but with all of stage 1 frozen.

# %% tags=["remove-input"]
published.results(chapter, *freezing)
