"""The commands `stackrepro list` and `stackrepro show`."""

from __future__ import annotations

import click

from stackrepro.commands.options import arm, as_json, print_json, tier
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, record, resolve
from stackrepro.experiments.configuration import differences


@click.command("list")
@as_json
def list_command(machine: bool) -> None:
    """List the experiments with their arms and variants."""
    rows = [
        {
            "name": experiment.name,
            "title": experiment.title,
            "source": experiment.source,
            "arms": list(ARMS),
            "variants": [{"name": v.name, "arms": list(v.arms), "why": v.why} for v in experiment.variants],
        }
        for experiment in EXPERIMENTS.values()
    ]
    if machine:
        return print_json(rows)
    for row in rows:
        click.echo(f"{row['name']:20} {row['title']}  ({row['source']})")
        for variant in row["variants"]:
            click.echo(f"  +{variant['name']:17} {variant['why']}  (arms: {', '.join(variant['arms'])})")
    click.echo(f"\nArms: {', '.join(ARMS)}.  Tiers: {', '.join(TIERS)}.")


@click.command()
@click.argument("experiment")
@arm
@tier
@as_json
def show(experiment: str, arm: str, tier: str, machine: bool) -> None:
    """Show every layer of an experiment's networks, their counts, and what the tier changed.

    No weight is allocated, so models of any size can be looked at anywhere:

    \b
    stackrepro show birds/dconv-64 --arm code --tier paper
    """
    configuration, paper = resolve(experiment, arm, tier), resolve(experiment, arm, "paper")
    from stackrepro.models.summary import stages, sum_counts, summarise

    networks = {}
    for name in ("generator", "discriminator"):
        layers = summarise(getattr(configuration, name))
        networks[name] = {
            "layers": [
                {"name": x.name, "kind": x.kind, "output": list(x.output), **x.counts.as_dict()} for x in layers
            ],
            "counts": sum_counts(layers).as_dict(),
            "stages": {stage: sum_counts(part).as_dict() for stage, part in stages(layers).items()},
        }
    changed = [
        {"field": field, "paper": before, tier: after}
        for field, before, after in differences(record(paper), record(configuration))
        if field.rpartition(".")[2] != "tier"
    ]
    if machine:
        return print_json({"configuration": record(configuration), **networks, "changed_by_tier": changed})
    click.echo(
        f"{experiment}, arm {arm}, tier {tier}: {configuration.updates:,} updates of batch {configuration.batch}"
    )
    for name, network in networks.items():
        click.echo(f"\n{name}")
        for layer in network["layers"]:
            shape = " x ".join(map(str, layer["output"]))
            held = "" if layer["trainable"] == layer["parameters"] else "  held"
            click.echo(f"  {layer['name']:20} {layer['kind']:36} {shape:>16} {layer['total']:>12,}{held}")
        for label, counts in {**network["stages"], "in all": network["counts"]}.items():
            click.echo(
                f"  {label}: {counts['parameters']:,} parameters + {counts['running_statistics']:,} running statistics "
                f"= {counts['total']:,}; trainable {counts['trainable']:,}"
            )
    if changed:
        click.echo(f"\nWhat tier {tier} changed")
        for row in changed:
            click.echo(f"  {row['field']}: {row['paper']} -> {row[tier]}")
