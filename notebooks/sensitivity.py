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
# # Sensitivity: which orderings survive another way of measuring
#
# Both papers put models in an order. Here each order is examined again under choices that neither paper mentions, and
# that this book had to make.

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
faces = ["faces/edges", "faces/gray", "faces/edges+update=wgan-gp", "faces/single"]

# %% tags=["hide-cell"]
from collections.abc import Iterable
from math import hypot
from statistics import mean

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import Markdown

from stackrepro.base.places import results_root
from stackrepro.claims.schema import claims, part_named
from stackrepro.claims.select import RUNGS, gathered
from stackrepro.evaluation.evaluate import finished
from stackrepro.evaluation.intervals import root_mean_square
from stackrepro.report import figures, open_chapter, published, tables
from stackrepro.report.lists import runs_of
from stackrepro.runs import stored

chapter = open_chapter(globals())

# %% [markdown]
# ## What is varied
#
# A distance is a number about a generator, and about a way of measuring. The tables of the other chapters fix one way,
# the tier's standard protocol. Here one factor after the other departs from it:
#
# - **Measure:** Fréchet distance {cite}`heusel2017gans` or KID {cite}`binkowski2018demystifying`.
# - **Protocol:** the standard one; the common size of large and small models; the resize of clean-fid
#   {cite}`parmar2022aliased`; the 192 early features where the standard has 2048 late ones.
# - **Number of images:** all, half and a quarter of the generated ones, and what the extra passes have.
# - **Reference:** all real images of the protocol, and either half of them; the halves share no image.
# - **Gray rule**, for images of one channel: repeat the channel three times, or stretch each image to its own range
#   first, as the files of paper B's released code hold them.
# - **Storage** of generated images: as they are; a JPEG file of quality 75, from tier `reduced` on also 90; clipped and
#   wrapped display where values leave the range.
#
# A PNG file changes no level, so its distances are those of the images as they are. Giving one channel to a first layer
# whose weights are summed over its three inputs is the same as repeating the channel.
#
# Both models of an order always have the same number of images. With fewer images a distance is higher, since a Fréchet
# distance from $n$ samples exceeds its limit by about $c / n$ {cite}`chong2020effectively`. Conditions that change the
# images, such as JPEG files, need features of their own; all others reuse the features behind the tables.
#
# ## How sure a distance is
#
# Two things vary: the training, by its seed, and the images that are drawn from a trained generator. The $t$-interval
# over seeds covers both. For a single run only the second is known. Its standard error comes from the jackknife that
# leaves out a tenth of the images at a time {cite}`kott2001delete`. With the distances $d_1, \dots, d_g$ of the
# remaining images it is
#
# $$
# s^2 = \frac{g - 1}{g} \sum_{i=1}^{g} \bigl(d_i - \bar d\bigr)^2 .
# $$
#
# All $d_i$ have the same number of images and so the same excess, which drops out. Bootstrap samples would not do: they
# repeat images, so that their distances lie above the one whose error is sought. On average the jackknife does not
# understate {cite}`efron1981jackknife`. The reference is fixed, since it is the same for all models.
#
# A table of one seed says $n = 1$ and has no interval. With more seeds "over trainings" is the standard deviation
# between trainings, after subtracting the part that is due to the samples.

# %% tags=["remove-input"]
published.show(chapter, birds, tables.distances)

# %% tags=["remove-input"]
published.show(chapter, faces, tables.distances)

# %% [markdown]
# Edges carry a flag in every row: the network was trained on photographs, so distances of edges can at best order
# edges, and can't be compared with anything else.
#
# ## Which orders hold
#
# Below are the orders by the Fréchet distance that the claims of the two ledgers name, as far as their runs exist.
# Those of paper B's printed numbers are among them: 59 for gray faces, 73 for edges, 181 for edges from a quarter of
# the images. The first two are distances to different real images, [which have no common scale](b-5-distances); their
# order is examined all the same.
#
# An order is a pair of sides, each an experiment in an arm, and the claims that name it:

# %% tags=["hide-input"]
orders = {}
for claim in claims().values():
    premises = [part_named(part.premise, claims()) for part in claim.parts if part.premise]
    for part in (*claim.parts, *premises):
        if part.test == "better" and part.measures == ("kid", "kid"):
            orders.setdefault(tuple((side, part.arm) for side in part.sides), []).append(claim.id)
gray, edges, few = ((f"faces/{name}", "matched") for name in ("gray", "edges", "edges+images=quarter-epochs"))
orders.setdefault((gray, edges), []).extend(["B1", "B3"])  # the numbers that paper B prints
orders.setdefault((edges, few), []).extend(["B1", "B2"])


def name_of(sides):
    (better, arm), (worse, _) = sides
    return f"{better} over {worse}" + ("" if arm == "matched" else f" (arm {arm})")


# %% [markdown]
# Each result has its distances under every condition. For a side the mean over its seeds counts, if all of them were
# measured under the condition.

