"""Options that several commands share, and how they print for programs."""

from __future__ import annotations

import json
from typing import Any

import click

from stackrepro.experiments import ARMS, TIERS

as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for programs instead of a table.")
arm = click.option("--arm", default="matched", show_default=True, help=f"How it is read: {', '.join(ARMS)}.")
tier = click.option("--tier", default="quick", show_default=True, help=f"The scale: {', '.join(TIERS)}.")
runs_root = click.option("--runs-root", metavar="FOLDER", help="Where runs lie. [default: STACKREPRO_RUNS, or runs]")
device = click.option("--device", default="cpu", show_default=True, help="cpu, cuda, cuda:1, mps, or auto.")
weights = click.option("--weights", metavar="FILE", help="The FID Inception weights. [default: found or fetched]")
data_root = click.option(
    "--data-root",
    metavar="FOLDER",
    help="Holds the archives, or is one. [default: STACKREPRO_DATA, then what was downloaded, then synthetic sets]",
)
unofficial = click.option(
    "--unofficial", is_flag=True, help="Use an archive that isn't the official one; its results are stamped so."
)


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))
