"""Tables of results: distances with all that they must be read beside, and the measures beyond them."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from stackrepro.evaluation.intervals import root_mean_square, spread_of_trainings
from stackrepro.report.cells import dressed, flagged, from_runs, over_seeds
from stackrepro.report.chapter import Chapter
from stackrepro.runs import StoredRun

OF_MODELS = {"generated": "trained", "untrained": "untrained"}
OF_REAL_IMAGES = ("floor", "other_domain", "noise")
OPTIONAL = ("over samples", "over trainings")  # columns that are left out where no row has anything to say
Sharing = dict[str, list[StoredRun]]  # runs whose floor and ceilings are the same, by model


def distances(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Distances to the real images: for each experiment the trained and the untrained generator, floor and ceilings.

    The floor is what real images score against other real images. The ceilings are images that show something else, and
    noise: a generator beyond one is farther from the real images than these are. Both depend on no model, and stand
    once for all models that are held against the same real images, behind the last of them, without a seed. Over
    several seeds the mean stands with its t-interval, one seed as n = 1. "over samples" is the standard error of one
    run's Fréchet distance over its samples; with several seeds "over trainings" is what is left of their standard
    deviation without it. The column that ends in "n to infinity" is extrapolated.
    """
    rows, sharing = [], by_real_images(runs)
    for name, group in runs.items():
        rows += [row_of(name, words, group, what) for what, words in OF_MODELS.items()]
        for shared in sharing:
            if name == list(shared)[-1]:
                rows += fixed_rows(shared, runs)
    table = from_runs(rows, runs)
    return table.loc[:, [column for column in table if column not in OPTIONAL or set(table[column]) != {"-"}]]


def by_real_images(runs: dict[str, list[StoredRun]]) -> list[Sharing]:
    """Gather the runs, of whatever model and seed, whose view and whose rows of real images are the same."""
    found: dict[str, Sharing] = {}
    for name, group in runs.items():
        for run in group:
            measures = run.result["measures"]
            fixed = {what: measures[what] for what in OF_REAL_IMAGES if what in measures}
            key = json.dumps([view_of(run), fixed], sort_keys=True)
            found.setdefault(key, {}).setdefault(name, []).append(run)
    return list(found.values())


def view_of(run: StoredRun) -> dict[str, Any]:
    return run.record["configuration"]["view"]


def fixed_rows(shared: Sharing, runs: dict[str, list[StoredRun]]) -> list[dict[str, Any]]:
    """Write the floor and the ceilings of models that share them, once."""
    group, name = [run for of_model in shared.values() for run in of_model], all_of(shared, runs)
    return [
        row_of(name, words, group[:1], what) | seeds_and_flags(group, what, seeds="-")
        for what, words in real_images(group[0]).items()
    ]


def real_images(run: StoredRun) -> dict[str, str]:
    """Name what a result's rows without a model show, by row."""
    measures = run.result["measures"]
    ceilings = {what: f"{measures[what]['images']} (ceiling)" for what in OF_REAL_IMAGES[1:] if what in measures}
    return {"floor": "real (floor)"} | ceilings


def all_of(shared: Sharing, runs: dict[str, list[StoredRun]]) -> str:
    """Name models that share a view: by what it shows and its size if they are several and all such ones, else each."""
    dataset, kind, size = what_is_shown(next(iter(shared.values()))[0])
    alike = [name for name, group in runs.items() if any(what_is_shown(run) == (dataset, kind, size) for run in group)]
    if len(shared) > 1 and alike == list(shared):
        return f"all {dataset if dataset == 'birds' else kind} at {size} px"
    return ", ".join(shared)


def what_is_shown(run: StoredRun) -> tuple[Any, ...]:
    view = view_of(run)
    return view["dataset"], view["kind"], view["size"]


def row_of(model: str, images: str, group: list[StoredRun], what: str) -> dict[str, Any]:
    """Write a row of the same experiment's runs."""
    results = [run.result for run in group]
    row = results[0]["measures"][what]
    return {
        "model": model,
        "images": images,
        **distance_cells(results, what, results[0]["protocol"]),
        "n": row["n"],
        "n reference": row["n_reference"],
        **seeds_and_flags(group, what, seeds=f"n = {len(group)}"),
    }


def distance_cells(results: list[dict[str, Any]], what: str, protocol: dict[str, Any]) -> dict[str, str]:
    """Write the distances of one row of the same experiment's results."""
    measured = [result["measures"][what] for result in results]
    distances, errors, limits, kid_errors = (
        [row.get(key) for row in measured] for key in ("frechet", "frechet_error", "frechet_infinity", "kid_error")
    )
    known = None not in errors
    trainings = spread_of_trainings(distances, errors) if known and len(results) > 1 else None
    return {
        protocol["name"]: over_seeds(distances, ".2f"),
        "over samples": f"{root_mean_square(errors):.2f}" if known else "-",
        "over trainings": "-" if trainings is None else f"{trainings:.2f}",
        f"{protocol['name']}, n to infinity": "-" if None in limits else over_seeds(limits, ".2f"),
        f"KID-{protocol['dims']}": over_seeds([row["kid"] for row in measured], ".3f"),
        "sampling error of KID": "-" if None in kid_errors else f"{root_mean_square(kid_errors):.3f}",
    }


def seeds_and_flags(group: list[StoredRun], what: str, seeds: str) -> dict[str, str]:
    """Tell how many seeds and which flags are behind a row."""
    stale = ["stale"] if any(run.state == "stale" for run in group) else []
    return {"seeds": seeds, "flags": flagged([run.result["measures"][what] for run in group], *stale)}


def measured(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """The distances of a chapter's runs, stamped."""
    return dressed(distances(runs), chapter.stamp)
