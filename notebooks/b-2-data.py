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
# # Data: from photographs to edges
#
# Paper B {cite}`belhiti2021stackgan`, Methods, second and third paragraph.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/edges"]
seen = [
    "faces/edges+gray=red",
    "faces/edges+sobel=original",
    "faces/edges+stretch=no",
    "faces/edges+jpeg=yes",
    "faces/edges+crop=none",
]

# %% tags=["hide-cell"]
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from stackrepro.data import held_out_rows, synthetic_faces
from stackrepro.data.catalogue import Catalogue
from stackrepro.data.prepared import decode_all
from stackrepro.report import figures, forest, open_chapter, published, tables

chapter = open_chapter(globals(), "faces")
arms = ("text", "code", "matched")
views = {}  # how each arm sees the faces at this tier
for arm in arms:
    gray = chapter.configuration("faces/gray", arm)
    colour = replace(gray.view, kind="rgb", stretch=False)  # no arm stretches it
    views[arm] = {"RGB": colour, "gray": gray.view, "edges": gray.condition}

# %% tags=["remove-input"]
forest.short(chapter, "B31")

# %% [markdown]
# ## What the paper says
#
# CelebA {cite}`liu2015deep` has 202,599 photographs of faces, aligned by eyes and mouth. It comes in colour. Pillow
# turns each image to gray, and the gray image to edges by Sobel's filter; then all are scaled to 128 × 128 pixels. The
# paper mentions no crop, and holds no images out.
#
# ## Persons held out
#
# In this book a tenth of the persons, with all their images, is never trained on, in any run. Without such images
# overfitting couldn't be told from other causes ([overfitting](b-8-overfitting)).
#
# ### The data set in numbers

# %% tags=["hide-input"]
persons, held_out = chapter.source.catalogue().identities, held_out_rows(chapter.source)
size = views["matched"]["gray"].size
facts = [
    ("data set", "CelebA", chapter.source.name),
    ("images", "202,599", f"{len(persons):,}"),
    ("size in pixels", "128 x 128", f"{size} x {size}"),
    ("persons", "-", f"{len(set(persons)):,}"),
    ("persons held out", "none", f"{len({persons[row] for row in held_out}):,}"),
    ("images held out", "none", f"{len(held_out):,}"),
    ("official archive", "-", "yes" if chapter.source.official else "no"),
    ("fingerprint (SHA-256)", "-", chapter.source.fingerprint[:16]),
]
tables.Plain(pd.DataFrame(facts, columns=["", "paper", "here"]), f"tier {chapter.tier}")

# %% [markdown]
# ## The transformation
#
# With the gray image $y$ and its differences $s_x, s_y$ under Sobel's kernels, weighted 1, 2, 1, the edges are
#
# $$
# s(y) = \sqrt{s_x^2 + s_y^2} \,/\, \sqrt{20},
# $$
#
# where $\sqrt{20}$ is the largest value of the root for $y \in [0, 1]$. So no edge leaves the range.
#
# ### From colour to gray to edges
#
# The counterpart of Figure 2, in arm `text`:


# %% tags=["hide-input"]
COUNT = 64  # images that numbers about views are taken over; pictures show the first of them


def first_faces(views):
    """Render the first images of the list to each view, uint8 (COUNT, size, size, channels); nothing is kept."""
    everything = chapter.source.catalogue()
    few = Catalogue(everything.names[:COUNT], identities=everything.identities[:COUNT])
    arrays = {view: np.empty((len(few.names), view.size, view.size, view.channels), np.uint8) for view in views}
    images = chapter.source.layout.read_images(chapter.source.place(), few)
    for index, found in decode_all(images, few, list(arrays)):
        for array, content in zip(arrays.values(), found.views, strict=True):
            array[index] = np.frombuffer(content, np.uint8).reshape(array.shape[1:])
    return arrays


def side_by_side(views):
    """Show the same faces in several views, a strip for each."""
    arrays = first_faces(views.values())
    return figures.images_by_size(chapter, {name: arrays[view] for name, view in views.items()}, columns=8, rows=1)


side_by_side(views["text"])

# %% [markdown]
# ## Paper and code, side by side
#
# Pillow has no Sobel filter. The released scripts that build the data differ from the text in more points: gray is the
# red channel alone; edges come from scikit-image, at the full 178 × 218 pixels, before crop and scaling; each image is
# stretched to its own darkest and brightest pixel by the routine that saves it; and it is saved as JPEG. One copy of
# the second script stops at 1,000 images, another takes all.
#
# In arm `matched` edges are those of the very pixels of the gray image, and are stretched from black to white; the gray
# image isn't touched.

