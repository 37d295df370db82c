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
# # 4.2 Stacked GAN against single GAN
#
# Paper A {cite}`deshmukh2022exploring`, section 4.2.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-64", "birds/dconv-128", "birds/dconv-stack"]
others = ["birds/dense-128", "birds/dense-stack", "birds/conv-128", "birds/conv-stack"]
scratch = ["birds/dense-stack+stage1=scratch", "birds/conv-stack+stage1=scratch", "birds/dconv-stack+stage1=scratch"]
in_code = [
    "birds/dense-128@code",
    "birds/conv-128@code",
    "birds/dconv-128@code",
    "birds/dense-stack@code",
    "birds/conv-stack@code",
    "birds/dconv-stack@code",
]
noisy = [
    "birds/dconv-128@code",
    "birds/dconv-stack@code",
    "birds/dconv-128+display=wrap@code",
    "birds/dconv-stack+display=wrap@code",
]
in_text = ["birds/dconv-128@text", "birds/dconv-stack@text"]

# %% tags=["hide-cell"]
from stackrepro.models.stack import StackedGenerator
from stackrepro.report import figures, forest, ledger, open_chapter, published, tables
from stackrepro.report.architecture import source

chapter = open_chapter(globals())
models = needs
dense, conv, dconv = others[:2], others[2:], needs[1:]
stacks = [dense[1], conv[1], dconv[1]]

# %% tags=["remove-input"]
forest.short(chapter, "A1", "A2", "A3", "A9", "A13", "A14")

# %% [markdown]
# ## What the paper says
#
# At 128 × 128 pixels the layer types have the same order as among single models. The dense stack doesn't improve on the
# single model, except perhaps for a little more variance of shape. The conv stack does: it has clear shapes, distinct
# features of anatomy, a wider variety of colours. The deep-conv stack does too: its outlines and postures are clearer
# and its backgrounds smoother. The judgement is an eye test on nine pictures a model; no distance is reported.
#
# ## A fair comparison
#
# As released, stack and baseline differ in more than stacking: the dense and conv stacks spend 200 epochs on each stage
# and their baselines 200 in all, and the deep-conv stack, which loads no stage 1, has a discriminator of 3.7 times the
# weights. In arm `matched` data, value range, discriminator, optimizer, the widths of layers and the summed updates are
# equal. The stack is compared with two single models: with the plain baseline, and with the stack's own network,
# trained whole from random weights. The second comparison tells the effect of depth from that of stacking.

# %% tags=["remove-input"]
configurations = {name: chapter.configuration(name) for name in models}
tables.Plain(tables.settings(configurations), f"{chapter.scope} | arm matched")

# %% tags=["nbval-check-output", "remove-input"]
tables.counts({name: chapter.configuration(name, tier="paper") for name in models})

# %% [markdown]
# The code that makes a stack of two networks is short. It freezes the first network, and sends its image through the
# second:

# %% tags=["remove-input"]
source(StackedGenerator.__init__)

# %% tags=["remove-input"]
source(StackedGenerator.stages)

# %% [markdown]
# Equal widths don't make equal numbers of weights. A single model of 128 pixels starts from a grid of twice the side,
# so its dense layer is large, above all in the conv model. All of it is trained; of the stack only stage 2 is. The
# table shows how much the deep-conv models differ.
#
# ## What is measured
#
# The Fréchet Inception distance {cite}`heusel2017gans` compares Gaussians fitted to Inception features of generated
# and of real images,
#
# $$
# d^2 = \lVert \mu_g - \mu_r \rVert^2 + \operatorname{tr}\bigl(\Sigma_g + \Sigma_r - 2 (\Sigma_g \Sigma_r)^{1/2}\bigr),
# $$
#
# and the kernel distance KID {cite}`binkowski2018demystifying` is an unbiased estimate of a squared maximum mean
# discrepancy with the kernel $k(u, v) = (u^\top v / d + 1)^3$. Tiers `smoke` and `quick` use the 192 features behind
# the second pooling layer, which need fewer images. Their numbers are no FID and compare only with each other, at one
# image size. The real-vs-real baseline is what real images score against other real images. The bars below KID reach
# from this baseline, the left mark, to the out-of-domain reference, the right mark.
#
# With one seed a table says nothing about the spread between trainings, and a difference between two rows is no
# verdict.
#
# ## Stack or single model?
#
# Which comes nearer to real birds, the stack or the single model of 128 pixels with the same layers? The published
# results come first, and below them what this book's own run made, where there is one. All models see the same 64
# latents, chosen once before any picture was seen. The grids are the counterpart of the paper's Figure 8.

