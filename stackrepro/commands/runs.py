"""The commands `stackrepro runs` and `stackrepro runs clean`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stackrepro.base import places
from stackrepro.commands.options import as_json, print_json, runs_root

if TYPE_CHECKING:
    from stackrepro.runs import StoredRun


@click.group(invoke_without_command=True)
@runs_root
@as_json
@click.pass_context
def runs(context: click.Context, runs_root: str | None, machine: bool) -> None:
    """List the runs with their states.

    States: finished; older version (finished, but the package's numbers have changed since); running; trained
    (evaluation missing); unfinished (the same command goes on with it); diverged (a loss was no number any more; the
    same command tries again from the last checkpoint); damaged (a record is broken: delete the folder).
    """
    if context.invoked_subcommand:
        return None
    from stackrepro.runs import stored

    root = places.runs_root(runs_root)
    rows = [row(item) for item in stored(root)]
    if machine:
        return print_json(rows)
    for one in rows:
        click.echo(f"{one['state']:13} {one['name']}  ({one['data']}{told(one)})")
    if not rows:
        click.echo(f"There are no runs in {root}. Make one: stackrepro run birds/dconv-64")
    return None


def row(item: StoredRun) -> dict[str, Any]:
    """Return what the list tells of a run."""
    if item.damaged:
        return {"state": "damaged", "name": item.folder.name, "data": "?", "folder": str(item.folder)}
    c = item.record["configuration"]
    return {
        **{key: c[key] for key in ("experiment", "arm", "tier", "seed")},
        "data": item.record["data"]["label"],
        "state": item.state,
        "name": item.folder.name,
        "folder": str(item.folder),
        "command": item.record["command"],
        **item.progress,
        "died_at": item.health["died_at"],
        "recall": item.recall,
        "troubles": item.troubles,
        "diverged_at": item.diverged,
    }


def told(row: dict[str, Any]) -> str:
    """Return what stands behind a run's data in the list: how far it is, and what went wrong."""
    notes = []
    if row["state"] in ("running", "unfinished", "diverged"):
        notes.append(f"{row['updates']:,} of {row['total']:,} updates in {row['seconds']:.0f} s")
    if row.get("diverged_at") is not None:
        notes.append(f"a loss was no number at update {row['diverged_at']:,}")
    return "".join(f"; {note}" for note in [*notes, *row.get("troubles", [])])


@runs.command()
@runs_root
@as_json
@click.pass_context
@click.option("--stale", is_flag=True, help="Runs of an older version, too.")
@click.option("--yes", is_flag=True, help="Remove it; without this it is only listed.")
def clean(context: click.Context, runs_root: str | None, machine: bool, stale: bool, yes: bool) -> None:
    """Remove what can be made again and serves nobody any more.

    \b
    temporary      what a killed process had in the making
    checkpoint     of a run that is trained and measured
    old result     one that was measured again
    orphan         a run that no experiment of today's registry makes
    older version  with --stale: a run from before the package's numbers changed

    Runs in work, damaged records, finished runs of today and published results stay.
    """
    from stackrepro.runs import cleaning

    before = context.parent.params  # of `runs --runs-root FOLDER clean`
    machine = machine or before["machine"]
    found = cleaning.waste(places.runs_root(runs_root or before["runs_root"]), stale)
    if yes:
        found = cleaning.clean(found)
    if machine:
        return print_json([{"kind": one.kind, "path": str(one.path), "bytes": one.size, "gone": yes} for one in found])
    for one in found:
        click.echo(f"{one.kind:13} {one.size / 1e6:9.1f} MB  {shown(one.path)}")
    total = f"{sum(one.size for one in found) / 1e6:.1f} MB"
    if not found:
        click.echo("There is nothing to remove.")
    else:
        click.echo(f"Removed {total}." if yes else f"{total} can go: the same command with --yes removes it.")
    return None


def shown(path: Path) -> str:
    """Return a path as short as it can be said from here."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
