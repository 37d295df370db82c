"""The command `stackrepro publish`."""

from __future__ import annotations

from functools import partial

import click

from stackrepro.base import places
from stackrepro.commands.options import data_root, runs_root, unofficial


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option("--records-only", is_flag=True, help="No weights but what later stages are built on.")
@runs_root
@data_root
@unofficial
def publish(
    runs: tuple[str, ...],
    records_only: bool,
    runs_root: str | None,
    data_root: str | None,
    unofficial: bool,
) -> None:
    """Copy the records, generated pictures and weights of finished runs to results/, to be committed.

    Weights of seed 0 go with them, in half precision if that doesn't show in the images, and of each seed those that
    later stages are built on, as they were trained. Beside weights goes a model card, and to results/references/ what
    `stackrepro evaluate --released` needs to know of the real images; where that is missing, the data of the run must
    be there.

    Name a run that feeds another before that one; what was published before the first that can't be stays published.
    """
    from stackrepro.data import find
    from stackrepro.evaluation.released import publish_references
    from stackrepro.runs.publish import check_finished, publish
    from stackrepro.runs.recorded import recorded
    from stackrepro.runs.store import named

    target = places.results_root()
    items = [named(run, places.runs_root(runs_root)) for run in runs]
    for item in items:
        check_finished(item)
    for item in items:
        made = recorded(item)
        if made.configuration.seed == 0 and not records_only:
            dataset = made.configuration.view.dataset
            source = partial(find, dataset, places.data_root(data_root), unofficial=unofficial)
            for file in publish_references(made, item, target, source):
                click.echo(file)
        click.echo(publish(item, target, records_only))
