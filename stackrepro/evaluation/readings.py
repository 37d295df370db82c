"""Where a result holds the measures that claims name. No other module of the verdicts knows the keys of result.json."""

from __future__ import annotations

from typing import Any

FROM_ROWS = ("frechet", "recall", "diversity")  # of the tier's standard protocol
FROM_COMMON = ("frechet@common", "precision@common", "recall@common")  # of the protocol at the common size
FROM_PIXELS = ("border_noise", "border_noise_wrapped", "colour_spread", "spectrum_distance")


def value(result: dict[str, Any], measure: str) -> float | None:
    """Return a measure of the trained generator, or None where the result doesn't hold it."""
    if measure == "covered":
        return covered(result)
    if measure == "images_per_second":
        return result["training"].get("images_per_second")
    if measure == "gradient_cosine":
        return result["training"].get("gradient_cosine")
    if measure in FROM_PIXELS:
        return result.get("pixels", {}).get("generated", {}).get(measure)
    if measure in FROM_ROWS or measure in FROM_COMMON:
        return rows(result, measure).get("generated", {}).get(measure.partition("@")[0])
    raise KeyError(measure)


def rows(result: dict[str, Any], measure: str) -> dict[str, Any]:
    """Return the rows generated, untrained and floor of the protocol that a measure belongs to; none if it's absent."""
    if not measure.endswith("@common"):
        return result["measures"]
    protocols = result.get("protocols", {})
    return next((protocols[name] for name in sorted(protocols) if "@" in name), {})


def span(result: dict[str, Any], measure: str) -> float | None:
    """Return how far the floor lies below the untrained generator by a distance, or None where that isn't known."""
    found, name = rows(result, measure), measure.partition("@")[0]
    ends = [found.get(what, {}).get(name) for what in ("untrained", "floor")]
    return None if None in ends else ends[0] - ends[1]


def covered(result: dict[str, Any]) -> float:
    """Return which share of the way from its untrained self to the floor the generator has come, by Fréchet distance.

    0 is the untrained generator, 1 the floor; it is negative for one that has become worse.
    """
    measures = result["measures"]
    untrained, floor = measures["untrained"]["frechet"], measures["floor"]["frechet"]
    if untrained <= floor:
        return 0.0
    return (untrained - measures["generated"]["frechet"]) / (untrained - floor)
