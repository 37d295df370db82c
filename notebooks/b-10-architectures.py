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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/gray"]
latents = ["faces/gray+latent=own", "faces/gray+latent=correlated", "faces/gray+latent=own-l1=10"]
joint = ["faces/joint"]

# %% tags=["hide-cell"]
import numpy as np

from stackrepro.report import figures, forest, ledger, open_chapter, published, stages, tables
from stackrepro.report.architecture import architecture, schematic, source
from stackrepro.training.joint import joint as joint_update

chapter = open_chapter(globals(), "faces")

# %% tags=["remove-input"]
forest.short(chapter, "B24", "B25")

# %% [markdown]
# ## What the paper says
#
# Information gets lost between stages: nothing of the background reaches stage 2. The paper proposes two architectures,
# and tries neither. The first gives each stage a latent of its own, to fill in what the image leaves open. The stages
# are still trained separately, and images should be more diverse, but their parts may not fit together, like a
# snowboarder on a sunny beach. So the latents should be related. The second passes the latent and all earlier images on
# to each stage. The paper thinks it sounder and more costly, since all stages must be trained at once.
#
# ## The first

# %% tags=["remove-input"]
schematic("own-latents")

# %% [markdown]
# The paper gives no sizes. Here stage 2 projects 64 numbers to 8 maps in front of its residual blocks. With a
# correlation $c$ its latent follows from the first numbers of stage 1's:
#
# $$
# z_2 = c \, z_1 + \sqrt{1 - c^2} \; \varepsilon, \qquad \varepsilon \sim \mathcal{N}(0, I),
# $$
#
# which is standard normal whatever $c$ is; $c = 0$ is a latent of its own, and a variant takes $c = 0.9$. The L1
# distance works against the idea: for one edge image it is smallest at the median of all faces that fit, whatever the
# latent is. So another variant gives it less weight.

# %% tags=["remove-input"]
own = chapter.configuration("faces/gray+latent=own", tier="paper")
architecture(own.generator, "Generator of faces/gray+latent=own", "tier paper | arm matched")

# %% [markdown]
# ## The second

# %% tags=["remove-input"]
schematic("relayed")

# %% [markdown]
# Stage 2 reads the edges and $z$, and gradients flow through both stages. An image made from generated edges has no
# real counterpart, and so no L1 distance. So the loss has two parts: generated edges with adversarial losses alone, and
# real edges $s$ with their faces $x$ and a random latent $z'$:
#
# $$
# \begin{aligned}
# L_G &= \underbrace{L_{D_1}(G_1(z)) + L_{D_2}\bigl(G_1(z), G_2(G_1(z), z)\bigr)}_{\text{generated edges}} \\
# &+ \underbrace{L_{D_2}\bigl(s, G_2(s, z')\bigr) + 100 \, \lVert x - G_2(s, z') \rVert_1}_{\text{real edges}},
# \end{aligned}
# $$
#
# where $L_D$ is the loss of fooling $D$. The update in code:

# %% tags=["remove-input"]
source(joint_update)

# %% tags=["nbval-check-output", "remove-input"]
names = ("faces/gray", "faces/gray+latent=own", "faces/joint")
tables.counts({name: chapter.configuration(name, tier="paper") for name in names})

# %% [markdown]
# ## The plain stack
#
# The proposals are compared with it. A distance alone doesn't tell which is better: a model that repeats two or three
# faces can lie nearer to real ones than one that draws many. Recall shows the difference.
#
# The published results come first, and below them follows what this book's own run made, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain("faces/gray")

# %% tags=["remove-input"]
draws = (figures.fixed_latent_grids, tables.distances, tables.fidelity)
published.show(chapter, ["faces/gray"], *draws)

# %% [markdown]
# ## A latent for each stage: diversity and coherence
#
# More diverse images would raise recall and coverage.
#
# How much does another latent change the image, compared with other input edges? And does the image still show the
# edges that it was made from, whatever the latent? That is the coherence: the correlation of the image's edges with the
# input edges.

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray", *latents], *draws, tables.latents)

# %% [markdown]
# ### The same edges under other latents
#
# Does the latent of stage 2 have any effect? Each row shows real edges of a person held out, then the faces that stage
# 2 makes of them with several latents. Where the columns are the same, the latent is ignored; where the faces fall
# apart, coherence is lost.


# %% tags=["hide-input"]
def other_latents(chapter, runs, count=7):
    """Show the same held-out edges under several latents of stage 2, a row for each face."""
    pictures = []
    for name, group in runs.items():
        stage = stages.opened(chapter, group[0])
        if stage is None:
            return stages.without_weights(runs)
        conditions = stage.real_conditions(stage.held_out[:4])
        outputs = [
            np.concatenate([stage.pixels(stage.translate(condition[None], first)) for condition in conditions])
            for first in range(count)
        ]
        made = np.stack(outputs, axis=1)  # (faces, latents, size, size, channels)
        # How far images lie apart, as the mean absolute difference per pixel in levels of 0 to 255.
        latent, face = (np.abs(np.diff(made.astype(int), axis=axis)).mean() for axis in (1, 0))
        strip = np.concatenate([stage.pixels(conditions)[:, None], made], axis=1)
        title = f"{name}\nother latent: {latent:.1f} levels, other face: {face:.1f}"
        pictures.append((title, figures.tiled(strip.reshape(-1, *strip.shape[2:]), count + 1)))
    caption = figures.of_data(chapter, f"seed {chapter.seeds[0]} | the first faces held out, the first latents")
    return figures.grid(pictures, len(pictures), caption, runs)


chapter.show(latents, other_latents)

# %% [markdown]
# ## All stages at once
#
# The second proposal has to be worth its cost. A row of the plain stack counts the time of stage 2 alone; that of stage
# 1 comes on top.

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray", *joint], *draws, tables.cost)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B24", "B25")
