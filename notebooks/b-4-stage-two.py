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
# # Stage two: edges to gray
#
# Paper B {cite}`belhiti2021stackgan`, Methods and Results on the second stage; Figures 4, 5 and 7.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/gray"]
batches = ["faces/gray+batch=4", "faces/gray+batch=4-images", "faces/gray+batch=16", "faces/gray+batch=16-images"]
epochs = ["faces/gray+epochs=1.73", "faces/gray+epochs=5"]
weighed = ["faces/gray+l1=10"]
in_code = ["faces/gray@code"]

# %% tags=["hide-cell"]
from IPython.display import display

from stackrepro.data import held_out_rows, prepare
from stackrepro.models import resnet
from stackrepro.report import figures, forest, ledger, open_chapter, published, stages, tables
from stackrepro.report.architecture import architecture, source
from stackrepro.training.paired import paired

chapter = open_chapter(globals(), "faces")
arms = {arm: chapter.configuration("faces/gray", arm, tier="paper") for arm in ("text", "code", "matched")}
paper, here = arms["matched"], chapter.configuration("faces/gray")

# %% tags=["remove-input"]
forest.short(chapter, "B3", "B6", "B14", "B15", "B18", "B33")

# %% [markdown]
# ## What the paper says
#
# The second stage is a conditional ResNet-6 {cite}`he2016deep`, trained on one image at a time for one epoch. A batch
# of one makes the most updates and learns each sample more precisely. The aim is the mapping from edges to gray rather
# than realism, so a smooth descent of the L1 distance is wanted. Gray faces from generated edges reach a distance of
# 59; those from real edges are much better, so much that their distance wasn't computed. The losses of Figure 7 don't
# converge, perhaps because there was only one epoch.
#
# ## The networks
#
# The layers come from the released script: a generator of the kind of Johnson et al. {cite}`johnson2016perceptual` with
# six residual blocks, as in CycleGAN {cite}`zhu2017unpaired`, and the PatchGAN of pix2pix {cite}`isola2017image`, which
# judges edges and image together and gives a verdict on each of 14 × 14 patches.

# %% tags=["remove-input"]
architecture(paper.generator, "Generator of faces/gray", "tier paper | all arms")

# %% tags=["remove-input"]
source(resnet.Generator)

# %% tags=["remove-input"]
architecture(paper.discriminator, "Discriminator of faces/gray", "tier paper | all arms")

# %% tags=["remove-input"]
source(resnet.Discriminator)

# %% [markdown]
# Let $x$ be the real face and $s$ its edges. With means over patches and pixels the losses are
#
# $$
# \begin{aligned}
# L_D &= -\log \sigma(D(s, x)) - \log\bigl(1 - \sigma(D(s, G_2(s)))\bigr), \\
# L_{G_2} &= -\log \sigma(D(s, G_2(s))) + 100 \, \lVert x - G_2(s) \rVert_1 .
# \end{aligned}
# $$
#
# There is no noise: one edge image gives one face. The update in code:

# %% tags=["remove-input"]
source(paired)

# %% [markdown]
# The weights of the networks of this stage and of the next, counted:

# %% tags=["nbval-check-output", "remove-input"]
later = {"faces/gray": paper, "faces/rgb": chapter.configuration("faces/rgb", tier="paper")}
tables.counts(later)

# %% [markdown]
# ## Paper and code, side by side
#
# The text has one epoch. The script is set to five, with an early stop that can't come before iteration 60,001; the
# weights that the stack loads are those of iteration 350,433, which is 1.73 epochs. The discriminator's loss is the sum
# of both parts, where pix2pix takes half of it. Of the two released runners one stretches the edges of stage 1 before
# stage 2 reads them; that of the final stack, which arm `code` follows, doesn't. What differs between the arms:

# %% tags=["remove-input"]
tables.Plain(tables.contrasted(arms), "tier paper | faces/gray in its three arms")

# %% [markdown]
# ## What this tier changed

# %% tags=["remove-input"]
tables.Plain(tables.contrasted({"paper": paper, "this tier": here}), chapter.scope)

# %% [markdown]
# ## Real gray faces
#
# The counterpart of Figure 5, of persons that no run was trained on:

# %% tags=["remove-input"]
real = prepare(chapter.source, [here.view])[here.view][held_out_rows(chapter.source)[:24]]
figures.images_by_size(chapter, {"real gray faces, persons held out": real})

# %% [markdown]
# ## Faces from generated edges, and from real ones
#
# The published results come first, whose tables have intervals over seeds. Below them follows what this book's own run
# made, where there is one.
#
# The pictures show the full stack, whose faces come from generated edges. The rows of the table differ in what stage 2
# reads. The row "from real ones, held out" has the distance that the paper left out. If the rows "trained on" and "held
# out" differ, stage 2 knows the faces that it was trained on; the chapter [overfitting](b-8-overfitting) says more.
# Where a line below a table speaks of low recall, pictures come again and again, or all lie off the real ones. [The
# space of edges](b-5-distances) shows what variety is left.

# %% tags=["remove-input"]
runs = chapter.obtain("faces/gray")

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray"], figures.fixed_latent_grids, tables.made_of)

# %% [markdown]
# ## The losses
#
# The counterpart of Figure 7. The paper draws one curve for the generator, in which L1 counts a hundredfold; here its
# two parts stand apart.


# %% tags=["hide-input"]
def losses_in_parts(about, found):
    """Draw the adversarial losses of stage 2, and its L1 distance apart."""
    parts = {"discriminator": "discriminator", "generator_adversarial": "generator's adversarial part"}
    display(figures.curves(about, found, parts, ylabel="loss in nats"))
    return figures.curves(about, found, {"generator_l1": "L1, unweighted, range of 2"}, ylim=(0, None))


published.show(chapter, ["faces/gray"], losses_in_parts)

# %% [markdown]
# ## The same edges through stage 2
#
# The counterpart of Figure 4: on the left faces from real edges of persons held out, with the real faces below them,
# on the right faces from generated edges.

# %% tags=["remove-input"]
stages.translations(chapter, runs)

# %% [markdown]
# ## The same latents over the training

# %% tags=["remove-input"]
figures.over_training(chapter, runs["faces/gray"][0], "faces/gray")

# %% [markdown]
# ## One image at a time
#
# With batches of 4 or 16, equal updates mean more images, and equal images mean fewer updates. The paper's argument is
# about equal images, the variants `-images`.

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray", *batches], figures.fixed_latent_grids, tables.made_of)

# %% [markdown]
# ## One epoch, 1.73, five
#
# The paper supposes that one epoch was too short. Two variants train longer:

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray", *epochs], losses_in_parts, tables.made_of)

# %% [markdown]
# ## Less L1
#
# The L1 distance counts ten times as much as the adversarial loss, where the paper has a hundred times:

# %% tags=["remove-input"]
published.show(chapter, ["faces/gray", *weighed], figures.fixed_latent_grids, tables.made_of)

# %% [markdown]
# ### Real and generated edges with less L1

# %% tags=["remove-input"]
chapter.show(weighed, stages.translations)

# %% [markdown]
# ## As the code has it

# %% tags=["remove-input"]
published.show(chapter, in_code, figures.fixed_latent_grids, tables.made_of)

# %% [markdown]
# ## The deviation register
#
# Paper and code leave gaps. [The deviation register](../deviations) lists every choice that was made, in all arms, with
# its source and its reason.

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B3", "B6", "B14", "B15", "B18", "B33")
