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

# %% tags=["parameters", "remove-cell"]
tier = "smoke"
seeds = [0]
data_root = ""
device = "cpu"
extended = False

# %% tags=["needs", "remove-cell"]
needs = [
    "birds/dconv-64",
    "birds/dconv-128",
    "birds/dconv-stack",
    "birds/dconv-stack-bp",
    "faces/edges",
    "faces/gray",
    "faces/single",
]

# %% tags=["hide-cell"]
from stackrepro.report import open_chapter

chapter = open_chapter(globals())

# %% tags=["hide-cell"]
from collections import Counter
from statistics import mean

import numpy as np
import pandas as pd
from IPython.display import HTML, Markdown
from scipy.stats import binomtest

from stackrepro.base.errors import UserError
from stackrepro.base.places import results_root
from stackrepro.claims.schema import of_paper
from stackrepro.evaluation.protocols import plan_for
from stackrepro.eyetest import analysis, page, ratings, trials
from stackrepro.report.published import published
from stackrepro.report.tables import Plain
from stackrepro.runs import stored


def made(dataset, of_published=False, common_size=False):
    """Make the test of the published runs or of this book's own."""
    names = trials.EXPERIMENTS[dataset]
    groups = published(names, largest=True).runs if of_published else chapter.finished(*names)
    items = [run for group in groups.values() for run in group]
    source = None if of_published else chapter.sources[dataset]
    return trials.make(items, source, ratings.salt(chapter.runs_root), common_size=common_size)


def links(*datasets, **options):
    """Write the pages of tests and link them, or say why there is none; none holds what may not be passed on."""
    lines = []
    for dataset in datasets:
        for common_size in (False, True)[: 2 if dataset == "birds" else 1]:
            try:
                one = made(dataset, common_size=common_size, **options)
            except UserError as error:
                lines.append(f"- There is no page for {dataset} in this book. {error}")
                continue
            name = f"{one.test.asks.title}, {len(one.test.trials)} images, {one.test.pixels} pixels"
            path = page.write(one, chapter.runs_root)
            lines.append(f'- <a href="../eye-test/{path.name}">{name}</a> ({one.test.caption})')
    return Markdown("\n".join(dict.fromkeys(lines)))  # both sizes may lack the same


def makeup(dataset, **options):
    """Count what a page shows, a row for each model and size, folded."""
    try:
        test = made(dataset, **options).test
    except UserError:
        return Markdown("")
    shown = Counter((trial.model, trial.stage, trial.size, trial.repeats is not None) for trial in test.trials)
    rows = [
        {
            "model": model,
            "shows": stage,
            "pixels": size,
            "images": count,
            "shown twice": shown[model, stage, size, True],
        }
        for (model, stage, size, again), count in sorted(shown.items())
        if not again
    ]
    table = Plain(pd.DataFrame(rows), test.caption)._repr_html_()
    return HTML(f"<details><summary>{test.asks.title}, {test.caption}</summary>{table}</details>")


def rated(dataset, rows):
    """Make a table of all ratings of the published runs and of this book's, or say that there are none.

    `rows` makes the rows of one test from its answers and the draws of raters and images.
    """
    groups = published(trials.EXPERIMENTS[dataset], largest=True).runs.values()
    items = [run for group in groups for run in group]
    wanted = {(run.result["tier"], run.record["data"]["fingerprint"]) for run in items}
    wanted |= {(chapter.tier, chapter.sources[dataset].fingerprint)}
    kept = [one for one in ratings.rated(chapter.runs_root) if (one.test.tier, one.test.fingerprint) in wanted]
    if not kept:
        return Markdown(f"No ratings of {dataset} have been imported, and none are invented.")
    found = [{**row, "test": one.test.identity} for one in kept for row in rows(one, analysis.draws(one))]
    about = sorted({f"tier {one.test.tier}, {one.test.data}, arm {one.test.arm}" for one in kept})
    return Plain(pd.DataFrame(found), " | ".join([*about, "imported ratings"]))