# %% tags=["remove-input"]
tables.Plain(tables.contrasted({arm: views[arm]["edges"] for arm in arms}), "how each arm sees edges")

# %% [markdown]
# ### The same faces in the three arms
#
# Gray and as edges:

# %% tags=["remove-input"]
side_by_side({f"{arm}: {kind}": views[arm][kind] for arm in arms for kind in ("gray", "edges")})

# %% [markdown]
# ## What the networks get to see
#
# Edge images are dark: most pixels lie near −1, the lower end of tanh. Without the stretch the upper half of the range
# is hardly used at all.

# %% tags=["hide-input"]
figure, panels = plt.subplots(1, len(arms), figsize=(figures.WIDTH, 2.8), sharey=True)
for panel, arm in zip(panels, arms, strict=True):
    both = first_faces([views[arm]["gray"], views[arm]["edges"]])
    for (view, array), style in zip(both.items(), figures.LINES, strict=False):
        share = np.histogram(array, bins=32, range=(0, 256))[0] / array.size
        panel.stairs(share, np.linspace(-1, 1, 33), label=view.kind, linestyle=style, linewidth=1.5)
    panel.set(title=f"arm {arm}", xlabel="value for the networks", yscale="log")
panels[0].set_ylabel("share of pixels")
panels[0].legend()
figures.finish(figure, f"tier {chapter.tier} | {chapter.source.name} | the first {COUNT} images of the list")

# %% [markdown]
# ## One factor at a time
#
# From the edges of arm `matched`, each factor changed by itself:

# %%
as_it_is = views["matched"]["edges"]
factors = {
    "as it is": as_it_is,
    "red channel for gray": replace(as_it_is, gray="red"),
    "edges before the scaling": replace(as_it_is, sobel="original"),
    "not stretched": replace(as_it_is, stretch=False),
    "through a JPEG file": replace(as_it_is, jpeg=True),
    "whole frame": replace(as_it_is, crop="none"),
}
side_by_side(factors)

# %% tags=["hide-input"]
arrays = first_faces(factors.values())
first = {name: arrays[view].astype(float) for name, view in factors.items()}
rows = [
    {
        "view": name,
        "mean difference per pixel": f"{np.abs(images - first['as it is']).mean():.1f}",
        "mean level": f"{images.mean():.1f}",
        "mean brightest level of an image": f"{images.max(axis=(1, 2, 3)).mean():.0f}",
        "share of black pixels": f"{(images == 0).mean():.1%}",
    }
    for name, images in first.items()
]
caption = f"tier {chapter.tier} | {chapter.source.name} | edges, arm matched | levels of 0 to 255, {COUNT} images"
tables.Plain(pd.DataFrame(rows), caption)

# %% [markdown]
# ## Stage 1 on edges as they are
#
# The published results come first, whose tables have intervals over seeds. Below them follows what this book's own run
# made, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain("faces/edges")

# %% tags=["remove-input"]
published.results(chapter, "faces/edges")

# %% [markdown]
# ## Stage 1 with one factor changed
#
# Only a training can tell how much a factor matters to stage 1. Each row is measured against real edges that were made
# in its own way, so the real-vs-real baselines tell how far the rows can be compared.

# %% tags=["remove-input"]
published.results(chapter, "faces/edges", *seen)

# %% [markdown]
# ## Faces where there are none
#
# Where no data set is at hand, the package draws faces of its own, in CelebA's layout: persons with their build, hair
# and skin, several images of each in other poses, clothes and light. With these faces the whole book runs anywhere; no
# result on them is a replication.

# %% tags=["hide-input"]
faces = [synthetic_faces.example(index) for index in (0, 1, 2, 16, 17, 18)]
drawn = [(f"person {face.identity + 1}", np.asarray(face.image)) for face in faces]
figures.grid(drawn, 3, "synthetic faces, drawn by this package")

# %% [markdown]
# ## The sizes of a tier

# %% tags=["nbval-check-output", "remove-input"]
tables.tier_sizes("faces/gray")

# %% [markdown]
# The widths are those of stage 2. The DCGAN of stage 1 has widths of its own below tier `paper`
# ([entry E19](../deviations) of the deviation register).
