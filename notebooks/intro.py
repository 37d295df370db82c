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
# # Two papers on stacked GANs, replicated
#
# A stacked GAN makes an image in stages. A first generator turns a latent vector into a small image; a second one
# turns that image into a larger or richer one. Two student papers built such stacks and drew conclusions from them.
# Paper A {cite:p}`deshmukh2022exploring` generates birds and asks whether a stack beats a single generator of the same
# resolution. Paper B {cite:p}`belhiti2021stackgan` generates faces by way of their edges. The idea comes from StackGAN
# {cite:p}`zhang2017stackgan`, the networks from DCGAN {cite:p}`radford2016unsupervised`.
#
# This book trains the papers' models, below tier `paper` small relatives of them, and measures them. These are three of
# its stacks at work:

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = "all"
birds = [
    "birds/dense-64",
    "birds/conv-64",
    "birds/dconv-64",
    "birds/dense-128",
    "birds/conv-128",
    "birds/dconv-128",
    "birds/dense-stack",
    "birds/conv-stack",
    "birds/dconv-stack",
    "birds/dense-stack-bp",
    "birds/conv-stack-bp",
    "birds/dconv-stack-bp",
]
faces = ["faces/edges", "faces/gray", "faces/edges+update=wgan-gp", "faces/single"]

# %% tags=["hide-cell"]
from IPython.display import Markdown

from stackrepro.base.places import results_root
from stackrepro.claims.schema import of_paper
from stackrepro.claims.select import unfit
from stackrepro.report import forest, ledger, open_chapter, published, tables
from stackrepro.runs import stored

chapter = open_chapter(globals())

# %% tags=["remove-input"]
stacks = [("birds/dconv-64", "birds/dconv-stack"), ("birds/conv-64", "birds/conv-stack"), ("faces/edges", "faces/gray")]
published.at_work(*stacks)

# %% [markdown]
# And this is what the published results say so far.

# %% mystnb={"markdown_format": "myst"} tags=["remove-input"]
forest.answers(chapter)

# %% [markdown]
# Each sentence is put together from verdicts. These follow [written rules](verdicts), each change of which is listed
# with its date. A margin is the least difference that counts: a tenth of the way from the farther one of two models to
# real images.
#
# ## The claims that are decided
#
# Letters and colours say whether a claim holds (H), partly holds (P), fails (F), or has nothing to explain (N). To the
# right of a line's middle is what the paper claims. The gray band is the margin. [The forest](forest) shows all claims
# of runs at all sizes, and says what each undecided one lacks.

# %% tags=["remove-input"]
forest.glance(chapter)

# %% [markdown]
# ## Birds, twelve ways
#
# Dense, conv and deep-conv networks in columns; in rows the single model of half the size, the single model of full
# size, the stack with stage 1 frozen, and the stack with backpropagation through both stages. All pictures come from
# the same latents, which were chosen before any picture was seen. These are published results of the tier at which the
# most models have three seeds; [the wall](../wall) has those of other tiers too. An empty place is a model that isn't
# published there; if none is published, this book's own runs are shown. Of a model with several seeds the picture is
# that of the seed whose KID is the median, so neither the best nor the worst, and of two in the middle the nearer one:
# a rule picks it, nobody does. The distances are of all seeds. Compare them with those of the untrained generator and
# of real images; the chapters give errors and references.

# %% tags=["remove-input"]
published.wall(chapter, *birds)

# %% [markdown]
# ## Faces, by way of edges
#
# These are published results, or, where no faces are published, this book's own runs. The first published faces, of
# tier `reduced`, have been [withdrawn](verdicts): their discriminator was too narrow, and had died.

# %% tags=["remove-input"]
published.wall(chapter, *faces, columns=2)

# %% [markdown]
# How far is far? Faces are no birds, and birds no faces. Yet by KID images of the other data set, the out-of-domain
# reference, lie nearer to the real images than those of some generators:

# %% tags=["hide-input"]
kept = [run for run in stored(results_root()) if not run.damaged and run.result is not None and not unfit(run)]
kept = [run for run in kept if "other_domain" in run.result["measures"]]


def is_farther(run):
    measures = run.result["measures"]  # KID has no bias at any number of images, so that these two compare
    return measures[tables.trained_in([run.result])]["kid"] > measures["other_domain"]["kid"]


farther = [run.result["experiment"] for run in kept if is_farther(run)]
counted = ", ".join(f"`{name}` ({farther.count(name)})" for name in dict.fromkeys(farther))
Markdown(f"{len(farther)} of {len(kept)} published generators{counted and ': '}{counted}.")

# %% [markdown]
# ## The two papers
#
# Paper A asks whether a generator of two stages draws better birds than a single one, for three layer types, and
# whether both stages should be trained together. It judges by eye, and each of its models was trained once
# ([summary](summary-a), [ledger](ledger-a)). Its claims came to this:

# %% tags=["remove-input"]
ledger.counts(chapter, "A")

# %% [markdown]
# Paper B draws a face's edges first and then the face. It prints Fréchet distances whose origin can't be traced, and
# lacks the single GAN that the idea must be held against ([summary](summary-b), [ledger](ledger-b)). Its claims:

# %% tags=["remove-input"]
ledger.counts(chapter, "B")

# %% tags=["nbval-check-output"]
print(len(of_paper("A")), "claims of paper A,", len(of_paper("B")), "of paper B")

# %% [markdown]
# ## How to read it
#
# Each chapter is one section of a paper. Each number and picture of a chapter comes from a run that you can repeat with
# one command. The line on top of every page names the tier, the data set and the seeds. They matter: the tier `quick`
# trains small networks for a minute, the tier `paper` trains the papers' own networks by the budgets that their code
# calls for. Synthetic birds, which the program draws itself, are not photographs. What is true of the papers' own
# models at any tier says "tier paper", or stands in a plain table.
#
# An experiment is read in one of three ways, called arms, since paper and code differ.
#
# | arm | meaning |
# |---|---|
# | `text` | as the paper says; gaps are filled by stated rules |
# | `code` | as the authors' released code does it, repaired only where it can't run |
# | `matched` | all equal but the thing under test: the arm that can compare two models |
#
# This book measures how far generated images are from real ones in the feature space of the Inception network, by the
# Fréchet distance {cite:p}`heusel2017gans` and by the kernel distance {cite:p}`binkowski2018demystifying`. Each value
# stands with its number of images, with the real-vs-real baseline, which is what real images score against other real
# images, and with the value of the generator before training. Images of the fixed latents are never picked by hand.
#
# ## Where to go on
#
# - The [forest](forest) of all claims, and a [playground](../playground) that runs the generators in your browser.
# - Paper A, section by section, from [its ideas](a-1-introduction) to [all twelve models](a-8-appendix); paper B from
#   [its idea](b-1-introduction) to [the control that it lacks](b-11-conclusion). Variants, with one factor changed, are
#   shown where they are finished. `make book` doesn't train them; `make book EXTENDED=1` does.
# - [How a verdict is reached](verdicts), [how things are measured](measuring), [which orders of models
#   survive](sensitivity) another way of measuring, and [an eye test](eye-test) that anyone can take.
# - [How to run it](../running), [all runs with command and machine](execution), [what runs would cost](costs), [how the
#   program is built](../architecture), and [how to add an experiment](../adding-an-experiment).
# - A [checklist](../checklist) of reviewers' usual questions, and a [register](../deviations) of all deviations.
