"""Tables of results: distances with all that they must be read beside, and the measures beyond them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from stackrepro.evaluation.intervals import root_mean_square, spread_of_trainings
from stackrepro.report.cells import dressed, flagged, from_runs, over_seeds
from stackrepro.report.chapter import Chapter
from stackrepro.report.shared_rows import Rows, laid_out, real_images, trained_row
from stackrepro.runs import StoredRun

OPTIONAL = ("over samples", "over trainings")  # columns that are left out where no row has anything to say


def distances(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Distances to the real images: for each experiment the trained and the untrained generator, floor and ceilings.

    Of a trained generator the average of its weights stands above the last iterate, where all runs have it.

    The floor is what real images score against other real images. The ceilings are images that show something else, and
    noise: a generator beyond one is farther from the real images than these are, by KID, or by the Fréchet distance
    where n is the same. Both depend on no model, and stand once for all models that are held against the same real
    images, behind the last of them, without a seed. Over several seeds the mean stands with its t-interval, one seed as
    n = 1. The column that ends in "n to infinity" is extrapolated. "over samples" holds the standard errors over one
    run's samples, of its Fréchet and of its kernel distance; with several seeds "over trainings" is what is left of the
    Fréchet distance's standard deviation without it. "n, reference" counts the images of either side.
    """

    def of_model(name: str, group: list[StoredRun]) -> Rows:
        last = {"generated": "trained", "untrained": "untrained"}
        both = {"average": "trained (average)", **last, "generated": "trained (last)"}
        rows = both if trained_row(group) == "average" else last
        return [row_of(name, words, group, what) for what, words in rows.items()]

    def fixed(models: str, group: list[StoredRun]) -> Rows:
        return [
            row_of(models, words, group[:1], what) | {"seeds": "-"} for what, words in real_images(group[0]).items()
        ]

    rows = laid_out(runs, of_model, fixed)
    table = from_runs(rows, runs)
    return table.loc[:, [column for column in table if column not in OPTIONAL or set(table[column]) != {"-"}]]


def row_of(model: str, images: str, group: list[StoredRun], what: str) -> dict[str, Any]:
    """Write a row of the same experiment's runs."""
    results = [run.result for run in group]
    row = results[0]["measures"][what]
    return {
        "model": model,
        "images": images,
        **distance_cells(results, what, results[0]["protocol"]),
        **both_sides(row),
        **seeds_and_flags(group, what),
    }


def distance_cells(results: list[dict[str, Any]], what: str, protocol: dict[str, Any]) -> dict[str, str]:
    """Write the distances of one row of the same experiment's results."""
    measured = [result["measures"][what] for result in results]
    distances, errors, limits, kid_errors = (
        [row.get(key) for row in measured] for key in ("frechet", "frechet_error", "frechet_infinity", "kid_error")
    )
    over_samples = ((errors, "{:.2f}"), (kid_errors, "KID\N{NO-BREAK SPACE}{:.3f}"))
    samples = [words.format(root_mean_square(values)) for values, words in over_samples if None not in values]
    trainings = spread_of_trainings(distances, errors) if None not in errors and len(results) > 1 else None
    return {
        protocol["name"]: over_seeds(distances, ".2f"),
        f"{protocol['name']}, n to infinity": "-" if None in limits else over_seeds(limits, ".2f"),
        f"KID-{protocol['dims']}": over_seeds([row["kid"] for row in measured], ".3f"),
        "over samples": ", ".join(samples) or "-",
        "over trainings": "-" if trainings is None else f"{trainings:.2f}",
    }


def both_sides(row: dict[str, Any]) -> dict[str, str]:
    """Write the column that counts the images on either side of a measured distance."""
    return {"n, reference": f"{row['n']}, {row['n_reference']}"}


def seeds_and_flags(group: list[StoredRun], what: str) -> dict[str, str]:
    """Tell how many seeds and which flags are behind a row."""
    return {"seeds": f"n = {len(group)}", "flags": flagged(group, [run.result["measures"][what] for run in group])}


def measured(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """The distances of a chapter's runs, stamped."""
    return dressed(distances(runs), chapter.stamp)
