"""The command `stackrepro runs`."""

from __future__ import annotations

import click

from stackrepro.base import places
from stackrepro.commands.options import as_json, print_json, runs_root


@click.command()
@runs_root
@as_json
def runs(runs_root: str | None, machine: bool) -> None:
    """List the runs with their states.

    States: finished; stale (finished, but the package's source has changed since); running; trained (evaluation
    missing); unfinished (the same command goes on with it); damaged (a record is broken: delete the folder).
    """
    from stackrepro.runs import stored

    root = places.runs_root(runs_root)
    rows = []
    for item in stored(root):
        if item.damaged:
            rows.append({"state": "damaged", "name": item.folder.name, "data": "?", "folder": str(item.folder)})
            continue
        c = item.record["configuration"]
        row = {key: c[key] for key in ("experiment", "arm", "tier", "seed")}
        row |= {"data": item.record["data"]["label"], "state": item.state, "name": item.folder.name}
        rows.append(row | {"folder": str(item.folder), "command": item.record["command"]})
    if machine:
        return print_json(rows)
    for row in rows:
        click.echo(f"{row['state']:11} {row['name']}  ({row['data']})")
    if not rows:
        click.echo(f"There are no runs in {root}. Make one: stackrepro run birds/dconv-64")
