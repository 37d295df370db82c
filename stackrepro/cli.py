"""The command line. Every command explains itself with `--help`; heavy libraries are imported where they work."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

import stackrepro
from stackrepro.base import places
from stackrepro.base.errors import AbsentError, UserError
from stackrepro.data import Source
from stackrepro.data.commands import data
from stackrepro.evaluation.commands import fid
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, record, resolve
from stackrepro.experiments.configuration import differences
from stackrepro.experiments.registry import one_of

if TYPE_CHECKING:  # a run imports no claim, so that a reworded one makes no result stale
    from stackrepro.experiments.claims import Claim

as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for programs instead of a table.")
arm = click.option("--arm", default="matched", show_default=True, help=f"How it is read: {', '.join(ARMS)}.")
tier = click.option("--tier", default="quick", show_default=True, help=f"The scale: {', '.join(TIERS)}.")
runs_root = click.option("--runs-root", metavar="FOLDER", help="Where runs lie. [default: STACKREPRO_RUNS, or runs]")
device = click.option("--device", default="cpu", show_default=True, help="cpu, cuda, cuda:1, mps, or auto.")
weights = click.option("--weights", metavar="FILE", help="The FID Inception weights. [default: found or fetched]")
data_root = click.option(
    "--data-root",
    metavar="FOLDER",
    help="Holds the archives, or is one. [default: STACKREPRO_DATA, or synthetic sets]",
)
unofficial = click.option(
    "--unofficial", is_flag=True, help="Use an archive that isn't the official one; its results are stamped so."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(stackrepro.__version__)
def commands() -> None:
    """Replicate two papers on stacked GANs.

    \b
    stackrepro list                                       what can be run
    stackrepro show birds/dconv-stack --tier paper        its layers and counts
    stackrepro run birds/dconv-stack --tier quick         train and evaluate it
    stackrepro run faces/gray --tier quick                stage 2 of the faces, and before it stage 1
    stackrepro runs                                       what was run
    stackrepro claims                                     what became of the papers' claims
    """


@commands.command("list")
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


@commands.command()
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


@commands.command()
@click.argument("experiment")
@arm
@tier
@click.option("--seed", default=0, show_default=True, help="Of weights, latents and data order.")
@click.option("--threads", default=1, show_default=True, help="CPU threads; part of the run's identity.")
@data_root
@unofficial
@runs_root
@device
@weights
def run(experiment: str, runs_root: str | None, device: str, weights: str | None, **options: Any) -> None:
    """Train, sample and evaluate one experiment; go on where a run was cut off.

    A stack first trains the run of its first stage if that is missing. A finished run is left alone.

    \b
    stackrepro run birds/dconv-stack --arm matched --tier quick --seed 0
    stackrepro run birds/dconv-stack+stage1=scratch --data-root ~/data
    """
    chosen = make_run(experiment, **options)
    from stackrepro.evaluation.run import complete

    root = places.runs_root(runs_root)
    complete(chosen, root, device, weights)
    click.echo(chosen.folder(root))


@commands.command()
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


@commands.command()
@click.argument("run")
@data_root
@unofficial
@runs_root
@device
@weights
@click.option(
    "--full", is_flag=True, help="With the snapshots and recalibrated BatchNorm, which quick tiers leave out."
)
def evaluate(run: str, data_root: str | None, unofficial: bool, runs_root: str | None, **options: Any) -> None:
    """Measure a trained run again, replace its result and print it.

    RUN is a name that `stackrepro runs` lists, the beginning of its identity, or its folder.
    """
    from stackrepro.data import find
    from stackrepro.evaluation.run import evaluate
    from stackrepro.runs import store

    stored = store.named(run, places.runs_root(runs_root))
    dataset = stored.record["configuration"]["view"]["dataset"]
    source = find(dataset, places.data_root(data_root), unofficial=unofficial)
    print_json(evaluate(store.reopened(stored, source), stored.folder.parent, **options))


@commands.command()
@click.argument("run")
@runs_root
def publish(run: str, runs_root: str | None) -> None:
    """Copy a finished run's records and generated pictures to results/, to be committed."""
    from stackrepro.runs import publish, store

    click.echo(publish(store.named(run, places.runs_root(runs_root)), places.results_root()))