# %% [markdown]
# ## What the papers did
#
# Paper A has no other measure than the eyes of its authors. It names four thresholds, from the easiest to the hardest:
# an outline, an outline of the right shape, the fill, and anatomy. Paper B let a few people tell generated faces from
# real ones. Neither says who looked at what, how often, or what they answered.
#
# ## What is done here
#
# - A trial shows one image and asks one question. Birds: how many of the four thresholds does it pass, from 0 to 4? A
#   threshold counts only if those before it are passed. Faces: is it real or generated?
# - The images are those of the first fixed latents, the same for every model; none is picked. All have one size on the
#   screen, enlarged with hard edges. With *own* pixels a model of twice the size shows finer squares, so the rater sees
#   which size it is. With *common* pixels all images are brought to the size of first stages first.
# - Names and order of the trials come from hashes with a key that stays with the runs, and the page contains no model's
#   name. Each rater gets another order, within three blocks.
# - Where the page may show them, real birds are among the others, as one more model. Half of the faces are real, of
#   persons held out from training. Real edges are stretched to full contrast as in training; generated ones are as the
#   network gives them.
# - One image in eight comes a second time, to see whether raters agree with themselves. The second answer counts for
#   nothing else.
# - The time of an answer is counted from the moment when the image is painted, without pauses.
#
# ## The pages
#
# Each page is one file that works without a network, by keys or by touch. The answers leave the browser only as the CSV
# file that the rater exports. The pages of the published results:

# %% tags=["remove-input"]
links("birds", of_published=True)

# %% [markdown]
# The pages of this book's own runs:

# %% tags=["hide-cell"]
runs = chapter.obtain(*needs)

# %% tags=["remove-input"]
links("birds", "faces")

# %% [markdown]
# A page in this book shows no images of a data set, except of the synthetic ones.
# `stackrepro eyetest make faces --with-real` makes one from your own archive, which you must keep to yourself. The
# exported file goes back with
#
# ```
# stackrepro eyetest import FILE
# ```
#
# Then execute this chapter again. A whole test has images of these models:

# %% tags=["nbval-check-output", "remove-input"]
Markdown("\n".join(f"- {dataset}: {', '.join(names)}" for dataset, names in trials.EXPERIMENTS.items()))

# %% [markdown]
# What the trials of each page are made of. Raters should read it only afterwards:

# %% tags=["remove-input"]
makeup("birds", of_published=True)

# %% tags=["remove-input"]
makeup("birds")

# %% tags=["remove-input"]
makeup("faces")

# %% [markdown]
# ## Birds: how far each model gets
#
# The mean number of thresholds passed, and the share of images that pass each. Intervals are of 90 %, from 2,000
# bootstrap draws of raters and images at once (seed 2022). A latent is drawn with the images that all models made of it
# {cite}`owen2007pigeonhole`. With one rater the intervals cover the images alone, and with two or three they are too
# narrow. They don't cover training seeds. Seconds are the median time of an answer.


# %% tags=["hide-input"]
def steps(answers, drawn):
    means = analysis.mean_steps(answers, drawn)
    for model, stage in answers.test.models:
        seconds = answers.seconds[:, answers.of(model, stage)]
        shares = [f"{share[0]:.0%}" for share in analysis.passed(answers, drawn, model)]
        yield {
            "model": model,
            "mean threshold": str(analysis.estimate(means[model])),
            **dict(zip(answers.test.asks.words[1:], shares, strict=True)),
            "seconds": f"{np.nanmedian(seconds):.1f}",
            "images": seconds.shape[1],
            "raters": int(np.isfinite(seconds).any(axis=1).sum()),
        }


rated("birds", steps)

# %% [markdown]
# ### The paper's order
#
# For each of the paper's statements on two models, the difference of their mean thresholds, the second less the first.
# It is decided where the interval excludes 0; of twenty such intervals two are expected to do so by chance. No number
# of ratings can prove that there is no difference. Statements across sizes are blind only in the test with common
# pixels.

# %% tags=["hide-input"]
said = [
    (claim.id, part.sides[1], part.sides[0], "better" in part.test)
    for claim in of_paper("A")[:11]
    for part in claim.parts
    if part.measures[0].startswith("kid")
]


