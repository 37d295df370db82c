"""The command `stackrepro claims`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from stackrepro.base import places
from stackrepro.base.errors import AbsentError
from stackrepro.commands.options import as_json, print_json, runs_root, unofficial
from stackrepro.data import Source
from stackrepro.experiments import ARMS, TIERS
from stackrepro.experiments.registry import one_of

if TYPE_CHECKING:
    from stackrepro.experiments.claims import Claim


@click.command()
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
    """Judge the claims of both papers by published results, your own runs and imported ratings; nothing is trained.

    With the name of a claim it tells all about it: test, tolerance, what was seen, and the missing runs.

    \b
    stackrepro claims
    stackrepro claims A5 --tier reduced
    """
    from stackrepro.experiments.claims import CLAIMS

    chosen = [CLAIMS[one_of("claim", name, CLAIMS)] for name in names or CLAIMS]
    if arm is not None:
        chosen = [claim.in_arm(one_of("arm", arm, ARMS)) for claim in chosen]
    if tier is not None:
        one_of("tier", tier, TIERS)
    from stackrepro.evaluation.explain import as_record, explained, line, missing
    from stackrepro.evaluation.eye_test.ratings import rated
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
    ratings = rated(places.runs_root(runs_root))
    judged = [
        (claim, judge(claim, found, sources.get(claim.dataset), ratings), missing(claim, found, tier))
        for claim in chosen
    ]
    if machine:
        return print_json([as_record(*row) for row in judged])
    for claim, verdict, todo in judged:
        click.echo(explained(claim, verdict, todo) + "\n" if names else line(verdict))


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
