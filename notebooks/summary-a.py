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
# # Summary of paper A
#
# "Exploring Stacked GANs" {cite}`deshmukh2022exploring`, on one page.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = "all"
birds = [
    "birds/dense-64",
    "birds/conv-64",
    "birds/dconv-64",
    "birds/dense-128",
    "birds/conv-128",
    "birds/dconv-128",
    "birds/dense-stack",
    "birds/conv-stack",
    "birds/dconv-stack",
    "birds/dense-stack-bp",
    "birds/conv-stack-bp",
    "birds/dconv-stack-bp",
]

# %% tags=["hide-cell"]

from collections import Counter

from IPython.display import Markdown

from stackrepro.base.places import results_root
from stackrepro.claims.schema import of_paper
from stackrepro.report import ledger, open_chapter, published
from stackrepro.runs import stored

chapter = open_chapter(globals())

# %% [markdown]
# ## Scope of reproducibility
#
# The paper asks whether a generator that works in two stages, 64 and then 128 pixels, makes better birds than a single
# generator of 128 pixels, for three layer types, and whether it should be trained as a whole or with the first stage
# frozen. Its main claims, in the words of this book:
#
# - Stacking improves conv and deep-conv generators (A1, A2), and does nothing for dense ones (A3).
# - Backpropagation through both stages makes conv and deep-conv stacks worse (A5, A6), and changes nothing in dense
#   ones (A4).
# - Deep-conv generators beat conv ones, which beat dense ones, at each size and stacked (A7 to A9).
#
# ## Methodology
#
# **Models.** Twelve generators of birds: dense, conv and deep-conv, each as a single model of 64 and of 128 pixels, as
# a stack whose first stage is frozen, and as a stack with backpropagation through both stages. Each exists in three
# arms: as the text says, as the released notebooks do it, and matched, where nothing but the thing under test differs.
# The chapters [3.3](a-3-3-baselines) to [3.5](a-3-5-backpropagating) list every layer beside the paper's words.
#
# **Data.** CUB-200-2011, cropped to the bounding boxes ([3.1](a-3-1-data)).
#
# **Hyperparameters.** None were searched. They are the paper's, or the code's, or DCGAN's in arm `matched`
# ([3.2](a-3-2-losses)). Below tier `paper` networks are narrower and updates fewer; [pilots](../running) fixed the
# numbers of tiers `small` and `reduced` before any of their results existed.
#
# **Experimental setup.** The paper compares grids of nine pictures by eye and prints no number. Here distances,
# precision, recall and measures of pixels are computed from unpicked samples, thousands of them from tier `reduced` on,
# and anyone can take an [eye test](eye-test). Each claim has its test, tolerance and adequacy criterion in the
# [ledger](ledger-a). One command trains a model and measures it ([how to run it](../running)).
#
# **Computational requirements.** [Execution](execution) has machine and time of each run, [Costs](costs) the hours that
# the book's models would take at the paper's own scale, as far as their updates were measured.

# %% tags=["remove-input"]
results = [run.result for run in stored(results_root()) if not run.damaged and run.result]
took = [sum(one["training"]["seconds"].values()) / 3600 for one in results if one["experiment"].startswith("birds/")]
Markdown(f"Training the {len(took)} published runs of birds took {sum(took):.1f} hours, without measuring them.")

# %% [markdown]
# ## Results

# %% tags=["remove-input"]
ledger.counts(chapter, "A")

# %% tags=["remove-input"]
ledger.overview(chapter, "A", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9")

# %% tags=["remove-input"]
published.wall(chapter, *birds)

# %% [markdown]
# The [ledger](ledger-a) has the other claims, and <a href="../claims.json">claims.json</a> holds all verdicts of both
# papers for programs. The pictures are of the seed with the median KID; the distances are of all seeds. By KID the
# dense birds lie farther from real ones than pictures of faces do ([first page](intro)). [The appendix](a-8-appendix)
# has errors, baselines and references.

# %% [markdown]
# The parts of the paper's claims, by the kind of their test:

# %% tags=["nbval-check-output"]
kinds = Counter(part.kind for claim in of_paper("A") for part in claim.parts)
print(*(f"{kind}: {count}" for kind, count in sorted(kinds.items())), sep="\n")

# %% [markdown]
# ## Results beyond the paper
#
# - Is it the stacking, or the larger network? The stack's own network is trained from scratch, too
#   ([4.2](a-4-2-stacked-against-single)).
# - Would other features, sizes or samples order the models otherwise? [Sensitivity](sensitivity) tells which orders
#   hold.
# - Do generators repeat training images? The nearest ones are searched and counted ([3.1](a-3-1-data)).
# - Does the crop help, as the paper says? Three crops are compared ([3.1](a-3-1-data)).
#
# ## Discussion
#
# ### What was easy
#
# The twelve notebooks are public: they show every layer, optimizer and loss, and so the number of weights of each
# network. The networks are small by today's standards, and the data set is available.
#
# ### What was difficult
#
# Text and code differ in many settings: the dense models' value range, numbers and sizes of layers, which weights are
# frozen, even what the input of the deep-conv stack's stage 2 is ([3.4](a-3-4-stacked)). The notebooks mix real and
# generated images in one batch and draw the latter with running statistics, which changes what BatchNorm sees
# ([3.2](a-3-2-losses)). They display pixels so that small negative values turn white, and may have taken that for noise
# ([4.2](a-4-2-stacked-against-single)). As released, a comparison of two models changes up to five things at once.
#
# No number, loss curve, weight file, prepared array or output survives, so nothing can be compared with the authors'
# results themselves. How long the models were trained is known only from the calls in the notebooks. An eye test of
# nine pictures can't be repeated. Each model was trained once, so the paper can't show whether two models differ by
# more than two seeds of one model do.
#
# ### Communication with the original authors
#
# The authors were not asked. What only they know, such as the arrays they trained on, is filled by stated rules.
#
# All deviations, each with its reason, stand in a [register](../deviations).
