"""The ledger of claims for the book: verdicts of a chapter's claims, and the tables of the ledgers' own chapters.

Verdicts are computed from what there is. Nothing is trained for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from html import escape
from math import inf, isfinite, log
from pathlib import Path
from statistics import mean

import pandas as pd
from IPython.display import HTML, Markdown

from stackrepro.base.places import results_root
from stackrepro.claims.measures import MEASURES, number_at
from stackrepro.claims.schema import DATASETS, Claim, Part, claims, of_paper
from stackrepro.claims.select import RUNGS, Evidence, found_in, gathered
from stackrepro.claims.select import named as name_at
from stackrepro.claims.verdict import (
    AT_PAPER,
    FAILS,
    HOLDS,
    INSPECTION,
    LEAST_RATIO,
    TRACELESS,
    WORDS,
    Effect,
    Entry,
    Outcome,
    Verdict,
    band,
    corrected,
    early,
    entry,
    judge,
)
from stackrepro.eyetest.ratings import rated
from stackrepro.report.chapter import Chapter, note
from stackrepro.report.lists import scripts
from stackrepro.report.tables import Plain
from stackrepro.runs import StoredRun, stored

WIDTH, ROW, REACH = 150, 11, 4.0  # of a drawn effect: pixels, pixels a part, margins on either side
EDGE = 8  # pixels beyond these margins
COLOURS = {HOLDS: "var(--pst-color-success, #2a9d5c)", FAILS: "var(--pst-color-danger, #c8453b)"}
DRAWN = (
    "Each line is a part: mean and 90 % interval, a green disc where it holds, a red square where it fails, else a "
    "ring; a hook is on the mean of one that lies beyond the edge, four margins out. The middle is the bound of the "
    "claim, to its right is what is claimed; the gray band is the margin, and a line without one has a scale of its "
    "own. A cross is the same contrast by the distance of 192 features, in margins of its own. A blue band is how much "
    "equal runs differ, where four seeds of a model are there to tell."
)
Band = tuple[float, float, int] | None


def verdicts(chapter: Chapter, *names: str) -> Markdown:
    """Tell what this book's own runs say of those claims that runs decide; `forest.short` tells of published ones."""
    evidence = gathered(own_runs(chapter), by_published(results_root(), chapter.runs_root).ratings, chapter.sources)
    asked = [claim for claim in (claims()[name] for name in names) if not claim.inspected]
    found = {claim: judge(claim, evidence, chapter.tier) for claim in asked}
    note({claim.id: [*own.runs] for claim, own in found.items()})
    lines = [
        f"- **{claim.id}**, {own.word}. {claim.statement} {own.reason}." for claim, own in found.items() if own.runs
    ]
    lacking = ", ".join(claim.id for claim, own in found.items() if not own.runs)
    return Markdown("\n".join([f"{chapter.scope}:", "", *lines, f"- No run yet for {lacking}." if lacking else ""]))


def judged(chapter: Chapter, names: Iterable[str]) -> list[tuple[Claim, Entry]]:
    """Judge claims by the results published with the book, or by inspection; a line names all these runs."""
    published = by_published(results_root(), chapter.runs_root)
    inspecting = replace(published, sources=chapter.sources)
    chosen = [claims()[name] for name in names]
    rows = [(claim, entry(claim, inspecting if claim.inspected else published)) for claim in chosen]
    note({claim.id: [*found.verdict.runs] for claim, found in rows})
    return rows


@cache
def by_published(results: Path, runs: Path) -> Evidence:
    """Gather what is published, and all ratings."""
    return gathered(stored(results), rated(runs))


@cache
def bands(results: Path, runs: Path) -> dict[tuple[str, str], Band]:
    """Return by paper and rung what equal runs differ by, as `band` does."""
    evidence = by_published(results, runs)
    return {(paper, rung): band(evidence, data, rung) for paper, data in DATASETS.items() for rung in RUNGS}


def own_runs(chapter: Chapter) -> list[StoredRun]:
    """List the runs of a chapter's tier, seeds and data sets, wherever they lie."""
    fingerprints = {source.fingerprint for source in chapter.sources.values()}
    return found_in((chapter.runs_root, results_root()), fingerprints, chapter.tier, chapter.seeds)


