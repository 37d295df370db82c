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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/edges"]
discriminators = [
    "faces/edges+discriminator=quarter",
    "faces/edges+discriminator=half",
    "faces/edges+discriminator=whole",
]
quarters = ["faces/edges+images=quarter", "faces/edges+updates=quarter", "faces/edges+images=quarter-epochs"]
in_code = ["faces/edges@code", "faces/edges+sampling=running@code"]

# %% tags=["hide-cell"]
from stackrepro.models import dcgan
from stackrepro.report import figures, forest, ledger, open_chapter, published, tables
from stackrepro.report.architecture import architecture, source

chapter = open_chapter(globals(), "faces")
arms = {arm: chapter.configuration("faces/edges", arm, tier="paper") for arm in ("text", "code", "matched")}
paper, here = arms["matched"], chapter.configuration("faces/edges")

# %% tags=["remove-input"]
forest.short(chapter, "B1", "B2", "B4", "B5", "B13", "B17")

# %% [markdown]
# ## What the paper says
#
# A DCGAN {cite}`radford2016unsupervised` turns noise into edges. It is built on one for handwritten digits. Dividing
# the discriminator's feature maps by 4 is said to help, since the discriminator then doesn't get too far ahead of the
# generator; the paper gives no number. Trained on all 202,599 images the edges reach a distance of 73 and on 50,000 one
# of 181, with clearer features and less noise in the background. From that the paper concludes that the variety of the
# images matters most. The losses oscillate.
#
# ## The networks
#
# The paper gives no layers, and the network for digits makes 28 × 28 pixels. The network that made the figures stands
# in the history of the released code, between 26 March and 20 April 2021: the usual DCGAN for 128 pixels. Drawn from
# the networks themselves, at the paper's scale:

# %% tags=["remove-input"]
architecture(paper.generator, "Generator of faces/edges", "tier paper | all arms")

# %% tags=["remove-input"]
source(dcgan.Generator)

# %% tags=["remove-input"]
architecture(paper.discriminator, "Discriminator of faces/edges", "tier paper | all arms")

# %% tags=["remove-input"]
source(dcgan.Discriminator)

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

# %% tags=["remove-input"]
tables.Plain(tables.contrasted(arms), "tier paper | faces/edges in its three arms")

# %% [markdown]
# ## The discriminator, divided by 4
#
# Counted with a width of a quarter, a half and the whole of the generator's:

# %% tags=["nbval-check-output", "remove-input"]
names = ("faces/edges", *discriminators)
widths = {name: chapter.configuration(name, tier="paper") for name in names}
tables.counts(widths)

# %% [markdown]
# ## What this tier changed

# %% tags=["remove-input"]
tables.Plain(tables.contrasted({"paper": paper, "this tier": here}), chapter.scope)

# %% [markdown]
# ## Edges from noise
#
# A gap between two single trainings, as in the paper, says nothing unless it is wider than the spread over seeds. So
# the published results come first, whose tables have intervals over seeds. Below them follows what this book's own run
# made, where there is one.

# %% tags=["remove-input"]
runs = chapter.obtain("faces/edges")

# %% tags=["remove-input"]
published.results(chapter, "faces/edges")

# %% [markdown]
# The flag "out-of-domain" is a reminder that the Inception network was trained on photographs and never saw edges.
# Compare distances of edges only with distances of edges.
#
# The losses, the counterpart of Figure 6:

# %% tags=["remove-input"]
published.show(chapter, ["faces/edges"], figures.loss_curves)

# %% [markdown]
# ## The same latents over the training

# %% tags=["remove-input"]
figures.over_training(chapter, runs["faces/edges"][0], "faces/edges")

# %% [markdown]
# ## A quarter of the images, or a quarter of the training?
#
# The counterpart of Figure 3. Epochs and updates of the paper's two trainings are unknown. If both had the same number
# of epochs, the one with all images had four times the updates, and these may explain the gap. So there are four cells:
#
# | | all updates | a quarter of the updates |
# |---|---|---|
# | **all images** | `faces/edges` | `+updates=quarter` |
# | **a quarter of the images** | `+images=quarter` | `+images=quarter-epochs` |
#
# Within a column the images differ, within a row the length of the training.
#
# By the paper, noise in the background decreases with more images. It is measured at the border: the mean square of the
# Laplacian over the outer eighth of the image. Real images have edges there too, so compare with their value.

# %% tags=["remove-input"]
cells = ["faces/edges", *quarters]
draws = (figures.fixed_latent_grids, tables.distances, tables.pixels, figures.distance_over_training)
published.show(chapter, cells, *draws)

# %% [markdown]
# ## What the discriminator's width changes

# %% tags=["remove-input"]
published.show(chapter, names, figures.loss_curves, tables.distances)

# %% [markdown]
# ## As the code has it
#
# Arm `code`, sampled in two ways: as released, where each batch of 64 is normalised by itself, and by the running
# statistics:

# %% tags=["remove-input"]
published.results(chapter, *in_code)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B1", "B2", "B4", "B5", "B13", "B17")
