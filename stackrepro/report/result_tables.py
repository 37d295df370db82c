"""Tables of results: distances with all that they must be read beside, and the measures beyond them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from stackrepro.evaluation.intervals import root_mean_square, spread_of_trainings
from stackrepro.report.cells import from_runs, legend, over_seeds, stamped
from stackrepro.report.chapter import Chapter
from stackrepro.runs import StoredRun

IMAGES = {"generated": "trained", "untrained": "untrained", "floor": "real (floor)"}
CEILINGS = ("other_domain", "noise")
OPTIONAL = ("over samples", "over trainings")  # columns that are left out where no row has anything to say


def distances(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Distances to the real images: for each experiment the trained and the untrained generator, floor and ceilings.

    The floor is what real images score against other real images. The ceilings are images that show something else, and
    noise: a generator beyond one is farther from the real images than these are. Over several seeds the mean stands
    with its t-interval, one seed as n = 1. "over samples" is the standard error of one run's Fréchet distance over its
    samples; with several seeds "over trainings" is what is left of their standard deviation without it. The column that
    ends in "n to infinity" is extrapolated.
    """
    rows = []
    for name, group in runs.items():
        results = [run.result for run in group]
        protocol, measures = results[0]["protocol"], results[0]["measures"]
        words = IMAGES | {what: f"{measures[what]['images']} (ceiling)" for what in CEILINGS if what in measures}
        for what, images in words.items():
            rows.append(
                {"model": name, "images": images, **distance_cells(results, what, protocol), **counted(group, what)}
            )
    table = from_runs(rows, runs)
    return table.loc[:, [column for column in table if column not in OPTIONAL or set(table[column]) != {"-"}]]


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


def counted(group: list[StoredRun], what: str) -> dict[str, Any]:
    """Tell how many images, seeds and which flags are behind a row."""
    row = group[0].result["measures"][what]
    stale = ["stale"] if any(run.state == "stale" for run in group) else []
    return {
        "n": row["n"],
        "n reference": row["n_reference"],
        "seeds": f"n = {len(group)}",
        "flags": ", ".join([*row["flags"], *stale]) or "-",
    }


def dressed(table: pd.DataFrame, stamp: str) -> Styler:
    """Dress a table of distances, with the meaning of its flags."""
    return stamped(table, legend(stamp, table["flags"]))


def measured(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """The distances of a chapter's runs, stamped."""
    return dressed(distances(runs), chapter.stamp)
