"""The command `stackrepro claims`."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from textwrap import fill, shorten
from typing import TYPE_CHECKING, Any

import click

from stackrepro.base import places
from stackrepro.base.errors import AbsentError, UserError
from stackrepro.commands.options import as_json, device, print_json, runs_root, unofficial, weights
from stackrepro.data import Source
from stackrepro.experiments import TIERS
from stackrepro.experiments.reference import FIRST_RUNG
from stackrepro.experiments.registry import one_of

if TYPE_CHECKING:
    from stackrepro.claims.schema import Claim
    from stackrepro.claims.select import Evidence
    from stackrepro.claims.verdict import Entry, Outcome

COLUMNS = 110


@click.command()
@click.argument("names", metavar="[CLAIM]...", nargs=-1)
@click.option("--tier", help="Judge by runs of this tier only. [default: the highest rung that decides]")
@click.option("--make", is_flag=True, help=f"First make the runs that the named claims lack. [tier: {FIRST_RUNG}]")
@click.option("--data-root", metavar="FOLDER", help="Judge by runs on these data only. [default: any]")
@unofficial
@runs_root
@device
@weights
@as_json
def claims(
    names: tuple[str, ...],
    tier: str | None,
    make: bool,
    data_root: str | None,
    unofficial: bool,
    runs_root: str | None,
    device: str,
    weights: str | None,
    machine: bool,
) -> None:
    """Judge the claims of both papers by published results, your own runs and imported ratings.

    With the name of a claim it tells all about it: tests, what was seen, margins, seeds that would decide it, and the
    commands of missing runs, which --make obeys. Else nothing is trained.

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
    from stackrepro.claims.verdict import Entry, entry, judge

    root = places.runs_root(runs_root)
    sources = {} if data_root is None else sources_in(data_root, unofficial, chosen)
    if make:
        tier = tier or FIRST_RUNG
        evidence = evidence_of(root, tier, sources)
        for experiment, arm, seed in dict.fromkeys(lack for claim in chosen for lack in missing(claim, evidence, tier)):
            make_one(experiment, arm, tier, seed, data_root, unofficial, root, device, weights)
    evidence = evidence_of(root, tier, sources)
    entries = [
        entry(claim, evidence) if tier is None or claim.inspected else Entry(judge(claim, evidence, tier), ())
        for claim in chosen
    ]
    todo = [missing(claim, evidence, tier or FIRST_RUNG) for claim in chosen]
    if machine:
        return print_json([as_record(one, evidence, lacks) for one, lacks in zip(entries, todo, strict=True)])
    for one, lacks in zip(entries, todo, strict=True):
        click.echo(explained(one, evidence, lacks, tier or FIRST_RUNG) + "\n" if names else line(one))


def evidence_of(root: Path, tier: str | None, sources: dict[str, Source]) -> Evidence:
    """Gather published results and a user's own, of one tier and on some data only if that is asked for."""
    from stackrepro.claims.select import gathered
    from stackrepro.evaluation.eye_test.ratings import rated
    from stackrepro.evaluation.fitness import origin
    from stackrepro.runs import stored

    fingerprints = {source.fingerprint for source in sources.values()}
    found = [
        run
        for place in (places.results_root(), root)
        for run in stored(place)
        for of_tier, _, fingerprint in [origin(run)]
        if tier in (None, of_tier) and (not sources or fingerprint in fingerprints)
    ]
    return gathered(found, rated(root), sources)


def make_one(
    experiment: str,
    arm: str,
    tier: str,
    seed: int,
    data_root: str | None,
    unofficial: bool,
    root: Path,
    device: str,
    weights: str | None,
) -> None:
    """Train and measure one run."""
    from stackrepro.commands.run import make_run
    from stackrepro.evaluation.run import complete

    chosen = make_run(experiment, arm, tier, seed, 1, "32-true", data_root, unofficial)
    click.echo(chosen.name, err=True)
    complete(chosen, root, device, weights)


def missing(claim: Claim, evidence: Evidence, tier: str) -> list[tuple[str, str, int]]:
    """List experiment, arm and seed of the runs that a verdict at a tier still needs, with those of its premises."""
    from stackrepro.claims import schema
    from stackrepro.claims.select import SEEDS, named

    premises = [schema.part_named(part.premise, schema.claims()) for part in claim.parts if part.premise]
    found: dict[tuple[str, str, int], None] = {}
    for part in (*premises, *claim.parts):
        if not part.of_runs or tier not in part.tiers or part.without_runs:
            continue
        group = evidence.best(tier, part.sides, part.arm)
        for seed in range(SEEDS):
            for side in part.sides:
                name = named(side, part.arm, tier)
                if name is not None and (group is None or seed not in group.side(side, part.arm)):
                    found[name, part.arm, seed] = None
    return list(found)


def line(entry: Entry) -> str:
    """Return a row of the ledger: claim, rung, verdict, and as much of the reason as fits."""
    verdict = entry.verdict
    start = f"{verdict.claim.id:4} {verdict.rung:10} {verdict.word:22} "
    told = "; ".join([*others(entry), *filter(None, [verdict.counted]), verdict.reason])
    return start + shorten(told, COLUMNS - len(start), placeholder=" ...", break_on_hyphens=False)


