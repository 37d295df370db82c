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
# # 5 Conclusion: why backpropagation failed
#
# Paper A {cite}`deshmukh2022exploring`, section 5.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["birds/dconv-64", "birds/dconv-stack", "birds/dconv-stack-bp"]
stacked = [
    "birds/dense-stack",
    "birds/conv-stack",
    "birds/dconv-stack",
    "birds/dense-stack-bp",
    "birds/conv-stack-bp",
    "birds/dconv-stack-bp",
]
explained = [
    "birds/dconv-stack-bp+intermediate=probe",
    "birds/dconv-stack-bp+stage1-rate=tenth",
    "birds/dconv-stack-bp+intermediate=loss",
    "birds/dconv-stack-bp+updates=quadruple",
]
explained_conv = [
    "birds/conv-stack-bp+intermediate=probe",
    "birds/conv-stack-bp+stage1-rate=tenth",
    "birds/conv-stack-bp+intermediate=loss",
    "birds/conv-stack-bp+updates=quadruple",
]

# %% tags=["hide-cell"]
from IPython.display import display

from stackrepro.report import figures, forest, ledger, open_chapter, published, tables
from stackrepro.report.architecture import source
from stackrepro.training.intermediate import intermediate

chapter = open_chapter(globals())
probe, slow, judged, longer = explained
frozen, whole = "birds/dconv-stack", "birds/dconv-stack-bp"
conv_probe, conv_slow, conv_judged, conv_longer = explained_conv
conv_frozen, conv_whole = "birds/conv-stack", "birds/conv-stack-bp"

# %% tags=["remove-input"]
forest.short(chapter, "A19", "A20", "A28", "A29")

# %% [markdown]
# ## What the paper says
#
# Stacks beat single models where the layers are convolutions; dense layers soon reach their limit; the
# deep-conv stack paints diverse birds that aren't photographs. Backpropagation through the whole stack made things
# worse, and two reasons are offered. The updates of stage 1 may work against those of stage 2. Or the added millions of
# trained weights cost so much time that the training was too short. The paper tests neither.
#
# ## The pairs to be explained
#
# In each pair, stage 1 of one stack is frozen, and that of the other is trained on. The published results come first,
# and below them what this book's own run made, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain(*needs)

# %% tags=["remove-input"]
published.results(chapter, frozen, whole)

# %% tags=["remove-input"]
published.results(chapter, conv_frozen, conv_whole)

# %% [markdown]
# ## Cost
#
# The weights that are added to the training, at the paper's scale:

# %% tags=["nbval-check-output", "remove-input"]
tables.counts(
    {name: chapter.configuration(name, tier="paper") for name in ("birds/dconv-stack", "birds/dconv-stack-bp")}
)

# %% [markdown]
# ### Times of this book's own runs
#
# The cost of backpropagation can be measured. Both models of a pair are the same network; in one, stage 1 is frozen.
# Times compare only if both were trained on the same machine under the same load.

# %% tags=["remove-input"]
chapter.show(stacked, tables.cost)

# %% [markdown]
# ## Too little training?
#
# If the training was too short, the distance of the backpropagated stack still falls at its end, and faster than that
# of the frozen stack. More updates then bring it down to the latter. The distances over the training follow, by the
# protocol that the figure names. The first point of each line is the untrained generator.

# %% tags=["remove-input"]
pairs = [frozen, whole, conv_frozen, conv_whole]
published.show(chapter, pairs, figures.distance_over_training)

# %% [markdown]
# A line may lie too high for another reason: BatchNorm normalises finished images by statistics that it gathered in
# training, and these may fit the trained weights badly. In the column "recalibrated" of the next table they are
# computed anew for the last point. The points before are not measured so, and therefore nobody can tell from a line
# alone whether a stack had stopped improving.

# %% tags=["remove-input"]
published.show(chapter, pairs, tables.both_features)

# %% [markdown]
# ### Four times the updates
#
# Compare the distances with those of the pair above.

# %% tags=["remove-input"]
draws = (figures.fixed_latent_grids, tables.distances, figures.distance_over_training)
published.show(chapter, [longer], *draws)

# %% [markdown]
# ## Counterproductive updates?
#
# Let $L_2$ be the generator's loss at the output of the stack, and $L_1$ the loss that stage 1 would have at its own
# image, from a discriminator of that size that learns alongside. Both have a gradient with respect to the weights
# $\theta_1$ of stage 1. Where the cosine
#
# $$
# \cos\bigl(\nabla_{\theta_1} L_1, \nabla_{\theta_1} L_2\bigr)
# $$
#
# is negative, a step that helps the stack makes the small image worse. The watched run is bit for bit the training of
# `birds/dconv-stack-bp`: the second discriminator has no influence on it.

# %% tags=["remove-input"]
source(intermediate)


# %% tags=["hide-input"]
def gradient_agreement(about, runs):
    """Draw the cosine of the two gradients that meet in stage 1, and the ratio of their norms."""
    cosine = {"gradient_cosine": "cosine of the two gradients"}
    display(figures.curves(about, runs, cosine, level=0, ylim=(-1, 1)))
    ratio = {"gradient_ratio": "norm through stage 2 : norm of its own"}
    return figures.curves(about, runs, ratio, level=1, yscale="log")


published.show(chapter, [probe, judged], gradient_agreement)

# %% [markdown]
# ### Two remedies
#
# A small cosine alone is no harm, since stage 1 is no longer asked for a small bird. So two remedies are tried that
# would help if the explanation were right: a rate for stage 1 of a tenth of stage 2's, and a loss at the small image
# that keeps stage 1 a generator of birds. Compare their distances too with those of the pair above.

# %% tags=["remove-input"]
published.results(chapter, slow, judged)

# %% [markdown]
# ## The conv stack
#
# The paper says the same of the conv stack, so it gets the same tests.
#
# ### Gradients of the conv stack

# %% tags=["remove-input"]
published.show(chapter, [conv_probe, conv_judged], gradient_agreement)

# %% [markdown]
# ### Remedies for the conv stack

# %% tags=["remove-input"]
published.results(chapter, conv_slow, conv_judged)

# %% [markdown]
# ### Four times the updates of the conv stack

# %% tags=["remove-input"]
published.show(chapter, [conv_longer], *draws)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-a).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "A19", "A20", "A28", "A29")
