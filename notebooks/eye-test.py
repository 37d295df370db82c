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
# # The eye test
#
# Paper A {cite}`deshmukh2022exploring`, section 4; paper B {cite}`belhiti2021stackgan`, Results, last paragraph.

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

chapter = open_chapter(globals())

# %% tags=["hide-cell"]
from stackrepro.report import eye_test, eye_test_tables, plan

# %% [markdown]
# ## What the papers did
#
# Paper A has no other measure than the eyes of its authors. It names four thresholds, from the easiest to the hardest:
# an outline, an outline of the right shape, the fill, and anatomy. Paper B let a few people tell generated faces from
# real ones. Neither says who looked at what, how often, or what was answered.
#
# ## What is done here
#
# - A trial shows one image and asks one question. Birds: how many of the four thresholds does it pass, where each
#   counts only if those before it are passed, 0 to 4. Faces: real or generated.
# - The images are those of the first fixed latents, the same for every model; none is picked. All have one size on the
#   screen, enlarged with hard edges. With *own* pixels a model of twice the size shows finer squares, so the rater sees
#   which of the two sizes it is; with *common* pixels all were brought to the size of first stages before.
# - Names and order of the trials come from hashes with a key that stays with the runs. No model's name stands in the
#   page. Each rater gets another order, within three blocks.
# - Among the birds are real ones, as one more model, where the page may hold them; of the faces half are real, of
#   persons held out from training. Real edges are stretched to full contrast as in training, generated ones are as the
#   network gives them.
# - One image in eight comes a second time, to see whether raters agree with themselves. The second answer counts for
#   nothing else.
# - The time of an answer runs from the moment when the image is painted, pauses left out.
#
# ## The pages
#
# Each is one file that works without a network, by keys or by touch. Its answers leave the browser only as the CSV file
# that the rater exports. Of the published results:

# %%
eye_test.page(chapter, "birds", of_published=True)

# %%
eye_test.page(chapter, "birds", common_size=True, of_published=True)

# %% [markdown]
# Of this book's own runs:

# %% tags=["hide-cell"]
runs = chapter.obtain(*plan.birds(*plan.MODELS), *plan.FACES)

# %%
eye_test.page(chapter, "birds")

# %%
eye_test.page(chapter, "birds", common_size=True)

# %%
eye_test.page(chapter, "faces")

# %% [markdown]
# A page in this book shows no image of a data set but of the drawn ones. `stackrepro eyetest make faces --with-real`
# makes one from your own archive, which you must keep to yourself. The exported file goes back with
#
# ```
# stackrepro eyetest import FILE
# ```
#
# What the trials are made of, which a rater should read only afterwards:

# %% tags=["hide-output"]
eye_test.makeup(chapter, "birds", of_published=True)

# %% tags=["hide-output"]
eye_test.makeup(chapter, "birds")

# %% tags=["hide-output"]
eye_test.makeup(chapter, "faces")

# %% [markdown]
# ## Birds: how far each model gets
#
# The mean number of thresholds passed, and the share of images that pass each. Intervals are of 90 %, from 2,000 draws
# of raters and images at once (seed 2022): a drawn latent brings the images that all models made of it
# {cite}`owen2007pigeonhole`. With one rater they cover the images alone, and with two or three they are too narrow.
# They are no intervals over training seeds. Seconds are the median time of an answer.

# %%
eye_test_tables.steps(chapter)

# %% [markdown]
# ### The paper's order
#
# For each of the paper's statements on two models, the difference of their mean thresholds, the second less the first.
# It is decided where the interval leaves out 0; of twenty such intervals one is expected to do so by chance. That
# there is no difference, no number of ratings can prove. Statements across sizes need the test with common pixels to be
# blind.

# %%
eye_test_tables.paper_order(chapter)

# %% [markdown]
# ### Agreement
#
# Krippendorff's alpha for ordered answers {cite}`krippendorff2011computing` is 1 where raters agree in full and 0 where
# they agree no more than chance would; its interval is over images. The rank correlations compare the models' mean
# thresholds with their distances from the real images at the common size, the nearer the better: 1 means that eyes and
# distance rank alike. The distances are held fixed.

# %%
eye_test_tables.agreement(chapter, "birds")

# %% [markdown]
# ## Faces: real or generated
#
# For each rater let $H$ be the share of a model's images that are called generated, $F$ the share of real images of
# the same stage that are. With $z$ for the normal quantile,
#
# $$
# d' = z(H) - z(F), \qquad c = -\tfrac{1}{2} \left( z(H) + z(F) \right).
# $$
#
# Guessing gives $d' = 0$ whatever a rater leans to, which the criterion $c$ tells: above 0 towards "real". Half an
# image is added to each count and one to each total, so that no share is 0 or 1 {cite}`hautus1995corrections`. Accuracy
# is the mean of $H$ and $1 - F$. The table shows means over raters, with intervals as above.

# %%
eye_test_tables.told_apart(chapter)

# %% [markdown]
# Each rater alone, with the exact binomial interval:

# %%
eye_test_tables.raters(chapter)

# %%
eye_test_tables.agreement(chapter, "faces")