# %% tags=["hide-input"]
CONDITION = ["protocol", "n", "split", "gray", "storage"]
MEASURES = {"frechet": "Fréchet distance", "kid": "KID"}
STANDARD = "as in all tables"


def by_condition(runs):
    """Return the means of both measures by condition; the first is the standard one."""
    rows = pd.DataFrame([row for run in runs for row in run.result["sensitivity"]]).fillna({"gray": "-"})
    found = rows.groupby(CONDITION, sort=False)[list(MEASURES)]
    return found.mean()[found.size() == len(runs)]


def described(condition, standard):
    """Say in what a condition departs from the standard one, name the factor, and give the condition without it."""
    protocol, n, split, gray, storage = condition
    changed = {
        "storage": (storage, (*condition[:4], standard[4])),
        "gray rule": (f"gray: {gray}", (*condition[:3], standard[3], storage)),
        "reference": (f"reference: {split}", (protocol, n, standard[2], gray, storage)),
        "protocol": (protocol, standard),  # a protocol has its own number of images
        "number of images": (f"n = {n}", standard),
    }
    differs = dict(zip(changed, np.not_equal(condition, standard)[[4, 3, 2, 0, 1]], strict=True))
    found = {factor: change for factor, change in changed.items() if differs[factor]}
    words = ", ".join(word for word, _ in found.values()) or STANDARD
    factor = next(iter(found), "none")
    return words, factor, found[factor][1] if found else standard


def survey(runs):
    """Look at all orders with runs under every condition that both sides have: a row for each, and for each measure.

    `gap` is the difference as a share of the sum, positive where the order holds. An order turns with a factor if it
    wouldn't hold, or fail, but for this one.
    """
    rows = []
    for sides, ids in orders.items():
        if not all(side in runs for side in sides):
            continue
        better, worse = (by_condition(runs[side]) for side in sides)
        standard = better.index[0]
        sizes = {run.record["configuration"]["view"]["size"] for side in sides for run in runs[side]}
        own = [f"{standard[0]}@{size}" for size in sizes if len(sizes) == 1]  # a common size that is the own one
        both = [condition for condition in better.index if condition in worse.index and condition[0] not in own]
        holds = {(c, m): better.loc[c, m] < worse.loc[c, m] for c in both for m in MEASURES}
        for (condition, measure), is_so in holds.items():
            words, factor, undone = described(condition, standard)
            equal = (undone, measure)
            if condition == standard and measure == "kid":
                factor, equal = "KID in the place of the Fréchet distance", (standard, "frechet")
            low, high = better.loc[condition, measure], worse.loc[condition, measure]
            gap = (high - low) / ((abs(high) + abs(low)) or 1.0)
            rows.append(
                {
                    "claims": ", ".join(dict.fromkeys(ids)),
                    "order": name_of(sides),
                    "sides": sides,
                    "condition": words,
                    "factor": factor,
                    "measure": measure,
                    "gap": gap,
                    "holds": is_so,
                    "turns": is_so != holds.get(equal, is_so),
                }
            )
    return pd.DataFrame(rows)


# %% [markdown]
# An example with invented numbers: one condition reverses an order, two agree.

# %% tags=["nbval-check-output", "hide-input"]
rows_of = [dict(zip(CONDITION, ("fid", n, "all", None, "raw"), strict=True)) for n in (2048, 1024)]


class MadeUp:
    def __init__(self, *distances):
        self.record = {"configuration": {"view": {"size": 64}}}
        self.result = {
            "sensitivity": [row | {"frechet": d, "kid": d / 10} for row, d in zip(rows_of, distances, strict=True)]
        }


print(survey({gray: [MadeUp(30.0, 45.0)], edges: [MadeUp(60.0, 42.0)]}).drop(columns="sides").to_string(index=False))

# %% [markdown]
# The outcome is shown in a sentence, a map, and a table.


# %% tags=["hide-input"]
def sentence(found):
    """Say which orders survive."""
    if found.empty:
        return Markdown("There are no runs yet to look at an order with.")
    always = found.groupby("order")["holds"].all().sum()
    never = (~found.groupby("order")["holds"].any()).sum()
    count = found["order"].nunique()
    standard = found[(found["condition"] == STANDARD) & (found["measure"] == "frechet")]["holds"].sum()
    turned = found[found["turns"]].groupby("factor")["order"].nunique().sort_values(ascending=False)
    factors = ", ".join(f"{factor} {number}" for factor, number in turned.items())
    return Markdown(
        f"Of {count} orders {standard} hold by the Fréchet distance as all tables give it. {always} hold under every "
        f"condition and by both measures, {never} under none, and {count - always - never} depend on how one measures."
        + (f" Orders that turn round with a factor, all else being equal: {factors}." if factors else "")
    )


