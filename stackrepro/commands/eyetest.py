"""The command group `stackrepro eyetest`."""

from __future__ import annotations

from pathlib import Path

import click

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.commands.options import arm, as_json, data_root, print_json, runs_root, tier, unofficial
from stackrepro.experiments import ARMS, TIERS
from stackrepro.experiments.registry import one_of

DATASETS = ("birds", "faces")


@click.group()
def eyetest() -> None:
    """Let people judge the images: make a page for them, import what they answered."""


@eyetest.command()
@click.argument("dataset", type=click.Choice(DATASETS))
@arm
@tier
@click.option("--seed", "seeds", type=int, multiple=True, default=(0,), show_default=True, help="May be repeated.")
@click.option("--images", default=8, show_default=True, help="Fixed latents of each run to show, from the first on.")
@click.option("--common-size", is_flag=True, help="Bring all birds to the size of first stages, to compare sizes.")
@click.option("--with-real", is_flag=True, help="Show real images of your archive; such a page must not be passed on.")
@click.option(
    "--published",
    is_flag=True,
    help="Show the published results, whatever their tier; no data are needed.",
)
@click.option("--out", metavar="FOLDER", type=click.Path(path_type=Path), help="For the page. [default: with the runs]")
@data_root
@unofficial
@runs_root
def make(
    dataset: str,
    arm: str,
    tier: str,
    seeds: tuple[int, ...],
    images: int,
    common_size: bool,
    with_real: bool,
    published: bool,
    out: Path | None,
    data_root: str | None,
    unofficial: bool,
    runs_root: str | None,
) -> None:
    """Make a page from the finished runs on DATASET: the four thresholds for birds, real or generated for faces.

    It is one file that works offline. What its trials hide is kept with the runs, and so is the key that hides it.

    \b
    stackrepro eyetest make birds --tier quick
    stackrepro eyetest make birds --published
    stackrepro eyetest make faces --tier reduced --data-root ~/data --with-real --out ~/eye-test
    """
    one_of("arm", arm, ARMS)
    one_of("tier", tier, TIERS)
    if common_size and dataset == "faces":
        raise UserError("Faces have one size: leave out --common-size.")
    if published and with_real:
        raise UserError("A page of published results holds no real images: leave out --published or --with-real.")
    from stackrepro.data import find
    from stackrepro.report import eye_test, eye_test_page

    root = places.runs_root(runs_root)
    if published:
        made = eye_test.make_published(dataset, root, images=images, common_size=common_size)
    else:
        source = find(dataset, places.data_root(data_root), unofficial=unofficial)
        made = eye_test.make_test(
            source, root, tier, seeds, arm, images=images, common_size=common_size, with_real=with_real
        )
    click.echo(eye_test_page.write(made, root, out))


@eyetest.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@runs_root
def import_command(file: Path, runs_root: str | None) -> None:
    """Check the CSV that the page exported, and keep it with the runs."""
    from stackrepro.evaluation.eye_test.ratings import import_file

    session, new = import_file(file, places.runs_root(runs_root))
    what = "imported" if new else "imported before, nothing changed"
    click.echo(f"{len(session.ratings)} answers of {session.rater} to test {session.test}: {what}")


@eyetest.command()
@click.argument("test")
@runs_root
def publish(test: str, runs_root: str | None) -> None:
    """Copy TEST with its ratings to results/, to be committed: they then count in every copy of the book.

    Do it when the raters are done, since it tells what each trial shows. Raters are named by their pseudonyms; publish
    no answers of people who didn't agree to it.
    """
    from stackrepro.evaluation.eye_test.ratings import publish

    for file in publish(test, places.runs_root(runs_root), places.results_root()):
        click.echo(file)


@eyetest.command()
@runs_root
@as_json
def status(runs_root: str | None, machine: bool) -> None:
    """List the tests that were made, and who has answered how much of each."""
    from stackrepro.evaluation.eye_test import ratings, store

    root = places.runs_root(runs_root)
    kept = ratings.sessions(root)
    rows = [
        {
            "test": identity,
            "kind": test.kind,
            "tier": test.tier,
            "arm": test.arm,
            "data": test.data,
            "pixels": test.pixels,
            "models": len(test.models),
            "trials": len(test.trials),
            "raters": {session.rater: len(session.ratings) for session in kept if session.test == identity},
        }
        for identity, test in store.tests(root).items()
    ]
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
