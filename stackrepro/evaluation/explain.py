"""The ledger as text for a terminal, and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from textwrap import fill, shorten
from typing import Any

from stackrepro.evaluation.cohorts import by_data, cohorts, dataset_of, sorted_out
from stackrepro.evaluation.fitness import definition
from stackrepro.evaluation.verdicts import Verdict
from stackrepro.experiments.claims import Claim
from stackrepro.experiments.claims.rules import ADEQUATE_TIERS, SEEDS
from stackrepro.runs import StoredRun

COLUMNS = 100


def line(verdict: Verdict) -> str:
    """Return a row of the ledger: claim, verdict, tier, and as much of the reason as fits."""
    start = f"{verdict.claim:4} {verdict.word:24} {verdict.tier or '-':8} "
    return start + shorten(verdict.reason, COLUMNS - len(start), placeholder=" ...", break_on_hyphens=False)


def explained(claim: Claim, verdict: Verdict, commands: Sequence[str]) -> str:
    """Tell all about one claim: what is said, how it is tested, what was seen, and how missing runs are made."""
    where = f", tier {verdict.tier}, {verdict.data}" if verdict.tier else ""
    blocks = [
        f"{claim.id}  paper {claim.paper}, {claim.section}; chapter {claim.chapter}",
        paragraph("claim", claim.statement),
        paragraph("evidence", claim.evidence),
        paragraph("departs", claim.departs),
    ]
    for label, test in claim.parts:
        arm = f" (arm {test.arm})" if hasattr(test, "arm") else ""
        blocks.append(paragraph("test", f"{label}: {test.words}{arm}" if label else f"{test.words}{arm}"))
    tolerances = dict.fromkeys(test.tolerance for _, test in claim.parts)
    blocks += [paragraph("tolerance", "; ".join(tolerances)), paragraph("adequacy", claim.adequacy)]
    blocks.append(paragraph("verdict", f"{verdict.word}{where}"))
    blocks += [paragraph("", line) for line in verdict.left_out]
    for part in verdict.parts:
        blocks.append(paragraph("", f"{part.label}: {part.word}; {part.reason}" if part.label else part.reason))
    if commands:
        blocks += ["", "Runs that are missing:", *(f"  {command}" for command in commands)]
    return "\n".join(blocks)


def paragraph(label: str, text: str) -> str:
    return fill(text, COLUMNS, initial_indent=f"  {label:11}", subsequent_indent=" " * 13, break_on_hyphens=False)


def as_record(claim: Claim, verdict: Verdict, commands: Sequence[str]) -> dict[str, Any]:
    """Turn a claim with its verdict into JSON."""
    return {
        "claim": claim.id,
        "paper": claim.paper,
        "section": claim.section,
        "chapter": claim.chapter,
        "statement": claim.statement,
        "tests": [{"part": label, "test": test.words, "tolerance": test.tolerance} for label, test in claim.parts],
        "adequacy": claim.adequacy,
        "verdict": verdict.word,
        "tier": verdict.tier,
        "data": verdict.data,
        "left_out": list(verdict.left_out),
        "parts": [asdict(part) for part in verdict.parts],
        "missing": list(commands),
    }


def missing(claim: Claim, runs: Sequence[StoredRun], tier: str | None) -> list[str]:
    """List the commands of the runs that a verdict about the paper still needs, a command a run.

    They are of the tier that was asked for if verdicts can rest on it, else of the one that the claim insists on, or of
    the cheapest such tier. An experiment that isn't defined in the arm has no command.
    """
    tier = tier if tier in ADEQUATE_TIERS else claim.tier or ADEQUATE_TIERS[0]
    sides = [side for side in claim.experiments if definition(*side, tier, 0) is not None]
    fit, _ = sorted_out(runs, sides)
    fitting = [cohort for cohort in cohorts(fit) if cohort.tier == tier and not cohort.synthetic]
    commands = []
    for dataset, cohort in by_data(fitting, sides).items():
        there = {} if cohort is None else cohort.runs
        group = [side for side in sides if dataset_of(side[0]) == dataset]
        seeds = cheapest([set(there.get(side, {})) for side in group])
        commands += [
            f"stackrepro run {name} --arm {arm} --tier {tier} --seed {seed} --data-root FOLDER"
            for name, arm in group
            for seed in seeds
            if seed not in there.get((name, arm), {})
        ]
    return commands


def cheapest(there: Sequence[set[int]]) -> list[int]:
    """Return the seeds, as many as a verdict needs, that the fewest runs lack, given the seeds that each side has.

    Pairs are of one seed, so all sides must have the same ones. Among equals the smaller seeds are chosen.
    """
    candidates = set(range(SEEDS)).union(*there)
    return sorted(sorted(candidates, key=lambda seed: (-sum(seed in side for side in there), seed))[:SEEDS])
