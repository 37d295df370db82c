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
# # How things are measured
#
# Paper A has no numbers, and those of paper B can't be traced. So this book names for each number the recipe by which
# it was measured, and compares its recipes with those of the field.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["hide-cell"]
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

import pandas as pd
import yaml
from IPython.display import Markdown

from stackrepro import evaluation
from stackrepro.evaluation.protocols import FLAGS, PLANS
from stackrepro.report import open_chapter, tables

chapter = open_chapter(globals())

# %% [markdown]
# ## Protocols
#
# A protocol is a full recipe under one name: the layer of the Inception network whose features are compared, the size
# that images are brought to first, the way to the network's 299 pixels, the number of generated images, and the real
# images to compare with. Numbers of different protocols don't compare, and no table mixes them. `fid/pytorch-fid` is
# the standard, FID-2048 in the heads of tables: the weights and the arithmetic of pytorch-fid. Beside it stand
# clean-fid's resize, and a common size for models of different sizes, after an @ in the name. Runs of tiers `smoke` and
# `quick` make too few images for the 2,048 features of the last layer and use the 192 of an early one.

# %% tags=["nbval-check-output", "remove-input"]
for tier_name, plan in PLANS.items():
    print(f"{tier_name}: {plan.standard.name}, {plan.standard.samples:,} images")

# %% tags=["hide-input"]
RESIZE = {
    "pytorch-fid": "bilinear, inside the network, no antialiasing",
    "clean": "bicubic, antialiased, before the network",
}
rows = []
for tier_name, plan in PLANS.items():
    uses = [("standard", plan.standard), *(("beside it", other) for other in plan.others)]
    for use, protocol in [*uses, ("over training", plan.trajectory)]:
        size = "the model's size" if protocol.size is None else f"{protocol.size} px"
        reference = "all" if protocol.reference is None else f"{protocol.reference:,}"
        rows.append(
            {
                "tier": tier_name,
                "use": use,
                "protocol": protocol.name,
                "features": f"{protocol.dims:,}",
                "resize to 299 px": f"from {size}, {RESIZE[protocol.resize]}",
                "generated : real": f"{protocol.samples:,} : {reference}",
            }
        )
tables.Plain(pd.DataFrame(rows), "the plans of all tiers")

# %% [markdown]
# From the same features each protocol computes:
#
# - the Fréchet distance {cite:p}`heusel2017gans` between the Gaussians that have the features' means and covariances,
#
# $$
# \lVert \mu_a - \mu_b \rVert^2 + \operatorname{tr}\bigl(C_a + C_b - 2\,(C_a C_b)^{1/2}\bigr);
# $$
#
# - the same extrapolated to infinitely many generated images: a line through the distances of parts of them, from a
#   quarter to all, over one divided by their number {cite:p}`chong2020effectively`. Where a quarter has no more images
#   than the features have dimensions the line bends: the value then carries a flag in the result, and no table of a
#   chapter shows it;
# - the kernel distance, KID {cite:p}`binkowski2018demystifying`, with kernel $(x \cdot y / d + 1)^3$, over all pairs,
#   whose estimate has no bias at any number of images, with a jackknife's standard error;
# - precision and recall with 3 neighbours {cite:p}`kynkaanniemi2019improved`, density and coverage with 5
#   {cite:p}`naeem2020reliable`, and the mean distance of two generated images.
#
# A Fréchet distance falls with the number of images, so a table shows one only where a row has as many as the trained
# generators; KID compares whatever the number.
#
# Each measure comes with its real-vs-real baseline: real images against other real images, as many as were generated. A
# permutation with a fixed seed splits the real images. Their features are computed once for each set of images, resize
# and network, and kept for all measures.
#
# **Gray images** have one channel. It is repeated in three before every protocol, on both sides, which is what
# `convert("RGB")` does in pytorch-fid.
#
# **What is replaced.** LPIPS and the confidence of a classifier of birds, which would serve some claims, need weights
# that can't be had everywhere. Inception's features replace them (entries D27 and E20 of the [deviation
# register](../deviations)).
#
# ## Flags
#
# A number that is out of its domain, or that can't be used in every comparison, carries a flag.

# %% tags=["remove-input"]
Markdown("\n\n".join(f"**{flag}**: {meaning}." for flag, meaning in FLAGS.items()))

# %% [markdown]
# ## Compared with other programs
#
# The same features or images, and the same weights, go through pytorch-fid, torch-fidelity and clean-fid. The tests
# make these comparisons and fail if a tolerance is exceeded: `make test` makes the quick ones, `make check` the others.
# The tolerances were declared beforehand; this table is the one that the tests read.

# %% tags=["hide-input"]
UNITS = {"relative": "{:.0e} of it", "absolute": "{:.0e}", "standard errors": "{:g} standard errors"}
tolerances = yaml.safe_load(files(evaluation).joinpath("tolerances.yaml").read_text(encoding="utf-8"))
rows = [
    {
        "measure": row["quantity"],
        "held against": f"{row['peer']} {row['versions'].replace('>=', 'from ').replace(',<', ', below ')}",
        "compared": row["compared"],
        "may deviate by": UNITS[row["unit"]].format(row["bound"]) if row["bound"] else "nothing",
        "because": row["why"],
    }
    for row in tolerances.values()
]
tables.Plain(pd.DataFrame(rows), "what the tests hold the measures to")


# %% tags=["hide-input"]
def installed(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


peers = ["pytorch-fid", "torch-fidelity", "clean-fid", "scipy"]
tables.Plain(pd.DataFrame({"peer": peers, "version": [installed(peer) for peer in peers]}), "what is installed here")

# %% [markdown]
# Any two folders of images can be compared in the same way, for instance by
# `stackrepro fid REAL GENERATED --protocol fid-192/clean`. It decodes as pytorch-fid does: gray levels are repeated,
# alpha is dropped, palettes and CMYK are converted, 16-bit levels are clipped, orientation tags are ignored.
