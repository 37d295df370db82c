"""The forest: a row for each claim of runs, with its effects at each rung; and the answers that stand before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from html import escape
from math import isfinite

from IPython.display import HTML, Markdown

from stackrepro.claims.schema import DATASETS, Claim, claims
from stackrepro.claims.select import RUNGS, SEEDS
from stackrepro.claims.verdict import FAILS, HOLDS, NOTHING, OPEN, TRACELESS, WORDS, Entry, Outcome, Verdict, entry
from stackrepro.experiments import resolve
from stackrepro.report import ledger
from stackrepro.report.chapter import Chapter, note

# What a reader wants to know first, of what, and which part of a claim answers it; "not" one that says the contrary.
QUESTIONS = {
    "Does stacking help?": {
        "conv birds": "A1/the stack is better",
        "deep-conv birds": "A2/the stack is better",
        "dense birds": "not A3/no gain",
    },
    "Does backpropagation through both stages hurt?": {"conv birds": "A5/worse", "deep-conv birds": "A6/worse"},
    "Does it help to draw edges first?": {"faces": "B26/better", "birds": "B27/on birds"},
    "Does more data help?": {
        "the variety of birds": "A25/all over a quarter",
        "edges of faces, in as many epochs": "B2/much worse",
        "edges of faces, in as many updates": "B4/at all updates",
    },
}
LETTERS = {word: word[0].upper() for word in WORDS} | {NOTHING: "N"}
FILTER = """<script>
for (const form of document.querySelectorAll("form.forest")) {
  form.oninput = () => {
    const asked = [...new FormData(form)].filter(([, value]) => value);
    for (const row of form.nextElementSibling.querySelectorAll("tbody tr"))
      row.hidden = asked.some(([key, value]) => row.dataset[key] !== value);
  };
  form.hidden = false;
  form.oninput();
}
</script>"""


def entries(chapter: Chapter) -> dict[str, Entry]:
    """Judge each claim of runs by the published results, which the line under the cell names."""
    evidence = ledger.by_published(ledger.results_root(), chapter.runs_root)
    found = {claim.id: entry(claim, evidence) for claim in claims().values() if claim.experiments}
    note({name: [run for verdict in (one.verdict, *one.others) for run in verdict.runs] for name, one in found.items()})
    return found


def answers(chapter: Chapter) -> Markdown:
    """Answer five questions by the published results, a sentence each."""
    found = entries(chapter)
    told = [f"**{question}** {answer(found, parts)}" for question, parts in QUESTIONS.items()]
    return Markdown("\n".join(f"- {one}" for one in (*told, f"**What can't be told?** {untold(found)}")))


def answer(found: dict[str, Entry], parts: dict[str, str]) -> str:
    """Say for what it is so, for what it isn't, and for what that isn't decided, and why."""
    said: dict[tuple[str, str], list[str]] = {("it does", ""): [], ("it doesn't", ""): []}
    for thing, name in parts.items():
        claim, _, label = name.removeprefix("not ").partition("/")
        one, turned = found[claim], name.startswith("not ")
        at = {v.rung: o for v in (one.verdict, *one.others) for o in v.outcomes if o.part.label == label}
        decided = [rung for rung in RUNGS if rung in at and at[rung].word in (HOLDS, FAILS)]
        rung = decided[-1] if decided else one.verdict.rung  # the highest that decides, as for claims
        outcome, notes, reason = at[rung], [ledger.linked(claims()[claim])], ""
        if decided:
            notes += [f"tier {rung}", *in_margins(outcome, turned)]
            notes += [f"{lower}: {at[lower].word}" for lower in decided if at[lower].word != outcome.word]
            word = "it does" if (outcome.word == HOLDS) != turned else "it doesn't"
        else:
            notes += [
                f"tier {rung}: {other.word}" for rung, other in at.items() if other.runs and other.word != outcome.word
            ]
            word, reason = f"that is {outcome.word}", f": {why(outcome)}"
            if outcome.word == NOTHING:
                premise = outcome.part.premise.replace("/", " (")
                word, reason = "the question doesn't arise", f", since {premise}) fails"
            elif outcome.word == OPEN and outcome.effect is None:
                reason = ": runs of it are lacking"
        said.setdefault((word, reason), []).append(f"{thing} ({'; '.join(notes)})")
    return sentence(f"{word} for {enumerated(things)}{reason}" for (word, reason), things in said.items() if things)


def untold(found: dict[str, Entry]) -> str:
    """Count the claims of runs that aren't decided, by what they lack, and name what can't be traced."""
    lacks = Counter(lack(one.verdict) for one in found.values() if not one.verdict.decided)
    counted = enumerated([f"{count} for want of {what}" for what, count in lacks.most_common()])
    lost = [claim.id for claim in claims().values() if any(part.test == TRACELESS for part in claim.parts)]
    undecided = f"{lacks.total()} of {len(found)} claims of runs are undecided"
    traceless = f"the numbers that {enumerated(lost)} print can't be traced"
    return sentence([f"{undecided}, {counted}" if lacks else undecided, traceless])


def lack(verdict: Verdict) -> str:
    """Say what an undecided verdict lacks."""
    seeds = [0 if o.effect is None else o.effect.interval.n for o in verdict.outcomes if o.word == OPEN]
    if seeds:
        return "runs" if min(seeds) < SEEDS else "more seeds"
    return "raters" if any(outcome.part.kind == "rated" for outcome in verdict.outcomes) else "adequate runs"


def why(outcome: Outcome) -> str:
    """Say why a part isn't decided, and how many seeds would decide it, without the numbers that were seen."""
    told = beside_effect(outcome)
    many = (outcome.seeds or 0) > SEEDS
    return ", ".join(told or ["its seeds differ too much"]) + (deciding(outcome) if many else "")


