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
from stackrepro.report import face_tables, figures, ledger, neighbours, plan, reference, stage_two

# %% [markdown]
# ## What the paper says
#
# From real edges stage 2 makes nearly perfect faces, from generated ones noisy and blurred ones. The paper takes this
# for overfitting, and proposes dropout {cite}`srivastava2014dropout`, so that the mapping becomes a general one. The
# faulty mapping is said to hurt more than the noise of the edges; and the background is blurred since edges tell
# nothing of it.
#
# ## Two explanations
#
# Overfitting means that a model does worse on new data of the same kind. The paper's real edges are those of the
# training, its new ones are of another kind: drawn by stage 1, by one of the two released runners raw where the
# training edges were stretched JPEG files. So what it sees may be a shift of the input with no overfitting at all. With
# $R(P)$ for the error of stage 2 on inputs from $P$,
#
# $$
# \begin{aligned}
# \underbrace{R(\text{generated}) - R(\text{trained on})}_{\text{what the paper sees}}
# &= \underbrace{R(\text{held out}) - R(\text{trained on})}_{\text{overfitting}} \\
# &+ \underbrace{R(\text{generated}) - R(\text{held out})}_{\text{shift}} .
# \end{aligned}
# $$
#
# Real edges of persons held out tell the two apart. Each image was trained on once or twice, so little can have been
# learned by heart.
#
# ## The reference
#
# The gap between the rows is this book's, at its tier, and not the paper's, of which no number is known.

# %%
reference.results(["faces/gray", *plan.DROPPED, *plan.FEEDS])

# %%
reference.show(face_tables.made_of, "faces/gray", *plan.DROPPED, *plan.FEEDS)

# %% [markdown]
# ## This book's own run
#
# $R$ is the distance for all three, and where a pair exists also the L1 distance from the real face. Rows of fewer
# images compare by KID.

# %%
runs = chapter.obtain("faces/gray")
face_tables.made_of(chapter, runs)

# %%
stage_two.translations(chapter, runs)

# %%
figures.over_training(chapter, runs["faces/gray"][0], "faces/gray")

# %% [markdown]
# Overfitting in the plainest sense would be faces learned by heart. The training images that lie nearest to the
# samples, by pixels and by Inception features, tell. Those that measure the floor aren't searched, though they are
# trained on, a quarter of them at tier `reduced`; they tell how near a face comes that isn't searched. Samples that are
# nearer than every one of these are candidates for copies. A copy of a face that isn't searched isn't counted.

# %%
neighbours.copies(chapter, runs)

# %%
neighbours.nearest_training_images(chapter, runs["faces/gray"][0], "faces/gray")

# %% [markdown]
# ## Dropout
#
# A rate $p$ sets a share $p$ of the maps' values behind the first convolution of each residual block to 0 while
# training, and scales the others by $1/(1-p)$. If the paper is right, the distance of faces from generated edges falls.
# Together with the plain model these are the cells in which edges and mapping can be compared: generated or real edges,
# plain or regularised mapping.

# %%
chapter.show(face_tables.made_of, "faces/gray", *plan.DROPPED)

# %%
chapter.show(stage_two.translations, *plan.DROPPED)

# %% [markdown]
# ## Removing the shift
#
# Part of the shift is preparation, and can be taken away without any training: edges of stage 1 stretched like the real
# ones, or stretched and sent through JPEG.

# %%
chapter.show(face_tables.made_of, "faces/gray", *plan.FEEDS)

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B19", "B20", "B22", "B23")
