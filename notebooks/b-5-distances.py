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
# # Distances: 73, 181 and 59
#
# Paper B {cite}`belhiti2021stackgan`, Results and Discussion, first paragraphs on the Fréchet distance.

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
from stackrepro.report import face_tables, figures, ledger, reference, released, tables

# %% [markdown]
# ## What the paper says
#
# The Fréchet Inception distance {cite}`heusel2017gans` is 73 for edges with all images, 181 with a quarter of them, and
# 59 for gray faces made from generated edges. In the discussion the full model scores better behind the second stage
# than behind the first; further below the first stage is said to score better than the second. By the paper's own
# numbers only the first of these can be true. Compared with the state of the art the results are called subpar.
#
# ## Two scales
#
# The distance of edges is taken from real edges, that of gray faces from real gray faces:
#
# $$
# d_{\text{edges}} = d\bigl(G_1(z), s(x)\bigr), \qquad d_{\text{gray}} = d\bigl(G_2(G_1(z)), x\bigr).
# $$
#
# They have no common scale. What real images score against other real images, the floor, differs between the two, and
# so does what a given amount of noise adds. So neither 59 < 73 nor its opposite says whether stage 2 improves what
# stage 1 gives it. A common space is that of the edges of the generated gray faces,
# $d\bigl(s(G_2(G_1(z))), s(x)\bigr)$, beside $d_{\text{edges}}$.

# %% [markdown]
# ## The reference

# %%
reference.results(["faces/edges", "faces/gray", "faces/edges+images=quarter-epochs"])

# %%
reference.show(face_tables.edge_space, "faces/edges", "faces/gray")

# %% [markdown]
# ## The paper's numbers beside this book's
#
# The paper names neither the program, nor the number of images, nor the reference. What stands beside its numbers here
# was measured by the protocol of this tier. Below tier `reduced` the features are 192 early ones instead of 2048 late
# ones, and the numbers are no FID. How long the paper trained on a quarter of the images isn't told either; here it is
# for as many epochs, `faces/edges+images=quarter-epochs`.

# %%
runs = chapter.obtain("faces/edges", "faces/gray")
face_tables.beside_paper(chapter, runs)

# %%
figures.fixed_latent_grids(chapter, runs)

# %% [markdown]
# Floor, ceilings and errors of these distances. Birds of the same size and kind show how far images of something else
# are, noise how far images of nothing. Where these are fewer than a model's, KID alone compares them with it.

# %%
tables.measured(chapter, runs)

# %% [markdown]
# In the common space, that of edges, both stages have the same reference. Whether stage 2 brings the images nearer to
# real ones is what these rows can tell:

# %%
face_tables.edge_space(chapter, runs)

# %%
chapter.show(face_tables.beside_paper, "faces/edges+images=quarter-epochs")

# %%
figures.distance_over_training(chapter, runs)

# %% [markdown]
# ## Why the paper's numbers can't be traced
#
# No distance is printed anywhere in the released code. One notebook that should compute it stops with an error, the
# last cell of another was never executed, and the one script leaves no log. What that script computes is something else
# than an FID:
#
# | | released script | pytorch-fid, as in this book |
# |---|---|---|
# | network | ImageNet Inception, mean of its last block | the FID's Inception, pool3 |
# | BatchNorm | by the statistics of each batch | by the stored statistics |
# | input | −1 to 1, through a transform for other values | 0 to 255, scaled to −1 to 1 |
# | resize | nearest pixel | bilinear |
# | real images | 4, the first files | thousands |
# | generated images | 64, the last batch only | thousands |
# | rank of the covariances | 3 and 63 of 2048 | full above 2048 images |
#
# ## What such a distance measures
#
# The released computation can be shown at work, on real faces alone. torchvision's ImageNet weights can't be had
# everywhere, so the FID's own Inception stands in for them: the same layers with other weights. It can show what the
# differences do, not which value the authors' script would print.
#
# With batch statistics, real images and generated ones are each normalised by themselves. If all images of one side are
# brighter by a constant $c$, the first convolution, which has no border and no bias, turns the constant into another
# one, and its BatchNorm subtracts that:
#
# $$
# \mathrm{BN}\bigl(W * (x + c)\bigr) = \gamma \, \frac{W * x + W * c - \mu(W * x) - W * c}{\sigma(W * x)} + \beta
# = \mathrm{BN}(W * x).
# $$
#
# So the shift is invisible. And with 4 images on one side the distance between real faces and other real faces is far
# from 0, whatever the mode: a covariance of rank 3 stands against one of higher rank.

# %%
found = released.demonstration(chapter)
released.demonstration_table(chapter, found)

# %%
released.demonstration_figure(chapter, found)

# %% [markdown]
# The last row compares images with themselves, brightened by 100 levels at half their contrast, so that nothing is
# clipped.
#
# ## Published results, as context
#
# No published result is for gray faces of 128 pixels. For colour, and measured on thousands of images:
#
# | model | data | FID | source |
# |---|---|---|---|
# | DCGAN with two rates | CelebA, 64 pixels | 12.5 | Heusel et al. {cite}`heusel2017gans` |
# | StyleGAN | CelebA-HQ, 1024 pixels | 5.06 | Karras et al. {cite}`karras2019style` |
#
# They compare neither with each other nor with a number of this book: data, size, colour and protocol differ.

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B9", "B10", "B21", "B29")
