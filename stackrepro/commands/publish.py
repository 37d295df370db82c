"""The command `stackrepro publish`."""

from __future__ import annotations

from functools import partial

import click

from stackrepro.base import places
from stackrepro.commands.options import data_root, runs_root, unofficial


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option(
    "--bits", type=click.IntRange(2, 16), default=7, show_default=True, help="The least to round the weights to."
)
@click.option("--records-only", is_flag=True, help="Neither weights nor what measures them without the data.")
@runs_root
@data_root
@unofficial
def publish(
    runs: tuple[str, ...],
    bits: int,
    records_only: bool,
    runs_root: str | None,
    data_root: str | None,
    unofficial: bool,
) -> None:
    """Copy the records, generated pictures and weights of finished runs to results/, to be committed.

    The weights are rounded to as few bits as don't show in the images. Where `stackrepro evaluate --released` finds
    that the distances moved all the same, publish again with more --bits.

    Beside them goes a model card, and to results/references/ what `stackrepro evaluate --released` needs to know of
    the real images; where that is missing, the data of the run must be there. So that the repository stays small, a
    further seed or a side line can go there with its records and pictures only.

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
        if records_only:
            click.echo(publish(item, target, None))
            continue
        made = recorded(item)
        dataset = made.configuration.view.dataset
        source = partial(find, dataset, places.data_root(data_root), unofficial=unofficial)
        for file in publish_references(made, item, target, source):
            click.echo(file)
        click.echo(publish(item, target, bits))
