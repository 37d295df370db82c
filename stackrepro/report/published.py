"""The published results that stand beside each other, as tables and as the wall of pictures on the first pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median_low
from types import SimpleNamespace
from typing import TypeVar

from IPython.display import Markdown, display

from stackrepro.base.places import results_root
from stackrepro.claims.select import side_of, unfit
from stackrepro.experiments import TIERS
from stackrepro.experiments.references import FIRST_RUNG
from stackrepro.report import figures, tables
from stackrepro.report.chapter import Chapter
from stackrepro.report.lists import split
from stackrepro.runs import StoredRun, stored

Shown = TypeVar("Shown")


@dataclass(frozen=True)
class Published:
    """Published runs that may stand in one table, by experiment in the order asked for, and what they share.

    `left_out` tells how many others there are, by the reason why they can't be shown.
    """

    runs: tables.Runs
    left_out: Counter[str]

    @property
    def stamp(self) -> str:
        """Tier and data of all runs, and what is left out."""
        lacks = "".join(f" | {count} left out, {why}" for why, count in self.left_out.items())
        if not self.runs:
            return lacks.removeprefix(" | ")
        first = next(iter(self.runs.values()))[0].result
        return f"tier {first['tier']} | {first['data']} | published results{lacks}"


def published(experiments: Sequence[str]) -> Published:
    """Find the published runs of these experiments, each with its arm behind an @ where it isn't `matched`.

    They stand beside each other only if tier, data and protocol are the same; of several such sets the one of the
    highest tier is taken, real images before drawn ones. What isn't of today's schema and definition is left out.
    """
    left_out: Counter[str] = Counter()
    wanted = {split(name): name for name in experiments}
    sets: dict[tuple, tables.Runs] = {}
    for run in stored(results_root()):
        if side_of(run) not in wanted or (not run.damaged and run.result is None):
            continue
        if why := unfit(run):
            left_out[why] += 1
            continue
        data, protocol = run.record["data"], run.result["protocol"]
        rank = (list(TIERS).index(run.result["tier"]), data["label"] != "synthetic")
        key = (*rank, data["fingerprint"], protocol["name"], protocol["samples"], protocol["reference"])
        sets.setdefault(key, {}).setdefault(wanted[side_of(run)], []).append(run)
    best = sets[max(sets, key=lambda key: key[:2])] if sets else {}
    return Published({name: best[name] for name in experiments if name in best}, left_out)


def results(experiments: Sequence[str]) -> Markdown | tables.Table:
    """Show the pictures and distances of published runs, or say with which commands they can be made."""
    found = published(experiments)
    if found.runs:
        display(figures.fixed_latent_grids(found, found.runs))
        return tables.distances(found, found.runs)
    options = f"--tier {FIRST_RUNG} --data-root FOLDER"
    commands = "\n".join(f"stackrepro run {name} --arm {arm} {options}" for name, arm in map(split, experiments))
    lacks = f" | {found.stamp}" if found.stamp else ""
    return Markdown(
        f"No reference result of tier `{FIRST_RUNG}` is published yet{lacks}. These commands make them:"
        f"\n\n```\n{commands}\n```"
    )


def show(draw: Callable[[Published, tables.Runs], Shown], *experiments: str) -> Shown | None:
    """Draw those of the experiments that are published, or nothing where none is, which `results` says above."""
    found = published(experiments)
    return draw(found, found.runs) if found.runs else None


def wall(chapter: Chapter, *experiments: str, columns: int = 3) -> tables.Table | Markdown:
    """Show published runs side by side, with the distances of all seeds; where none is published, the book's own.

    The picture of a model with several seeds is that of the one with the median KID, which the caption says. The
    pictures stand in rows of `columns` in the order asked for. One that isn't published leaves its place empty, and a
    row without any is left out.
    """
    found: tables.About = published(experiments)
    runs = found.runs
    if not runs:
        found = chapter.about(chapter.configuration(experiments[0]).view.dataset)
        runs = found.finished(*experiments)
    if not runs:
        return found.show(figures.fixed_latent_grids, *experiments)  # says how they are made
    rows = (experiments[start : start + columns] for start in range(0, len(experiments), columns))
    shown = [name for row in rows if not runs.keys().isdisjoint(row) for name in row]
    one_each = {name: [median(runs[name])] if name in runs else [] for name in shown}
    about = SimpleNamespace(stamp=f"{found.stamp} | the seed of median KID")
    display(figures.fixed_latent_grids(about, one_each, columns=columns))
    return tables.at_a_glance(found, runs)


def median(runs: Sequence[StoredRun]) -> StoredRun:
    """Return the run whose KID is the median of these, of two middle ones the smaller."""
    row = tables.trained_in([run.result for run in runs])
    kids = [run.result["measures"][row]["kid"] for run in runs]
    return runs[kids.index(median_low(kids))]
