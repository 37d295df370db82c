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
# # Distances: 73, 181 and 59
#
# Paper B {cite}`belhiti2021stackgan`, Results and Discussion, first paragraphs on the Fréchet distance.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/edges", "faces/gray"]
quarter = ["faces/edges+images=quarter-epochs"]

# %% tags=["hide-cell"]
from functools import partial

import numpy as np
import pandas as pd
import torch

from stackrepro.data import held_out_rows, prepare, training_rows
from stackrepro.evaluation.features import INCEPTION_SIZE, Extractor, as_rgb, torch_network
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.weights import inception_weights
from stackrepro.report import figures, forest, ledger, open_chapter, published, tables
from stackrepro.training.sampling import normalised_by_batch

chapter = open_chapter(globals(), "faces")

# %% tags=["remove-input"]
forest.short(chapter, "B9", "B10", "B21", "B29")

# %% [markdown]
# ## What the paper says
#
# The Fréchet Inception distance {cite}`heusel2017gans` is 73 for edges with all images, 181 with a quarter of them, and
# 59 for gray faces made from generated edges. In one place of the discussion the second stage has the better score,
# further below the first stage has. By the paper's own numbers only the first statement can be true. Compared with the
# state of the art the results are called subpar.
#
# ## Two scales
#
# The distance of edges is taken from real edges, that of gray faces from real gray faces:
#
# $$
# d_{\text{edges}} = d\bigl(G_1(z), s(x)\bigr), \qquad d_{\text{gray}} = d\bigl(G_2(G_1(z)), x\bigr).
# $$
#
# They have no common scale. The real-vs-real baseline differs between the two, and so does what a given amount of noise
# adds. So neither 59 < 73 nor its opposite says whether stage 2 improves the images of stage 1. A common space is that
# of the edges of the generated gray faces, $d\bigl(s(G_2(G_1(z))), s(x)\bigr)$, beside $d_{\text{edges}}$.

# %% [markdown]
# A Fréchet distance has two parts, shown here for two clouds of points in two dimensions: the squared distance of their
# means, and the difference of their spreads. Here the means are 3 apart, and one cloud is twice as wide in both
# directions, so that the distance is $3^2 + 2 \cdot (2 - 1)^2$:

# %% tags=["nbval-check-output"]
corners = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]]) * np.sqrt(3 / 4)  # of variance 1
print(f"{frechet_distance(statistics(corners), statistics(2 * corners + [3, 0])):.4f}")

# %% [markdown]
# ## Distances and their references
#
# The published results come first, whose tables have intervals over seeds. Below them follows what this book's own run
# made, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain("faces/edges", "faces/gray")

# %% [markdown]
# Each distance stands beside its references. The out-of-domain reference, birds of the same size and kind, shows how
# far images of something else are; noise shows how far images of nothing are. Where a reference has fewer images than
# the model, only KID can be compared.

# %% tags=["remove-input"]
published.results(chapter, *needs)

# %% [markdown]
# ## Both stages in one space
#
# In the common space, that of edges, both stages have the same reference. These rows tell whether stage 2 brings the
# images nearer to real ones, and by recall whether it keeps the variety that stage 1 gave it:

# %% tags=["remove-input"]
published.show(chapter, needs, tables.edge_space)

# %% [markdown]
# ## The distances over the training

# %% tags=["remove-input"]
published.show(chapter, needs, figures.distance_over_training)

# %% [markdown]
# ## The paper's numbers beside this book's
#
# The paper names neither the program, nor the number of images, nor the reference. The numbers beside the paper's are
# measured by the protocol of their tier. At tiers `smoke` and `quick` that has 192 early features instead of 2048 late
# ones, and the numbers are no FID. Nor does the paper tell how long it trained on a quarter of the images; here it is
# for the same number of epochs, `faces/edges+images=quarter-epochs`.

# %% tags=["hide-input"]
papers = {"faces/edges": 73, "faces/edges+images=quarter-epochs": 181, "faces/gray": 59}
printed = tables.Column(
    "FID of the paper",
    lambda result, what: papers[result["experiment"]] if what in tables.TRAINED else None,
    ".0f",
    gather=tables.first,
)
beside_paper = partial(
    tables.table,
    columns=(printed, "FID", "KID", "n"),
    rows={"trained": "trained", "untrained": "untrained"},
    real=("floor",),
)
published.show(chapter, [*needs, *quarter], beside_paper)

