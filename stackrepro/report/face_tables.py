"""Tables of the chapters on faces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from stackrepro.data import View
from stackrepro.experiments import Configuration, record
from stackrepro.report.cells import Stamped
from stackrepro.report.chapter import Chapter
from stackrepro.report.result_tables import both_sides, frechet, seeds_and_flags
from stackrepro.report.shared_rows import TRAINED, Rows, laid_out, real_images, trained_row
from stackrepro.report.tables import dressed, flagged, from_runs, over_seeds, show
from stackrepro.runs import StoredRun

MADE_OF = {
    "generated": "conditions of the stage before",
    "held_out": "real conditions, persons held out",
    "trained_on": "real conditions, trained on",
    "untrained": "conditions of the stage before, untrained",
}
PAPERS_FID = {"faces/edges": 73, "faces/edges+images=quarter-epochs": 181, "faces/gray": 59}  # Results
NOT_COMPARED = ("experiment", "arm", "tier", "seed")


def contrasted(configurations: dict[str, Configuration | View]) -> pd.DataFrame:
    """Set side by side what isn't the same in all configurations: a row for each field, a column for each of them.

    The trainings of earlier stages are left out.
    """
    columns = {name: dict(flattened(record(c))) for name, c in configurations.items()}
    fields = dict.fromkeys(field for column in columns.values() for field in column)
    rows = [
        {"field": field, **{name: show(column.get(field, "-")) for name, column in columns.items()}} for field in fields
    ]
    return pd.DataFrame([row for row in rows if len({row[name] for name in columns}) > 1])


def flattened(recorded: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of each field of a record."""
    for key, value in recorded.items():
        if isinstance(value, dict) and key != "stage1":
            yield from flattened(value, f"{path}{key}.")
        elif key not in (*NOT_COMPARED, "stage1"):
            yield path + key, value


def beside_paper(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """Set the paper's FID beside the distances of this book, which are measured by the tier's protocol."""
    rows = []
    for name, group in runs.items():
        results, protocol, trained = [run.result for run in group], group[0].result["protocol"], trained_row(group)
        generated = [result["measures"][trained] for result in results]
        rows.append(
            {
                "model": name,
                "paper": f"FID {PAPERS_FID[name]}",
                "protocol here": protocol["name"],
                "distance here": frechet(results, trained),
                "untrained": frechet(results, "untrained"),
                "floor": frechet(results[:1], "floor"),  # of real images: no seed has a part
                f"KID-{protocol['dims']}": over_seeds([m["kid"] for m in generated], ".3f"),
                **both_sides(generated[0]),
                **seeds_and_flags(group, trained),
            }
        )
    return dressed(from_runs(rows, runs), chapter.stamp)


def edge_space(chapter: Stamped, runs: dict[str, list[StoredRun]]) -> Styler:
    """Set what stage 1 draws beside the edges of what stage 2 makes of it: one space, one reference, one protocol.

    Args:
        runs: those of `faces/edges` and of `faces/gray`.
    """
    edges, gray = runs["faces/edges"], runs["faces/gray"]
    name = edges[0].result["protocol"]["name"]
    turned_back = [run.result["protocols"][f"{name} of edges"] for run in gray]
    own = [run.result["measures"] for run in edges]
    rows = []
    for words, group, what, found in (
        ("edges of stage 1", edges, trained_row(edges), own),
        ("edges of the gray faces of stage 2", gray, trained_row(gray), turned_back),
        *((words, edges[:1], what, own[:1]) for what, words in real_images(edges[0]).items()),
    ):
        measured = [rows_of[what] for rows_of in found]
        rows.append(
            {
                "images": words,
                name: frechet([{"measures": rows_of} for rows_of in found], what),
                "KID": over_seeds([m["kid"] for m in measured], ".3f"),
                "n": measured[0]["n"],
                "seeds": f"n = {len(group)}" if what in TRAINED else "-",  # real images: no seed has a part
                "flags": flagged(group, measured, trained=what in TRAINED),
            }
        )
    return dressed(from_runs(rows, runs), chapter.stamp)


def heard(chapter: Stamped, runs: dict[str, list[StoredRun]]) -> Styler:
    """Tell how far a stage's own latent moves its images, and whether they still show what they were made from."""
    rows = []
    for name, group in runs.items():
        results = [run.result for run in group]
        shares = [r["latent_diversity"]["share"] for r in results if "latent_diversity" in r]
        rows.append(
            {
                "model": name,
                "moved by its latent, share of the input's": over_seeds(shares, ".2f") if shares else "no latent",
                "coherence": over_seeds([r["coherence"]["correlation"] for r in results], ".2f"),
                "seeds": f"n = {len(group)}",
                "flags": flagged(group, rows=()),
            }
        )
    return dressed(from_runs(rows, runs), chapter.stamp)


def noise(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """Compare noise at the border and sharpness with those of real images, in squared levels of 0 to 255."""
    rows = []
    for name, group in runs.items():
        for what, words, some in ((trained_row(group), "generated", group), ("floor", "real", group[:1])):
            measured = [run.result["pixels"][what] for run in some]
            row = {"model": name, "images": words}
            for key in ("border_noise", "sharpness", "spectrum_distance"):
                row[key.replace("_", " ")] = over_seeds([m[key] for m in measured], ".3g")
            seeds = f"n = {len(group)}" if what in TRAINED else "-"  # real images: no seed has a part
            rows.append(
                {**row, "n": measured[0]["n"], "seeds": seeds, "flags": flagged(some, (), trained=some is group)}
            )
    return dressed(from_runs(rows, runs), chapter.stamp)


def made_of(chapter: Stamped, runs: dict[str, list[StoredRun]]) -> Styler:
    """Set side by side what a stage makes of generated and of real conditions: distances, and L1 where a pair exists.

    Below stand the untrained stage, and the floor and the ceilings as in `tables.distances`.

    The distances are those of `tables.distances`. n may differ, since only so many faces are held out; then KID alone
    compares, and no Fréchet distance stands there. L1 is the mean absolute difference per pixel, in levels of 0 to 255.
    """

    def of_model(name: str, group: list[StoredRun]) -> Rows:
        rows = {trained_row(group) if what == "generated" else what: words for what, words in MADE_OF.items()}
        return [made_of_row(name, words, group, what) for what, words in rows.items()]

    def fixed(models: str, group: list[StoredRun]) -> Rows:
        return [
            made_of_row(models, f"- {words}", group[:1], what) | {"seeds": "-"}
            for what, words in real_images(group[0]).items()
        ]

    return dressed(from_runs(laid_out(runs, of_model, fixed), runs), chapter.stamp)


def made_of_row(model: str, words: str, group: list[StoredRun], what: str) -> dict[str, Any]:
    """Write a row of the same experiment's runs."""
    protocol = group[0].result["protocol"]
    measured = [run.result["measures"][what] for run in group]
    pairs = [run.result["translation"][what]["l1"] for run in group if what in run.result["translation"]]
    return {
        "model": model,
        "made of": words,
        protocol["name"]: frechet([run.result for run in group], what),
        f"KID-{protocol['dims']}": over_seeds([m["kid"] for m in measured], ".3f"),
        "L1": over_seeds(pairs, ".1f") if pairs else "-",
        **both_sides(measured[0]),
        **seeds_and_flags(group, what),
    }
