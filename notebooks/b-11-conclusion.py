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
# # Conclusion: a stack, or a single GAN?
#
# Paper B {cite}`belhiti2021stackgan`, Conclusion and executive summary.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/gray", "faces/single"]
rgb = ["faces/rgb"]
carried_over = ["birds/gray", "birds/gray-single"]

# %% tags=["hide-cell"]
from stackrepro.report import figures, forest, ledger, open_chapter, published, stages, tables

chapter = open_chapter(globals(), "faces")

# %% tags=["remove-input"]
forest.short(chapter, "B26", "B27", "B28")

# %% [markdown]
# ## What the paper says
#
# Dividing the training into simple stages makes it more stable and brings generated images closer to real ones. Both
# stages suffer from noise; a Wasserstein GAN, dropout and the two proposals would mend it. Diverse data matter much.
# Since nearly every image can be broken down into features, the method should carry over to other data. One more stage
# can change much.
#
# ## The missing control
#
# The main thesis compares stages with one network, but the paper trains no single network to compare with. The code has
# a single DCGAN from noise to colour, whose results aren't reported. This book adds the control: the DCGAN of stage 1,
# from noise to gray, for twice the updates of stage 1; below tier `paper` that is as many as both stages have together.

# %% tags=["remove-input"]
configurations = {name: chapter.configuration(name) for name in ("faces/edges", *needs)}
tables.styled(tables.settings(configurations), f"{chapter.stamp} | arm matched")

# %% tags=["nbval-check-output", "remove-input"]
counted = {name: chapter.configuration(name, tier="paper") for name in ("faces/edges", *needs)}
print(tables.counts(counted).to_string(index=False))

# %% [markdown]
# The numbers of images aren't equal: stage 2 learns from one at a time, at tier `paper` from each about once.
#
# ## A stack, or a single GAN?
#
# Both start from the same latents, and their distances are taken from the same real gray faces, so these rows can be
# compared. With one seed a difference between two rows is no verdict.

# %% tags=["remove-input"]
_ = chapter.obtain(*needs)

# %% tags=["remove-input"]
draws = (figures.fixed_latent_grids, tables.distances, figures.distance_over_training, tables.fidelity)
published.show(chapter, needs, *draws)

# %% [markdown]
# A better distance may be bought with fewer kinds of faces, so the last table tells quality and diversity apart
# ([human evaluation](b-6-human-evaluation) says how). The control was published once before, at tier `reduced`, with a
# discriminator a sixteenth as wide as the paper's. It died because of the tier, which says nothing about the control,
# and was withdrawn ([amendments](verdicts)). Its losses now:

# %% tags=["remove-input"]
published.show(chapter, ["faces/single"], figures.loss_curves)

# %% [markdown]
# ## What both cost

# %% tags=["remove-input"]
published.show(chapter, needs, tables.cost)

# %% [markdown]
# ## One more stage
#
# The third stage of the released code, from gray to colour. Its images come from all three stages.

# %% tags=["remove-input"]
published.show(chapter, rgb, figures.fixed_latent_grids, tables.made_of)

# %% [markdown]
# ### What it makes of real gray faces

# %% tags=["remove-input"]
chapter.show(rgb, stages.translations)

# %% [markdown]
# ## Other data
#
# The paper expects its method to carry over to other data. The same two stages and the same control on paper A's birds,
# cropped to their boxes:

# %% tags=["remove-input"]
published.results(chapter, *carried_over)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B26", "B27", "B28")
