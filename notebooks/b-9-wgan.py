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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/edges"]
penalised = ["faces/edges+update=wgan-gp"]
wgans = ["faces/edges+update=wgan-released", "faces/edges+update=wgan"]

# %% tags=["hide-cell"]
from functools import partial

from stackrepro.report import figures, forest, ledger, open_chapter, published, tables
from stackrepro.report.architecture import source
from stackrepro.training.wasserstein import wasserstein
from stackrepro.training.wasserstein_released import wasserstein_released

chapter = open_chapter(globals(), "faces")
names = [*needs, *wgans, *penalised]
paper = {name: chapter.configuration(name, tier="paper") for name in names}
score_curves = partial(figures.loss_curves, unit="the critic's score")

# %% tags=["remove-input"]
forest.short(chapter, "B16")

# %% [markdown]
# ## What the paper says
#
# A Wasserstein GAN {cite}`arjovsky2017wasserstein` with gradient penalty {cite}`gulrajani2017improved` is the most
# promising change to stage 1. It would calm the oscillating losses, improve the edges and ease mode collapse. It is
# proposed as a next step.
#
# The released code goes further. Its script of stage 1 is a Wasserstein GAN with clipping instead of the penalty, and a
# notebook shows its samples: 64 times the same lattice. The paper doesn't report it.
#
# ## The losses
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
# about four times the right gradient with the wrong sign, added to all earlier ones. The generator lowers the score of
# its images.
#
# **The clipping takes BatchNorm too.** Its scale starts at 1 and is 0.01 after the first step, in every layer, so that
# the scores hardly differ and the generator has little to learn from.
#
# The loop in code, with both errors:

# %% tags=["remove-input"]
source(wasserstein_released)

# %% [markdown]
# And the update as it should be, with clipping or with the penalty:

# %% tags=["remove-input"]
source(wasserstein)

# %% [markdown]
# A failure of the released loop says nothing about Wasserstein GANs. So there are three variants: the loop as released,
# clipping done right, and the penalty.

# %% tags=["remove-input"]
tables.Plain(tables.contrasted(paper), "tier paper | arm matched")

# %% [markdown]
# The rules in full:

# %% tags=["nbval-check-output", "remove-input"]
for name, configuration in paper.items():
    print(f"{name}: {configuration.update}")

# %% [markdown]
# ## The DCGAN of stage 1
#
# The published results come first, whose tables have intervals over seeds. Below them follows what this book's own run
# made, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain(*needs)

# %% tags=["remove-input"]
draws = (figures.fixed_latent_grids, tables.distances, tables.fidelity)
published.show(chapter, needs, *draws, figures.loss_curves)

# %% [markdown]
# Quality and diversity separately: where recall and coverage are 0 no real image lies among the samples. Then the
# samples have collapsed or are far from real images; the pictures tell which. With few features, as at tiers `smoke`
# and `quick`, even one repeated image can lie near the mean of the real ones.
#
# ## With gradient penalty
#
# The DCGAN and the Wasserstein GAN with penalty, at equal updates of the generator. The critic takes five steps for
# each of them, so the latter costs more time.
#
# Their losses have different units: nats on one side, the critic's score on the other. So nobody can compare how much
# the two oscillate, and this part of B16 is untestable.


# %% tags=["hide-input"]
def critic_curves(about, found):
    """Draw the losses of those that have a critic."""
    return score_curves(about, {name: group for name, group in found.items() if name not in needs})


published.show(chapter, [*needs, *penalised], *draws, critic_curves, figures.distance_over_training, tables.cost)

# %% [markdown]
# ## As released, and clipped right
#
# The released loop records a cosine, too. It tells how well the gradient that the loop applies agrees with that of the
# generator's own loss; −1 is the opposite direction.


# %% tags=["hide-input"]
def cosine_curves(about, found):
    """Draw the cosine of the two gradients, which the released loop alone records."""
    keys = {"gradient_cosine": "cosine of the two gradients"}
    released = {name: group for name, group in found.items() if name == wgans[0]}
    return figures.curves(about, released, keys, level=0, ylim=(-1, 1))


published.show(chapter, wgans, *draws, score_curves, cosine_curves)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B16")
