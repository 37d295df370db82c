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
# # Does the second stage take out noise?
#
# Paper B {cite}`belhiti2021stackgan`, Discussion, second paragraph.

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
from stackrepro.report import contraction, ledger, reference, stage_two

# %% [markdown]
# ## What the paper says
#
# The full model is found to score better behind its second stage than behind its first. The explanation: a conditional
# stage takes inputs that lie far from the training points and moves them closer to the corresponding training points of
# the output. So later stages remove the noise of earlier ones. Put as an inequality, for the generator $f$, a training
# input $x$ and the input $x + h$ that the stage before has made,
#
# $$
# \lVert f(x + h) - f(x) \rVert < \lVert h \rVert .
# $$
#
# It isn't tested in the paper.
#
# ## The reference

# %%
reference.results(["faces/gray"])

# %% [markdown]
# ## Measured
#
# Here it is, on edges of persons held out, with $h$ of four kinds: noise, small and large; what JPEG does; a step
# towards another face. And with the one that is meant, from the nearest edges of the training to those that stage 1 has
# drawn. The ledger's test, which each run has at hand, goes the other way for the last, from edges of persons held out
# to the nearest drawn ones, and half of the way to another face. Lengths are Euclidean, over all pixels, with values
# from −1 to 1. The ratio
#
# $$
# r = \frac{\lVert f(x + h) - f(x) \rVert}{\lVert h \rVert}
# $$
#
# is below 1 where the inequality holds.

# %%
runs = chapter.obtain("faces/gray")
(run, *_) = runs["faces/gray"]
contraction.ratio_table(chapter, run)

# %% [markdown]
# A small ratio by itself is no merit. A stage that doesn't look at its input has $r = 0$: it takes out all noise, and
# the face with it. So what stage 2 makes of edges has to be seen beside the ratio. The last column but one is of the
# same network before its training, which tells what is learned from what is built in: its layers normalise what they
# pass on.

# %%
stage_two.translations(chapter, runs)

# %% [markdown]
# ## In the worst direction
#
# For small $h$ the largest ratio is the spectral norm of the Jacobian $J_f(x)$, its largest singular value. Power
# iteration finds it: $v \leftarrow J^\top J v / \lVert J^\top J v \rVert$, from a random $v$. Where it exceeds 1, some
# small change of the edges grows; random noise has nearly nothing of such a direction.

# %%
contraction.ratio_figure(chapter, run)

# %% [markdown]
# ## Noise on its way
#
# Noise of a known size is added to real edges, and followed through stage 2. The signal is the spread of the pixels of
# the clean image, the noise the root mean square of what it changes; both change from edges to gray, and their ratio is
# what can be compared:
#
# $$
# \mathrm{SNR} = 20 \log_{10}
# \frac{\operatorname{std} f(x)}{\operatorname{rms}\bigl(f(x + h) - f(x)\bigr)} \ \mathrm{dB}.
# $$

# %%
contraction.noise_figure(chapter, run)

# %% [markdown]
# A stage that takes out noise has the upper line behind it. That tells of noise on real edges. Whether generated edges
# are real ones with noise is another question, which the distances of [stage two](b-4-stage-two) answer.

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B11", "B12")
