"""The command line. Every command explains itself with `--help`; heavy libraries are imported where they work."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import stackrepro
from stackrepro.base import places
from stackrepro.base.cores import cores
from stackrepro.base.errors import UserError
from stackrepro.base.stopping import STOPPED, Terminated, exit_on_sigterm
from stackrepro.data import Source, find
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, resolve
from stackrepro.experiments.references import FIRST_RUNG
from stackrepro.experiments.registry import one_of
from stackrepro.training.configuration import differences, record

if TYPE_CHECKING:  # they take long to import
    from stackrepro.claims.select import Evidence
    from stackrepro.runs import StoredRun


FindData = Callable[[str], Source]  # from the name of a data set


DATASETS = ("birds", "faces")
place = click.types.FuncParamType(places.absolute)
place.name = "path"
arm = click.option("--arm", default="matched", help=f"Reading of the paper: {', '.join(ARMS)}.")
tier = click.option("--tier", default="quick", help=f"The scale: {', '.join(TIERS)}.")
runs_root = click.option(
    "--runs-root", "root", type=place, callback=lambda *given: places.runs_root(given[-1]), help="Where runs lie."
)
device = click.option("--device", default="cpu", help="cpu, cuda, cuda:1, mps, or auto.")
weights = click.option("--weights", type=place, help="The FID Inception weights. [default: found or fetched]")
data_root = click.option("--data-root", type=place, help="Holds the archives, or is one; without any, sets are drawn.")
unofficial = click.option("--unofficial", is_flag=True, help="Use an archive that isn't official; captions say so.")


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
    seed = click.option("--seed", default=0, help="The seed that the run was trained with.")
    for add in (runs_root, seed, any_tier, arm, click.argument("run")):
        found = add(found)
    return found


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110, "show_default": True})
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
def list_command() -> None:
    """List the experiments with their arms and variants."""
    for experiment in EXPERIMENTS.values():
        click.echo(f"{experiment.name:20} {experiment.title}  ({experiment.source})")
        for variant in experiment.variants:
            click.echo(f"  +{variant.name:17} {variant.why}  (arm: {variant.arm})")
    click.echo(f"\nArms: {', '.join(ARMS)}.  Tiers: {', '.join(TIERS)}.")


@commands.command()
@click.argument("experiment")
@arm
@tier
def show(experiment: str, arm: str, tier: str) -> None:
    """Show every layer of an experiment's networks, their counts, and what the tier changed.

    No weight is allocated, so models of any size can be looked at anywhere.
    """
    c, paper = resolve(experiment, arm, tier), resolve(experiment, arm, "paper")
    from stackrepro.models.summary import stages, sum_counts, summarise

    click.echo(f"{experiment}, arm {arm}, tier {tier}: {c.updates:,} updates of batch {c.batch}")
    told = "{parameters:,} parameters + {running_statistics:,} running statistics = {total:,}; trainable {trainable:,}"
    for name in ("generator", "discriminator"):
        layers = summarise(getattr(c, name))
        click.echo(f"\n{name}")
        for layer in layers:
            shape, counts = " x ".join(map(str, layer.output)), layer.counts
            frozen = "" if counts.trainable == counts.parameters else "  frozen"
            click.echo(f"  {layer.name:20} {layer.kind:36} {shape:>16} {counts.total:>12,}{frozen}")
        for label, part in {**stages(layers), "in all": layers}.items():
            click.echo(f"  {label}: {told.format(**sum_counts(part).as_dict())}")
    changed = [row for row in differences(record(paper), record(c)) if row[0].rpartition(".")[2] != "tier"]
    if changed:
        click.echo(f"\nWhat tier {tier} changed")
        for field, before, after in changed:
            click.echo(f"  {field}: {before} -> {after}")


@commands.command()
@click.argument("experiment")
@arm
@tier
@click.option("--seed", default=0, help="Seed of weights, latents and data order.")
@click.option("--threads", type=click.IntRange(min=1), default=1, help="CPU threads; part of the run's identity.")
@with_data
@runs_root
@device
@click.option(
    "--precision", type=click.Choice(["32-true", "bf16-mixed"]), default="32-true", help="Part of the identity."
)
@weights
def run(
    experiment: str,
    find_data: FindData,
    root: Path,
    threads: int,
    precision: str,
    device: str,
    weights: Path | None,
    **which: Any,
) -> None:
    """Train, sample and evaluate one experiment; go on where a run was cut off.

    A stack first trains the run of its first stage if that is missing. A finished run is left as it is. A run that is
    only published is made here, too, and its generator is compared with the published one.
    """
    configuration = resolve(experiment, **which)
    source = find_data(configuration.view.dataset)
    from stackrepro.evaluation.evaluate import ensure, evaluate, finished
    from stackrepro.runs import Run, StoredRun
    from stackrepro.runs.weights import train

    chosen = Run(configuration, source, threads, precision)
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


@commands.command()
@runs_root
def runs(root: Path) -> None:
    """List the runs with their states.

    States: finished; older version (finished, but the package's numbers have changed since); running; trained
    (evaluation missing); unfinished (the same command goes on with it); diverged (a loss was no finite number; the same
    command tries again from the last checkpoint); damaged (a record is broken: delete the folder).
    """
    from stackrepro.runs import stored

    items = stored(root)
    for item in items:
        notes = ["?"] if item.damaged else [item.record["data"]["label"]]
        if item.state in ("running", "unfinished", "diverged"):
            notes.append("{updates:,} of {total:,} updates in {seconds:.0f} s".format(**item.progress))
        if not item.damaged and item.diverged is not None:
            notes.append(f"a loss was no number at update {item.diverged:,}")
        troubles = [] if item.damaged else item.troubles
        click.echo(f"{item.state:13} {item.folder.name}  ({'; '.join([*notes, *troubles])})")
    if not items:
        click.echo(f"There are no runs in {root}. Make one: stackrepro run birds/dconv-64")


@commands.command()
@of_a_trained_run
@click.option("--count", type=click.IntRange(min=1), default=64, help="How many images.")
@click.option("--first", type=click.IntRange(min=0), default=0, help="Number of the first latent.")
@click.option("--latents", type=click.IntRange(min=0), help="Seed of other latents. [default: the fixed latents]")
@click.option("--last", is_flag=True, help="Use the last iterate instead of the average of the weights.")
@click.option("--to", type=place, help="Folder for the images. [default: samples/NAME OF THE RUN]")
@click.option("--grid", is_flag=True, help="Write one picture, grid.png, instead of a file for each image.")
@device
def sample(
    item: StoredRun, count: int, first: int, latents: int | None, last: bool, to: Path | None, grid: bool, device: str
) -> None:
    """Write images of a trained generator as PNG files; no data set is needed.

    RUN is an experiment, for which --arm, --tier and --seed count, or the name of a run. The weights are the average
    over the training, where it was kept. A file's number is that of its latent, and the same latent always gives the
    same image. Beside the images, sample.json says what made them. A folder with other files is refused.
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
@click.option("--full", is_flag=True, help="Also what tiers smoke and quick leave out, such as snapshots.")
@click.option("--released", is_flag=True, help="Check a published result by its released weights, without data.")
def evaluate(
    run: str, find_data: FindData, root: Path, device: str, weights: Path | None, full: bool, released: bool
) -> None:
    """Measure a trained run again, replace its result and print it.

    RUN is a name that `stackrepro runs` lists, the beginning of its identity, or its folder.

    With --released it is an experiment, whose highest published tier is taken, or the name of a folder in results/. The
    published weights then make the images anew, and the command fails if their Fréchet distances aren't the published
    ones within a tolerance.
    """
    if released:
        return check_released(run, device, weights)
    from stackrepro.evaluation.evaluate import evaluate
    from stackrepro.runs.store import named, reopened

    item = named(run, root)
    dataset = item.record["configuration"]["view"]["dataset"]
    print_json(evaluate(reopened(item, find_data(dataset)), item.folder.parent, device, weights, full))


def check_released(name: str, device: str, weights: Path | None) -> None:
    """Print published and recomputed distances side by side, and fail if one is outside of its tolerance."""
    from stackrepro.evaluation.released import TOLERANCE, recompute
    from stackrepro.runs.store import with_weights

    item = with_weights(name, "matched", None, 0, places.results_root())
    rows = recompute(item, device, weights)
    click.echo(f"{item.folder.name}: Fréchet distances by released weights and reference statistics")
    for row in rows:
        told = "{place:45} published {published:10.4f}  recomputed {recomputed:10.4f}  {difference:+.3%}"
        click.echo(f"{told.format(**row)}, {'within' if row['within'] else 'outside of'} {TOLERANCE:.1%}")
    if outside := [row["place"] for row in rows if not row["within"]]:
        raise UserError(
            f"{len(outside)} of {len(rows)} distances of {item.folder.name} are outside of {TOLERANCE:.1%}: "
            f"{', '.join(outside)}; publish the run again."
        )


@commands.command()
@of_a_trained_run
@click.option("--format", "kind", type=click.Choice(["safetensors", "onnx"]), default="safetensors")
@click.option("--half", is_flag=True, help="Kernels in half precision; refused where that changes the images visibly.")
@click.option("--to", type=place, help="Folder for the files. [default: exports/NAME OF THE RUN]")
def export(item: StoredRun, kind: str, half: bool, to: Path | None) -> None:
    """Write a trained generator for use elsewhere, with its model card; no data set is needed.

    RUN is as for `stackrepro sample`. A safetensors file has the weights of the run's own network, an ONNX file all
    stages, from latents to images in levels of 0 to 255.
    """
    from stackrepro.base.files import write_bytes, write_text
    from stackrepro.runs.export import as_onnx, as_safetensors
    from stackrepro.runs.publish import model_card
    from stackrepro.runs.store import reopened

    if half and kind == "onnx":
        raise UserError("--half is for safetensors: leave it out, or leave out --format onnx.")
    made, target = reopened(item), to or Path("exports") / item.folder.name
    content = as_onnx(made, item) if kind == "onnx" else as_safetensors(made, item, half)
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

    Weights, with a model card, are published of seed 0, and of each seed that later stages are built on: name the run
    of a first stage before those. The statistics of real images that `stackrepro evaluate --released` needs go to
    results/references/; if they are missing there, the data of the run must be at hand.
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
def claims(
    names: tuple[str, ...],
    tier: str | None,
    make: bool,
    data_root: Path | None,
    unofficial: bool,
    root: Path,
    **hardware: Any,
) -> None:
    """Judge the claims of both papers by published results, your own runs and imported ratings.

    With the name of a claim it prints the tests, what was measured, how many seeds would decide it, and the commands
    of missing runs. --make executes those commands; without it nothing is trained.
    """
    from stackrepro.claims import schema

    known = schema.claims()
    chosen = [known[one_of("claim", name, known)] for name in names or known]
    if tier is not None:
        one_of("tier", tier, TIERS)
    if make and not names:
        raise UserError("--make would make the runs of all claims: name those that you mean, such as A2.")
    from stackrepro.claims import verdict

    lacking, sources = tier or FIRST_RUNG, {}
    if data_root is not None:
        from stackrepro.report.chapter import found_or_drawn

        found = found_or_drawn(places.data_root(data_root), unofficial)
        sources = {dataset: source for dataset, source in found.items() if not source.synthetic}
    if make:
        from stackrepro.evaluation.evaluate import ensure
        from stackrepro.runs import Run

        tier = lacking
        evidence = evidence_of(root, tier, sources)
        lacks = dict.fromkeys(lack for claim in chosen for lack in verdict.missing(claim, evidence, tier))
        for experiment, arm, seed in lacks:
            configuration = resolve(experiment, arm, tier, seed)
            run = Run(configuration, finder(data_root, unofficial)(configuration.view.dataset))
            click.echo(run.name, err=True)
            ensure(run, root, **hardware)
    evidence = evidence_of(root, tier, sources)
    for claim in chosen:
        found = verdict.judged_at(claim, evidence, tier)
        click.echo(verdict.explained(found, evidence, lacking) + "\n" if names else verdict.line(found))


def evidence_of(root: Path, tier: str | None, sources: dict[str, Source]) -> Evidence:
    """Gather published results and a user's own, of one tier and on some data only if that is asked for."""
    from stackrepro.claims.select import found_in, gathered
    from stackrepro.eyetest.ratings import rated

    fingerprints = {source.fingerprint for source in sources.values()}
    return gathered(found_in((places.results_root(), root), fingerprints, tier), rated(root), sources)


@commands.command()
@tier
@click.option("--list", "which", default="book", help="Which runs, as for `make runs`.")
def costs(tier: str, which: str) -> None:
    """List how long training the runs of a tier takes on one CPU thread, as far as it was measured."""
    from stackrepro.report.lists import LISTS

    one_of("tier", tier, TIERS)
    one_of("list", which, LISTS)
    from stackrepro.report.costs import listed_costs, shown, total

    table = listed_costs(which, tier)
    click.echo(shown(table).to_string(index=False))
    click.echo(f"\n{total(table)}")


@commands.group()
def data() -> None:
    """Find and download the images that the experiments train on."""


@data.command()
@data_root
def status(data_root: Path | None) -> None:
    """Say which birds and faces were found, whether they are official, and what is prepared."""
    from stackrepro.data.prepared import prepared_folder, prepared_views
    from stackrepro.data.sources import SETS

    root = places.data_root(data_root)
    for dataset, drawn in SETS.items():
        try:
            source = find(dataset, root, unofficial=True)
            count = len(source.catalogue().names) if source.path else drawn.COUNT
        except UserError as error:
            click.echo(f"{dataset}: {error}")
            continue
        click.echo(f"{dataset}: {source.name}, {count:,} images")
        click.echo(f"  where:       {source.path or 'drawn by the package itself'}")
        click.echo(f"  fingerprint: {source.fingerprint}")
        click.echo(f"  prepared:    {', '.join(prepared_views(source)) or 'nothing yet'}")
        click.echo(f"  kept in:     {prepared_folder(source)}")
        if not (source.official or source.synthetic):
            click.echo("  They aren't the official data: pass --unofficial or set STACKREPRO_UNOFFICIAL=1 to use them.")


@data.command()
@click.argument("dataset", type=click.Choice(DATASETS))
@click.option("--data-root", type=place, help="Folder to put the archive in.")
def download(dataset: str, data_root: Path | None) -> None:
    """Fetch the official archive of DATASET (1.1 GB for birds); a transfer that was cut off is continued.

    The faces come from CelebA's authors: get img_align_celeba.zip and identity_CelebA.txt from their page.
    """
    from stackrepro.data.download import download as fetch

    named = data_root or os.environ.get("STACKREPRO_DATA")
    root = places.absolute(named) if named else places.default_data_root()
    click.echo(f"{fetch(dataset, root)} is the official archive.")


@commands.group()
def eyetest() -> None:
    """Let people judge the images: make a page for them, import their answers."""


@eyetest.command()
@click.argument("dataset", type=click.Choice(DATASETS))
@arm
@tier
@click.option("--seed", "seeds", type=int, multiple=True, default=(0,), help="May be repeated.")
@click.option("--common-size", is_flag=True, help="Bring all birds to the size of first stages, to compare sizes.")
@click.option("--with-real", is_flag=True, help="Show real images of your archive; such a page must not be passed on.")
@click.option("--published", is_flag=True, help="Show the published results of the highest tier; no data are needed.")
@click.option("--out", type=place, help="For the page. [default: with the runs]")
@with_data
@runs_root
def make(dataset: str, published: bool, out: Path | None, find_data: FindData, root: Path, **options: Any) -> None:
    """Make a page from the finished runs on DATASET: the four thresholds for birds, real or generated for faces.

    The page is one file that works offline. Which model made which trial is kept with the runs.
    """
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
        items = [item for group in results.published(names, largest=True).runs.values() for item in group]
    else:
        source = find_data(dataset)
        trained = [resolve(name, options["arm"], options["tier"], s) for name in names for s in options["seeds"]]
        items = [item for c in trained if (item := finished(Run(c, source), root)) is not None]
    shown = {name: options[name] for name in ("common_size", "with_real")}
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

    Publish when the raters are done, since the published test tells what each trial shows.
    """
    from stackrepro.eyetest.ratings import publish

    for file in publish(test, root, places.results_root()):
        click.echo(file)


@eyetest.command("status")
@runs_root
def tests_made(root: Path) -> None:
    """List the tests that were made, and how many trials of each every rater has answered."""
    from stackrepro.eyetest import ratings

    kept, tests = ratings.sessions(root), ratings.tests(root)
    for identity, test in tests.items():
        shown = f"{test.data}, {test.pixels} pixels, {len(test.trials)} trials"
        click.echo(f"{identity}  {test.kind}, tier {test.tier}, arm {test.arm}, {shown}")
        raters = [f"{one.rater}: {len(one.ratings)} of {len(test.trials)}" for one in kept if one.test == identity]
        for line in raters or ["no ratings yet"]:
            click.echo(f"  {line}")
    if not tests:
        click.echo(f"There is no eye test in {root}. Make one: stackrepro eyetest make birds")


@commands.command()
@click.argument("real", type=place)
@click.argument("generated", type=place)
@click.option(
    "--protocol",
    "name",
    default="fid/pytorch-fid",
    help="The recipe by name: fid, or fid-64, fid-192, fid-768 for earlier layers; /pytorch-fid or /clean for the "
    "resize; @64 brings all images to 64 pixels a side first.",
)
@click.option("--samples", type=click.IntRange(min=2), help="Measure so many of each, drawn by a seed. [default: all]")
@click.option("--recursive", is_flag=True, help="Measure the images of sub-folders, too.")
@device
@click.option("--threads", type=click.IntRange(min=1), default=cores, show_default="all cores", help="CPU threads.")
@weights
@click.option("--json", "machine", is_flag=True, help="Print JSON for programs.")
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
    from stackrepro.evaluation.folders import compare_paths
    from stackrepro.evaluation.protocols import FLAGS, protocol_named

    found = compare_paths(real, generated, protocol_named(name), samples, recursive, **hardware)
    if machine:
        return print_json(found)
    error = "" if found["kid_error"] is None else f" ± {found['kid_error']:.6f} (standard error)"
    click.echo(f"protocol     {found['protocol']}, weights {found['weights']['source']}")
    click.echo(f"Fréchet      {found['frechet']:.6f}")
    if found["kid"] is not None:
        click.echo(f"KID          {found['kid']:.6f}{error}")
    reference = "an unknown number of" if found["reference"] is None else found["reference"]
    click.echo(f"images       {found['generated']} generated, {reference} real")
    for flag in found["flags"]:
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
        where = f"choose a place that can be read and written, by an option or {', '.join(places.VARIABLES[:3])}"
        told = "" if error.filename is None else f": {error.filename}; {where}"  # none has what a full disk prints to
        click.echo(f"Error: {error.strerror or error}{told}.", err=True)
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
