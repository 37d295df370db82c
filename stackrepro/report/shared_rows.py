"""Rows of real images in a table of models: what depends on no model stands once for all models that share it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from stackrepro.runs import StoredRun

TRAINED = ("average", "generated")  # rows of trained generators, the latter of their last iterates
OF_REAL_IMAGES = ("floor", "other_domain", "noise")
CLOSE = 1e-3  # as a share or in itself: further digits may be those of the machine that measured
Runs = dict[str, list[StoredRun]]  # by model
Rows = list[dict[str, Any]]


def laid_out(
    runs: Runs,
    of_model: Callable[[str, list[StoredRun]], Rows],
    of_real_images: Callable[[str, list[StoredRun]], Rows],
) -> Rows:
    """Put the rows of all models below each other, and those of real images behind the last model that they are for.

    Args:
        of_model: makes the rows of a model, by its name and its runs.
        of_real_images: makes the rows that models share, by what these are called together and by all of their runs.
    """
    rows, sharing = [], by_real_images(runs)
    for name, group in runs.items():
        rows += of_model(name, group)
        for shared in sharing:
            if name == list(shared)[-1]:
                rows += of_real_images(all_of(shared, runs), [run for of_one in shared.values() for run in of_one])
    return rows


def by_real_images(runs: Runs) -> list[Runs]:
    """Gather the runs, of whatever model and seed, whose view and whose rows of real images are the same."""
    found: list[tuple[dict[str, Any], Runs]] = []
    for name, group in runs.items():
        for run in group:
            measures = run.result["measures"]
            real = {"view": view_of(run), **{what: measures[what] for what in OF_REAL_IMAGES if what in measures}}
            sharing = next((sharing for other, sharing in found if same(real, other)), None)
            if sharing is None:
                sharing = {}
                found.append((real, sharing))
            sharing.setdefault(name, []).append(run)
    return [sharing for _, sharing in found]


def same(one: Any, other: Any) -> bool:
    """Tell whether two records are equal, their floats up to what another machine's arithmetic makes of them."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(value, other[key]) for key, value in one.items())
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=CLOSE, abs_tol=CLOSE)
    return one == other


def trained_row(group: list[StoredRun]) -> str:
    """Name the row that stands for the trained generators: the average of the weights if all runs have it."""
    return trained_in([run.result for run in group])


def trained_in(results: list[dict[str, Any]]) -> str:
    """Name the row that stands for the trained generators in results, as `trained_row`."""
    return "average" if all("average" in result["measures"] for result in results) else "generated"


def view_of(run: StoredRun) -> dict[str, Any]:
    return run.record["configuration"]["view"]


def all_of(shared: Runs, runs: Runs) -> str:
    """Name models that share a view: by what it shows and its size if they are several and all such ones, else each."""
    dataset, kind, size = what_is_shown(next(iter(shared.values()))[0])
    alike = [name for name, group in runs.items() if any(what_is_shown(run) == (dataset, kind, size) for run in group)]
    if len(shared) > 1 and alike == list(shared):
        return f"all {dataset if dataset == 'birds' else kind} at {size} px"
    return ", ".join(shared)


def what_is_shown(run: StoredRun) -> tuple[str, str, int]:
    view = view_of(run)
    return view["dataset"], view["kind"], view["size"]


def real_images(run: StoredRun) -> dict[str, str]:
    """Name what a result's rows without a model show, by row."""
    measures = run.result["measures"]
    ceilings = {what: f"{measures[what]['images']} (ceiling)" for what in OF_REAL_IMAGES[1:] if what in measures}
    return {"floor": "real (floor)"} | ceilings
