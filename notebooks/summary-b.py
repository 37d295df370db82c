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
# # Summary of paper B
#
# "StackGAN: Facial image generation optimizations" {cite}`belhiti2021stackgan`, on one page.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = "all"
faces = ["faces/edges", "faces/gray", "faces/edges+update=wgan-gp", "faces/single"]

# %% tags=["hide-cell"]

from collections import Counter

from IPython.display import Markdown

from stackrepro.base.places import results_root
from stackrepro.claims.schema import of_paper
from stackrepro.report import ledger, open_chapter, published
from stackrepro.runs import stored

chapter = open_chapter(globals(), "faces")

# %% [markdown]
# ## Scope of reproducibility
#
# The paper splits the drawing of a face by feature instead of by size: stage 1 turns noise into edges, stage 2 turns
# edges into a gray face. Its main claims, in the words of this book:
#
# - The edges reach a Fréchet distance of 73 with all images and 181 with a quarter of them (B1, B2); gray faces made
#   from generated edges reach 59 (B3).
# - Stage 2 improves on stage 1 (B9), contracts its input's errors (B11) and removes noise (B12); yet it overfits to
#   real edges (B19).
# - Splitting the task gives better quality than a single generator could (B26).
# - Proposed and not tried: WGAN-GP (B16), dropout (B20), a latent for each stage (B24), skip connections with joint
#   training (B25).
#
# ## Methodology
#
# **Models.** Stage 1 from noise to edges, stage 2 from edges to gray faces, and the control that the paper lacks: a
# single generator from noise to gray faces. These and the joint stack are defined in three arms: as the text says, as
# the released code does it, and matched, where nothing but the thing under test differs. The other proposals are
# defined in arm `matched`. [Stage one](b-3-stage-one) and [stage two](b-4-stage-two) list every layer beside the
# paper's words.
#
# **Data.** CelebA, gray, and its edges by Sobel's filter. A tenth of the persons is held out, so that overfitting can
# be told from a shift between real and generated edges ([data](b-2-data)).
#
# **Hyperparameters.** None were searched. They are the paper's or the code's. Below tier `paper` networks are narrower
# and updates fewer; [pilots](../running) fixed the numbers of tiers `small` and `reduced` before any of their results
# existed.
#
# **Experimental setup.** Distances, precision and recall are computed from unpicked samples by
# [named protocols](measuring). The two stages are compared in one space, that of edges ([distances](b-5-distances)).
# Each claim has its test, tolerance and adequacy criterion in the [ledger](ledger-b). One command trains a model and
# measures it ([how to run it](../running)).
#
# **Computational requirements.** [Execution](execution) has machine and time of each run, [Costs](costs) the hours that
# the book's models would take at the paper's own scale, as far as their updates were measured.

# %% tags=["remove-input"]
results = [run.result for run in stored(results_root()) if not run.damaged and run.result]
took = [sum(one["training"]["seconds"].values()) / 3600 for one in results if one["experiment"].startswith("faces/")]
Markdown(f"Training the {len(took)} published runs of faces took {sum(took):.1f} hours, without measuring them.")

# %% [markdown]
# ## Results

# %% tags=["remove-input"]
ledger.counts(chapter, "B")

# %% tags=["remove-input"]
names = ["B1", "B2", "B3", "B9", "B11", "B12", "B16", "B19", "B20", "B24", "B25", "B26"]
ledger.overview(chapter, "B", *names)

# %% tags=["remove-input"]
published.wall(chapter, *faces, columns=2)

# %% [markdown]
# The [ledger](ledger-b) has the other claims, and <a href="../claims.json">claims.json</a> holds all verdicts of both
# papers for programs.
#
# These are published results where there are any, else this book's own runs. The first published faces have been
# [withdrawn](verdicts). Pictures are of the seed with the median KID. The chapters have errors, other seeds, baselines
# and references: [stage one](b-3-stage-one), [stage two](b-4-stage-two), [Wasserstein](b-9-wgan), [a single
# GAN](b-11-conclusion).

# %% [markdown]
# The parts of the paper's claims, by the kind of their test:

# %% tags=["nbval-check-output"]
kinds = Counter(part.kind for claim in of_paper("B") for part in claim.parts)
print(*(f"{kind}: {count}" for kind, count in sorted(kinds.items())), sep="\n")

# %% [markdown]
# ## Results beyond the paper
#
# - Does a stack do better than one network? The missing control is trained, too ([conclusion](b-11-conclusion)).
# - Is stage 2 overfitted, or is a generated edge another kind of input? Held-out persons tell the two apart
#   ([overfitting](b-8-overfitting)).
# - Where does stage 2 contract, and where does it enlarge an error? Both are measured, also in the worst direction
#   ([contraction](b-7-contraction)).
# - What the paper proposes and doesn't try is built: WGAN-GP, dropout, a latent for each stage, skip connections with
#   joint training ([WGAN](b-9-wgan), [two architectures](b-10-architectures)).
# - Do generators repeat training images? The nearest ones are searched and counted ([overfitting](b-8-overfitting)).
#
# ## Discussion
#
# ### What was easy
#
# The code of all stages is public with its history, and both networks are of well-known families. Real edges and real
# faces are available in any number, so each stage can be trained and tested by itself.
#
# ### What was difficult
#
# The text says little: no layers, no program for the distance, no number of images. The last state of the code didn't
# produce the figures; the model that fits them stands in earlier commits. Its gray is the red channel, its edges are
# taken before the scaling and stretched image by image, and generated edges reach stage 2 by another way than real ones
# did ([data](b-2-data)). The released Wasserstein GAN trains its generator against the wrong gradient
# ([WGAN](b-9-wgan)). And the paper's discriminator is narrow on purpose, so it can't be made much narrower: at tier
# `reduced`, with a sixteenth of its width, it died, and the runs said nothing about the paper ([amendments](verdicts)).
#
# The distances of 73, 59 and 181 can't be traced: no log or output of them survives, and the script that should
# compute them takes 4 real images and measures by another network ([distances](b-5-distances)). Edges and gray faces
# have different references, so the paper's central comparison has no common scale. How many people judged the faces,
# and how, isn't said ([human evaluation](b-6-human-evaluation)).
#
# ### Communication with the original authors
#
# The authors were not asked. What only they know, such as the numbers of images behind their distances, is filled by
# stated rules.
#
# All deviations, each with its reason, stand in a [register](../deviations).
