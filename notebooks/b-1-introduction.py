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
# # Introduction: one stage for each feature
#
# Paper B {cite}`belhiti2021stackgan`, executive summary, abstract and introduction.

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
from stackrepro.report import figures, ledger, reference, schematic, tables

# %% [markdown]
# ## What the paper says
#
# GANs that paint photographs are dear to train, unstable, and their images still differ from real ones. A Laplacian
# pyramid of GANs {cite}`denton2015deep` answers by stages of growing resolution: each has less to do than one network
# for all, and each can be trained by itself, on real images of its size. The paper keeps the stages and exchanges what
# they are split by. Its first stage makes edges of noise, its second one makes a gray face of the edges. Both images
# have the same size; what grows is the number of features.
#
# The word StackGAN stands for such stacks in this paper; the StackGAN that is known by the name
# {cite}`zhang2017stackgan` makes images of texts, by resolution.
#
# ## The scheme
#
# The counterpart of Figure 1. No stage waits for another: stage 2 learns from real edges and the faces that they belong
# to. Only when images are made does it read what stage 1 has drawn, which no discriminator has ever shown it.

# %%
schematic.schematic(schematic.FACES)

# %% [markdown]
# As functions, with a latent $z \sim \mathcal{N}(0, I_{100})$ and Sobel's edges $s(x)$ of a real gray face $x$,
#
# $$
# x_{\text{edges}} = G_1(z), \qquad x_{\text{gray}} = G_2(G_1(z)), \qquad G_2 \text{ learned on pairs } (s(x), x).
# $$
#
# ## What is claimed
#
# - Splitting by feature makes each stage's task easier, and so the result better and the training more stable than a
#   single GAN's. The paper has no single GAN to compare with; this book trains one ([conclusion](b-11-conclusion)).
# - Edges reach a Fréchet distance of 73 and gray faces one of 59 ([distances](b-5-distances)). With a quarter of the
#   images the edges reach 181 ([stage one](b-3-stage-one)).
# - The second stage moves faulty edges towards known ones and so takes out noise ([contraction](b-7-contraction)).
# - It overfits, and dropout would help ([overfitting](b-8-overfitting)).
# - A Wasserstein GAN would improve the edges ([WGAN](b-9-wgan)), and two other ways to join stages the whole
#   ([architectures](b-10-architectures)).
# - All of this carries over to other data, and one stage more can change much. The released code has a third stage,
#   from gray to colour, of which the paper doesn't tell.
#
# ## Both stages at a glance
#
# The same latents through stage 1, and through both stages:

# %%
runs = chapter.obtain("faces/edges", "faces/gray")
figures.fixed_latent_grids(chapter, runs)

# %% [markdown]
# ## What is trained
#
# Counts at the paper's scale, in arm `matched`:

# %% tags=["nbval-check-output"]
models = ["faces/edges", "faces/gray", "faces/rgb", "faces/single", "faces/joint"]
print(tables.counts({name: chapter.configuration(name, tier="paper") for name in models}).to_string(index=False))

# %% [markdown]
# `faces/rgb` is the third stage, `faces/single` the control, `faces/joint` the second proposed architecture.
#
# ## The reference

# %%
reference.results(["faces/edges", "faces/gray"])

# %% [markdown]
# ## This book's own run

# %%
tables.measured(chapter, runs)

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B26", "B27", "B28", "B30", "B32")
