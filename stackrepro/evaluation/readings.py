"""Where a result holds the measures that claims name. No other module of the verdicts knows the keys of result.json."""

from __future__ import annotations

from typing import Any

Rows = dict[str, dict[str, Any]]

PIXELS = {  # measure: the row of `pixels` and its key
    "border_noise": ("generated", "border_noise"),
    "border_noise_wrapped": ("wrapped", "border_noise"),
    "colour_spread": ("generated", "colour_spread"),
    "spectrum_distance": ("generated", "spectrum_distance"),
}
TRAINING = ("images_per_second", "gradient_cosine")


def value(result: dict[str, Any], measure: str) -> float | None:
    """Return a measure of the trained generator, or None where the result doesn't hold it."""
    if measure == "covered":
        return covered(result)
    if measure in TRAINING:
        return result["training"].get(measure)
    if measure in PIXELS:
        row, key = PIXELS[measure]
        return result.get("pixels", {}).get(row, {}).get(key)
    rows, key = rows_of(result, measure)
    return rows.get("generated", {}).get(key)


def span(result: dict[str, Any], measure: str) -> float | None:
    """Return how far the floor lies below the untrained generator by a distance, or None where either is unknown."""
    rows, key = rows_of(result, measure)
    untrained, floor = (rows.get(what, {}).get(key) for what in ("untrained", "floor"))
    return None if untrained is None or floor is None else untrained - floor


def rows_of(result: dict[str, Any], measure: str) -> tuple[Rows, str]:
    """Return the rows of the protocol that a measure belongs to, none where it is absent, and the key in a row.

    A measure that ends in @common is of the protocol whose name ends in a size, such as fid-192/pytorch-fid@16; the
    others are of the tier's standard protocol.
    """
    key, _, size = measure.partition("@")
    if not size:
        return result["measures"], key
    return next((rows for name, rows in result.get("protocols", {}).items() if "@" in name), {}), key


def covered(result: dict[str, Any]) -> float:
    """Return which share of the way from its untrained self to the floor the generator has come, by Fréchet distance.

    0 is the untrained generator, 1 the floor; it is negative for one that has become worse.
    """
    measures = result["measures"]
    untrained, trained, floor = (measures[what]["frechet"] for what in ("untrained", "generated", "floor"))
    return (untrained - trained) / (untrained - floor) if untrained > floor else 0.0
