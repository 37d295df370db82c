"""Tables of results: distances with all that they must be read beside, and the measures beyond them."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from stackrepro.evaluation.intervals import root_mean_square, spread_of_trainings
from stackrepro.report.cells import Stamped, dressed, flagged, flagged_images, from_runs, over_seeds
from stackrepro.report.chapter import Chapter
from stackrepro.report.shared_rows import TRAINED, Rows, laid_out, real_images, trained_in, trained_row
from stackrepro.runs import StoredRun

OPTIONAL = ("n to infinity", "over samples", "over trainings")  # columns left out where no row has anything to say


def distances(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Distances to the real images: for each experiment the trained and the untrained generator, floor and ceilings.

    Of a trained generator the average of its weights stands above the last iterate, where all runs have it.

    The floor is what real images score against other real images. The ceilings are images that show something else, and
    noise: a generator beyond one is farther from the real images than these are, by KID. Both depend on no model, and
    stand once for all models that are held against the same real images, behind the last of them, without a seed. Over
    several seeds the mean stands with its t-interval, one seed as n = 1. A Fréchet distance falls with n, so it stands
    only where n is that of the trained generator. The column that ends in "n to infinity" is extrapolated, where the
    line doesn't bend. "over samples" holds the standard errors over one run's samples, of its Fréchet and of its kernel
    distance; with several seeds "over trainings" is what is left of the Fréchet distance's standard deviation without
    it. "n, reference" counts the images of either side.
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
    return table.loc[:, [column for column in table if not column.endswith(OPTIONAL) or set(table[column]) != {"-"}]]


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
    errors, limits, kid_errors = (
        [row.get(key) for row in measured] for key in ("frechet_error", "frechet_infinity", "kid_error")
    )
    if not as_many(results, what):
        errors = limits = [None]
    if any("bent-line" in row["flags"] for row in measured):
        limits = [None]
    over_samples = ((errors, "{:.2f}"), (kid_errors, "KID\N{NO-BREAK SPACE}{:.3f}"))
    samples = [words.format(root_mean_square(values)) for values, words in over_samples if None not in values]
    distances = [row["frechet"] for row in measured]
    trainings = spread_of_trainings(distances, errors) if None not in errors and len(results) > 1 else None
    return {
        protocol["name"]: frechet(results, what),
        f"{protocol['name']}, n to infinity": "-" if None in limits else over_seeds(limits, ".2f"),
        f"KID-{protocol['dims']}": over_seeds([row["kid"] for row in measured], ".3f"),
        "over samples": ", ".join(samples) or "-",
        "over trainings": "-" if trainings is None else f"{trainings:.2f}",
    }


def as_many(results: list[dict[str, Any]], what: str) -> bool:
    """Say whether a row has as many images as the trained generators', so that their Fréchet distances compare."""
    trained = trained_in(results)
    return all(result["measures"][what]["n"] == result["measures"][trained]["n"] for result in results)


def frechet(results: list[dict[str, Any]], what: str) -> str:
    """Write the Fréchet distance of a row over the seeds, "-" where it doesn't compare with the trained generators'."""
    if not as_many(results, what):
        return "-"
    return over_seeds([result["measures"][what]["frechet"] for result in results], ".2f")


def both_sides(row: dict[str, Any]) -> dict[str, str]:
    """Write the column that counts the images on either side of a measured distance."""
    return {"n, reference": f"{row['n']}, {row['n_reference']}"}


def seeds_and_flags(group: list[StoredRun], what: str) -> dict[str, str]:
    """Tell how many seeds and which flags are behind a row."""
    rows = [run.result["measures"][what] for run in group]
    written = flagged if as_many([run.result for run in group], what) else flagged_images
    return {"seeds": f"n = {len(group)}", "flags": written(group, rows, trained=what in TRAINED)}


def both_features(chapter: Stamped, runs: dict[str, list[StoredRun]]) -> Styler:
    """Set the distances in late and in early features side by side: trained generators, whose order may differ.

    The early ones are those of the last point of the trajectory, once more with BatchNorm's statistics recalibrated;
    "-" where the trajectory wasn't measured. n counts the images of either. `chapter` says of which tier and data the
    runs are.
    """
    rows = []
    for name, group in runs.items():
        results = [run.result for run in group]
        protocol, trained = results[0]["protocol"], trained_in(results)
        paths, recalibrated = ([result[key] for result in results] for key in ("trajectory", "recalibrated"))
        early = protocol["trajectory"]["name"]
        last = [path[-1]["frechet"] for path in paths if path]
        again = [row["frechet"] for row in recalibrated if row]
        rows.append(
            {
                "model": name,
                protocol["name"]: frechet(results, trained),
                f"KID-{protocol['dims']}": over_seeds([r["measures"][trained]["kid"] for r in results], ".3f"),
                early: over_seeds(last, ".2f") if len(last) == len(group) else "-",
                f"{early}, recalibrated": over_seeds(again, ".2f") if len(again) == len(group) else "-",
                "n": f"{results[0]['measures'][trained]['n']}, {protocol['trajectory']['samples']}",
                **seeds_and_flags(group, trained),
            }
        )
    return dressed(from_runs(rows, runs), chapter.stamp)


def measured(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """The distances of a chapter's runs, stamped."""
    return dressed(distances(runs), chapter.stamp)
