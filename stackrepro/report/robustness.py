"""What the last soak showed: kills by what was being done, and whether the results stayed the same."""

from __future__ import annotations

from typing import Any

import pandas as pd
from IPython.display import Markdown

from stackrepro.base.files import read_json
from stackrepro.base.places import results_root
from stackrepro.report.tables import stamped


def soak() -> Any:
    """Return the outcome of the last `make soak` as a table with its date, or say that there is none."""
    path = results_root() / "soak.json"
    if not path.exists():
        return Markdown("No outcome of a soak is kept here. `make soak` makes one.")
    outcome = read_json(path)
    rows = [
        {"work": case, "killed": moment, "kills": count}
        for case, counted in outcome["kills_by_case"].items()
        for moment, count in counted.items()
    ]
    return stamped(pd.DataFrame(rows, columns=["work", "killed", "kills"]), caption(outcome))


def caption(outcome: dict[str, Any]) -> str:
    """Return what stands above the table: date, commit, kills made and asked for, and what didn't stay the same."""
    commit = (outcome["commit"] or "unknown")[:8]
    mismatches = "; ".join(outcome["mismatches"]) or "none"
    return (
        f"Soak of {outcome['date'][:10]}, commit {commit}: {outcome['kills']} of {outcome['kills_asked']} kills, "
        f"{outcome['files_compared']} files compared, mismatches: {mismatches}"
    )