@commands.command()
@click.argument("names", metavar="[CLAIM]...", nargs=-1)
@click.option("--arm", help="Read this arm in the place of the one that each test names.")
@click.option("--tier", help="Judge by runs of this tier only. [default: the best there is]")
@click.option("--data-root", metavar="FOLDER", help="Judge by runs on these data only. [default: any]")
@unofficial
@runs_root
@as_json
def claims(
    names: tuple[str, ...],
    arm: str | None,
    tier: str | None,
    data_root: str | None,
    unofficial: bool,
    runs_root: str | None,
    machine: bool,
) -> None:
    """Judge the claims of both papers by the published results and your own runs; nothing is trained.

    With the name of a claim it tells all about it: test, tolerance, what was seen, and the missing runs.

    \b
    stackrepro claims
    stackrepro claims A5 --tier reduced
    """
    from stackrepro.experiments.claims import CLAIMS  # not above: a reworded claim shall make no run stale

    chosen = [CLAIMS[one_of("claim", name, CLAIMS)] for name in names or CLAIMS]
    if arm is not None:
        chosen = [claim.in_arm(one_of("arm", arm, ARMS)) for claim in chosen]
    if tier is not None:
        one_of("tier", tier, TIERS)
    from stackrepro.evaluation.explain import as_record, explained, line, missing
    from stackrepro.evaluation.fitness import origin
    from stackrepro.evaluation.verdicts import judge
    from stackrepro.runs import stored

    sources = {} if data_root is None else sources_in(data_root, unofficial, chosen)
    fingerprints = {source.fingerprint for source in sources.values()}
    found = [
        run
        for root in (places.results_root(), places.runs_root(runs_root))
        for run in stored(root)
        for of_tier, _, fingerprint in [origin(run)]
        if tier in (None, of_tier) and (data_root is None or fingerprint in fingerprints)
    ]
    judged = [(claim, judge(claim, found, sources.get(claim.dataset)), missing(claim, found, tier)) for claim in chosen]
    if machine:
        return print_json([as_record(*row) for row in judged])
    for claim, verdict, todo in judged:
        click.echo(explained(claim, verdict, todo) + "\n" if names else line(verdict))


commands.add_command(data)
commands.add_command(fid)


def make_run(experiment: str, arm: str, tier: str, seed: int, threads: int, data_root: str | None, unofficial: bool):
    """Join a configuration with the data that it shall be trained on."""
    configuration = resolve(experiment, arm, tier, seed)
    if threads < 1:
        raise UserError(f"{threads} threads can't compute anything: give --threads 1 or more.")
    from stackrepro.data import find
    from stackrepro.runs import Run

    source = find(configuration.view.dataset, places.data_root(data_root), unofficial=unofficial)
    return Run(configuration, source, threads)


def sources_in(data_root: str, unofficial: bool, chosen: list[Claim]) -> dict[str, Source]:
    """Find those of the claims' data sets that a data root holds; one of them must be there."""
    from stackrepro.data import find

    root, sources, absent = places.data_root(data_root), {}, []
    for dataset in sorted(set.union(*(claim.datasets for claim in chosen))):
        try:
            sources[dataset] = find(dataset, root, unofficial=unofficial)
        except AbsentError as error:
            absent.append(error)
    if not sources:
        raise absent[0]
    return sources


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))


def main() -> None:
    """Run the command line; a `UserError` ends in its sentence and status 1, Ctrl-C in status 130."""
    try:
        commands.main(standalone_mode=False)
    except UserError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        click.echo(f"Error: {error.strerror}: {error.filename}; choose a place that can be read and written.", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped. The same command goes on from the last checkpoint.", err=True)
        sys.exit(130)
