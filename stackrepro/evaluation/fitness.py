"""Which results can be held against others: whole ones, of today's schema and of today's definition of their run."""

from __future__ import annotations

from functools import cache
from math import isfinite
from typing import Any

from stackrepro.base.errors import UserError
from stackrepro.evaluation.current import SCHEMA
from stackrepro.experiments import record, resolve
from stackrepro.runs import StoredRun

NAMES = ("experiment", "arm", "tier", "seed")
ROWS = ("generated", "untrained", "floor")  # of measures, in each result


@cache
def definition(experiment: str, arm: str, tier: str, seed: int) -> dict[str, Any] | None:
    """Return today's configuration of such a run as JSON, or None where the registry has none."""
    try:
        return record(resolve(experiment, arm, tier, seed))
    except UserError:
        return None


def origin(run: StoredRun) -> tuple[str, int, str] | tuple[None, None, None]:
    """Return a run's tier, seed and fingerprint of its data, Nones where its record doesn't tell."""
    try:
        configuration, data = run.record["configuration"], run.record["data"]
        return configuration["tier"], configuration["seed"], data["fingerprint"]
    except (KeyError, TypeError, UserError):
        return None, None, None


def side_of(run: StoredRun) -> tuple[str, str] | None:
    """Return a run's experiment and arm, or None where its record doesn't tell."""
    try:
        configuration = run.record["configuration"]
        return configuration["experiment"], configuration["arm"]
    except (UserError, KeyError, TypeError):
        return None


def unfit(run: StoredRun) -> str:
    """Say why the result of an evaluated run can't stand beside others, or return nothing."""
    try:
        return fault(run)
    except (AttributeError, IndexError, KeyError, TypeError):
        return "incomplete"


def fault(run: StoredRun) -> str:
    """Return what `unfit` does, or raise what comes of a record that lacks a field or holds something else in it."""
    if run.damaged:
        return "damaged"
    result, configuration = run.result, run.record["configuration"]
    if result.get("schema") != SCHEMA:
        return "of an older schema"
    names = [configuration[key] for key in NAMES]
    if configuration != definition(*names) or [result[key] for key in NAMES] != names:
        return "of another definition"
    if not is_whole(run.record, result):
        return "incomplete"
    return "" if all(map(isfinite, numbers_in(result))) else "with a number that is none"


def is_whole(kept: dict[str, Any], result: dict[str, Any]) -> bool:
    """Say whether all that every verdict and table reads is of its kind; raise as `fault`."""
    data, protocol, rows = kept["data"], result["protocol"], [result["measures"][name] for name in ROWS]
    texts = [data["name"], data["label"], data["fingerprint"], protocol["name"], result["data"], kept["machine"]]
    texts += [*(start["device"] for start in kept["starts"]), kept["starts"][-1]["device"]]
    texts += [flag for row in rows for flag in row["flags"]]
    counts = [kept["threads"], protocol["dims"], protocol["samples"], protocol["reference"] or 0]
    counts += [row[key] for row in rows for key in ("n", "n_reference")]
    distances = [row[key] for row in rows for key in ("frechet", "kid", "kid_error")]
    kinds = ((texts, str), (counts, int), (distances, int | float))
    return all(isinstance(value, kind) for values, kind in kinds for value in values)


def numbers_in(value: Any) -> list[float]:
    """List the numbers with a fraction in JSON, at any depth."""
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return [number for item in items for number in numbers_in(item)]
    return [value] if isinstance(value, float) else []
