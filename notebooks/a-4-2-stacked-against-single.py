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

models = ["birds/dconv-64", "birds/dconv-128", "birds/dconv-stack"]
others = ["birds/dense-128", "birds/dense-stack", "birds/conv-128", "birds/conv-stack"]

# %% [markdown]
# ## What the paper says
#
# At 128 × 128 pixels the order of the layer types stays what it is among single models. The dense stack doesn't improve
# on the single model, but perhaps for a little more variance of shape. The conv stack does: clear shapes, features of
# anatomy told apart, a wider variety of colours. The deep-conv stack does too: its outlines and postures are clearer
# and its backgrounds smoother. The judgement is an eye test on nine pictures a model; no distance is reported.
#
# ## A fair comparison
#
# As released, stack and baseline differ in more than stacking: the dense and conv stacks spend 200 epochs on each stage
# and their baselines 200 in all, and the deep-conv stack, which loads no stage 1, has a discriminator of 3.7 times the
# weights. Arm `matched` holds data, value range,
# discriminator, optimizer, the widths of layers and the summed updates equal. The stack has two single counterparts:
# the plain baseline, trained here, and the stack's own network trained whole from random weights, which tells depth
# from stacking.

# %%
configurations = {name: chapter.configuration(name) for name in models}
tables.stamped(tables.settings(configurations), f"{chapter.stamp} | arm matched")

# %% tags=["nbval-check-output"]
print(tables.counts({name: chapter.configuration(name, tier="paper") for name in models}).to_string(index=False))

# %% [markdown]
# Equal widths don't make equal numbers of weights. A single model of 128 pixels starts from a grid of twice the side,
# whose dense layer is large, above all with conv layers, and all of it is trained; of the stack only stage 2 is. The
# table shows for deep-conv how unlike they are.
#
# ## The reference
#
# At tier `reduced`, where the models of 128 pixels draw 64, with seed 0, it depends on the features which comes nearer
# to real birds, the stack or the single model of 128 pixels with the same layers. The late ones, by FID and by KID, say
# the single model for all three layer types. The early ones, the 192 behind the second pooling layer, say the stack for
# conv and dense layers. For deep-conv layers they say the single model by the statistics that BatchNorm ran up in
# training, and the stack once these are computed anew.
#
# Stage 2 redraws the birds of stage 1. The conv stack's are smoother than the single model's, over many of which lies a
# lattice; the deep-conv stack paints many of its own in one glaring yellow. The dense models repeat a few pictures,
# stacked or not.

# %%
reference.results(models + others)

# %%
reference.show(tables.both_features, *models[1:], *others)

# %% [markdown]
# ## This book's own run
#
# ### Deep-conv: training

# %%
every = chapter.obtain(*models, *others)
runs = {name: every[name] for name in models}
figures.loss_curves(chapter, runs)

# %% [markdown]
# ### Deep-conv: pictures
#
# The grids of this section are the counterpart of the paper's Figure 8.
#
# All models see the same 64 latents, chosen once before any picture was seen. The single 64-pixel model is stage 1 of
# the stack: the stack's pictures are those of the first column, redrawn at twice the size.

# %%
figures.fixed_latent_grids(chapter, runs)

# %% [markdown]
# For comparison, the same before training:

# %%
figures.fixed_latent_grids(chapter, runs, update="first")

# %% [markdown]
# ### Deep-conv: distances
#
# The Fréchet Inception distance {cite}`heusel2017gans` compares Gaussians fitted to Inception features of generated
# and of real images,
#
# $$
# d^2 = \lVert \mu_g - \mu_r \rVert^2 + \operatorname{tr}\bigl(\Sigma_g + \Sigma_r - 2 (\Sigma_g \Sigma_r)^{1/2}\bigr),
# $$
#
# and the kernel distance KID {cite}`binkowski2018demystifying` is an unbiased estimate of a squared maximum mean
# discrepancy with the kernel $k(u, v) = (u^\top v / d + 1)^3$. Small tiers use the 192 features behind the second
# pooling layer, which need fewer images; their numbers are no FID and compare only with each other, at one image size.
# The floor is what real images score against other real images.

# %%
tables.dressed(tables.distances(runs), chapter.stamp)

# %% [markdown]
# A model of 64 and one of 128 pixels are measured against real images of their own size, so the rows of the first model
# are no yardstick for the others. With one seed the table says nothing about the spread between trainings, and a
# difference between two rows is no verdict.

# %% [markdown]
# ### Dense

# %%
dense = {name: every[name] for name in others[:2]}
figures.fixed_latent_grids(chapter, dense)

# %%
tables.dressed(tables.distances(dense), chapter.stamp)

# %% [markdown]
# ### Conv

# %%
conv = {name: every[name] for name in others[2:]}
figures.fixed_latent_grids(chapter, conv)

# %%
tables.dressed(tables.distances(conv), chapter.stamp)

# %%
figures.loss_curves(chapter, dense | conv)

# %% [markdown]
# ## The other counterpart: the stack's network from scratch
#
# The same layers, trained whole from random weights for the summed updates. If this does as well as the stack, it was
# the depth and not the stacking. The reference, the stacks first. At tier `reduced`, with seed 0, the conv network
# comes nearer to real birds stacked than from scratch, by all measures of the second table; from scratch it draws dark
# birds before a plain sky, and many patches of orange and white that aren't birds. Of the other two the measures
# disagree. FID has both nearer stacked, KID from scratch. The early features have the dense network nearer stacked, and
# the deep-conv network from scratch, until BatchNorm's statistics are computed anew. By recall both networks of
# convolutions draw fewer kinds of birds from scratch.

# %%
scratch = plan.birds("stack", variant="+stage1=scratch")
reference.results([*plan.birds("stack"), *scratch])

# %%
reference.show(tables.both_features, *plan.birds("stack"), *scratch)

# %% [markdown]
# This book's own runs:

# %%
chapter.show(figures.fixed_latent_grids, *scratch)

# %%
chapter.show(tables.measured, *scratch)

# %% [markdown]
# ## As the notebooks have them
#
# Arm `code`, the reference:

# %%
reference.results(plan.birds("128", "stack"), arm="code")

# %% [markdown]
# This book's own runs:

# %%
chapter.show(figures.fixed_latent_grids, *plan.birds("128", "stack"), arm="code")

# %%
chapter.show(tables.measured, *plan.birds("128", "stack"), arm="code")

# %% [markdown]
# ## A noisy background, or a wrapped one
#
# In their own pictures the conv and deep-conv notebooks cast pixels to 8 bits without clipping, so that a value a
# little below 0 shows as nearly white. The smooth background that the paper sees in the stack may owe to that. The same
# models of arm `code` once clipped, as everywhere in this book, and once wrapped:

# %%
chapter.show(figures.fixed_latent_grids, *plan.NOISE, *plan.WRAPPED, arm="code")

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-a).

# %%
ledger.verdicts(chapter, "A1", "A2", "A3", "A9", "A13", "A14")