# %% tags=["remove-input"]
runs = chapter.obtain(*needs)

# %% [markdown]
# ### Deep-conv
#
# The single 64-pixel model is stage 1 of the stack: the stack of the same seed redraws that model's pictures at twice
# the size. A model of 64 and one of 128 pixels are measured against real images of their own size, so don't compare the
# rows of the first model with the others.

# %% tags=["remove-input"]
published.results(chapter, *models)

# %% tags=["remove-input"]
published.show(chapter, models, figures.loss_curves)

# %% [markdown]
# ### Dense

# %% tags=["remove-input"]
published.show(chapter, dense, figures.fixed_latent_grids, tables.distances, figures.loss_curves)

# %% [markdown]
# ### Conv
#
# The paper sees clearer outlines in the stack, and colours that vary more and follow the anatomy.

# %% tags=["remove-input"]
published.show(chapter, conv, figures.fixed_latent_grids, tables.distances, figures.loss_curves)

# %% [markdown]
# ### By early features too
#
# Which of two models is nearer may depend on the features. This table has the distance by the 192 early features
# beside that by the late ones. It has all layer types, so that they can be compared too: among single models, and among
# stacks. BatchNorm normalises finished images by statistics that it gathered in training, and these may fit the trained
# weights badly. In the column "recalibrated" they are computed anew.

# %% tags=["remove-input"]
published.show(chapter, [*dense, *conv, *dconv], tables.both_features)

# %% [markdown]
# ## The deep-conv models before training

# %% tags=["remove-input"]
figures.fixed_latent_grids(chapter, runs, update="first")

# %% [markdown]
# ## The other counterpart: the stack's network from scratch
#
# The same layers are trained whole, from random weights, for the summed updates. If this model does as well as the
# stack, the depth made the difference and not the stacking. Recall shows whether one of the two draws fewer kinds of
# birds.

# %% tags=["remove-input"]
counterparts = [name for pair in zip(stacks, scratch, strict=True) for name in pair]
published.show(chapter, counterparts, figures.fixed_latent_grids, tables.both_features, tables.fidelity)

# %% [markdown]
# ## As the notebooks have them
#
# Arm `code` trains as the notebooks do.

# %% tags=["remove-input"]
published.results(chapter, *in_code)

# %% [markdown]
# ## A noisy background, or a wrapped one
#
# Noise in the background is measured at the border: the mean square of the Laplacian over the outer eighth of the
# image. Real images have edges there too, so compare with their value.

# %% tags=["remove-input"]
published.show(chapter, dconv, tables.pixels)

# %% [markdown]
# In their own pictures the conv and deep-conv notebooks cast pixels to 8 bits without clipping, so that a value a
# little below 0 shows as nearly white. That may explain the smooth background that the paper sees in the stack. The
# models of arm `code`, once clipped, as everywhere in this book, and once wrapped.

# %% tags=["remove-input"]
published.show(chapter, noisy, figures.fixed_latent_grids)

# %% [markdown]
# Pixels of arm `text` reach from 0 to 1 too. Here they are clipped.

# %% tags=["remove-input"]
published.show(chapter, in_text, figures.fixed_latent_grids, tables.pixels)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-a).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "A1", "A2", "A3", "A9", "A13", "A14")
