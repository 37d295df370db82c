"""The ledger of claims for the book: verdicts of a chapter's claims, and the tables of the ledgers' own chapters.

Verdicts are computed from what there is. Nothing is trained for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from html import escape
from math import inf, isfinite
from pathlib import Path

import pandas as pd
from IPython.display import Markdown
from pandas.io.formats.style import Styler

from stackrepro.base.places import results_root
from stackrepro.claims.schema import Claim, Part, claims, of_paper
from stackrepro.claims.select import Evidence, found_in, gathered
from stackrepro.claims.verdict import (
    AT_PAPER,
    FAILS,
    HOLDS,
    INSPECTION,
    TRACELESS,
    WORDS,
    Effect,
    Entry,
    Outcome,
    Verdict,
    corrected,
    entry,
    judge,
)
from stackrepro.eyetest.ratings import rated
from stackrepro.report.chapter import Chapter, note
from stackrepro.report.lists import scripts
from stackrepro.report.tables import styled
from stackrepro.runs import StoredRun, stored

WIDTH, ROW, REACH = 150, 11, 4.0  # of a drawn effect: pixels, pixels a part, margins on either side
COUNTED = ["verdict", "published results", "this book's runs"]
COLOURS = {HOLDS: "#2a9d5c", FAILS: "#c8453b"}
DRAWN = (
    "Each line is a part: mean and 90 % interval, green where it holds, red where it fails, else gray. The middle is "
    "the bound of the claim, to its right is what is claimed; the band is the margin, and a line without one has a "
    "scale of its own."
)


def verdicts(chapter: Chapter, *names: str) -> Markdown:
    """Show claims with their tests and two verdicts each: by the published results, and by the runs of this book."""
    return Markdown("\n\n".join(written(chapter, *row) for row in judged(chapter, names)))


def judged(chapter: Chapter, names: Iterable[str]) -> list[tuple[Claim, Entry, Verdict]]:
    """Judge claims by the results published with the book, and by the runs of a chapter; a line names all these runs.

    An inspection reads no run and gives one verdict, which stands in both places.
    """
    published = by_published(results_root(), chapter.runs_root)
    own = gathered(own_runs(chapter), published.ratings, chapter.sources)
    rows = []
    for claim in (claims()[name] for name in names):
        here = judge(claim, own, INSPECTION if claim.inspected else chapter.tier)
        there = Entry(here, ()) if claim.inspected else entry(claim, published)
        note({claim.id: [*there.verdict.runs, *here.runs]})
        rows.append((claim, there, here))
    return rows


@cache
def by_published(results: Path, runs: Path) -> Evidence:
    """Gather what is published, and all ratings."""
    return gathered(stored(results), rated(runs))


def own_runs(chapter: Chapter) -> list[StoredRun]:
    """List the runs of a chapter's tier, seeds and data sets, wherever they lie."""
    fingerprints = {source.fingerprint for source in chapter.sources.values()}
    return found_in((chapter.runs_root, results_root()), fingerprints, chapter.tier, chapter.seeds)


def written(chapter: Chapter, claim: Claim, published: Entry, own: Verdict) -> str:
    """Write a claim with its verdicts and parts."""
    verdict = published.verdict
    lines = [f"**{claim.id}** ({claim.section}). {claim.statement}", ""]
    if claim.inspected:
        return "\n".join([*lines, f"- *By inspection:* **{own.word}**. {own.reason}."])
    where = f"rung {verdict.rung}" + (f" | {verdict.data}" if verdict.data else "")
    lines.append(f"- *Published results ({where}):* **{verdict.word}**. {' '.join(summed(published))}")
    for outcome in verdict.outcomes:  # a part: its test, its word, what was seen, and what would decide it
        seeds = f"; {outcome.seeds} seeds would decide it" if outcome.seeds else ""
        drawn = "" if outcome.effect is None else f" {drawing([outcome])}"
        lines.append(f"  - {outcome.part.label}: **{outcome.word}**, {outcome.reason}{seeds}.{drawn}")
    lines.append(f"- *This book's runs ({chapter.stamp}):* **{own.word}**. {own.reason}.")
    return "\n".join(lines)


