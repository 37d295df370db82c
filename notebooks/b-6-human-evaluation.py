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
# # Human evaluation
#
# Paper B {cite}`belhiti2021stackgan`, Results, last paragraph.

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = ["faces/edges", "faces/gray"]

# %% tags=["hide-cell"]
from scipy.stats import binom

from stackrepro.data import held_out_rows, prepare
from stackrepro.report import figures, forest, ledger, open_chapter, published, tables

chapter = open_chapter(globals(), "faces")

# %% tags=["remove-input"]
forest.short(chapter, "B7", "B8")

# %% [markdown]
# ## What the paper says
#
# At both stages people could easily tell generated images from real ones, because of the noise. They were few; the
# paper doesn't say how many, what they saw and what they answered. By eye the images lack quality rather than
# diversity, and in the paper's view people can tell these two apart where a distance can't.
#
# ## What a test would be
#
# [The eye test](eye-test) of this book asks the same question: it has a page that anyone can answer, and an analysis of
# the ratings. Until people have used it there are no ratings, and none are invented here. These are its rules:
#
# - a rater sees one image at a time, half of them real, in an order of the rater's own, and answers real or generated
#   before the next one comes;
# - real images are of persons held out, generated ones of the fixed latents; all in the size and in the view of the
#   training; none is picked;
# - the result is the share of right answers with its binomial interval for each rater and stage. With $k$ of $n$ right,
#   the chance of doing as well by guessing is
#
# $$
# P = \sum_{i=k}^{n} \binom{n}{i} \, 2^{-n};
# $$
#
# - easily discerned is a share of right answers above 0.9, of each stage: the mean over raters of the shares among
#   generated and among real images, with its interval over raters and images, of at least three raters and three
#   trainings. Guessing gives 0.5. That was fixed before anybody had answered.
#
# A rater who guesses is right half of the time, and with luck more often. So many of 48 answers must be right before
# luck becomes unlikely, with a probability of less than one in twenty:

# %% tags=["nbval-check-output"]
print(next(right for right in range(49) if binom.sf(right - 1, 48, 0.5) < 0.05), "of 48")

# %% [markdown]
# ## What a rater would see
#
# A rater would be shown such generated images. The published ones come first, and below them follow those of this
# book's own run, where there is one.

# %% tags=["remove-input"]
_ = chapter.obtain("faces/edges", "faces/gray")

# %% tags=["remove-input"]
published.show(chapter, needs, figures.fixed_latent_grids)

# %% [markdown]
# ### The real images beside them

# %% tags=["remove-input"]
second = chapter.configuration("faces/gray")
views = {"edges, persons held out": second.condition, "gray, persons held out": second.view}
arrays, rows = prepare(chapter.source, list(views.values())), held_out_rows(chapter.source)[:24]
figures.images_by_size(chapter, {name: arrays[view][rows] for name, view in views.items()})

# %% [markdown]
# ## Quality and diversity, without people
#
# The statement on quality and diversity can be measured. Around each real image lies a ball in the space of Inception
# features that reaches to its third neighbour. Precision is the share of generated images that lie in such a ball,
# recall the share of real images that lie in a ball around a generated one {cite}`kynkaanniemi2019improved`. Density
# and coverage {cite}`naeem2020reliable` are their counterparts, which outliers disturb less. Images that lack quality
# but not diversity have low precision and density, and recall and coverage as high as those of real images, as long as
# they aren't so far off that no real image lies among them.

# %% tags=["remove-input"]
published.show(chapter, needs, tables.fidelity)

# %% [markdown]
# The authors have a notebook for precision and recall. It takes 4 images and finds 1.0 for both, since among so few
# images nearly every ball contains every other image. The paper doesn't use it.
#
# ## Pixels and copies
#
# These tables show the pixels, and whether samples are copies of the training images that are searched
# ([3.1](a-3-1-data)): copies score near 1, real images 0.5.

# %% tags=["remove-input"]
published.show(chapter, needs, tables.pixels, tables.copying)

# %% [markdown]
# ## The verdicts of this book's own runs
#
# By the rules of the [ledger](ledger-b).

# %% tags=["remove-input"]
ledger.verdicts(chapter, "B7", "B8")
