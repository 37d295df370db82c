"""The ledger of claims for the book: verdicts of a chapter's claims, and the tables of the ledger's own chapter.

Verdicts are computed from what there is. Nothing is trained for them.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from IPython.display import Markdown
from pandas.io.formats.style import Styler

from stackrepro.base.places import results_root
from stackrepro.evaluation.eye_test.ratings import rated
from stackrepro.evaluation.fitness import origin
from stackrepro.evaluation.verdicts import Verdict, judge
from stackrepro.experiments.claims import CLAIMS, Claim, of_paper, rules
from stackrepro.report.chapter import Chapter
from stackrepro.report.plan import CHAPTERS
from stackrepro.report.provenance import note
from stackrepro.report.tables import stamped
from stackrepro.runs import StoredRun, stored


def verdicts(chapter: Chapter, *names: str) -> Markdown:
    """Show claims with two verdicts each: by the published results, and by the runs of this book."""
    return paragraphs(entry(chapter, *row) for row in judged(chapter, names))


def judged(chapter: Chapter, names: Iterable[str]) -> list[tuple[Claim, Verdict, Verdict]]:
    """Judge claims by the results published with the book, and by the runs of a chapter's tier, seeds and data.

    An inspection, which reads no run, gives one verdict, which stands in both places. A line under what is shown names
    the runs behind the verdicts.
    """
    published, own, ratings = stored(results_root()), own_runs(chapter), rated(chapter.runs_root)
    rows = []
    for claim in (CLAIMS[name] for name in names):
        here = judge(claim, own, chapter.sources[claim.dataset], ratings)
        there = judge(claim, published, None, ratings) if claim.experiments else here
        note({claim.id: [*there.runs, *here.runs]})
        rows.append((claim, there, here))
    return rows


def own_runs(chapter: Chapter) -> list[StoredRun]:
    """List the runs of a chapter's tier, seeds and data sets, wherever they lie."""
    fingerprints = {source.fingerprint for source in chapter.sources.values()}
    return [
        run
        for root in (chapter.runs_root, results_root())
        for run in stored(root)
        for tier, seed, fingerprint in [origin(run)]
        if tier == chapter.tier and seed in chapter.seeds and fingerprint in fingerprints
    ]


def entry(chapter: Chapter, claim: Claim, published: Verdict, own: Verdict) -> str:
    """Write a claim with its verdicts."""
    lines = [f"**{claim.id}** ({claim.section}). {claim.statement}", ""]
    if not claim.experiments:
        return "\n".join([*lines, f"- *By inspection:* **{own.word}**. {own.reason}."])
    where = f" (tier {published.tier} | {published.data})" if published.tier else ""
    lines.append(f"- *Published results{where}:* **{published.word}**. {published.reason}.")
    lines.append(f"- *This book's runs ({chapter.stamp}):* **{own.word}**. {own.reason}.")
    return "\n".join(lines)


def overview(chapter: Chapter, paper: str, *names: str) -> Markdown:
    """List claims of a paper, all if none is named, each with a link to its chapter and both verdicts."""
    rows = [
        f"- {linked(claim)} {claim.statement} *Published:* **{published.word}**; *this book:* **{own.word}**."
        for claim, published, own in judged(chapter, names or names_of(paper))
    ]
    return Markdown("\n".join([*rows, "", f"This book: {chapter.stamp}"]))


def linked(claim: Claim) -> str:
    """Return a claim's name, linked to its chapter where the book has that."""
    return f"[{claim.id}]({claim.chapter})" if claim.chapter in CHAPTERS else claim.id


def names_of(paper: str) -> list[str]:
    """List the names of a paper's claims."""
    return [claim.id for claim in of_paper(paper)]


def counts(chapter: Chapter, paper: str) -> Styler:
    """Count a paper's claims with each verdict."""
    both = [(first.word, own.word) for _, first, own in judged(chapter, names_of(paper))]
    published, own = zip(*both, strict=True)
    rows = [
        {"verdict": word, "published results": published.count(word), "this book's runs": own.count(word)}
        for word in rules.WORDS
    ]
    return stamped(pd.DataFrame(rows), chapter.about(of_paper(paper)[0].dataset).stamp)


def plan(paper: str) -> Markdown:
    """Tell how each claim of a paper is tested, which was written down before the results."""
    return paragraphs(
        f"**{claim.id}** ({claim.section}). {claim.statement} *Test:* {'; '.join(tests(claim))}. "
        f"*Tolerance:* {'; '.join(dict.fromkeys(test.tolerance for _, test in claim.parts))}. "
        f"*Adequacy:* {claim.adequacy}."
        for claim in of_paper(paper)
    )


def tests(claim: Claim) -> list[str]:
    """Describe the tests of a claim with their arms."""
    arms = [f" (arm {test.arm})" if hasattr(test, "arm") else "" for _, test in claim.parts]
    return [test.words + arm for (_, test), arm in zip(claim.parts, arms, strict=True)]


def departures(paper: str) -> Markdown:
    """Tell what a paper offers for each claim, and how the test departs from it."""
    return paragraphs(
        f"**{claim.id}.** *The paper offers:* {claim.evidence}. *Here:* {claim.departs}." for claim in of_paper(paper)
    )


def the_rules() -> Markdown:
    """The rules of the verdicts, as they stand in the program."""
    return Markdown(rules.__doc__.partition("\n\n")[2])


def paragraphs(texts: Iterable[str]) -> Markdown:
    return Markdown("\n\n".join(texts))
