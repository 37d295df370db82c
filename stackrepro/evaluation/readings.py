"""Where a result holds the measures that claims name. No other module of the verdicts knows the keys of result.json."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stackrepro.base.errors import UserError
from stackrepro.experiments import resolve

Rows = dict[str, dict[str, Any]]

PLACES = {  # measure: its path in a result; an empty key stands for the row
    "border_noise": ("pixels", "", "border_noise"),
    "spectrum_distance": ("pixels", "", "spectrum_distance"),
    "spectrum_distance@common": ("pixels_common", "", "spectrum_distance"),
    "images_per_second": ("training", "images_per_second"),
    "l1": ("translation", "", "l1"),
    "contraction": ("contraction", "", "ratio"),
    "snr_gain": ("contraction", "noise", "snr_gain"),
    "latent_diversity": ("latent_diversity", "share"),
    "propagation": ("propagation", "rank_correlation"),
    "loss_variation": ("losses", "variation"),
    "discriminator_lead": ("losses", "discriminator_lead"),
    "l1_descent": ("losses", "l1_descent"),
    "gradient_cosine": ("losses", "gradient_cosine"),
}


def value(result: dict[str, Any], measure: str) -> float | None:
    """Return a measure of the trained generator, or of the row that it names, None where the result doesn't hold it."""
    name, _, row = measure.partition("/")
    row = row or "generated"
    if name in DERIVED:
        return DERIVED[name](result, row)
    if name in PLACES:
        return number_at(result, *(key or row for key in PLACES[name]))
    rows, key = rows_of(result, name)
    return number_at(rows, row, key)


def number_at(found: Any, *path: str) -> float | None:
    """Follow a path of keys to a number, or to None where there is none."""
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def span(result: dict[str, Any], measure: str) -> float | None:
    """Return how far the untrained generator lies from the floor by a measure, or None where either is unknown."""
    if measure == "covered":
        return 1.0
    rows, key = rows_of(result, measure)
    untrained, floor = (number_at(rows, what, key) for what in ("untrained", "floor"))
    return None if untrained is None or floor is None else abs(untrained - floor)


def rows_of(result: dict[str, Any], measure: str) -> tuple[Rows, str]:
    """Return the rows of the protocol that a measure belongs to, none where it is absent, and the key in a row.

    A measure that ends in @common is of the protocol whose name ends in a size, such as fid-192/pytorch-fid@16; one
    that ends in @edges or @gray of the protocol for images turned into these, which for a run that makes such images is
    the tier's standard protocol. The others are of the standard protocol.
    """
    key, _, space = measure.partition("@")
    if not space or space == kind_of(result):
        return result["measures"], key
    mark = "@" if space == "common" else f" of {space}"
    others = result.get("protocols")
    return next((rows for name, rows in others.items() if mark in name), {}) if isinstance(others, dict) else {}, key


def kind_of(result: dict[str, Any]) -> str | None:
    """Return what kind of face a run makes, None for birds and for what the registry doesn't know any more."""
    try:
        view = resolve(result["experiment"], result["arm"], result["tier"]).view
    except (KeyError, UserError):
        return None
    return getattr(view, "kind", None)


def covered(result: dict[str, Any]) -> float:
    """Return which share of the way from its untrained self to the floor the generator has come, by Fréchet distance.

    0 is the untrained generator, 1 the floor; it is negative for one that has become worse.
    """
    measures = result["measures"]
    untrained, trained, floor = (measures[what]["frechet"] for what in ("untrained", "generated", "floor"))
    return (untrained - trained) / (untrained - floor) if untrained > floor else 0.0


def share_of_floor(part: str, key: str) -> Callable[[dict[str, Any], str], float | None]:
    """Return a function that gives a measure of a row as a share of what real images score."""

    def share(result: dict[str, Any], row: str) -> float | None:
        found, real = (number_at(result, part, what, key) for what in (row, "floor"))
        return found / real if found is not None and real else None

    return share


def gap_to_floor(part: str, key: str) -> Callable[[dict[str, Any], str], float | None]:
    """Return a function that gives the difference of a measure of a row from what real images score, without sign."""

    def gap(result: dict[str, Any], row: str) -> float | None:
        found, real = (number_at(result, part, what, key) for what in (row, "floor"))
        return None if found is None or real is None else abs(found - real)

    return gap


DERIVED = {
    "covered": lambda result, row: covered(result),
    "precision_share": share_of_floor("measures", "precision"),
    "recall_share": share_of_floor("measures", "recall"),
    "border_noise_gap": gap_to_floor("pixels", "border_noise"),
    "colour_spread_gap": gap_to_floor("pixels", "colour_spread"),
    "border_share": share_of_floor("pixels", "border_noise"),
    "sharpness_share": share_of_floor("pixels", "sharpness"),
}