def beside_effect(outcome: Outcome) -> list[str]:
    """List the clauses of a reason that don't repeat the effect's numbers."""
    return [clause for clause in outcome.reason.split("; ") if clause != str(outcome.effect)]


def in_margins(outcome: Outcome, turned: bool = False) -> list[str]:
    """Write effect and interval in margins, positive for the claim or, `turned`, against it; none without a margin."""
    if outcome.effect is None or outcome.effect.margin is None:
        return []
    low, middle, high, _ = ledger.placed(outcome.effect)
    low, middle, high = (-high, -middle, -low) if turned else (low, middle, high)
    return [f"{middle:+.1f} margins" + (f" [{low:+.1f}, {high:+.1f}]" if isfinite(low) else "")]


def enumerated(words: list[str]) -> str:
    """Join words by commas, the last by "and"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]])) if words else ""


def sentence(clauses: Iterable[str]) -> str:
    """Join clauses to a sentence."""
    text = "; ".join(clauses)
    return f"{text[0].upper()}{text[1:]}."


def table(chapter: Chapter) -> HTML:
    """Show a row for each claim of runs: its effects at each rung, its verdict, and what became of each part."""
    found, equal = entries(chapter), ledger.bands(ledger.results_root(), chapter.runs_root)
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("", *map(size, RUNGS), "claim, verdict, parts"))
    rows = "".join(row(claims()[name], one, equal) for name, one in found.items())
    return HTML(
        f'<form class="forest" hidden>{choice("paper", DATASETS)}{choice("verdict", WORDS)}</form>'
        '<div class="forest" role="region" aria-label="forest of claims" tabindex="0"><table class="dataframe">'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{FILTER}"
    )


def row(claim: Claim, one: Entry, equal: dict[tuple[str, str], ledger.Band]) -> str:
    """Draw a claim at each rung, with an empty place where no effect was seen."""
    at = {verdict.rung: verdict.outcomes for verdict in (one.verdict, *one.others)}
    drawn = {rung: ledger.drawing(at.get(rung, ()), equal[claim.paper, rung]) for rung in RUNGS}
    parts = "".join(
        f"<li>{escape(f'{outcome.part.label}: {told(outcome, one.verdict)}')}</li>" for outcome in one.verdict.outcomes
    )
    others = [f"{other.rung}: {reasoned(other)}" for other in one.others if other.word != one.verdict.word]
    counted = "".join(f"{words}. " for words in (one.verdict.counted, *others) if words)
    became = f"<strong>{escape(one.verdict.word)}</strong>. {escape(counted)}<ol>{parts}</ol>"
    cells = "".join(f'<td data-rung="{rung}">{effects}</td>' for rung, effects in drawn.items())
    cells += f"<td>{escape(claim.statement)}<br>{became}</td>"
    data = f'data-paper="{claim.paper}" data-verdict="{escape(one.verdict.state)}"'
    return f'<tr {data}><th scope="row">{linked(one.verdict)}</th>{cells}</tr>'


def reasoned(verdict: Verdict) -> str:
    """Write a verdict's word, and of an undecided one why its parts aren't decided."""
    lacking = [] if verdict.decided else [why(part) for part in verdict.outcomes if part.word not in (HOLDS, FAILS)]
    return verdict.word + (f" ({'; '.join(dict.fromkeys(lacking))})" if lacking else "")


def told(outcome: Outcome, verdict: Verdict) -> str:
    """Tell what became of a part where that isn't the claim's verdict, its numbers, and what else decides it."""
    words = [] if outcome.word == verdict.state else [outcome.word]
    words += in_margins(outcome) or ([] if outcome.effect is None else [str(outcome.effect)])
    words += beside_effect(outcome) if outcome.word in (HOLDS, FAILS) else [why(outcome)]
    return "; ".join(words)


def short(chapter: Chapter, *names: str) -> HTML:
    """Say what became of claims by the published results, a line each, which opens to the claim's parts."""
    equal = ledger.bands(ledger.results_root(), chapter.runs_root)
    lines = [
        summary(claim, one, equal.get((claim.paper, one.verdict.rung))) for claim, one in ledger.judged(chapter, names)
    ]
    more = 'A click shows the parts of a claim. <a href="verdicts.html">How a verdict is reached</a>'
    return HTML(f'<section class="short" aria-label="In short">{"".join(lines)}<p>{more}.</p></section>')


