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
# This book trains the papers' models, below tier `paper` small relatives of them, and measures them. Each chapter is
# one section of a paper. Each number and picture of a chapter comes from a run that you can repeat with one command.

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
from stackrepro.report import ledger, open_chapter, published, tables
from stackrepro.runs import stored

chapter = open_chapter(globals())

# %% [markdown]
# ## Birds, twelve ways
#
# Dense, conv and deep-conv networks in columns; in rows the single model of half the size, the single model of full
# size, the stack with stage 1 frozen, and the stack with backpropagation through both stages. All pictures come from
# the same latents, which were chosen before any picture was seen. These are published results. An empty place is a
# model that isn't published yet; if none is published, this book's own runs are shown. Of a model with several seeds
# the pictures are those of seed 0. That was fixed before any was trained, so they may be its best or its worst; the
# distances are of all seeds. Compare a distance with those of the untrained generator and of real images; the chapters
# give its errors and references.

# %%
published.wall(chapter, *birds)

# %% [markdown]
# ## Faces, by way of edges
#
# These are published results, or, where no faces are published, this book's own runs. The first published faces, of
# tier `reduced`, have been [withdrawn](verdicts): their discriminator was too narrow, and had died.

# %%
published.wall(chapter, *faces, columns=2)

# %% [markdown]
# How far is far? Faces are no birds, and birds no faces. Yet by KID images of the other data set, the out-of-domain
# reference, lie nearer to the real images than those of some generators:

# %%
kept = [run for run in stored(results_root()) if not run.damaged and run.result is not None and not unfit(run)]
kept = [run for run in kept if "other_domain" in run.result["measures"]]


def is_farther(run):
    measures = run.result["measures"]  # KID has no bias at any number of images, so that these two compare
    return measures[tables.trained_in([run.result])]["kid"] > measures["other_domain"]["kid"]


farther = [run.result["experiment"] for run in kept if is_farther(run)]
counted = ", ".join(f"`{name}` ({farther.count(name)})" for name in dict.fromkeys(farther))
Markdown(f"{len(farther)} of {len(kept)} published generators{counted and ': '}{counted}.")

# %% [markdown]
# ## What became of the claims
#
# Each claim of the papers is tested by written rules: thirty of paper A ([ledger](ledger-a), [summary](summary-a)),
# thirty-three of paper B ([ledger](ledger-b), [summary](summary-b)). The rules were fixed before the results. The [page
# of the rules](verdicts) has their second version, and lists each change with its date. Claims of paper A:

# %%
ledger.counts(chapter, "A")

# %% tags=["nbval-check-output"]
print(len(of_paper("A")), "claims of paper A,", len(of_paper("B")), "of paper B")

# %% [markdown]
# Claims of paper B:

# %%
ledger.counts(chapter, "B")

# %% [markdown]
# ## How to read it
#
# The line on top of every page names the tier, the data set and the seeds. They matter: the tier `quick` trains small
# networks for a minute, the tier `paper` trains the papers' own networks by the budgets that their code calls for.
# Synthetic birds, which the program draws itself, are not photographs. The caption of every figure and table of runs
# names tier and data set. What is true of the papers' own models at any tier says "tier paper", or stands in a plain
# table.
#
# An experiment is read in one of three ways, called arms.
#
# | arm | meaning |
# |---|---|
# | `text` | as the paper says; gaps are filled by stated rules |
# | `code` | as the authors' released code does it, repaired only where it can't run |
# | `matched` | all equal but the thing under test |
#
# The arms differ because paper and code differ. Where a claim compares two models, `matched` is the arm that can
# answer.
#
# ## What is measured
#
# Paper A judges its birds by eye, paper B reports Fréchet distances of its faces. This book measures how far generated
# images are from real ones in the feature space of the Inception network, by the Fréchet distance
# {cite:p}`heusel2017gans` and by the kernel distance {cite:p}`binkowski2018demystifying`. Each value stands with its
# number of images, with the real-vs-real baseline, which is what real images score against other real images, and with
# the value of the generator before training. Images of the fixed latents are never picked by hand.

# %% [markdown]
# ## What there is
#
# Paper A ([summary](summary-a)), its twelve models: the schemes and what is claimed of them ([sections 1 and
# 2](a-1-introduction)), the data ([3.1](a-3-1-data)), losses and optimizers ([3.2](a-3-2-losses)), the baselines
# ([3.3](a-3-3-baselines)), the stack ([3.4](a-3-4-stacked)), the stack with full backpropagation
# ([3.5](a-3-5-backpropagating)), and the comparisons: layer types ([4.1](a-4-1-layer-comparison)), stacked against
# single ([4.2](a-4-2-stacked-against-single)), backpropagation against frozen stages ([4.3](a-4-3-backpropagation));
# then the paper's two explanations, tried ([5](a-5-conclusion)), all twelve models side by side ([8](a-8-appendix)),
# and the [ledger](ledger-a) of its claims.
#
# Paper B ([summary](summary-b)), its two stages and all that it proposes: the idea of stages split by feature
# ([introduction](b-1-introduction)), the way from photographs to edges ([data](b-2-data)), noise to edges ([stage
# one](b-3-stage-one)), edges to gray faces ([stage two](b-4-stage-two)), why its Fréchet distances can't be traced
# ([distances](b-5-distances)), what people would be asked ([human evaluation](b-6-human-evaluation)), whether a second
# stage takes out noise ([contraction](b-7-contraction)), whether it overfits ([overfitting](b-8-overfitting)), the
# Wasserstein GAN that was proposed and the one that was released ([WGAN](b-9-wgan)), two other ways to join stages
# ([architectures](b-10-architectures)), the control that the paper lacks ([conclusion](b-11-conclusion)), and the
# [ledger](ledger-b).
#
# Some chapters also show variants, with one factor changed, and other arms, where these are finished. `make book`
# doesn't train them; `make book EXTENDED=1` does.
#
# Measurement: [how a verdict is reached](verdicts); [how things are measured](measuring), compared with other programs;
# [which orders of models survive](sensitivity) another way of measuring; and [an eye test](eye-test) that anyone can
# take, with the answers of its raters.
#
# The tool: [how to run it](../running), [all runs with command and machine](execution), [what runs would cost](costs),
# [how fast it is](../benchmarks), [how the program is built](../architecture), and [how to add an
# experiment](../adding-an-experiment). A [checklist](../checklist) answers the usual questions of reviewers, and a
# [register](../deviations) lists all deviations.
