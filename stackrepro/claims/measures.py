"""The measures that claims are tested by, and where a result holds them: no other module here knows its keys.

A name is a measure's, behind it `@` and the space that images are compared in, and `/` and a row of the result. Without
a row it is the trained generator's: `average` or `generated`, whichever the rules choose.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from stackrepro.base.errors import UserError
from stackrepro.claims.select import definition
from stackrepro.experiments.registry import one_of


@dataclass(frozen=True)
class Measure:
    """An entry of measures.yaml, which explains the fields."""

    words: str
    better: Literal["low", "high"]
    at: tuple[str, str, str]
    baseline: Literal["floor"] | float | None = None
    logarithm: bool = False
    about: Literal["images", "conditions", "losses", "times"] = "images"
    derived: Literal["", "share", "gap", "way"] = ""
    rows: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()


ENTRIES = yaml.safe_load((Path(__file__).parent / "measures.yaml").read_text(encoding="utf-8"))
MEASURES = {
    name: Measure(**{key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()})
    for name, entry in ENTRIES.items()
}


@dataclass(frozen=True)
class Reading:
    """A measure as a claim names it."""

    measure: Measure
    space: str
    row: str

    @property
    def words(self) -> str:
        """The measure, space and row for people."""
        space = {"": "", "common": " at the common size"}.get(self.space, f" of the images' {self.space}")
        return self.measure.words + space + (f" ({self.row.replace('_', ' ')})" if self.row else "")

    @property
    def conditions(self) -> bool:
        """Whether it is about what a stage makes of real conditions."""
        return self.measure.about == "conditions" or self.row in ("held_out", "trained_on")

    def row_in(self, trained: str) -> str:
        """The row of a result that it is read from, where `trained` is that of the trained generator."""
        return self.row or self.measure.at[1] or trained

    def value(self, result: dict[str, Any], trained: str) -> float | None:
        """Return the measure in a result, None where that doesn't hold it."""
        part, fixed, key = self.measure.at
        if part == "trajectory":
            return number_at(along(result, self.row), key)
        rows = rows_of(result, part, self.space)
        if fixed == "-":
            return number_at(rows, key)
        found = number_at(rows, self.row_in(trained), key)
        real, untrained = (number_at(rows, row, key) for row in ("floor", "untrained"))
        match self.measure.derived:
            case "share":
                return found / real if found is not None and real else None
            case "gap":
                return None if found is None or real is None else abs(found - real)
            case "way":
                return None if None in (found, real, untrained) else way(found, untrained, real)
        return found

    def baseline(self, result: dict[str, Any]) -> float | None:
        """Return what a margin counts from, None where the result doesn't hold it."""
        part, _, key = self.measure.at
        if self.measure.baseline != "floor":
            return self.measure.baseline
        if part == "trajectory":
            name = result["protocol"]["trajectory"]["name"]
            return number_at(result.get("protocols"), name, "floor", key)
        return number_at(rows_of(result, part, self.space), "floor", key)

    def error(self, result: dict[str, Any], trained: str) -> float:
        """Return the standard error of a KID over its samples, 0 for other measures."""
        part, _, key = self.measure.at
        if key != "kid" or self.measure.derived:
            return 0.0
        row = along(result, self.row) if part == "trajectory" else self.images(result, trained)
        return number_at(row, "kid_error") or 0.0

    def images(self, result: dict[str, Any], trained: str) -> dict[str, Any] | None:
        """Return the row of images that it is read from, None where there is none."""
        part = self.measure.at[0]
        rows = rows_of(result, part, self.space) if part in ("measures", "pixels") else {}
        return rows.get(self.row_in(trained))


def reading(name: str) -> Reading:
    """Return what a measure's name means.

    Raises:
        UserError: there is no such measure, space or row.
    """
    rest, _, row = name.partition("/")
    base, _, space = rest.partition("@")
    measure = MEASURES[one_of("measure", base, MEASURES)]
    for kind, given, known in (("space", space, measure.spaces), ("row", row, measure.rows)):
        if given:
            one_of(f"{kind} of the measure {base}", given, dict.fromkeys(known))
    if not row and measure.at[1] == "" and measure.at[0] in ("trajectory", "translation", "contraction"):
        raise UserError(f"The measure {base} needs a row: write {base}/{measure.rows[0]}, for example.")
    return Reading(measure, space, row)


def number_at(found: Any, *path: str) -> float | None:
    """Follow a path of keys to a number, or to None where there is none."""
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, int | float) and not isinstance(found, bool) else None


def rows_of(result: dict[str, Any], part: str, space: str) -> dict[str, Any]:
    """Return the rows that a part of a result holds in a space, none where it is absent.

    The space of a run's own images is that of its standard protocol; others are of protocols named after that.
    """
    if part == "pixels" and space:
        part = "pixels_common"
    kind = definition(result["experiment"], result["arm"], result["tier"])["view"].get("kind")  # edges, gray, rgb
    if part != "measures" or space in ("", kind):
        return result.get(part) or {}
    name = result["protocol"]["name"]
    start = f"{name}@" if space == "common" else f"{name} of {space}"
    found = result.get("protocols") or {}
    return next((rows for protocol, rows in found.items() if protocol.startswith(start)), {})


def way(found: float, untrained: float, real: float) -> float:
    """Return which share of the way from untrained to real a distance has come; negative if it has become worse."""
    return (untrained - found) / (untrained - real) if untrained > real else 0.0


def along(result: dict[str, Any], row: str) -> dict[str, Any] | None:
    """Return the point of the trajectory at the end of the training, or the nearest to a quarter of it."""
    points = result.get("trajectory") or []
    aim = max((point["update"] for point in points), default=0) * {"quarter": 0.25, "end": 1.0}[row]
    return min(points, key=lambda point: abs(point["update"] - aim), default=None)