def summed(found: Entry) -> list[str]:
    """Count the parts, and name the rungs that say otherwise, each with a full stop."""
    return [f"{words}." for words in (found.verdict.counted, *found.dissent) if words]


def overview(chapter: Chapter, paper: str, *names: str) -> Markdown:
    """Show a paper's claims, all if none is named, as a table: verdict, parts, and the effects as small intervals."""
    rows = judged(chapter, names or [claim.id for claim in of_paper(paper)])
    adjusted = corrected(published.verdict for _, published, _ in rows)
    lines = ["| claim | | rung | verdict | effects | p |", "|---|---|---|---|---|---|"]
    for claim, published, _ in rows:
        verdict = published.verdict
        words = [f"**{verdict.word}**" if verdict.decided else verdict.word, *summed(published)]
        p = f"{adjusted[claim.id]:.2g}" if claim.id in adjusted else ""
        cells = (linked(claim), claim.statement, verdict.rung, "<br>".join(words), drawing(verdict.outcomes), p)
        lines.append(f"| {' | '.join(cells)} |")
    return Markdown(
        "\n".join([*lines, "", f"{DRAWN} p is after Holm's correction over the distinct tests of these claims."])
    )


def linked(claim: Claim) -> str:
    """Return a claim's name, linked to its chapter where the book has that."""
    return f"[{claim.id}]({claim.chapter})" if claim.chapter in scripts() else claim.id


def drawing(outcomes: Iterable[Outcome]) -> str:
    """Draw the effects of parts as SVG, a line each; nothing where none was seen."""
    drawn = [outcome for outcome in outcomes if outcome.effect is not None]
    if not drawn:
        return ""
    height, middle = ROW * len(drawn), WIDTH / 2
    lines = "".join(drawn_line(outcome, ROW * place + ROW / 2) for place, outcome in enumerate(drawn))
    axis = f'<line x1="{middle}" y1="0" x2="{middle}" y2="{height}" stroke="currentColor" stroke-opacity="0.5"/>'
    label = escape("; ".join(f"{outcome.part.label}: {outcome.effect}" for outcome in drawn))
    return f'<svg role="img" aria-label="{label}" width="{WIDTH}" height="{height}">{axis}{lines}</svg>'


def drawn_line(outcome: Outcome, y: float) -> str:
    """Draw one effect at a height, with its margin behind it and its numbers as what a pointer shows."""
    low, middle, high, margin = placed(outcome.effect)
    x1, x, x2 = (round(WIDTH / 2 * (1 + max(-1.0, min(1.0, value / REACH))), 1) for value in (low, middle, high))
    band_width = 0 if margin is None else WIDTH / REACH * margin
    behind = (
        f'<rect x="{(WIDTH - band_width) / 2:.1f}" y="{y - ROW / 2}" width="{band_width:.1f}" height="{ROW}" '
        'fill="currentColor" fill-opacity="0.1"/>'
    )
    colour = COLOURS.get(outcome.word, "#888")
    return (
        f'<g stroke="{colour}" fill="{colour}"><title>{escape(f"{outcome.part.label}: {outcome.effect}")}</title>'
        f'{behind if margin else ""}<line x1="{x1}" y1="{y}" x2="{x2}" y2="{y}" stroke-width="2"/>'
        f'<circle cx="{x}" cy="{y}" r="3"/></g>'
    )


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


def counts(chapter: Chapter, paper: str) -> Styler:
    """Count a paper's claims with each verdict."""
    rows = judged(chapter, [claim.id for claim in of_paper(paper)])
    there, here = Counter(named(found.verdict) for _, found, _ in rows), Counter(named(own) for *_, own in rows)
    inspections = (f"by inspection: {word}" for word in ("reproduced", "partly reproduced", "refuted"))
    order = [word for word in (*AT_PAPER.values(), *WORDS, *inspections, TRACELESS) if there[word] or here[word]]
    table = pd.DataFrame([(word, there[word], here[word]) for word in order], columns=COUNTED)
    return styled(table, chapter.about(of_paper(paper)[0].dataset).stamp)


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