def summed(found: Entry) -> list[str]:
    """Count the parts, and name the rungs that say otherwise, each with a full stop."""
    return [f"{words}." for words in (found.verdict.counted, *found.dissent) if words]


def overview(chapter: Chapter, paper: str, *names: str) -> HTML:
    """Show a paper's claims, all if none is named, as a table: verdict, parts, and the effects as small intervals."""
    rows = judged(chapter, names or [claim.id for claim in of_paper(paper)])
    adjusted = corrected(published.verdict for _, published in rows)
    equal = bands(results_root(), chapter.runs_root)
    lines = []
    for claim, published in rows:
        verdict = published.verdict
        name = f'<a href="{claim.chapter}.html">{claim.id}</a>' if claim.chapter in scripts() else claim.id
        word = f'<strong style="--verdict: {coloured(verdict.state)}">{escape(verdict.word)}</strong>'
        p = f"{adjusted[claim.id]:.2g}" if claim.id in adjusted else ""
        drawn = drawing(verdict.outcomes, equal.get((paper, verdict.rung)))
        told = (escape(claim.statement), verdict.rung, "<br>".join([word, *map(escape, summed(published))]), drawn, p)
        lines.append(f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in told)}</tr>')
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("claim", "", "rung", "verdict", "effects", "p"))
    words = f"{DRAWN} p is after Holm's correction over the distinct tests of these claims."
    return HTML(
        f'<table class="dataframe ledger"><thead><tr>{heads}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
        f"<p>{words}</p>"
    )


def coloured(word: str) -> str:
    """Return the CSS colour of what has come to this word."""
    return COLOURS.get(word, "var(--pst-color-text-muted, #888)")


def linked(claim: Claim) -> str:
    """Return a claim's name, linked to its chapter where the book has that."""
    return f"[{claim.id}]({claim.chapter})" if claim.chapter in scripts() else claim.id


def drawing(outcomes: Iterable[Outcome], equal: Band = None) -> str:
    """Draw the effects of parts as SVG, a line each, empty for a part without; nothing where none was seen.

    `equal` is what equal runs differ by, in margins of KID.
    """
    lines = [(outcome, ROW * place + ROW / 2) for place, outcome in enumerate(outcomes)]
    drawn = [(outcome, y) for outcome, y in lines if outcome.effect is not None]
    if not drawn:
        return ""
    height, middle = ROW * len(lines), WIDTH / 2
    axis = f'<line x1="{middle}" y1="0" x2="{middle}" y2="{height}" stroke="currentColor" stroke-opacity="0.5"/>'
    label = escape("; ".join(told(outcome) for outcome, _ in drawn))
    marks = "".join(drawn_line(outcome, y, equal) for outcome, y in drawn)
    size = f'width="{WIDTH}" height="{height}" style="max-width: none"'  # a page would cut off what it has no room for
    return f'<svg role="img" aria-label="{label}" {size}>{axis}{marks}</svg>'


def told(outcome: Outcome) -> str:
    """Tell a part's label, word and effect."""
    return f"{outcome.part.label} {outcome.word}: {outcome.effect}"


def drawn_line(outcome: Outcome, y: float, equal: Band = None) -> str:
    """Draw one effect at a height, with its bands behind it and its numbers as what a pointer shows."""
    low, middle, high, margin = placed(outcome.effect)
    (x1, x, x2), colour = map(across, (low, middle, high)), coloured(outcome.word)
    behind, cross = "", by_early_features(outcome)
    if margin is not None:
        behind = box(-1.0, 1.0, y, ROW, "currentColor", 0.1)
        if equal is not None and outcome.part.readings[0].measure is MEASURES["kid"]:
            behind += box(*equal[:2], y, ROW / 2, "var(--pst-color-info, #276be9)", 0.4)
    line = f'<line x1="{x1}" y1="{y}" x2="{x2}" y2="{y}" stroke-width="2"/>' if isfinite(low) else ""
    hollow = "" if outcome.word == HOLDS else ' fill="var(--pst-color-background, #fff)"'
    mark = f'<circle cx="{x}" cy="{y}" r="3"{hollow}/>'
    if outcome.word == FAILS:
        mark = f'<rect x="{x - 3}" y="{y - 3}" width="6" height="6"/>'
    if abs(middle) > REACH:
        out = 1 if middle > 0 else -1
        mark += f'<path d="M{x + 4 * out} {y - 3} l{3 * out} 3 l{-3 * out} 3" fill="none"/>'
    if cross is not None:
        path = f"M{across(cross) - 3} {y - 3} l6 6 m0 -6 l-6 6"
        mark += f'<path class="early" d="{path}" stroke="currentColor" fill="none"/>'
    title = f"<title>{escape(told(outcome))}</title>"
    return f'<g stroke="{colour}" fill="{colour}">{title}{behind}{line}{mark}</g>'