def others(entry: Entry) -> list[str]:
    """Name the rungs that say otherwise."""
    return [f"{other.rung}: {other.word}" for other in entry.others if other.word != entry.verdict.word]


def explained(entry: Entry, evidence: Evidence, lacks: list[tuple[str, str, int]], tier: str) -> str:
    """Tell all about one claim: what is said, how it is tested, what was seen, and how missing runs are made."""
    claim, verdict = entry.verdict.claim, entry.verdict
    where = f", rung {verdict.rung}" + (f", {verdict.data}" if verdict.data else "")
    told = "; ".join(filter(None, [verdict.word + where, verdict.counted, *others(entry)]))
    blocks = [
        f"{claim.id}  paper {claim.paper}, {claim.section}; chapter {claim.chapter}",
        paragraph("claim", claim.statement),
        paragraph("evidence", claim.evidence),
        paragraph("departs", claim.departs),
        paragraph("verdict", told),
        *(paragraph("", f"left out {line}") for line in left_out(claim, evidence)),
    ]
    for outcome in verdict.outcomes:
        premise = f", if {outcome.part.premise} holds" if outcome.part.premise else ""
        blocks.append(paragraph(shorten(outcome.word, 10, placeholder=""), f"{outcome.part.label}: {outcome.reason}"))
        blocks.append(paragraph("", outcome.part.words + premise + decides(outcome)))
    commands = [
        f"  stackrepro run {name} --arm {arm} --tier {tier} --seed {seed} --data-root FOLDER"
        for name, arm, seed in lacks
    ]
    return "\n".join([*blocks, *(["", "Runs that are missing:", *commands] if commands else [])])


def decides(outcome: Outcome) -> str:
    """Say how many seeds would decide an open part, where its spread tells."""
    return f"; {outcome.seeds} seeds would decide it" if outcome.seeds else ""


def left_out(claim: Claim, evidence: Evidence) -> list[str]:
    """Count a claim's runs that can't stand beside others, by their reason."""
    return [
        f"{count} of {name} ({arm}), {why}"
        for ((name, arm), why), count in evidence.left_out.items()
        if (name, arm) in claim.experiments
    ]


def paragraph(label: str, text: str) -> str:
    return fill(text, COLUMNS, initial_indent=f"  {label:11}", subsequent_indent=" " * 13, break_on_hyphens=False)


def as_record(entry: Entry, evidence: Evidence, lacks: list[tuple[str, str, int]]) -> dict[str, Any]:
    """Turn a claim with its verdict into JSON."""
    verdict = entry.verdict
    claim = verdict.claim
    return {
        **{
            key: getattr(claim, key)
            for key in ("id", "paper", "section", "chapter", "statement", "evidence", "departs")
        },
        "rung": verdict.rung,
        "verdict": verdict.word,
        "counted": verdict.counted,
        "data": verdict.data,
        "p": verdict.p,
        "other_rungs": {other.rung: other.word for other in entry.others},
        "left_out": left_out(claim, evidence),
        "parts": [part_record(outcome) for outcome in verdict.outcomes],
        "missing": [{"experiment": name, "arm": arm, "seed": seed} for name, arm, seed in lacks],
    }


def part_record(outcome: Outcome) -> dict[str, Any]:
    """Turn a part into JSON; null stands for an end that is infinite. Ratios stand as ratios."""

    def finite(number: float | None) -> float | None:
        return number if number is not None and isfinite(number) else None

    effect, part = outcome.effect, outcome.part
    told: dict[str, Any] = {}
    if effect is not None:
        middle, low, high = effect.shown
        told = {
            "scale": "ratio" if effect.logarithm else "difference",
            "mean": middle,
            "interval": [finite(low), finite(high)],
            "margin": effect.margin,
            "pairing": "paired" if effect.paired else "independent",
            "row": effect.row,
            "values": [
                {"side": side, "measure": measure, "by_seed": values}
                for side, measure, values in zip(part.sides, part.measures, effect.values, strict=True)
            ],
            "beside": outcome.beside,
        }
    return {
        "part": part.label,
        "test": part.words,
        "premise": part.premise or None,
        "word": outcome.word,
        "reason": outcome.reason,
        **told,
        "p": outcome.p,
        "seeds_that_would_decide": outcome.seeds,
        "runs": sorted(run.folder.name for run in outcome.runs),
    }


def sources_in(data_root: str, unofficial: bool, chosen: list[Claim]) -> dict[str, Source]:
    """Find those of the claims' data sets that a data root holds; one of them must be there."""
    from stackrepro.data import find

    root, sources, absent = places.data_root(data_root), {}, []
    read = {claim.dataset for claim in chosen} | {n.partition("/")[0] for c in chosen for n, _ in c.experiments}
    for dataset in sorted(read):
        try:
            sources[dataset] = find(dataset, root, unofficial=unofficial)
        except AbsentError as error:
            absent.append(error)
    if not sources:
        raise absent[0]
    return sources
