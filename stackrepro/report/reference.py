"""The published results that stand beside each other, as tables and as the wall of pictures on the first pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd
from IPython.display import Markdown, display
from pandas.io.formats.style import Styler

from stackrepro.base.places import results_root
from stackrepro.evaluation.fitness import side_of, unfit
from stackrepro.experiments import TIERS
from stackrepro.experiments.reference import FIRST_RUNG
from stackrepro.report import figures
from stackrepro.report.cells import dressed, from_runs, over_seeds
from stackrepro.report.chapter import Chapter
from stackrepro.report.plan import ARM
from stackrepro.report.provenance import note
from stackrepro.report.result_tables import distances, seeds_and_flags
from stackrepro.report.shared_rows import trained_row
from stackrepro.runs import StoredRun, stored

Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Published:
    """Published runs that may stand in one table, by experiment in the order asked for, and what they share.

    `left_out` tells how many others there are, by the reason why they can't be shown.
    """

    runs: dict[str, list[StoredRun]]
    left_out: Counter[str]

    @property
    def stamp(self) -> str:
        """Tier and data of all runs, and what is left out."""
        lacks = "".join(f" | {count} left out, {why}" for why, count in self.left_out.items())
        if not self.runs:
            return lacks.removeprefix(" | ")
        first = next(iter(self.runs.values()))[0].result
        return f"tier {first['tier']} | {first['data']} | published results{lacks}"


def published(experiments: Sequence[str], arm: str = ARM) -> Published:
    """Find the published runs of these experiments.

    They stand beside each other only if tier, data and protocol are the same; of several such sets the one of the
    highest tier is taken, real images before drawn ones. What isn't of today's schema and definition is left out.
    """
    left_out: Counter[str] = Counter()
    sets: dict[tuple, dict[str, list[StoredRun]]] = {}
    for run in stored(results_root()):
        if side_of(run) not in [(name, arm) for name in experiments] or (not run.damaged and run.result is None):
            continue
        if why := unfit(run):
            left_out[why] += 1
            continue
        data, protocol = run.record["data"], run.result["protocol"]
        rank = (list(TIERS).index(run.result["tier"]), data["label"] != "synthetic")
        key = (*rank, data["fingerprint"], protocol["name"], protocol["samples"], protocol["reference"])
        sets.setdefault(key, {}).setdefault(run.result["experiment"], []).append(run)
    best = sets[max(sets, key=lambda key: key[:2])] if sets else {}
    return Published({name: best[name] for name in experiments if name in best}, left_out)


def results(experiments: Sequence[str], arm: str = ARM) -> Markdown | Styler:
    """Show the pictures and distances of published runs, or say with which commands they can be made."""
    found = published(experiments, arm)
    if found.runs:
        display(figures.grids(found.runs, found.stamp, figures.columns_for(found.runs, most=3)))
        return dressed(distances(found.runs), found.stamp)
    options = f"--arm {arm} --tier {FIRST_RUNG} --data-root FOLDER"
    commands = "\n".join(f"stackrepro run {name} {options}" for name in experiments)
    lacks = f" | {found.stamp}" if found.stamp else ""
    return Markdown(
        f"No reference result of tier `{FIRST_RUNG}` is published yet{lacks}. These commands make them:"
        f"\n\n```\n{commands}\n```"
    )


def show(
    draw: Callable[[Published, dict[str, list[StoredRun]]], Shown], *experiments: str, arm: str = ARM
) -> Shown | None:
    """Draw those of the experiments that are published, or nothing where none is, which `results` says above.

    Args:
        draw: a figure or table that needs no more of a chapter than its stamp.
    """
    found = published(experiments, arm)
    return draw(found, found.runs) if found.runs else None


def wall(chapter: Chapter, *experiments: str, columns: int = 3) -> Styler:
    """Show published runs side by side, one seed each, with their distances; where none is published, the book's own.

    The pictures stand in rows of `columns` in the order asked for. One that isn't published leaves its place empty, and
    a row without any is left out.
    """
    found = published(experiments)
    own = chapter.about(chapter.configuration(experiments[0]).view.dataset)
    runs, stamp = (found.runs, found.stamp) if found.runs else (own.obtain(*experiments), own.stamp)
    rows = (experiments[start : start + columns] for start in range(0, len(experiments), columns))
    shown = [name for row in rows if not runs.keys().isdisjoint(row) for name in row]
    display(figures.grids({name: runs.get(name, [])[:1] for name in shown}, stamp, columns))
    return dressed(at_a_glance(runs), stamp)


def at_a_glance(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Distances of trained generators, a row each, and by KID what untrained ones and other real images score."""
    rows = []
    for name, group in runs.items():
        protocol, measures = group[0].result["protocol"], [run.result["measures"] for run in group]
        trained = trained_row(group)
        rows.append(
            {
                "model": name,
                protocol["name"]: over_seeds([each[trained]["frechet"] for each in measures], ".2f"),
                f"KID-{protocol['dims']}": over_seeds([each[trained]["kid"] for each in measures], ".3f"),
                "KID, untrained": over_seeds([each["untrained"]["kid"] for each in measures], ".3f"),
                "KID, real images": f"{measures[0]['floor']['kid']:z.3f}",  # an estimate near 0 may lie below
                **seeds_and_flags(group, trained),
            }
        )
    return from_runs(rows, runs)


def farther_than_others() -> Markdown:
    """Say how many published generators lie farther from the real images than pictures of another kind do, by KID.

    KID has no bias at any number of images, so that a generator's and the fewer ones of the other kind compare.
    """
    runs = [run for run in stored(results_root()) if not run.damaged and run.result is not None and not unfit(run)]
    runs = [run for run in runs if "other_domain" in run.result["measures"]]
    beyond: dict[str, list[StoredRun]] = {}
    for run in runs:
        measures = run.result["measures"]
        if measures[trained_row([run])]["kid"] > measures["other_domain"]["kid"]:
            beyond.setdefault(run.result["experiment"], []).append(run)
    note(beyond)
    names = ", ".join(
        f"`{name}`" + (f" ({len(group)} seeds)" if len(group) > 1 else "") for name, group in beyond.items()
    )
    return Markdown(f"{sum(map(len, beyond.values()))} of {len(runs)} published generators{names and ': '}{names}.")
