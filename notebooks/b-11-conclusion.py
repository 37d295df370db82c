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
from stackrepro.report import face_tables, figures, plan, reference, stage_two, tables

pair = ("faces/gray", "faces/single")

# %% [markdown]
# ## What the paper says
#
# Dividing the training into simple stages makes it more stable and brings generated images closer to real ones. Both
# stages suffer from noise; a Wasserstein GAN, dropout and the two proposals would mend it. Diverse data matter much.
# Since nearly every image can be broken down into features, the method should carry over to other data. One stage more
# can change much.
#
# ## The missing control
#
# The main thesis is a comparison: stages against one network. The paper has nothing to compare with. The code has a
# single DCGAN from noise to colour, whose results aren't reported. Here is the control: the DCGAN of stage 1, from
# noise to gray, for twice the updates of stage 1; below tier `paper` that is as many as both stages have together.

# %%
configurations = {name: chapter.configuration(name) for name in ("faces/edges", *pair)}
tables.stamped(tables.settings(configurations), f"{chapter.stamp} | arm matched")

# %% tags=["nbval-check-output"]
counted = {name: chapter.configuration(name, tier="paper") for name in ("faces/edges", *pair)}
print(tables.counts(counted).to_string(index=False))

# %% [markdown]
# Images aren't held equal: stage 2 learns from one at a time, at tier `paper` from each about once.
#
# ## The reference
#
# The first references, of tier `reduced`, were withdrawn: the discriminator of the control and of stage 1, a sixteenth
# as wide as the paper's, had died, which was the tier's fault and not the control's ([amendments](verdicts)).

# %%
reference.results(list(pair))

# %%
reference.show(figures.loss_curves, "faces/single")

# %%
reference.show(figures.distance_over_training, *pair)

# %% [markdown]
# ## This book's own run
#
# Both start from the same latents; the distances are taken from the same real gray faces, so that these rows do
# compare.

# %%
runs = chapter.obtain(*pair)
figures.fixed_latent_grids(chapter, runs)

# %%
tables.measured(chapter, runs)

# %%
tables.fidelity(chapter, runs)

# %% [markdown]
# The losses of the control; those of the stages stand in their chapters. What a training costs:

# %%
figures.loss_curves(chapter, {"faces/single": runs["faces/single"]})

# %%
tables.stamped(tables.cost(runs), chapter.stamp)

# %% [markdown]
# With one seed a difference between two rows is no verdict.
#
# ## One stage more
#
# The third stage of the released code, from gray to colour. Its images come from all three stages.

# %%
chapter.show(figures.fixed_latent_grids, "faces/rgb")

# %%
chapter.show(stage_two.translations, "faces/rgb")

# %%
chapter.show(face_tables.made_of, "faces/rgb")

# %% [markdown]
# ## Other data
#
# The paper expects its method to carry over to other data. The same two stages and the same control on paper A's birds,
# cropped to their boxes:

# %%
chapter.show(figures.fixed_latent_grids, *plan.CARRIED_OVER)

# %%
chapter.show(tables.measured, *plan.CARRIED_OVER)