def summary(claim: Claim, one: Entry, equal: ledger.Band) -> str:
    """Write a claim and its verdict, and folded what became of each part, of what data, and at other rungs."""
    verdict, colour = one.verdict, ledger.coloured(one.verdict.state)
    wanting = "" if verdict.decided or verdict.state == TRACELESS else f" <small>For want of {lack(verdict)}.</small>"
    parts = "".join(
        f"<li>{escape(outcome.part.label)}: <b>{outcome.word}</b>, "
        f"{escape(outcome.reason)}{deciding(outcome)}{contrary(outcome)}. "
        f"{ledger.drawing([outcome], equal)}</li>"
        for outcome in verdict.outcomes
    )
    where = (
        "" if claim.inspected else f"tier {verdict.rung}{verdict.data and f' | {verdict.data}'} | published results. "
    )
    return (
        f'<details style="--verdict: {colour}"><summary><b>{claim.id}</b> <strong>{escape(verdict.word)}</strong> '
        f"{escape(claim.statement)}{wanting}</summary><ul>{parts}</ul>"
        f"<p>{escape(where + ' '.join(ledger.summed(one)))}</p></details>"
    )


def deciding(outcome: Outcome) -> str:
    """Say how many seeds would decide a part, where that is known."""
    return f"; {outcome.seeds} seeds would decide it" if outcome.seeds else ""


def contrary(outcome: Outcome) -> str:
    """Say where the distance of 192 features turns the sign of an effect by KID."""
    early = ledger.by_early_features(outcome)
    return "; by 192 early features the sign is the other" if early and early * outcome.effect.interval.mean < 0 else ""


def glance(chapter: Chapter) -> HTML:
    """Show the decided claims alone, small, each with its effects at the rung that decides it."""
    equal = ledger.bands(ledger.results_root(), chapter.runs_root)
    verdicts = [one.verdict for one in entries(chapter).values() if one.verdict.decided]
    shown = [(v, ledger.drawing(v.outcomes, equal[v.claim.paper, v.rung])) for v in verdicts]
    items = "".join(f"<li>{linked(verdict)} {drawn}</li>" for verdict, drawn in shown)
    return HTML(f'<ul class="forest">{items}</ul>' if items else "<p>No claim of runs is decided yet.</p>")


def linked(verdict: Verdict) -> str:
    """Link a claim to its chapter, with its verdict's letter, whose frame has the colour."""
    claim, colour = verdict.claim, ledger.coloured(verdict.state)
    letter = f'<b style="border: 2px solid {colour}" title="{verdict.word}">{LETTERS[verdict.state]}</b>'
    return f'<a href="{claim.chapter}.html" title="{escape(claim.statement)}">{claim.id}</a> {letter}'


def size(rung: str) -> str:
    """Write a rung's name and the sizes of a stack of birds at it."""
    generator = resolve("birds/dconv-stack", "matched", rung).generator
    return f"{rung}<br>{generator.first.size}→{generator.size} px"


def choice(name: str, values: Iterable[str]) -> str:
    """Offer to show the rows of one value alone."""
    options = "".join(f"<option>{value}</option>" for value in values)
    return f'<label>{name} <select name="{name}"><option value="">all</option>{options}</select></label> '
