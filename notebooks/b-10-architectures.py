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
# # Two proposed architectures
#
# Paper B {cite}`belhiti2021stackgan`, Discussion, last paragraph, and Figure 8.

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
from stackrepro.report import face_tables, figures, ledger, plan, reference, schematic, stage_two, tables
from stackrepro.report.architecture import architecture

# %% [markdown]
# ## What the paper says
#
# Information gets lost between stages: nothing of the background reaches stage 2. Two architectures are proposed, and
# not tried. The first gives each stage a latent of its own, to fill in what the image leaves open; stages still learn
# apart, and images should be more diverse, but parts may not fit together, like a snowboarder on a sunny beach. So the
# latents should be related. The second relays the latent and all earlier images to each stage. It is thought sounder
# and dearer, since all stages must learn at once.
#
# ## The first

# %%
schematic.schematic(schematic.OWN_LATENTS)

# %% [markdown]
# Nothing is said of sizes. Here stage 2 projects 64 numbers to 8 maps in front of its residual blocks. With a
# correlation $c$ its latent follows from the first numbers of stage 1's:
#
# $$
# z_2 = c \, z_1 + \sqrt{1 - c^2} \; \varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, I),
# $$
#
# which is standard normal whatever $c$ is; $c = 0$ is a latent of its own, and a variant takes $c = 0.9$. The L1
# distance works against the idea: for one edge image it is least at the median of all faces that fit, whatever the
# latent says. So another variant weighs it less.

# %%
own = chapter.configuration("faces/gray+latent=own", tier="paper")
architecture(own.generator, "Generator of faces/gray+latent=own", "tier paper | arm matched")

# %% [markdown]
# ## The second

# %%
schematic.schematic(schematic.RELAYED)

# %% [markdown]
# Stage 2 reads the edges and $z$, and gradients flow through both stages. An image made from generated edges has no
# real counterpart, and so no L1 distance. Training takes two paths: generated edges with adversarial losses alone, and
# real edges $s$ with their faces $x$ and a latent of no meaning:
#
# $$
# \begin{aligned}
# L_G &= \underbrace{L_{D_1}(G_1(z)) + L_{D_2}\bigl(G_1(z), G_2(G_1(z), z)\bigr)}_{\text{generated edges}} \\
# &+ \underbrace{L_{D_2}\bigl(s, G_2(s, z')\bigr) + 100 \, \lVert x - G_2(s, z') \rVert_1}_{\text{real edges}},
# \end{aligned}
# $$
#
# where $L_D$ is the loss of fooling $D$.

# %% tags=["nbval-check-output"]
names = ("faces/gray", "faces/gray+latent=own", "faces/joint")
print(tables.counts({name: chapter.configuration(name, tier="paper") for name in names}).to_string(index=False))

# %% [markdown]
# ## The reference
#
# The plain stack beside the proposals. A distance alone doesn't tell which is better: a model that repeats two or three
# faces can lie nearer to real ones than one that draws many. Recall tells the two apart.

# %%
reference.results(["faces/gray", *plan.LATENTS, "faces/joint"])

# %%
reference.show(tables.fidelity, "faces/gray", *plan.LATENTS, "faces/joint")

# %%
reference.show(face_tables.heard, "faces/gray", *plan.LATENTS)

# %% [markdown]
# ## The plain stack, for comparison

# %%
runs = chapter.obtain("faces/gray")
figures.fixed_latent_grids(chapter, runs)

# %%
tables.fidelity(chapter, runs)

# %% [markdown]
# ## Both proposals in training

# %%
chapter.show(figures.fixed_latent_grids, *plan.LATENTS, "faces/joint")

# %%
chapter.show(tables.measured, *plan.LATENTS, "faces/joint")

# %% [markdown]
# ## Diversity and coherence
#
# More diverse images would raise recall and coverage:

# %%
chapter.show(tables.fidelity, *plan.LATENTS, "faces/joint")

# %% [markdown]
# Whether the latent of stage 2 does anything at all shows on one edge image with several latents: in each row real
# edges of a person held out, then what stage 2 makes of them. Where the columns are the same, the latent is ignored;
# where the faces fall apart, coherence is lost.

# %%
chapter.show(stage_two.other_latents, *plan.LATENTS)

# %% [markdown]
# How far does the latent move the image, measured against how far another input does? And does the image still show the
# edges that it was made from, whatever the latent? That is the coherence: the correlation of its edges with those.

# %%
face_tables.heard(chapter, chapter.obtain("faces/gray"))

# %%
chapter.show(face_tables.heard, *plan.LATENTS)

# %% [markdown]
# What the second proposal costs:

# %%
chapter.show(lambda chapter, runs: tables.stamped(tables.cost(runs), chapter.stamp), "faces/gray", "faces/joint")

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B24", "B25")