def across(margins: float) -> float:
    """Return where a drawing has what lies some margins from its middle, in pixels; what is beyond lies at the edge."""
    return round(WIDTH / 2 + (WIDTH / 2 - EDGE) * max(-1.0, min(1.0, margins / REACH)), 1)


def box(low: float, high: float, y: float, height: float, colour: str, opacity: float) -> str:
    """Draw a band from and to some margins, centred on a height."""
    x, width = across(low), across(high) - across(low)
    place = f'x="{x}" y="{y - height / 2}" width="{width:.1f}" height="{height}"'
    return f'<rect {place} fill="{colour}" fill-opacity="{opacity}" stroke="none"/>'


def by_early_features(outcome: Outcome) -> float | None:
    """Return a contrast of KIDs by the Fréchet distance of 192 features, in margins of that; None where it is unknown.

    Only of two experiments' standard rows, which these distances are of.
    """
    part, effect = outcome.part, outcome.effect
    if part.kind != "compare" or part.measures != ("kid", "kid") or "FID of 192 features" not in outcome.beside:
        return None
    tier, logs = outcome.runs[0].result["tier"], []
    for name in (name_at(side, part.arm, tier) for side in part.sides):
        results = (run.result for run in outcome.runs if run.result["experiment"] == name)
        logs.append(mean(log(number_at(early(result), effect.row, "frechet")) for result in results))
    return (logs[1] - logs[0]) / LEAST_RATIO


def placed(effect: Effect) -> tuple[float, float, float, float | None]:
    """Return low end, mean and high end from the claimed bound on, in margins; and the margin, which is 1 or absent.

    What is claimed to lie below a bound is turned round. Without a margin the mean lies three quarters of the way out.
    """
    interval, (start, end) = effect.interval, effect.zone
    edge, sign = (start, 1.0) if isfinite(start) else (end, -1.0)
    edge, sign = (edge, sign) if effect.margin is None else (0.0, 1.0)
    ends = [sign * (value - edge) for value in (interval.low, interval.mean, interval.high)]
    unit = effect.margin or 4 / 3 / REACH * max(abs(ends[1]), interval.half if interval.half < inf else 0.0) or 1.0
    low, middle, high = (value / unit for value in ends)
    return min(low, high), middle, max(low, high), 1.0 if effect.margin else None


def counts(chapter: Chapter, paper: str) -> Plain:
    """Count a paper's claims with each verdict by the published results."""
    found = Counter(named(one.verdict) for _, one in judged(chapter, [claim.id for claim in of_paper(paper)]))
    inspections = (f"by inspection: {word}" for word in ("reproduced", "partly reproduced", "refuted"))
    order = [word for word in (*AT_PAPER.values(), *WORDS, *inspections, TRACELESS) if found[word]]
    return Plain(pd.DataFrame([(word, found[word]) for word in order], columns=["verdict", "claims"]), f"paper {paper}")


def named(verdict: Verdict) -> str:
    """Return a verdict's word, which of an inspection says so."""
    if verdict.rung != INSPECTION or verdict.word == TRACELESS:
        return verdict.word
    return f"by inspection: {verdict.word.removesuffix(' by inspection')}"


def plan(paper: str) -> Markdown:
    """Tell how each claim of a paper is tested, what the paper offers for it, and how the test departs from that."""

    def asked(part: Part) -> str:
        return f"{part.label} ({part.words}{f', if {part.premise} holds' if part.premise else ''})"

    return Markdown(
        "\n\n".join(
            f"**{claim.id}** ({claim.section}). {claim.statement} *Test:* {'; '.join(map(asked, claim.parts))}. "
            f"*The paper offers:* {claim.evidence}. *Here:* {claim.departs}."
            for claim in of_paper(paper)
        )
    )
