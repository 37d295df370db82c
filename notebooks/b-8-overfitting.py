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
# # Overfitting, or another input?
#
# Paper B {cite}`belhiti2021stackgan`, Discussion, fourth and fifth paragraph.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/gray"]
dropped = ["faces/gray+dropout=0.2", "faces/gray+dropout=0.5"]
feeds = ["faces/gray+feed=stretched", "faces/gray+feed=jpeg"]

# %% tags=["hide-cell"]
from stackrepro.report import figures, forest, ledger, neighbours, open_chapter, published, stages, tables

chapter = open_chapter(globals(), "faces")

# %% tags=["remove-input"]
forest.short(chapter, "B19", "B20", "B22", "B23")

# %% [markdown]
# ## What the paper says
#
# From real edges stage 2 makes nearly perfect faces, from generated ones noisy and blurred ones. The paper takes this
# for overfitting, and proposes dropout {cite}`srivastava2014dropout`, so that the mapping becomes a general one. The
# faulty mapping is said to do more harm than the noise of the edges, and the background is blurred because edges say
# nothing of it.
#
# ## Two explanations
#
# Overfitting means that a model does worse on new data of the same kind. The paper's real edges are those of the
# training; its new ones are of another kind, since stage 1 drew them. Besides, one of the two released runners passes
# them on unstretched, where the training edges were stretched JPEG files. So the paper may have seen a shift of the
# input and no overfitting at all. With $R(P)$ for the error of stage 2 on inputs from $P$,
#
# $$
# \begin{aligned}
# \underbrace{R(\text{generated}) - R(\text{trained on})}_{\text{what the paper sees}}
# &= \underbrace{R(\text{held out}) - R(\text{trained on})}_{\text{overfitting}} \\
# &+ \underbrace{R(\text{generated}) - R(\text{held out})}_{\text{shift}} .
# \end{aligned}
# $$
#
# Real edges of persons held out tell the two apart. In the paper each image was trained on once or twice, so little can
# have been learned by heart. Dropout adds no weights, so what it changes isn't the size of the model:

# %% tags=["nbval-check-output", "remove-input"]
dropouts = {name: chapter.configuration(name, tier="paper") for name in ("faces/gray", *dropped)}
tables.counts(dropouts)

# %% [markdown]
# ## Trained on, held out, generated
#
# $R$ is the distance for all three inputs, and where a pair exists also the L1 distance from the real face. Compare
# rows of fewer images by KID. A gap between two rows is that of the tier which the table names; of the paper's gap no
# number is known.
#
# The published results come first, and below them follows what this book's own run made, where there is one.

# %% tags=["remove-input"]
runs = chapter.obtain("faces/gray")

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray"], figures.fixed_latent_grids, tables.made_of)

# %% [markdown]
# ## Held out and generated edges through stage 2

# %% tags=["remove-input"]
stages.translations(chapter, runs)

# %% [markdown]
# ## The same latents over the training

# %% tags=["remove-input"]
figures.over_training(chapter, runs["faces/gray"][0], "faces/gray")

# %% [markdown]
# ## Faces learned by heart
#
# Overfitting in the plainest sense would be faces learned by heart. The training images nearest to the samples, by
# pixels and by Inception features, show whether there are such faces. Images that measure the real-vs-real baseline
# aren't searched, though at tier `reduced` they are trained on, a quarter of all faces; they tell how near a face comes
# that isn't searched. Samples that are nearer than every one of these are candidates for copies. A copy of a face that
# isn't searched isn't counted.

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray"], tables.copying)

# %% [markdown]
# ### The nearest training images

# %% tags=["remove-input"]
neighbours.nearest_training_images(chapter, runs["faces/gray"][0], "faces/gray")

# %% [markdown]
# ## Dropout
#
# A rate $p$ sets a share $p$ of the maps' values behind the first convolution of each residual block to 0 while
# training, and scales the others by $1/(1-p)$. If the paper is right, the distance of faces from generated edges falls.
# Together with the plain model this gives four cells: generated or real edges, plain or regularised mapping.

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray", *dropped], figures.fixed_latent_grids, tables.made_of)

# %% [markdown]
# ### Held out and generated edges with dropout

# %% tags=["remove-input"]
chapter.show(dropped, stages.translations)

# %% [markdown]
# ## Removing the shift
#
# Part of the shift comes from the preparation of the edges, and can be removed without any training: the edges of stage
# 1 are stretched like the real ones, or stretched and sent through JPEG.

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray", *feeds], figures.fixed_latent_grids, tables.made_of)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B19", "B20", "B22", "B23")
