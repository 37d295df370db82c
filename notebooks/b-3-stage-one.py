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
# # Stage one: noise to edges
#
# Paper B {cite}`belhiti2021stackgan`, Methods and Results on the first stage; Figures 3 and 6.

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
from stackrepro.report import face_tables, figures, ledger, plan, reference, tables
from stackrepro.report.architecture import architecture

arms = {arm: chapter.configuration("faces/edges", arm, tier="paper") for arm in ("text", "code", "matched")}
paper, here = arms["matched"], chapter.configuration("faces/edges")

# %% [markdown]
# ## What the paper says
#
# A DCGAN {cite}`radford2016unsupervised` makes edges of noise. It is built on one for handwritten digits. Dividing the
# discriminator's feature maps by 4 helped, since it then doesn't outrun the generator; no number shows it. Trained on
# all 202,599 images the edges reach a distance of 73 and on 50,000 one of 181, with clearer features and less noise in
# the background. From that the paper concludes that the variety of the images matters most. The losses oscillate.
#
# ## The networks
#
# No layers are given, and the network for digits makes 28 × 28 pixels. What made the figures stands in the history of
# the released code, between 26 March and 20 April 2021: the usual DCGAN for 128 pixels. Drawn from the networks
# themselves, at the paper's scale:

# %%
architecture(paper.generator, "Generator of faces/edges", "tier paper | all arms")

# %%
architecture(paper.discriminator, "Discriminator of faces/edges", "tier paper | all arms")

# %% [markdown]
# Both learn by the losses of DCGAN, with logits $D(x)$ and the logistic function $\sigma$:
#
# $$
# \begin{aligned}
# L_D &= -\mathbb{E}_{x} \log \sigma(D(x)) - \mathbb{E}_{z} \log\bigl(1 - \sigma(D(G_1(z)))\bigr), \\
# L_{G_1} &= -\mathbb{E}_{z} \log \sigma(D(G_1(z))).
# \end{aligned}
# $$
#
# ## Paper and code, side by side
#
# The script of today's release isn't this model but a Wasserstein GAN with two errors ([WGAN](b-9-wgan)). The number of
# epochs is 20, 5 and 20 again in the history; the runner that makes the final stack loads a folder named 5. The runners
# never leave training mode, so that each batch of samples is normalised by itself. What differs between the arms:

# %%
tables.stamped(face_tables.contrasted(arms), "tier paper | faces/edges in its three arms")

# %% [markdown]
# ## The discriminator, divided by 4
#
# Counted with a width of a quarter, a half and the whole of the generator's:

# %% tags=["nbval-check-output"]
names = ("faces/edges", *plan.DISCRIMINATORS)
widths = {name: chapter.configuration(name, tier="paper") for name in names}
print(tables.counts(widths).to_string(index=False))

# %% [markdown]
# ## What this tier changed

# %%
tables.stamped(tables.changed_by_tier({"faces/edges": (paper, here)}), chapter.stamp)

# %% [markdown]
# ## The reference
#
# Trainings of one model that differ in the seed alone have their pictures below the first one's, and an interval in the
# table. A gap between two single trainings, as in the paper, tells nothing unless it is wider than that.

# %%
reference.results(["faces/edges", *plan.DISCRIMINATORS, *plan.QUARTERS])

# %%
reference.show(figures.loss_curves, "faces/edges")

# %%
reference.show(figures.distance_over_training, "faces/edges", *plan.QUARTERS)

# %% [markdown]
# ## This book's own run
#
# The losses, the counterpart of Figure 6:

# %%
runs = chapter.obtain("faces/edges")
figures.loss_curves(chapter, runs)

# %% [markdown]
# The same latents over the training:

# %%
figures.over_training(chapter, runs["faces/edges"][0], "faces/edges")

# %%
tables.measured(chapter, runs)

# %% [markdown]
# The flag "out-of-domain" reminds that the Inception network has learned from photographs and never saw edges.
# Distances of edges compare with those of edges.
#
# Noise in the background, which the paper sees decrease with more images, is measured at the border: the mean square of
# the Laplacian over the outer eighth of the image. Real edges have edges there too, and are the yardstick.

# %%
face_tables.noise(chapter, runs)

# %% [markdown]
# ## A quarter of the images, or a quarter of the training?
#
# The counterpart of Figure 3. Epochs and updates of the paper's two trainings are unknown. If both had as many epochs,
# the one with all images had four times the updates, and the gap may be that. So there are four cells:
#
# | | all updates | a quarter of the updates |
# |---|---|---|
# | **all images** | `faces/edges` | `+updates=quarter` |
# | **a quarter of the images** | `+images=quarter` | `+images=quarter-epochs` |
#
# Variety is what differs within a column, training within a row.

# %%
chapter.show(figures.fixed_latent_grids, "faces/edges", *plan.QUARTERS)

# %%
chapter.show(tables.measured, "faces/edges", *plan.QUARTERS)

# %%
chapter.show(face_tables.noise, "faces/edges", *plan.QUARTERS)

# %% [markdown]
# ## What the discriminator's width is worth

# %%
chapter.show(figures.loss_curves, *names)

# %%
chapter.show(tables.measured, *names)

# %% [markdown]
# ## As the code has it
#
# Arm `code`, once sampled as released, each batch of 64 normalised by itself, and once by the running statistics:

# %%
chapter.show(figures.fixed_latent_grids, "faces/edges", "faces/edges+sampling=running", arm="code")

# %%
chapter.show(tables.measured, "faces/edges", "faces/edges+sampling=running", arm="code")

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B1", "B2", "B4", "B5", "B13", "B17")
