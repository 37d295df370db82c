"""Which runs a figure or a table is made from: a line under it, with a link to the page that lists all runs.

Functions that draw from runs call `note`, by way of `figures.finish` or `tables.from_runs`. When the cell is done, what
was noted stands under its outputs. Outside a notebook nothing happens.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

from stackrepro.runs import StoredRun
from stackrepro.runs.store import OLDER_VERSION

PAGE = "execution.html"  # beside the other chapters
_noted: dict[str, StoredRun] = {}  # by the name of the folder, until the cell is done


def note(runs: dict[str, list[StoredRun]]) -> None:
    """Remember for the line under the cell's outputs that they are made from these runs."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        _noted.update((run.folder.name, run) for group in runs.values() for run in group)
        shell.events.register("post_run_cell", show)  # a function that is registered already isn't registered twice


def show(cell: Any) -> None:
    """Display the line under the outputs of a cell, unless the cell has failed; IPython calls it behind each cell."""
    from IPython.display import HTML, display

    runs = list(_noted.values())
    _noted.clear()
    if runs and cell.success:
        display(HTML(caption(runs)))


def caption(runs: list[StoredRun]) -> str:
    """Return the line for these runs as HTML: itself for one run, else a list that opens with a click."""
    if len(runs) == 1:
        return f'<div class="provenance">{line(runs[0])}</div>'
    commits = sorted({commit_of(run) for run in runs})
    flags = Counter(flag for run in runs for flag in run.flags)
    words = [
        f"{len(runs)} runs",
        "commit " + ", ".join(commits),
        *(f"{flag}: {count}" for flag, count in flags.items()),
    ]
    items = "".join(f"<li>{line(run)}</li>" for run in runs)
    return f'<details class="provenance"><summary>{escape(" | ".join(words))}</summary><ul>{items}</ul></details>'


def line(run: StoredRun) -> str:
    """Return the name of a run with a link to its entry, its command, its commit, and if its version is older."""
    name = escape(run.folder.name)
    parts = [
        f'run <a href="{PAGE}#{anchor(run)}">{name}</a>',
        f"<code>{escape(run.record['command'])}</code>",
        f"commit {escape(commit_of(run))}",
        *([OLDER_VERSION] if run.state == OLDER_VERSION else []),
        *map(escape, run.troubles),
    ]
    return " | ".join(parts)


def anchor(run: StoredRun) -> str:
    """Return the id of a run's entry on the page that lists all runs."""
    return escape(f"run-{run.folder.name}")


def commit_of(run: StoredRun) -> str:
    """Return the commit that a run was last started from: its first 7 digits, and a + if files differed from it."""
    commit = run.record["starts"][-1].get("commit")
    return "unknown" if commit is None else commit[:7] + ("+" if commit.endswith("+changes") else "")
