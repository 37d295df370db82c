"""The chapter on sensitivity: which of the papers' orderings survive another way of measuring."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from IPython.display import Markdown
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from stackrepro.base.places import results_root
from stackrepro.claims.select import RUNGS, gathered
from stackrepro.evaluation.current import finished
from stackrepro.evaluation.sensitivity import RAW
from stackrepro.report.cells import stamped
from stackrepro.report.chapter import DATASETS, Chapter
from stackrepro.report.figures import WIDTH, finish
from stackrepro.report.orderings import MEASURES, Ordering, Side, orderings, standard_errors, survey, told
from stackrepro.report.plan import runs_of
from stackrepro.runs import Run, StoredRun, stored


@dataclass(frozen=True)
class Surveyed:
    """What there is to look at: the orderings that have runs, these runs, what was found, and the runs that lack."""

    wanted: list[Ordering]
    runs: dict[Side, list[StoredRun]]
    found: pd.DataFrame
    missing: list[Run]
    stamp: str


def surveyed(chapter: Chapter) -> Surveyed:
    """Look at all orderings with the finished runs of a chapter's tier, seeds and data; nothing is trained."""
    wanted, runs, missing = orderings(), {}, {}
    for side in dict.fromkeys(side for ordering in wanted for side in (ordering.better, ordering.worse)):
        planned = runs_of(*side, chapter.tier, chapter.seeds, chapter.sources)
        kept = [finished(run, chapter.runs_root) for run in planned]
        if None in kept:
            missing |= {run.identity: run for run, stored in zip(planned, kept, strict=True) if stored is None}
        else:
            runs[side] = kept
    here = [ordering for ordering in wanted if ordering.better in runs and ordering.worse in runs]
    return Surveyed(here, runs, survey(here, runs), list(missing.values()), chapter.book_stamp)


def published() -> Surveyed:
    """Look at all orderings with the published results, of each data set the comparable ones that most orderings have.

    A mean goes over all seeds that are published of an experiment.
    """
    wanted = orderings()
    sides = {side for ordering in wanted for side in (ordering.better, ordering.worse)}
    found = []
    for dataset in DATASETS:
        of_data = {side for side in sides if side[0].startswith(f"{dataset}/")}
        groups = [g for g in gathered(stored(results_root())).groups if g.tier in RUNGS and of_data & g.runs.keys()]
        found += sorted(groups, key=lambda g: (not g.synthetic, len(of_data & g.runs.keys()), RUNGS.index(g.tier)))[-1:]
    runs = {side: list(seeds.values()) for group in found for side, seeds in group.runs.items()}
    here = [ordering for ordering in wanted if ordering.better in runs and ordering.worse in runs]
    stamp = " | ".join(["published results", *(f"tier {group.tier}, {group.data}" for group in found)])
    return Surveyed(here, runs, survey(here, runs), [], stamp)


def sentence(seen: Surveyed) -> Markdown:
    """Say which orderings survive."""
    return Markdown(told(seen.found))


def shares(seen: Surveyed) -> Styler:
    """Tell of each ordering under which share of the conditions it holds, and which show it the other way round.

    "gap, standard errors" is the Fréchet gap in units of its sampling error: one below 2 may be the samples' alone.
    """
    rows = []
    for ordering in seen.wanted:
        found = seen.found[seen.found["ordering"] == ordering.name]
        standard, errors = bool(found.iloc[0]["holds"]), standard_errors(ordering, seen.runs)
        turned = found[found["holds"] != standard]
        flips = [
            f"{condition} ({MEASURES[measure]})"
            for condition, measure in zip(turned["condition"], turned["measure"], strict=True)
        ]
        rows.append(
            {
                "claims": ", ".join(ordering.claims),
                "better, it is claimed": ordering.name,
                "holds": "yes" if standard else "no",
                "gap, standard errors": "-" if errors is None else f"{errors:.1f}",
                "conditions": len(found),
                "holds in": f"{found['holds'].mean():.0%}",
                "the other way round in": "; ".join(flips) or "-",
            }
        )
    return stamped(pd.DataFrame(rows), seen.stamp)


def heat_map(seen: Surveyed) -> Figure | Markdown:
    """Draw the gap of each ordering under each condition: blue where it holds, red where it is turned round."""
    if seen.found.empty:
        return sentence(seen)
    conditions = list(dict.fromkeys(seen.found["condition"]))
    names = list(dict.fromkeys(seen.found["ordering"]))
    height = 0.24 * len(names) + 2.6
    figure, panels = plt.subplots(1, len(MEASURES), figsize=(WIDTH * 1.4, height), sharey=True)
    for place, (measure, words) in zip(panels, MEASURES.items(), strict=True):
        chosen = seen.found[seen.found["measure"] == measure]
        gaps = chosen.pivot_table(index="ordering", columns="condition", values="gap").reindex(names)
        gaps = gaps.reindex(columns=conditions)
        marks = np.where(gaps.isna(), "", np.where(gaps > 0, "", "x"))
        looks = {"cmap": "RdBu", "vmin": -1, "vmax": 1, "linewidths": 0.5, "cbar": False}
        sns.heatmap(gaps, ax=place, annot=marks, fmt="", xticklabels=True, yticklabels=True, **looks)
        place.set_facecolor("0.8")
        place.set(title=words, xlabel="", ylabel="")
        place.tick_params(labelsize=7)
    figure.colorbar(panels[-1].collections[0], ax=panels, label="gap as a share of the sum", fraction=0.03)
    return finish(figure, f"{seen.stamp} | x: the ordering does not hold; gray: not measured")


def missing(seen: Surveyed) -> Markdown:
    """Name the commands that make the runs of the orderings that could not be looked at."""
    if not seen.missing:
        return Markdown(f"Every ordering that a claim names has its runs.{without_passes(seen)}")
    lines = "\n".join(run.command for run in seen.missing)
    needed = f"These commands make the runs that other orderings need:\n\n```\n{lines}\n```"
    return Markdown(f"{needed}\n\n{without_passes(seen)}".strip())


def without_passes(seen: Surveyed) -> str:
    """Say that runs were measured under no condition that needs images to pass the network again, if any were."""
    every = [run for side in seen.runs.values() for run in side]
    few = [run for run in every if all(row["storage"] == RAW for row in run.result["sensitivity"])]
    if not few:
        return ""
    tier = few[0].result["tier"]
    command = few[0].record["command"].replace(f"--tier {tier}", "--tier small")
    return f" At tier {tier} storage, gray rule and resize are not varied; from tier small on they are: `{command}`."
