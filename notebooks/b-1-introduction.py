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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/edges", "faces/gray"]
others = ["faces/rgb", "birds/gray", "birds/gray-single"]

# %% tags=["hide-cell"]
from stackrepro.report import forest, ledger, open_chapter, published, tables
from stackrepro.report.architecture import schematic

chapter = open_chapter(globals(), "faces")

# %% tags=["remove-input"]
forest.short(chapter, "B26", "B27", "B28", "B30", "B32")

# %% [markdown]
# ## What the paper says
#
# GANs that paint photographs are costly to train and unstable, and their images still differ from real ones. A
# Laplacian pyramid of GANs {cite}`denton2015deep` answers by stages of growing resolution: each has less to do than one
# network for all, and each can be trained by itself, on real images of its size. The paper keeps the stages but splits
# the task in another way. Its first stage turns noise into edges, its second one turns the edges into a gray face. Both
# images have the same size; what grows is the number of features.
#
# In this paper the word StackGAN means such stacks. The well-known StackGAN {cite}`zhang2017stackgan` is another: it
# makes images from texts, in stages of growing resolution.
#
# ## The scheme
#
# The counterpart of Figure 1. No stage waits for another: stage 2 learns from real edges and the faces that they belong
# to. Only when images are made does it read edges that stage 1 has drawn, and it has never been trained on such edges.

# %% tags=["remove-input"]
schematic("faces")

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
# - All of this carries over to other data, and one more stage can change much. The released code has a third stage,
#   from gray to colour, which the paper doesn't mention.
#
# ## Both stages at a glance
#
# The same latents through stage 1, and through both stages. The published results come first, whose tables have
# intervals over seeds. Below them follows what this book's own run made, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain("faces/edges", "faces/gray")

# %% tags=["remove-input"]
published.results(chapter, "faces/edges", "faces/gray")

# %% [markdown]
# ## What is trained
#
# Counts at the paper's scale, in arm `matched`:

# %% tags=["nbval-check-output", "remove-input"]
models = ["faces/edges", "faces/gray", "faces/rgb", "faces/single", "faces/joint"]
tables.counts({name: chapter.configuration(name, tier="paper") for name in models})

# %% [markdown]
# `faces/rgb` is the third stage, `faces/single` the control, `faces/joint` the second proposed architecture.

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B26", "B27", "B28", "B30", "B32")
