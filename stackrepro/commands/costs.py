"""The command `stackrepro costs`."""

from __future__ import annotations

import click

from stackrepro.commands.options import as_json, device, print_json, tier, weights
from stackrepro.experiments import TIERS
from stackrepro.experiments.registry import one_of


@click.command()
@tier
@click.option("--list", "which", default="book", show_default=True, help="Which runs, as for `make runs`.")
@device
@weights
@as_json
def costs(tier: str, which: str, device: str, weights: str | None, machine: bool) -> None:
    """Compute what the runs of a tier would cost on this machine, before any is started.

    A few updates and a few images are timed, which takes up to a minute; the rest is computed from the arithmetic of
    each run.
    """
    from stackrepro.report.lists import LISTS

    one_of("tier", tier, TIERS)
    one_of("list", which, LISTS)
    from stackrepro.report.calibration import calibrate
    from stackrepro.report.costs import check_table, inception_rates, listed_costs, run_table, total

    calibration, rates = calibrate(device), inception_rates(device, weights)
    rows = listed_costs(which, tier, calibration, rates)
    if machine:
        return print_json(
            {
                "tier": tier,
                "device": device,
                "error_factor": calibration.error,
                "images_per_second": rates,
                "runs": [
                    {
                        "experiment": row.configuration.experiment,
                        "arm": row.configuration.arm,
                        "seed": row.configuration.seed,
                        "updates": row.configuration.updates,
                        "batch": row.configuration.batch,
                        "multiply_adds": row.work.multiply_adds,
                        "training_hours": row.training,
                        "evaluation_hours": row.evaluation,
                    }
                    for row in rows
                ],
            }
        )
    click.echo(f"Timed on {device}, and what a model says of each that was fitted to the others")
    click.echo(check_table(calibration).to_string(index=False))
    click.echo(f"\nTier {tier}, computed by that model, which is off by a factor of {calibration.error:.2f} on average")
    click.echo(run_table(rows).to_string(index=False))
    click.echo(f"\n{total(rows)}")
