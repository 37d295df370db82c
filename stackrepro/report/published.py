"""The published results that stand beside each other, as tables and as the wall of pictures on the first pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from IPython.display import Markdown, display

from stackrepro.base.places import results_root
from stackrepro.claims.select import SEEDS, side_of, unfit
from stackrepro.experiments import TIERS
from stackrepro.report import figures, tables
from stackrepro.report.chapter import Chapter, compares
from stackrepro.report.lists import split
from stackrepro.runs import stored


@dataclass(frozen=True)
class Published:
    """Published runs that may stand in one table, by experiment in the order asked for, and what they share.

    `left_out` tells how many others there are, by the reason why they can't be shown.
    """

    runs: tables.Runs
    left_out: Counter[str]

    @property
    def scope(self) -> str:
        """Tier and data of all runs, and what is left out."""
        lacks = "".join(f" | {count} left out, {why}" for why, count in self.left_out.items())
        if not self.runs:
            return lacks.removeprefix(" | ")
        first = next(iter(self.runs.values()))[0].result
        return f"tier {first['tier']} | {first['data']} | published results{lacks}"


def published(experiments: Sequence[str], largest: bool = False) -> Published:
    """Find the published runs of these experiments, each with its arm behind an @ where it isn't `matched`.

    They stand beside each other only if tier, data and protocol are the same. Of several such sets one of real images
    is taken, if there is one, that compares anything; of those that in which the most experiments have as many seeds as
    a verdict rests on; then that with the most experiments, with the most runs, and of the highest tier. For pictures
    alone the `largest` may be asked for: that with the most experiments, and of these the one of the highest tier. What
    isn't of today's schema and definition is left out.
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
        rank = (data["label"] != "synthetic", list(TIERS).index(run.result["tier"]))
        key = (*rank, data["fingerprint"], protocol["name"], protocol["samples"], protocol["reference"])
        sets.setdefault(key, {}).setdefault(wanted[side_of(run)], []).append(run)

    def first(key: tuple) -> tuple:
        (real, tier, *_), groups = key, sets[key]
        runs, seeded = sum(map(len, groups.values())), sum(len(group) >= SEEDS for group in groups.values())
        if largest:
            return real, len(groups), tier, runs
        return real, compares(groups, experiments), seeded, len(groups), runs, tier

    best = sets[max(sets, key=first)] if sets else {}
    return Published({name: best[name] for name in experiments if name in best}, left_out)


def show(chapter: Chapter, names: Sequence[str], *draws: Callable[[tables.About, tables.Runs], object]) -> None:
    """Show what is published of these experiments, each drawing of it; then the same of the chapter's own runs.

    Of a comparison one side alone isn't shown. Where nothing is published, commands for what is missing follow.
    """
    found = published(names)
    if not compares(found.runs, names):
        return chapter.show(names, *draws, known=found.runs)
    shown = {run.folder for group in found.runs.values() for run in group}
    about, own = chapter.own(names)
    more = any(run.folder not in shown for group in own.values() for run in group)
    for each, runs in ((found, found.runs), (about, own))[: 1 + more]:
        for draw in draws:
            display(draw(each, runs))
    if lacking := ", ".join(f"`{name}`" for name in names if name not in found.runs | own):
        tier = next(iter(found.runs.values()))[0].result["tier"]
        display(Markdown(f"Not published at tier `{tier}`: {lacking}."))


def results(chapter: Chapter, *names: str) -> None:
    """Show pictures and distances of these experiments, as `show`."""
    show(chapter, names, figures.fixed_latent_grids, tables.distances)


def at_work(*stacks: tuple[str, str], columns: int = 4) -> figures.Pictures:
    """Show what stage 1 of published stacks draws of the first latents, and below it what stage 2 makes of that.

    A stack is named by the experiments of its two stages. It is shown at its highest tier, with the seed of median KID;
    one without both stages of a seed is left out.
    """
    pictures, shown, scopes = [], {}, []
    for names in stacks:
        found = published(names, largest=True)
        first, second = ({run.result["seed"]: run for run in found.runs.get(name, [])} for name in names)
        if shared := first.keys() & second.keys():
            seed = figures.median([second[seed] for seed in sorted(shared)]).result["seed"]
            rows = [figures.samples_of(run)[:columns] for run in (first[seed], second[seed])]
            scale = rows[1].shape[1] // rows[0].shape[1]
            rows[0] = rows[0].repeat(scale, axis=1).repeat(scale, axis=2)
            title = f"above {names[0]}\nbelow {names[1]}, seed {seed}"
            pictures.append((title, np.concatenate([figures.tiled(images, columns) for images in rows])))
            shown |= {name: [run[seed]] for name, run in zip(names, (first, second), strict=True)}
            scopes.append(found.scope)
    told = f"{'; '.join(dict.fromkeys(scopes))} | the first {columns} latents, unpicked | the seed of median KID"
    return figures.grid(pictures, len(stacks), told, shown, "Samples of stage 1, and below what stage 2 makes of them:")


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
        return found.show(experiments, figures.fixed_latent_grids)  # says how they are made
    rows = (experiments[start : start + columns] for start in range(0, len(experiments), columns))
    shown = [name for row in rows if not runs.keys().isdisjoint(row) for name in row]
    one_each = {name: [figures.median(runs[name])] if name in runs else [] for name in shown}
    about = SimpleNamespace(scope=f"{found.scope} | the seed of median KID")
    display(figures.fixed_latent_grids(about, one_each, columns=columns))
    return tables.at_a_glance(found, runs)