def heat_map(found, caption):
    """Draw the gap of each order under each condition: blue where it holds, red where it is turned round."""
    if found.empty:
        return sentence(found)
    figure, panels = plt.subplots(
        1, len(MEASURES), figsize=(1.4 * figures.WIDTH, 0.24 * found["order"].nunique() + 2.6), sharey=True
    )
    for panel, (measure, words) in zip(panels, MEASURES.items(), strict=True):
        gaps = found[found["measure"] == measure].pivot(index="order", columns="condition", values="gap")
        gaps = gaps.reindex(index=found["order"].unique(), columns=found["condition"].unique())
        crosses = np.where(gaps <= 0, "x", "")
        sns.heatmap(gaps, ax=panel, annot=crosses, fmt="", cmap="RdBu", vmin=-1, vmax=1, linewidths=0.5, cbar=False)
        panel.set(title=words, xlabel="", ylabel="", facecolor="0.8")
    figure.colorbar(panels[-1].collections[0], ax=panels, label="gap as a share of the sum", fraction=0.03)
    return figures.finish(figure, f"{caption} | x: the order does not hold; gray: not measured")


def standard_errors(sides, runs):
    """Return the standard Fréchet gap in units of its sampling error, over the samples of the runs; None without any.

    Generators that give the same for every latent have no such error.
    """
    rows = [[run.result["measures"][tables.trained_in([run.result])] for run in runs[side]] for side in sides]
    better, worse = (mean(row["frechet"] for row in side) for side in rows)
    error = hypot(*(root_mean_square([row["frechet_error"] for row in side]) / len(side) ** 0.5 for side in rows))
    return (worse - better) / error if error > 1e-9 * (worse + better) else None


def shares(found, runs, caption):
    """Tell of each order under which share of the conditions it holds, and which show it the other way round."""
    rows = []
    for name, of_one in found.groupby("order", sort=False) if len(found) else ():
        first = of_one.iloc[0]
        errors = standard_errors(first["sides"], runs)
        turned = of_one[of_one["holds"] != first["holds"]]
        flips = [f"{row['condition']} ({MEASURES[row['measure']]})" for _, row in turned.iterrows()]
        rows.append(
            {
                "claims": first["claims"],
                "better, it is claimed": name,
                "holds": "yes" if first["holds"] else "no",
                "gap, standard errors": "-" if errors is None else f"{errors:.1f}",
                "holds in": f"{of_one['holds'].mean():.0%} of {len(of_one)}",
                "the other way round in": "; ".join(flips) or "-",
            }
        )
    return tables.Plain(pd.DataFrame(rows), caption)


# %% [markdown]
# A gap below 2 standard errors may be due to the samples alone.
#
# ### In the published results
#
# For each data set these are the comparable runs that cover the most orders, with all seeds:

# %% tags=["hide-input"]
there, used = {}, []
for dataset in ("birds", "faces"):
    sides = {side for pair in orders for side in pair if side[0].startswith(dataset)}
    groups = [g for g in gathered(stored(results_root())).groups if g.tier in RUNGS and sides & g.runs.keys()]
    best = sorted(groups, key=lambda g: (not g.synthetic, len(sides & g.runs.keys()), RUNGS.index(g.tier)))[-1:]
    there |= {side: list(seeds.values()) for group in best for side, seeds in group.runs.items()}
    used += [f"tier {group.tier}, {group.data}" for group in best]
found, caption = survey(there), " | ".join(["published results", *used])
sentence(found)

# %% tags=["remove-input"]
heat_map(found, caption)

# %% tags=["remove-input"]
shares(found, there, caption)

# %% [markdown]
# ### This book's own runs

# %% tags=["hide-input"]
own, missing = {}, []
for side in dict.fromkeys(side for pair in orders for side in pair):
    planned = runs_of(*side, chapter.tier, chapter.seeds, chapter.sources)
    kept = [finished(run, chapter.runs_root) for run in planned]
    missing += [run.command for run, item in zip(planned, kept, strict=True) if item is None]
    if None not in kept:
        own[side] = kept
seen = survey(own)
sentence(seen)

# %% tags=["remove-input"]
heat_map(seen, chapter.book_scope)

# %% tags=["remove-input"]
shares(seen, own, chapter.book_scope)

# %% [markdown]
# An order that reverses with the way of measuring says nothing about the models. An order that doesn't may still be due
# to one training: so the verdicts of the ledgers also require three seeds.
#
# ## What could not be examined


# %% tags=["hide-input"]
def told(commands: Iterable[str], runs):
    """Name the commands that make the runs of other orders, and say where few conditions were measured."""
    lines = "\n".join(commands)
    needed = f"These commands make the runs that other orders need:\n\n```\n{lines}\n```\n\n" if lines else ""
    every = [run for group in runs.values() for run in group]
    raw = [run for run in every if all(row["storage"] == "raw" for row in run.result["sensitivity"])]
    if not raw:
        return Markdown(needed or "Every order that a claim names has its runs.")
    tier = raw[0].result["tier"]
    command = raw[0].record["command"].replace(f"--tier {tier}", "--tier small")
    return Markdown(
        f"{needed}At tier {tier} storage, gray rule and resize are not varied. From tier small on they are: "
        f"`{command}`."
    )


told(dict.fromkeys(missing), own)