def order(answers, drawn):
    steps = analysis.mean_steps(answers, drawn)
    for claim, first, second, better in said:
        if {first, second} <= steps.keys():
            found = analysis.estimate(steps[second] - steps[first])
            signs = ("against the paper", "undecided", "as the paper says")
            if not better:
                signs = ("a difference, against the paper", "no difference seen", "a difference, against the paper")
            yield {
                "from": first,
                "to": second,
                "claim": claim,
                "paper": "better" if better else "no difference",
                "difference": str(found),
                "outcome": signs[1 + (found.low > 0) - (found.high < 0)],
                "pixels": answers.test.pixels,
            }


rated("birds", order)

# %% [markdown]
# ### Agreement
#
# Krippendorff's alpha for ordered answers {cite}`krippendorff2011computing` is 1 where raters agree in full and 0 where
# they agree no more than chance would; its interval is over images. The rank correlations compare the models' mean
# thresholds with their distances from the real images at the common size, the nearer the better: 1 means that eyes and
# distance rank alike. The distances are treated as fixed numbers.


# %% tags=["hide-input"]
def agreement(answers, drawn):
    first = answers.first
    weights = drawn.latents[:, answers.latents[first]].astype(float)
    between = analysis.estimate(np.array([analysis.alpha(answers.levels[:, first], weight) for weight in weights]))
    same, within, pairs = analysis.with_themselves(answers)
    yield {"measure": "alpha between raters", "value": str(between), "n": f"{len(answers.raters)} raters"}
    yield {"measure": "same answer to the same image", "value": f"{same:.0%}", "n": f"{pairs} pairs"}
    yield {"measure": "alpha of a rater with themselves", "value": f"{within:.2f}", "n": f"{pairs} pairs"}


def agreement_with_distance(answers, drawn):
    name = next(protocol.name for protocol in plan_for(answers.test.tier).others if protocol.size is not None)
    shown = {trial.run for trial in answers.test.trials}
    found = {run.folder.name: run.result for root in (results_root(), chapter.runs_root) for run in stored(root)}
    distances = {}
    for result in (result for run, result in found.items() if run in shown and name in result["protocols"]):
        rows = result["protocols"][name]
        row = rows.get("average", rows.get("generated"))
        distances.setdefault(result["experiment"], []).append(row["frechet"])
    means = {model: mean(values) for model, values in distances.items()}
    steps = analysis.mean_steps(answers, drawn)
    *both, models = analysis.agreement_with_distance(steps, means)
    for what, value in zip(("Spearman's rho", "Kendall's tau"), both, strict=True):
        yield {"measure": f"{what} with {name}", "value": str(value), "n": f"{len(models)} models"}


rated("birds", agreement)

# %% tags=["remove-input"]
rated("birds", agreement_with_distance)

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
# Guessing gives $d' = 0$, whichever answer a rater prefers. The criterion $c$ tells that preference: above 0 it is for
# "real". Half an image is added to each count and one to each total, so that no share is 0 or 1
# {cite}`hautus1995corrections`. Accuracy is the mean of $H$ and $1 - F$. The table shows means over raters, with
# intervals as above.


# %% tags=["hide-input"]
def told_apart(answers, drawn):
    for model, stage in answers.test.models:
        if model != trials.REAL:
            found = analysis.detection(answers, drawn, model, stage)
            means = {"accuracy": found.accuracy, "d'": found.sensitivity, "criterion": found.criterion}
            told = {name: str(value) for name, value in means.items()}
            yield {"model": model, "stage": stage, **told, "raters": found.raters}


rated("faces", told_apart)

# %% [markdown]
# Each rater alone, with the exact binomial interval:


# %% tags=["hide-input"]
def raters(answers, _):
    for stage in dict.fromkeys(stage for _, stage in answers.test.models):
        for place, (right, judged) in enumerate(analysis.right_answers(answers, stage), 1):
            if not judged:
                continue
            ends = binomtest(right, judged).proportion_ci()
            guessing = binomtest(right, judged, alternative="greater").pvalue
            yield {
                "stage": stage,
                "rater": place,
                "right": f"{right} of {judged}",
                "share": f"{right / judged:.2f} [{ends.low:.2f}, {ends.high:.2f}]",
                "chance of as many by guessing": f"{guessing:.2g}",
            }


rated("faces", raters)

# %% tags=["remove-input"]
rated("faces", agreement)
