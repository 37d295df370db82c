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
from stackrepro.report import ledger, plan, reference

# %% [markdown]
# ## Birds, twelve ways
#
# Dense, conv and deep-conv networks in columns; in rows the single model of half the size, the single model of full
# size, the stack with stage 1 held, and the stack with backpropagation through both stages. All pictures come from the
# same latents, which were chosen before any picture was seen. Published results stand here, and an empty place is one
# that isn't published yet; where there are none at all, this book's own runs stand in. Of a model with several seeds
# the pictures are the first one's, seed 0. That was fixed before any was trained, so it may be its best or its worst;
# the distances are of all seeds. A distance must be read beside those of the untrained generator and of real images;
# the chapters have its errors and ceilings.

# %%
reference.wall(chapter, *plan.birds(*plan.MODELS))

# %% [markdown]
# ## Faces, by way of edges
#
# The first published faces, of tier `reduced`, have been [withdrawn](verdicts): their discriminator was too narrow,
# and had died. Until others are published, these are of this book's own runs.

# %%
reference.wall(chapter, *plan.FACES, columns=2)

# %% [markdown]
# How far off is far? Pictures of the other data set show nothing of what is to be drawn: faces are no birds, and birds
# no faces. Yet by KID they lie nearer to the real images than some generators' pictures do:

# %%
reference.farther_than_others()

# %% [markdown]
# ## What became of the claims
#
# Each claim of the papers is tested by written rules: thirty of paper A ([ledger](ledger-a), [summary](summary-a)),
# thirty-three of paper B ([ledger](ledger-b), [summary](summary-b)). The rules were fixed before the results; [what was
# changed since](verdicts) is listed with its date, and a second version of them stands there. Claims of paper A:

# %%
ledger.counts(chapter, "A")

# %% [markdown]
# Claims of paper B:

# %%
ledger.counts(chapter, "B")

# %% [markdown]
# ## How to read it
#
# The line on top of every page names the tier, the data set and the seeds. They matter: the tier `quick` trains small
# networks for a minute, the tier `paper` trains the papers' own networks by the budgets that their code calls for.
# Birds that the program drew itself are not photographs. Every figure and table of a run wears the same stamp; what is
# true of the papers' own models at any tier says "tier paper", or stands in a plain table.
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
# number of images, with what real images score against other real images, and with the value of the generator before
# training. Images of the fixed latents are never picked by hand.

# %% [markdown]
# ## What there is
#
# Paper A ([summary](summary-a)), its twelve models: the schemes and what is claimed of them ([sections 1 and
# 2](a-1-introduction)), the data ([3.1](a-3-1-data)), losses and optimizers ([3.2](a-3-2-losses)), the baselines
# ([3.3](a-3-3-baselines)), the stack ([3.4](a-3-4-stacked)), the stack with full backpropagation
# ([3.5](a-3-5-backpropagating)), and the comparisons: layer types ([4.1](a-4-1-layer-comparison)), stacked against
# single ([4.2](a-4-2-stacked-against-single)), backpropagation against held stages ([4.3](a-4-3-backpropagation)); then
# the paper's two explanations, tried ([5](a-5-conclusion)), all twelve models side by side ([8](a-8-appendix)), and
# the [ledger](ledger-a) of its claims.
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
# Some chapters offer more than every book trains: variants with one factor changed, and the other arms. They are shown
# where they are finished; `make book EXTENDED=1` trains them.
#
# Measurement: [how a verdict is reached](verdicts); [how things are measured](measuring), held against other
# programs; [which orders of models survive](sensitivity) another way of measuring; [an eye test](eye-test) that anyone
# can take, and what its raters answered; and [a machine's](machine-eye-test) for birds.
#
# The tool: [how to run it](../running), [what every run was](execution), [what runs would cost](costs), [how fast it
# is](../benchmarks), [the program behind it](../architecture), and [how to add an experiment](../adding-an-experiment).
# Whoever reviews it finds the usual questions, each with its answer and its place, in [a checklist](../checklist).
