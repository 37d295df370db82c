"""The command `stackrepro evaluate`."""

from __future__ import annotations

from typing import Any

import click

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.commands.options import arm, as_json, data_root, device, print_json, runs_root, unofficial, weights


@click.command()
@click.argument("run")
@data_root
@unofficial
@runs_root
@device
@weights
@click.option(
    "--full", is_flag=True, help="With the snapshots and recalibrated BatchNorm, which quick tiers leave out."
)
@click.option(
    "--released", is_flag=True, help="Check a published result by its released weights; no data set is needed."
)
@arm
@click.option("--tier", help="With --released EXPERIMENT: the scale. [default: the highest that was published]")
@click.option("--seed", default=0, show_default=True, help="With --released EXPERIMENT: the seed of the run.")
@as_json
def evaluate(
    run: str,
    data_root: str | None,
    unofficial: bool,
    runs_root: str | None,
    device: str,
    weights: str | None,
    full: bool,
    released: bool,
    machine: bool,
    **which: Any,
) -> None:
    """Measure a trained run again, replace its result and print it.

    RUN is a name that `stackrepro runs` lists, the beginning of its identity, or its folder.

    With --released it is an experiment, or the name of a folder in results/. The images are then made of the weights
    that lie there, and their Fréchet distances from the reference statistics that lie there are compared with the
    published ones. One that is outside of its tolerance makes the command fail.

    \b
    stackrepro evaluate birds-dconv-64-matched-quick-seed0-0123abcd --full
    stackrepro evaluate --released birds/dconv-stack
    """
    if released:
        return check_released(run, device, weights, machine, **which)
    from stackrepro.data import find
    from stackrepro.evaluation.run import evaluate
    from stackrepro.runs import store

    stored = store.named(run, places.runs_root(runs_root))
    dataset = stored.record["configuration"]["view"]["dataset"]
    source = find(dataset, places.data_root(data_root), unofficial=unofficial)
    print_json(evaluate(store.reopened(stored, source), stored.folder.parent, device, weights, full))


def check_released(
    name: str, device: str, weights: str | None, machine: bool, arm: str, tier: str | None, seed: int
) -> None:
    """Print published and recomputed distances side by side, and fail if one is outside of its tolerance."""
    from stackrepro.evaluation.released import TOLERANCE, recompute
    from stackrepro.runs.recorded import with_weights

    item = with_weights(name, arm, tier, seed, [places.results_root()])
    rows = recompute(item, device, weights)
    if machine:
        print_json([row.as_dict() for row in rows])
    else:
        click.echo(f"{item.folder.name}: Fréchet distances by released weights and reference statistics")
        for row in rows:
            verdict = "within" if row.within else "outside of"
            click.echo(
                f"{row.place:45} published {row.published:10.4f}  recomputed {row.recomputed:10.4f}  "
                f"{row.difference:+.3%}, {verdict} {TOLERANCE:.1%}"
            )
    if outside := [row.place for row in rows if not row.within]:
        raise UserError(
            f"{len(outside)} of {len(rows)} distances of {item.folder.name} are outside of {TOLERANCE:.1%}: "
            f"{', '.join(outside)}; publish the run again."
        )
