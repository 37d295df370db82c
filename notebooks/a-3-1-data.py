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
# # 3.1 Dataset and preprocessing
#
# Paper A {cite}`deshmukh2022exploring`, section 3.1.

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
from stackrepro.data import prepare
from stackrepro.experiments.tiers import stage_sizes
from stackrepro.report import figures, ledger, neighbours, plan, reference, tables
from stackrepro.report.birds import anatomy, dataset_facts, views_of

# %% [markdown]
# ## What the paper says
#
# The experiments use CUB-200-2011 {cite}`wah2011caltech`: 11,788 photographs of 200 species of birds. Three steps lead
# from a photograph to a training image: it is cropped to the bounding box that comes with it, resized to the training
# size, and its pixels are scaled from 0–255 to 0–1. The paper calls the centred birds the data set's greatest merit,
# and the crop a further removal of noise.
#
# It doesn't say which margin the crop has, whether the aspect is kept, or how an image is resized, and no script that
# would tell was released. We read it literally: the box itself, squashed to a square, bicubic with antialiasing (entry
# D10 of the deviation register, [section 3.3](a-3-3-baselines)).
#
# ## What is here

# %%
sizes = stage_sizes(chapter.configuration("birds/dconv-stack"))
arrays = prepare(chapter.source, views_of(sizes))
images = {f"{view.size} x {view.size}": array for view, array in arrays.items()}
tables.stamped(dataset_facts(chapter.source, images), f"tier {chapter.tier} | {chapter.source.name}")

# %% [markdown]
# The counterpart of the paper's Figure 3, training images at the two sizes that the stack uses at this tier:

# %%
figures.images_by_size(chapter, images)

# %% [markdown]
# ## Three ways to crop
#
# The box, squashed, is what this book trains on. A square around the box keeps the bird's proportions but needs room
# that the frame doesn't always have, and the whole frame keeps the surroundings.

# %%
crops = prepare(chapter.source, views_of(sizes[-1:], crops=("box", "square", "none")))
figures.images_by_size(chapter, {f"crop: {view.crop}": array for view, array in crops.items()}, rows=1)

# %% [markdown]
# Whether the crop helps, as the paper says, is a question to training. Each row is measured against real images that
# were cropped in its own way, so the floors tell how far the rows can be compared. The reference:

# %%
reference.results(["birds/dconv-64", *plan.CROPS])

# %% [markdown]
# This book's own run:

# %%
runs = chapter.obtain("birds/dconv-64")
tables.measured(chapter, runs)

# %%
chapter.show(tables.measured, *plan.CROPS)

# %% [markdown]
# ## The range of the pixels
#
# A pixel $p \in \{0, \dots, 255\}$ becomes
#
# $$
# x = a + (b - a)\,\frac{p}{255}, \qquad [a, b] = [0, 1] \text{ in the paper.}
# $$
#
# All of the paper's generators end in $\tanh$, which reaches from −1 to 1. With $[a, b] = [0, 1]$ half of that reach is
# never real, and a discriminator can tell a generated image by a single negative pixel. The released notebooks of the
# convolutional models do the same; those of the dense models seem to load arrays in $[-1, 1]$. Arm `text` keeps the
# paper's range, arm `code` that of each notebook, arm `matched` takes $[-1, 1]$.

# %%
ranges = {arm: chapter.configuration("birds/dconv-stack", arm).value_range for arm in ("text", "code", "matched")}
figures.pixel_histogram(chapter, arrays[views_of(sizes)[-1]], ranges)

# %% [markdown]
# ## Learned by heart?
#
# A generator that repeats its training images has a small distance too. So each run searches training images for those
# that lie nearest to its samples, by pixels at a common size and by Inception features. The images that measure the
# floor are left out of the search, though they are trained on: at tier `reduced` 2,304 of 11,788 birds, a fifth, and as
# many of 8,993 faces, a quarter. They tell how near a real image comes that isn't searched: where samples are nearer
# than every one of these they are candidates for copies, and where about half of the pairs have the sample nearer
# nothing was repeated among the searched images. A copy of one that is left out isn't counted. A blurred image is
# near to many by pixels alone.

# %%
neighbours.copies(chapter, runs)

# %%
neighbours.nearest_training_images(chapter, runs["birds/dconv-64"][0], "birds/dconv-64")

# %% [markdown]
# ## Birds with a known truth
#
# Where no data set is at hand, the package draws birds of its own, in CUB's layout: 16 species with palettes and
# builds, poses, backgrounds. Each comes with the exact mask and the exact places of its parts. They don't replace the
# photographs, and no result on them is a replication. They let the whole book run anywhere, and they give the four
# thresholds of the paper's eye test (outline, shape, fill, anatomy) a ground truth.

# %%
anatomy(indices=(0, 1, 2))

# %% [markdown]
# ## The sizes of a tier
#
# Each tier trains the same experiments at a scale of its own. Figures and tables say which one they show.

# %% tags=["nbval-check-output"]
print(tables.tier_sizes("birds/dconv-stack").to_string(index=False))

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-a).

# %%
ledger.verdicts(chapter, "A21", "A22")
