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
# # Data: from photographs to edges
#
# Paper B {cite}`belhiti2021stackgan`, Methods, second and third paragraph.

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
from stackrepro.report import face_tables, faces, ledger, plan, reference, tables

arms = ("text", "code", "matched")
views = {arm: faces.views_of(chapter, arm) for arm in arms}

# %% [markdown]
# ## What the paper says
#
# CelebA {cite}`liu2015deep` has 202,599 photographs of faces, aligned by eyes and mouth. It comes in colour. Pillow
# turns each image to gray, and the gray image to edges by Sobel's filter; then all are scaled to 128 × 128 pixels.
# Nothing is said of a crop, and nothing is held out.
#
# ## What is here

# %%
tables.stamped(faces.dataset_facts(chapter.source, views["matched"]["gray"]), f"tier {chapter.tier}")

# %% [markdown]
# A tenth of the persons is never trained on, in any run of this book, with all their images. Only so can overfitting be
# told from anything else ([overfitting](b-8-overfitting)).
#
# ## The transformation
#
# The counterpart of Figure 2, in arm `text`:

# %%
faces.side_by_side(chapter, {"": views["text"]})

# %% [markdown]
# With the gray image $y$ and its differences $s_x, s_y$ under Sobel's kernels, weighted 1, 2, 1, the edges are
#
# $$
# s(y) = \sqrt{s_x^2 + s_y^2} \,/\, \sqrt{20},
# $$
#
# where $\sqrt{20}$ is the largest value of the root for $y \in [0, 1]$. So no edge leaves the range.
#
# ## Paper and code, side by side
#
# Pillow has no Sobel filter. The released builders differ from the text in more: gray is the red channel alone; edges
# come from scikit-image, at the full 178 × 218 pixels, before crop and scaling; each image is stretched to its own
# darkest and brightest pixel by the routine that saves it; and it is saved as JPEG. One copy of the second builder
# stops at 1,000 images, another takes all.

# %%
tables.stamped(face_tables.contrasted({arm: views[arm]["edges"] for arm in arms}), "how each arm sees edges")

# %% [markdown]
# The same faces, gray and as edges, in the three arms. In arm `matched` edges are those of the very pixels of the gray
# image, and are stretched from black to white; the gray image isn't touched.

# %%
faces.side_by_side(chapter, {arm: {kind: views[arm][kind] for kind in ("gray", "edges")} for arm in arms})

# %% [markdown]
# ## What the networks get to see
#
# Edge images are dark: most pixels lie near −1, the lower end of tanh. Without the stretch the upper half of the range
# is hardly used at all.

# %%
faces.levels(chapter, arms)

# %% [markdown]
# ## One factor at a time
#
# From the edges of arm `matched`, each factor changed by itself:

# %%
factors = faces.one_factor_each(views["matched"]["edges"])
faces.side_by_side(chapter, {"": factors})

# %%
stamp = f"tier {chapter.tier} | {chapter.source.name} | edges, arm matched"
tables.stamped(faces.factors(chapter, factors), stamp)

# %% [markdown]
# What a factor is worth to stage 1 takes a training. Each row is measured against real edges that were seen in its own
# way, so the floors tell how far the rows can be compared. The reference:

# %%
reference.results(["faces/edges", *plan.VIEWS])

# %% [markdown]
# This book's own run:

# %%
tables.measured(chapter, chapter.obtain("faces/edges"))

# %%
chapter.show(tables.measured, *plan.VIEWS)

# %% [markdown]
# ## Faces with a known truth
#
# Where no data set is at hand, the package draws faces of its own, in CelebA's layout: persons with their build, hair
# and skin, several images of each in other light, poses and clothes. The parts of each pixel and the landmarks are
# exact. They let the whole book run anywhere; no result on them is a replication.

# %%
faces.anatomy(indices=(0, 1, 9))

# %% [markdown]
# ## The sizes of a tier

# %% tags=["nbval-check-output"]
print(tables.tier_sizes("faces/gray").to_string(index=False))

# %% [markdown]
# The widths are those of stage 2. The DCGAN of stage 1 has widths of its own below tier `paper` (entry E19 of the
# register, [stage two](b-4-stage-two)).

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B31")