# %% [markdown]
# ## Why the paper's numbers can't be traced
#
# No distance is printed anywhere in the released code. One notebook that should compute it stops with an error, the
# last cell of another was never executed, and the one script leaves no log. That script doesn't compute an FID:
#
# | | released script | pytorch-fid, as in this book |
# |---|---|---|
# | network | ImageNet Inception, mean of its last block | the FID's Inception, pool3 |
# | BatchNorm | by the statistics of each batch | by the stored statistics |
# | input | −1 to 1, through a transform for other values | 0 to 255, scaled to −1 to 1 |
# | resize | nearest pixel | bilinear |
# | real images | 4, the first files | thousands |
# | generated images | 64, the last batch only | thousands |
# | rank of the covariances | 3 and 63 of 2048 | full above 2048 images |
#
# ## What such a distance measures
#
# With batch statistics, real images and generated ones are each normalised by themselves. If all images of one side are
# brighter by a constant $c$, the first convolution, which has no border and no bias, turns the constant into another
# one, and its BatchNorm subtracts that:
#
# $$
# \mathrm{BN}\bigl(W * (x + c)\bigr) = \gamma \, \frac{W * x + W * c - \mu(W * x) - W * c}{\sigma(W * x)} + \beta
# = \mathrm{BN}(W * x).
# $$
#
# So the shift is invisible. And with 4 images on one side the distance between real faces and other real faces is far
# from 0 in either mode, since a covariance of rank 3 is compared with one of higher rank.
#
# ### Tried on real faces
#
# torchvision's ImageNet weights aren't available everywhere, so the FID's own Inception replaces them: the same layers
# with other weights. It shows the effect of the differences, not the value that the authors' script would print.
#
# The released script's input is images in [-1, 1]. torchvision's network takes them for images that are normalised by
# ImageNet's statistics, and undoes that.

# %%
REAL, GENERATED = 4, 64  # images on each side in the released script
IMAGENET_MEAN, IMAGENET_DEVIATION = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])


def released_features(network, images):
    """Return features (N, 2048) of uint8 images (N, H, W, 1 or 3), which pass the network as one batch."""
    rows, columns = (np.arange(INCEPTION_SIZE) * side // INCEPTION_SIZE for side in images.shape[1:3])
    pixels = as_rgb(images)[:, rows][:, :, columns] / np.float32(127.5) - 1  # enlarged by repeating pixels
    pixels = 2 * (pixels * IMAGENET_DEVIATION + IMAGENET_MEAN) - 1
    with torch.inference_mode():
        return network(torch.from_numpy((pixels + 1) * np.float32(127.5))).numpy()


# %% tags=["hide-input"]
images = prepare(chapter.source, [chapter.configuration("faces/gray").view])
(images,) = images.values()
count = 16 if chapter.tier == "smoke" else GENERATED
large = images[held_out_rows(chapter.source)[:count]]
others = images[training_rows(chapter.source)[: 4 * REAL]]  # four draws, of other persons
faint = large[:16] // 2  # at half the contrast nothing is clipped when it gets brighter
networks = {
    "as released": partial(released_features, normalised_by_batch(torch_network(2048, inception_weights()))),
    "as pytorch-fid": Extractor(2048),
}

# %% tags=["hide-input"]
found = {}
for name, features in networks.items():
    whole = statistics(features(large))
    small = [statistics(features(draw)) for draw in np.split(others, len(others) // REAL)]
    brighter = frechet_distance(statistics(features(faint)), statistics(features(faint + 100)))
    found[name] = {
        f"{REAL} real : {len(large)} other real": [frechet_distance(whole, few) for few in small],
        f"{REAL} real : {REAL} other real": [frechet_distance(*pair) for pair in (small[:2], small[2:])],
        f"{len(faint)} real : the same, brighter": [brighter],
    }
ranges = {
    name: {words: (min(draws), float(np.mean(draws)), max(draws)) for words, draws in distances.items()}
    for name, distances in found.items()
}
written = pd.DataFrame(ranges).map(lambda ends: f"{ends[1]:.1f} ({ends[0]:.1f} to {ends[2]:.1f})")
caption = f"{chapter.scope} | the FID's own Inception, pool3 | mean and range of the draws"
tables.Plain(written.rename_axis("compared").reset_index(), caption)

# %% tags=["remove-input"]
figures.intervals(ranges, caption, xlabel="distance", xlim=(0, None))

# %% [markdown]
# The last row compares images with themselves, brightened by 100 levels at half their contrast, so that nothing is
# clipped.
#
# ## Distances of other works, as context
#
# No work is known that has one for gray faces of 128 pixels. For colour, and measured on thousands of images:
#
# | model | data | FID | source |
# |---|---|---|---|
# | DCGAN with two rates | CelebA, 64 pixels | 12.5 | Heusel et al. {cite}`heusel2017gans` |
# | StyleGAN | CelebA-HQ, 1024 pixels | 5.06 | Karras et al. {cite}`karras2019style` |
#
# They compare neither with each other nor with a number of this book: data, size, colour and protocol differ.

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B9", "B10", "B21", "B29")
