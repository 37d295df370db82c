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
from stackrepro.report import figures, open_chapter, published, stages, tables

chapter = open_chapter(globals(), "faces")
pair = needs

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
configurations = {name: chapter.configuration(name) for name in ("faces/edges", *pair)}
tables.styled(tables.settings(configurations), f"{chapter.stamp} | arm matched")

# %% tags=["nbval-check-output", "remove-input"]
counted = {name: chapter.configuration(name, tier="paper") for name in ("faces/edges", *pair)}
print(tables.counts(counted).to_string(index=False))

# %% [markdown]
# The numbers of images aren't equal: stage 2 learns from one at a time, at tier `paper` from each about once.
#
# ## The reference
#
# The first references, of tier `reduced`, were withdrawn. There the discriminator of the control and of stage 1 was a
# sixteenth as wide as the paper's. It died because of the tier, which says nothing about the control
# ([amendments](verdicts)).

# %% tags=["remove-input"]
published.results(list(pair))

# %% tags=["remove-input"]
published.show(figures.loss_curves, "faces/single")

# %% tags=["remove-input"]
published.show(figures.distance_over_training, *pair)

# %% [markdown]
# ## This book's own run
#
# Both start from the same latents, and their distances are taken from the same real gray faces, so these rows can be
# compared.

# %% tags=["remove-input"]
runs = chapter.obtain(*pair)
figures.fixed_latent_grids(chapter, runs)

# %% tags=["remove-input"]
tables.distances(chapter, runs)

# %% tags=["remove-input"]
tables.fidelity(chapter, runs)

# %% [markdown]
# Next come the losses of the control, and what a training costs. The losses of the stages stand in their chapters.

# %% tags=["remove-input"]
figures.loss_curves(chapter, {"faces/single": runs["faces/single"]})

# %% tags=["remove-input"]
tables.cost(chapter, runs)

# %% [markdown]
# With one seed a difference between two rows is no verdict.
#
# ## One more stage
#
# The third stage of the released code, from gray to colour. Its images come from all three stages.

# %% tags=["remove-input"]
chapter.show(figures.fixed_latent_grids, *rgb)

# %% tags=["remove-input"]
chapter.show(stages.translations, *rgb)

# %% tags=["remove-input"]
chapter.show(tables.made_of, *rgb)

# %% [markdown]
# ## Other data
#
# The paper expects its method to carry over to other data. The same two stages and the same control on paper A's birds,
# cropped to their boxes:

# %% tags=["remove-input"]
chapter.show(figures.fixed_latent_grids, *carried_over)

# %% tags=["remove-input"]
chapter.show(tables.distances, *carried_over)
