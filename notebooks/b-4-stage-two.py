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
from stackrepro.data import held_out_rows, prepare
from stackrepro.report import face_tables, figures, ledger, plan, reference, stage_two, tables
from stackrepro.report.architecture import architecture

arms = {arm: chapter.configuration("faces/gray", arm, tier="paper") for arm in ("text", "code", "matched")}
paper, here = arms["matched"], chapter.configuration("faces/gray")

# %% [markdown]
# ## What the paper says
#
# The second stage is a conditional ResNet-6 {cite}`he2016deep`, trained on one image at a time for one epoch. A batch
# of one makes the most updates and learns each sample more precisely. The aim is the mapping from edges to gray rather
# than realism, so a smooth descent of the L1 distance is wanted. Gray faces from generated edges reach a distance of
# 59; those from real edges are much better, so much that their distance wasn't computed. The losses of Figure 7 don't
# converge, perhaps since there was one epoch only.
#
# ## The networks
#
# The layers come from the released script: a generator of the kind of Johnson et al. {cite}`johnson2016perceptual` with
# six residual blocks, as in CycleGAN {cite}`zhu2017unpaired`, and the PatchGAN of pix2pix {cite}`isola2017image`, which
# judges edges and image together and gives a verdict on each of 14 × 14 patches.

# %%
architecture(paper.generator, "Generator of faces/gray", "tier paper | all arms")

# %%
architecture(paper.discriminator, "Discriminator of faces/gray", "tier paper | all arms")

# %% [markdown]
# With the real face $x$, its edges $s$ and the mean over patches and pixels understood,
#
# $$
# \begin{aligned}
# L_D &= -\log \sigma(D(s, x)) - \log\bigl(1 - \sigma(D(s, G_2(s)))\bigr), \\
# L_{G_2} &= -\log \sigma(D(s, G_2(s))) + 100 \, \lVert x - G_2(s) \rVert_1 .
# \end{aligned}
# $$
#
# No noise comes in: one edge image has one face.

# %% tags=["nbval-check-output"]
later = {"faces/gray": paper, "faces/rgb": chapter.configuration("faces/rgb", tier="paper")}
print(tables.counts(later).to_string(index=False))

# %% [markdown]
# ## Paper and code, side by side
#
# The text has one epoch. The script is set to five, with an early stop that can't come before iteration 60,001; the
# weights that the stack loads are those of iteration 350,433, which is 1.73 epochs. The discriminator's loss is the sum
# of both parts, where pix2pix takes half of it. Of the two released runners one stretches the edges of stage 1 before
# stage 2 reads them; that of the final stack, which arm `code` follows, doesn't. What differs between the arms:

# %%
tables.stamped(face_tables.contrasted(arms), "tier paper | faces/gray in its three arms")

# %% [markdown]
# ## What this tier changed

# %%
tables.stamped(tables.changed_by_tier({"faces/gray": (paper, here)}), chapter.stamp)

# %% [markdown]
# ## Real gray faces
#
# The counterpart of Figure 5, persons that no run has seen:

# %%
real = prepare(chapter.source, [here.view])[here.view][held_out_rows(chapter.source)[:24]]
figures.images_by_size(chapter, {"real gray faces, persons held out": real})

# %% [markdown]
# ## The reference

# %%
reference.results(["faces/gray", *plan.EPOCHS, *plan.BATCHES])

# %% [markdown]
# What it makes of real edges, in the distance that the paper left out:

# %%
reference.show(face_tables.made_of, "faces/gray", *plan.EPOCHS, *plan.BATCHES)

# %%
reference.show(stage_two.losses_in_parts, "faces/gray")

# %% [markdown]
# ## This book's own run
#
# The counterpart of Figure 7. The paper draws one curve for the generator, in which L1 counts a hundredfold; here its
# two parts stand apart.

# %%
runs = chapter.obtain("faces/gray")
stage_two.losses_in_parts(chapter, runs)

# %% [markdown]
# The counterpart of Figure 4: on the left faces from generated edges, on the right faces from real edges of persons
# held out, with the real faces below them.

# %%
stage_two.translations(chapter, runs)

# %% [markdown]
# The distance that the paper left out is that of the second row. The rows "trained on" and "held out" tell whether
# stage 2 knows the faces that it has learned from; [overfitting](b-8-overfitting) says more.

# %%
face_tables.made_of(chapter, runs)

# %%
figures.over_training(chapter, runs["faces/gray"][0], "faces/gray")

# %% [markdown]
# ## One image at a time
#
# A batch of 4 or 16 at equal updates sees more images; at equal images it makes fewer updates. The paper's argument is
# about the second.

# %%
chapter.show(face_tables.made_of, "faces/gray", *plan.BATCHES)

# %% [markdown]
# ## One epoch, 1.73, five

# %%
chapter.show(stage_two.losses_in_parts, *plan.EPOCHS)

# %%
chapter.show(face_tables.made_of, "faces/gray", *plan.EPOCHS)

# %% [markdown]
# ## Less L1

# %%
chapter.show(stage_two.translations, "faces/gray+l1=10")

# %% [markdown]
# ## As the code has it

# %%
chapter.show(face_tables.made_of, "faces/gray", arm="code")

# %% [markdown]
# ## The deviation register
#
# Paper and code leave gaps. Every choice that was made, in all arms:

# %%
tables.register(["text", "code", "matched"], "faces")

# %% [markdown]
# ## The verdicts
#
# By the rules of the [ledger](ledger-b).

# %%
ledger.verdicts(chapter, "B3", "B6", "B14", "B15", "B18", "B33")
