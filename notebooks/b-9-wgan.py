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
# # Wasserstein GANs
#
# Paper B {cite}`belhiti2021stackgan`, Discussion, third paragraph, and Conclusion.

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

chapter = open_chapter(globals(), "faces")

# %% tags=["hide-cell"]
from functools import partial

from stackrepro.report import face_tables, figures, ledger, plan, reference, tables, wasserstein

names = ("faces/edges", "faces/edges+update=wgan-released", "faces/edges+update=wgan", "faces/edges+update=wgan-gp")
paper = {name: chapter.configuration(name, tier="paper") for name in names}
score_curves = partial(figures.loss_curves, unit="the critic's score")

# %% [markdown]
# ## What the paper says
#
# A Wasserstein GAN {cite}`arjovsky2017wasserstein` with gradient penalty {cite}`gulrajani2017improved` is the most
# promising change to stage 1. It would calm the oscillating losses, improve the edges and ease mode collapse. It is
# proposed as a next step.
#
# The released code tells more. Its script of stage 1 is a Wasserstein GAN, by clipping and not by penalty, and a
# notebook shows its samples: 64 times the same lattice. The paper doesn't report it.
#
# ## The game
#
# A critic $D$ gives scores without a bound, and the generator raises the score of its images:
#
# $$
# L_D = \mathbb{E}_{z} D(G(z)) - \mathbb{E}_{x} D(x), \qquad L_G = -\mathbb{E}_{z} D(G(z)).
# $$
#
# If $D$ can't rise faster than by 1 for each unit of length, $-L_D$ at its best is the distance that earth must be
# moved. Clipping bounds each weight, $w \leftarrow \min(\max(w, -c), c)$ with $c = 0.01$. The penalty asks for the
# slope itself, at points $\hat{x}$ between a real and a generated image:
#
# $$
# L_D^{\text{GP}} = L_D + 10 \; \mathbb{E}_{\hat{x}} \bigl(\lVert \nabla_{\hat{x}} D(\hat{x}) \rVert - 1\bigr)^2 .
# $$
#
# ## Two errors in the released loop
#
# **The generator goes the wrong way.** The generated images of the critic's steps aren't detached from the generator,
# and the generator's gradients are never cleared. Each critic step adds the gradient of $+D(G(z))$ to them, and there
# are five for each step of the generator. What is applied in update $t$ is
#
# $$
# g_t = \sum_{\tau \le t} \Bigl( \sum_{k=1}^{5} \nabla_\theta D_{\tau k}(G(z_{\tau k}))
# - \nabla_\theta D_\tau(G(z_\tau)) \Bigr),
# $$
#
# about four times the right gradient with the wrong sign, on top of all that came before. The generator lowers the
# score of its images.
#
# **The clipping takes BatchNorm too.** Its scale starts at 1 and ends at 0.01 after the first step, in layer after
# layer, so that hardly any score is left to learn from.
#
# A failure of this loop says nothing about Wasserstein GANs. So there are three variants: the loop as released,
# clipping done right, and the penalty.

# %%
tables.stamped(face_tables.contrasted(paper), "tier paper | arm matched")

# %% [markdown]
# ## The reference

# %%
reference.results(list(names))

# %%
reference.show(figures.distance_over_training, *names)

# %% [markdown]
# ## This book's own run
#
# The DCGAN and the Wasserstein GAN with penalty, at equal updates of the generator. The critic takes five steps for
# each of them, so the latter costs more time.

# %%
runs = chapter.obtain(names[0], names[-1])
figures.fixed_latent_grids(chapter, runs)

# %%
tables.measured(chapter, runs)

# %% [markdown]
# Their losses have different units: nats on one side, the critic's score on the other. How much a curve oscillates can
# be compared with itself only. The ledger divides each spread by the curve's own mean. A critic's loss
# comes near 0 as it tells real from generated images less, which speaks against the remedy in this part of B16.

# %%
figures.loss_curves(chapter, {names[0]: runs[names[0]]})

# %%
score_curves(chapter, {names[-1]: runs[names[-1]]})

# %% [markdown]
# Quality and diversity apart. Where recall and coverage are 0 no real image lies among the samples: they have
# collapsed, or are far off, and the pictures tell which. Few features, as the small tiers have, can lie near the real
# ones' mean for one image repeated.

# %%
tables.fidelity(chapter, runs)

# %%
tables.stamped(tables.cost(runs), chapter.stamp)

# %% [markdown]
# ## As released, and clipped right

# %%
chapter.show(figures.fixed_latent_grids, *plan.WGANS)

# %%
chapter.show(score_curves, *plan.WGANS)

# %%
chapter.show(tables.measured, *plan.WGANS)

# %% [markdown]
# How well the gradient that the released loop applies agrees with that of the generator's own loss, as a cosine; −1 is
# the opposite direction.

# %%
chapter.show(wasserstein.gradient_cosine, plan.WGANS[0])

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B16")
