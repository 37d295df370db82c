"""The command `stackrepro run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.commands.options import arm, data_root, device, runs_root, tier, unofficial, weights
from stackrepro.experiments import resolve

if TYPE_CHECKING:  # it brings torch along
    from stackrepro.runs import Run


@click.command()
@click.argument("experiment")
@arm
@tier
@click.option("--seed", default=0, show_default=True, help="Of weights, latents and data order.")
@click.option("--threads", default=1, show_default=True, help="CPU threads; part of the run's identity.")
@data_root
@unofficial
@runs_root
@device
@click.option("--devices", default=1, show_default=True, help="How many of them on each node share each batch.")
@click.option("--nodes", default=1, show_default=True, help="Machines, each with that many devices.")
@click.option(
    "--precision",
    type=click.Choice(["32-true", "bf16-mixed"]),
    default="32-true",
    show_default=True,
    help="bf16-mixed is faster on recent GPUs; part of the run's identity.",
)
@weights
def run(
    experiment: str,
    runs_root: str | None,
    device: str,
    devices: int,
    nodes: int,
    weights: str | None,
    **options: Any,
) -> None:
    """Train, sample and evaluate one experiment; go on where a run was cut off.

    A stack first trains the run of its first stage if that is missing. A finished run is left alone. One that is
    only published is made here, too, and its generator is compared with the published one.

    \b
    stackrepro run birds/dconv-stack --arm matched --tier quick --seed 0
    stackrepro run birds/dconv-stack+stage1=scratch --data-root ~/data
    stackrepro run birds/dconv-128 --tier paper --data-root ~/data --device cuda --devices 8
    """
    chosen = make_run(experiment, **options)
    from stackrepro.runs.devices import launched

    root = places.runs_root(runs_root)
    with launched(device, devices, nodes) as own:
        result = made_here(chosen, root, own, weights)
    if result is not None:
        compare_with_published(chosen, result)
        click.echo(chosen.folder(root))


def made_here(run: Run, root: Path, device: str, weights: str | None) -> dict[str, Any] | None:
    """Return the result of a run in `root`, made if it isn't there; None in a process that another one measures for.

    To `complete` a published run is a finished one, as to the chapters. Who names it here wants to repeat it.
    """
    from stackrepro.evaluation.current import finished
    from stackrepro.evaluation.run import complete, evaluate
    from stackrepro.runs.train import train
    from stackrepro.updates.processes import agreed, rank

    found = finished(run, root)
    if agreed(found is None or found.folder == run.folder(root)):
        return complete(run, root, device, weights)
    train(run, root, device)
    return evaluate(run, root, device, weights) if rank() == 0 else None


def compare_with_published(run: Run, result: dict[str, Any]) -> None:
    """Say on stderr whether a run has the generator that is published of it; nothing where none is."""
    from stackrepro.runs import StoredRun

    published = StoredRun(run.folder(places.results_root()))
    if published.damaged or published.result is None:
        return
    if published.result.get("generator_sha256") == result["generator_sha256"]:
        told = "has the bits of the published one."
    else:
        record = published.folder / "run.json"
        told = f"differs from the published one: compare machine and versions in {record} with those here."
    click.echo(f"The generator {told}", err=True)


def make_run(
    experiment: str,
    arm: str,
    tier: str,
    seed: int,
    threads: int,
    precision: str,
    data_root: str | None,
    unofficial: bool,
) -> Run:
    """Join a configuration with the data that it shall be trained on."""
    configuration = resolve(experiment, arm, tier, seed)
    if threads < 1:
        raise UserError(f"{threads} threads can't compute anything: give --threads 1 or more.")
    from stackrepro.data import find
    from stackrepro.runs import Run

    source = find(configuration.view.dataset, places.data_root(data_root), unofficial=unofficial)
    return Run(configuration, source, threads, precision)
