"""What runs would cost, from what was measured: the seconds an update of published trainings and of a benchmark."""

from __future__ import annotations

from statistics import mean

import pandas as pd

from stackrepro.base.files import read_json
from stackrepro.base.places import results_root
from stackrepro.report.lists import first_stages_first, listed
from stackrepro.runs import stored


def measured() -> dict[tuple[str, str, str], tuple[float, str]]:
    """Return seconds for one image of a training, and where they were measured, by experiment, arm and tier.

    They are of one thread of the CPU that is named. A published training wins over the benchmark, whose batches may be
    smaller than the training's own.
    """
    found = {}
    for entry in read_json(results_root() / "timing.json")["timed"]:
        key = (entry["experiment"], entry["arm"], entry["tier"])
        found.setdefault(key, (entry["minimum"] / entry["batch"], f"benchmark, batch {entry['batch']}"))
    trained: dict[tuple[str, str, str], list[float]] = {}
    for run in stored(results_root()):
        if not run.damaged and run.result is not None:
            c, took = run.record["configuration"], sum(run.result["training"]["seconds"].values())
            trained.setdefault((c["experiment"], c["arm"], c["tier"]), []).append(took / c["updates"] / c["batch"])
    return found | {key: (mean(each), f"{len(each)} published") for key, each in trained.items()}


def listed_costs(which: str, tier: str) -> pd.DataFrame:
    """List what training the runs of a list would take, and the first stages they need, a row for each.

    A run that was never measured has "-": its own progress tells what is left from its first interval on.
    """
    known, rows = measured(), []
    for c in first_stages_first(listed(which, tier)):
        each, where = known.get((c.experiment, c.arm, c.tier), (None, "-"))
        seconds = None if each is None else each * c.batch
        own = {key: getattr(c, key) for key in ("experiment", "arm", "tier", "seed", "updates", "batch")}
        hours = None if seconds is None else seconds * c.updates / 3600
        rows.append({**own, "seconds an update": seconds, "hours": hours, "measured": where})
    return pd.DataFrame(rows)


def shown(table: pd.DataFrame) -> pd.DataFrame:
    """Write the numbers of `listed_costs` for people."""
    styles = {"updates": "{:,}", "seconds an update": "{:.3g}", "hours": "{:,.2f}"}
    written = {name: table[name].map(style.format, na_action="ignore").fillna("-") for name, style in styles.items()}
    return table.assign(**written)


def total(table: pd.DataFrame) -> str:
    """Sum `listed_costs` up in words."""
    unknown = int(table["hours"].isna().sum())
    lacks = f"; {unknown} were never measured" if unknown else ""
    return f"{len(table)} runs, {table['hours'].sum():,.1f} hours of training on one CPU thread{lacks}"
