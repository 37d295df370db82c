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

from stackrepro.report import figures, ledger, open_chapter, published, tables
from stackrepro.report.architecture import source
from stackrepro.training.intermediate import intermediate

chapter = open_chapter(globals())
probe, slow, judged, longer = explained

# %% [markdown]
# ## What the paper says
#
# Stacks beat single models where the layers are convolutions; dense layers soon reach their limit; the
# deep-conv stack paints diverse birds that aren't photographs. Backpropagation through the whole stack made things
# worse, and two reasons are offered. The updates of stage 1 may work against those of stage 2. Or the added millions of
# trained weights cost so much time that the training was too short. The paper tests neither.
#
# ## The reference
#
# These pairs are to be explained. In each, stage 1 of one stack is frozen, and that of the other is trained on.

# %% tags=["remove-input"]
references = [f"birds/{kind}-{model}" for kind in ("dconv", "conv") for model in ("stack", "stack-bp")]
published.results(references)

# %% [markdown]
# Their distances over the training, by the protocol that the figure names; the first points are the untrained
# generators. At tier `reduced`, with seed 0, both backpropagated stacks still come nearer when their training ends. So
# does the frozen conv stack, and faster than its partner, which speaks against a training that was merely too short.
# The line of the frozen deep-conv stack is flat at its end, but because of BatchNorm: with statistics computed anew its
# last point falls to half, as the table below shows. The points before were not measured so, and therefore nobody can
# tell whether it had stopped improving.

# %% tags=["remove-input"]
published.show(figures.distance_over_training, *references)

# %% tags=["remove-input"]
published.show(tables.both_features, *references)

# %% [markdown]
# ## Cost
#
# The cost of backpropagation can be measured. Both models of a pair are the same network; in one, stage 1 is frozen.
# Times compare only if both were trained on the same machine under the same load.

# %% tags=["remove-input"]
runs = chapter.obtain("birds/dconv-64", "birds/dconv-stack", "birds/dconv-stack-bp")
chapter.show(tables.cost, *stacked)

# %% [markdown]
# The pair that is to be explained, from the same latents:

# %% tags=["remove-input"]
pair = {name: runs[name] for name in ("birds/dconv-stack", "birds/dconv-stack-bp")}
figures.fixed_latent_grids(chapter, pair)

# %% [markdown]
# The weights that are added to the training, at the paper's scale:

# %% tags=["nbval-check-output", "remove-input"]
print(
    tables.counts(
        {name: chapter.configuration(name, tier="paper") for name in ("birds/dconv-stack", "birds/dconv-stack-bp")}
    ).to_string(index=False)
)

# %% [markdown]
# ## Too little training?
#
# If the training was too short, the distance of the backpropagated stack still falls at its end, and more updates bring
# it down to that of the frozen stack. The distance at each kept snapshot:

# %% tags=["remove-input"]
figures.distance_over_training(chapter, runs)

# %% tags=["remove-input"]
chapter.show(figures.distance_over_training, longer)

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


published.show(gradient_agreement, probe, judged)

# %% tags=["remove-input"]
chapter.show(gradient_agreement, probe, judged)

# %% [markdown]
# A small cosine alone is no harm, since stage 1 is no longer asked for a small bird. So two remedies are tried that
# would help if the explanation were right: a rate for stage 1 of a tenth of stage 2's, and a loss at the small image
# that keeps stage 1 a generator of birds. The reference:

# %% tags=["remove-input"]
published.results([slow, judged])

# %% [markdown]
# This book's own runs:

# %% tags=["remove-input"]
chapter.show(figures.fixed_latent_grids, slow, judged, longer)

# %% tags=["remove-input"]
chapter.show(tables.distances, slow, judged, longer)

# %% [markdown]
# The two models to compare them with:

# %% tags=["remove-input"]
tables.distances(chapter, pair)

# %% [markdown]
# ## The conv stack
#
# The paper says the same of the conv stack, so it gets the same tests.

# %% tags=["remove-input"]
published.show(gradient_agreement, explained_conv[0], explained_conv[2])

# %% tags=["remove-input"]
published.results(explained_conv[1:3])

# %% tags=["remove-input"]
chapter.show(gradient_agreement, explained_conv[0], explained_conv[2])

# %% tags=["remove-input"]
chapter.show(tables.distances, *explained_conv[1:])

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-a).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "A19", "A20", "A28", "A29")
