"""The measures beyond distances: fidelity and diversity, pixels, copies, and the way of the training."""

from __future__ import annotations

from typing import Any

from pandas.io.formats.style import Styler

from stackrepro.report.cells import Stamped, dressed, flagged_images, from_runs, over_seeds
from stackrepro.report.chapter import Chapter
from stackrepro.report.shared_rows import TRAINED, Rows, laid_out, trained_row
from stackrepro.runs import StoredRun

FIDELITY = ("precision", "density", "recall", "coverage")
OF_FEATURES = {"precision": ".2f", "recall": ".2f", "density": ".2f", "coverage": ".2f"}
OF_PIXELS = {"sharpness": ".3g", "border_noise": ".3g", "spectrum_distance": ".1f", "colour_distance": ".2f"}


def beyond_distances(chapter: Chapter, runs: dict[str, list[StoredRun]]) -> Styler:
    """Set all other measures of the trained generators side by side, and below them what real images score.

    "copies" is the probability that a sample lies nearer to its nearest training image than a real image does to its
    own, among features and among pixels; 0.5 is what real images score. "best update" is the snapshot with the smallest
    distance, "-" where the snapshots were not measured. The flags are those of the features; pixels have none.
    """

    def row(name: str, group: list[StoredRun], what: str, images: str, seeds: str) -> dict[str, Any]:
        results = [run.result for run in group]
        return {
            "model": name,
            "images": images,
            **cells(results, "measures", what, OF_FEATURES),
            **cells(results, "pixels", what, OF_PIXELS),
            **copies(results, what),
            "best update": "-" if what == "floor" else best_updates(results),
            "seeds": seeds,
            "flags": flagged_images(group, [result["measures"][what] for result in results], what in TRAINED),
        }

    def of_model(name: str, group: list[StoredRun]) -> Rows:
        return [row(name, group, trained_row(group), "trained", f"n = {len(group)}")]

    def fixed(models: str, group: list[StoredRun]) -> Rows:
        return [row(models, group[:1], "floor", "real (floor)", "-")]

    return dressed(from_runs(laid_out(runs, of_model, fixed), runs), chapter.stamp)


def fidelity(chapter: Stamped, runs: dict[str, list[StoredRun]]) -> Styler:
    """Set quality and diversity apart: precision and density, recall and coverage, beside those of real images."""

    def row(name: str, group: list[StoredRun], what: str, words: str, seeds: str) -> dict[str, Any]:
        measured = [run.result["measures"][what] for run in group]
        values = {key: [m[key] for m in measured if m[key] is not None] for key in FIDELITY}
        n = measured[0]["n_manifold"]
        return {
            "model": name,
            "images": words,
            **{key: over_seeds(found, ".2f") if found else "-" for key, found in values.items()},
            "n a side": "-" if n is None else n,
            "seeds": seeds,
            "flags": flagged_images(group, measured, what in TRAINED),
        }

    def of_model(name: str, group: list[StoredRun]) -> Rows:
        return [row(name, group, trained_row(group), "generated", f"n = {len(group)}")]

    def fixed(models: str, group: list[StoredRun]) -> Rows:
        return [row(models, group[:1], "floor", "real (floor)", "-")]

    return dressed(from_runs(laid_out(runs, of_model, fixed), runs), chapter.stamp)


def cells(results: list[dict[str, Any]], part: str, what: str, styles: dict[str, str]) -> dict[str, str]:
    """Write measures of a row over the seeds, "-" where one is too small a set to have it."""
    written = {}
    for key, style in styles.items():
        values = [result[part][what][key] for result in results]
        written[key.replace("_", " ")] = "-" if None in values else over_seeds(values, style)
    return written


def copies(results: list[dict[str, Any]], what: str) -> dict[str, str]:
    """Write how often samples lie nearer to the training images than real images do; these score a half."""
    if what == "floor":
        return {f"copies, {space}": "0.50" for space in ("features", "pixels")}
    return {
        f"copies, {space}": over_seeds([result["copying"][space]["nearer_than_real"] for result in results], ".2f")
        for space in ("features", "pixels")
    }


def best_updates(results: list[dict[str, Any]]) -> str:
    """Name the update of each seed's snapshot with the smallest distance."""
    paths = [result["trajectory"] for result in results]
    if None in paths:
        return "-"
    best = [min(points, key=lambda point: point["frechet"])["update"] for points in paths]
    return ", ".join(f"{update:,}" for update in best)
