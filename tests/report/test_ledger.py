"""The ledger in the book: verdicts of a claim, drawn effects, links that lead somewhere, counts that add up."""

import re

import pytest
from bs4 import BeautifulSoup
from stored_results import JUDGED, write_seeds
from stored_results import REAL as REAL_BIRDS

from stackrepro.claims.schema import claims, of_paper
from stackrepro.report import ledger, open_chapter
from stackrepro.report.lists import scripts

STUDENT = {"tier": "quick", "seeds": [0, 1], "data_root": "", "unofficial": False, "device": "cpu", "extended": False}


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A chapter whose own runs and published results are made by hand; results/ holds none of ours."""
    monkeypatch.setattr(ledger, "results_root", lambda: tmp_path / "results")
    return open_chapter({**STUDENT, "runs_root": str(tmp_path / "runs")})


def put(root, chapter, **options):
    data = {"name": chapter.source.name, "label": chapter.source.label, "fingerprint": chapter.source.fingerprint}
    options = {"data": data, "tier": "quick", **JUDGED, **options}
    write_seeds(root, "birds/conv-stack", [30.0, 31.0, 32.0], **options)
    write_seeds(root, "birds/conv-128", [50.0, 52.0, 51.0], **options)


@pytest.fixture
def judged(chapter, tmp_path):
    """The chapter with published results that decide A1, and runs of its own."""
    put(tmp_path / "runs", chapter)
    put(tmp_path / "results", chapter, tier="reduced", data=REAL_BIRDS)
    return chapter


def test_own_runs_have_a_verdict_of_their_own_and_what_they_lack_is_named(judged):
    told = ledger.verdicts(judged, "A1", "A2", "A23").data
    assert "**A1**, untestable" in told, "of drawn images"
    assert "n = 2" in told, "the third seed isn't one of this book's"
    assert "No run yet for A2." in told
    assert "A23" not in told, "an inspection reads no runs"


def test_the_runs_behind_a_verdict_are_named_under_it(judged, monkeypatch):
    noted = {}
    monkeypatch.setattr(ledger, "note", noted.update)
    for show in (ledger.verdicts, ledger.judged):
        show(judged, *(["A1", "A23"] if show is ledger.verdicts else [["A1", "A23"]]))
        place, count = ("runs", 4) if show is ledger.verdicts else ("results", 6)
        of = sorted((run.folder.parent.name, run.result["seed"]) for run in noted.pop("A1"))
        assert of == [(place, s // 2) for s in range(count)]
    assert noted == {"A23": []}


def overview(chapter, paper) -> dict[str, BeautifulSoup]:
    content = BeautifulSoup(ledger.overview(chapter, paper).data, "html.parser")
    return {row.th.get_text(): row for row in content.select("tbody tr")}


def test_a_row_of_the_ledger_draws_the_effect_from_the_bound_on(judged):
    row = overview(judged, "A")["A1"]
    assert row.strong.get_text() == "holds"
    place = float(row.svg.circle["cx"])
    assert place == ledger.WIDTH - ledger.EDGE, "five margins lie beyond the edge"
    outcome = ledger.entry(
        claims()["A1"], ledger.by_published(ledger.results_root(), judged.runs_root)
    ).verdict.outcomes[0]
    low, middle, high, margin = ledger.placed(outcome.effect)
    assert low < middle < high
    assert (middle, margin) == (pytest.approx(0.2 / 0.041), 1.0)


@pytest.mark.parametrize("paper", ["A", "B"])
def test_the_overview_links_every_claim_whose_chapter_is_there(chapter, paper):
    rows = overview(chapter, paper)
    assert list(rows) == [claim.id for claim in of_paper(paper)]
    for claim in of_paper(paper):
        link = rows[claim.id].a
        assert (link is not None) == (claim.chapter in scripts())
        assert link is None or link["href"] == f"{claim.chapter}.html"


# Refuted are A16, A23, A27.
@pytest.mark.parametrize(("paper", "count", "refuted"), [("A", 30, 3), ("B", 33, 0)])
def test_counts_and_plan_tell_of_all_claims(chapter, paper, count, refuted):
    counted = ledger.counts(chapter, paper).data.set_index("verdict")["claims"]
    assert counted.sum() == count
    assert counted.get("by inspection: refuted", 0) == refuted
    shown = ledger.plan(paper).data
    assert re.findall(r"^\*\*([AB]\d+)", shown, re.MULTILINE) == [claim.id for claim in of_paper(paper)]
