"""The ledger in the book: both verdicts of a claim, links that lead somewhere, counts that add up."""

import re
from types import SimpleNamespace

import pytest
from eye_tests import FACES, exported
from stored_results import REAL as REAL_BIRDS
from stored_results import write_seeds

from stackrepro.base.places import repository
from stackrepro.evaluation.eye_test.pictures import REAL
from stackrepro.evaluation.eye_test.ratings import import_file
from stackrepro.evaluation.eye_test.trials import EyeTest, Trial
from stackrepro.experiments.claims import CLAIMS, of_paper, rules
from stackrepro.report import ledger, open_chapter
from stackrepro.report.plan import CHAPTERS, reads_ratings
from stackrepro.runs import stored

STUDENT = {"tier": "quick", "seeds": [0, 1], "data_root": "", "unofficial": False, "device": "cpu", "extended": False}


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """A chapter whose own runs and published results are made by hand; results/ holds none of ours."""
    monkeypatch.setattr(ledger, "results_root", lambda: tmp_path / "results")
    return open_chapter({**STUDENT, "runs_root": str(tmp_path / "runs")})


def put(root, chapter, **options):
    data = {"name": chapter.source.name, "label": chapter.source.label, "fingerprint": chapter.source.fingerprint}
    write_seeds(root, "birds/conv-stack", [30.0, 31.0, 32.0], **({"data": data, "tier": "quick"} | options))
    write_seeds(root, "birds/conv-128", [40.0, 42.0, 41.0], **({"data": data, "tier": "quick"} | options))


def test_published_results_and_own_runs_have_a_verdict_each(chapter, tmp_path):
    put(tmp_path / "runs", chapter)
    put(tmp_path / "results", chapter, tier="reduced", data=REAL_BIRDS)
    shown = ledger.verdicts(chapter, "A1").data
    assert "*Published results (tier reduced | CUB-200-2011):* **reproduced**. as claimed, difference 10 [" in shown
    assert f"*This book's runs ({chapter.stamp}):* **untestable at this scale**" in shown
    assert "n = 2" in shown, "the third seed isn't one of this book's"


def test_the_runs_behind_a_verdict_are_named_under_it(chapter, tmp_path, monkeypatch):
    put(tmp_path / "runs", chapter)
    put(tmp_path / "results", chapter, tier="reduced", data=REAL_BIRDS)
    noted = {}
    monkeypatch.setattr(ledger, "note", noted.update)
    ledger.verdicts(chapter, "A1", "A23")
    of = {name: sorted((run.folder.parent.name, run.result["experiment"], run.result["seed"]) for run in runs)
          for name, runs in noted.items()}  # fmt: skip
    sides = ("birds/conv-128", "birds/conv-stack")
    published, own = ([(root, side, seed) for side in sides for seed in range(count)]
                      for root, count in (("results", 3), ("runs", 2)))  # fmt: skip
    assert of == {"A1": published + own, "A23": []}


def test_an_inspection_is_shown_once(chapter):
    shown = ledger.verdicts(chapter, "A23", "A27").data
    assert shown.count("*By inspection:* **refuted by inspection**") == 2
    assert "Published" not in shown


def test_a_claim_that_waits_for_ratings_says_so_by_published_results_and_by_own_runs(chapter):
    shown = ledger.verdicts(chapter, "B7").data
    assert shown.count("**untestable at this scale**. edges: no ratings; none are invented; gray: no ratings") == 2
    assert "By inspection" not in shown


def test_imported_ratings_reach_the_verdicts(chapter):
    data = {"name": "synthetic faces", "label": "synthetic", "fingerprint": chapter.sources["faces"].fingerprint}
    for name in FACES:
        write_seeds(chapter.runs_root, name, [30.0], tier="quick", data=data)
    trials = tuple(
        Trial(f"{run.folder.name[6]}{number:015}", 0, model, None, run.folder.name, stage, number, 32, None)
        for run in stored(chapter.runs_root)
        for stage in [run.result["experiment"].removeprefix("faces/")]
        for number, model in enumerate((run.result["experiment"], REAL))
    )
    test = EyeTest("real-or-generated", "quick", "matched", data["name"], "f", 1, "own", False, trials)
    path = exported(chapter.runs_root, chapter.runs_root, test, "a", lambda trial: "generated")
    import_file(path, chapter.runs_root)
    shown = ledger.verdicts(chapter, "B7").data
    assert "edges: seen: not as claimed, share 0.5, n = 1 (raters)" in shown.partition("This book's runs")[2]
    assert "no ratings" in shown.partition("This book's runs")[0], "which show no published run"


@pytest.mark.parametrize(("paper", "count"), [("A", 30), ("B", 33)])
def test_the_overview_links_every_claim_whose_chapter_is_there(chapter, paper, count):
    lines = [line for line in ledger.overview(chapter, paper).data.splitlines() if line.startswith("- ")]
    assert len(lines) == count
    for line, claim in zip(lines, of_paper(paper), strict=True):
        link = re.match(r"- \[([AB]\d+)\]\(([\w-]+)\) ", line)
        assert (link is not None) == (claim.chapter in CHAPTERS)
        assert link is None or link.groups() == (claim.id, claim.chapter)
        assert len(re.findall("|".join(f"\\*\\*{word}\\*\\*" for word in rules.WORDS), line)) == 2


def test_an_inspection_of_data_looks_at_those_of_the_claims_paper(chapter, monkeypatch):
    def judge(claim, runs, source=None, ratings=()):
        return SimpleNamespace(seen=(claim.id, source), runs=())

    monkeypatch.setattr(ledger, "judge", judge)
    for opened in (chapter, chapter.about("faces")):
        own = [verdict.seen for _, _, verdict in ledger.judged(opened, ["A21", "B31"])]
        assert own == [("A21", chapter.sources["birds"]), ("B31", chapter.sources["faces"])]


# Refuted are A16, A23, A27.
@pytest.mark.parametrize(("paper", "data", "count", "refuted"), [("A", "birds", 30, 3), ("B", "faces", 33, 0)])
def test_the_counts_add_up_to_all_claims(chapter, paper, data, count, refuted):
    table = ledger.counts(chapter, paper)
    assert table.caption == f"tier quick | synthetic {data} | seed 0, 1"
    counted = table.data.set_index("verdict")
    assert list(counted.index) == list(rules.WORDS)
    assert counted.sum().tolist() == [count, count]
    assert counted.loc["refuted by inspection"].tolist() == [refuted, refuted]


@pytest.mark.parametrize("paper", ["A", "B"])
def test_the_plan_and_the_departures_tell_every_claim(paper):
    for shown in (ledger.plan(paper).data, ledger.departures(paper).data):
        assert re.findall(r"^\*\*([AB]\d+)", shown, re.MULTILINE) == [claim.id for claim in of_paper(paper)]
    assert ledger.the_rules().data.startswith("- **Runs.**")


def test_the_plan_tells_tests_in_words():
    assert "birds/dense-stack equal to birds/dense-stack-bp (arm matched)" in ledger.plan("A").data
    assert "faces/gray: above 47.2 and below 70.8 (arm matched)" in ledger.plan("B").data
    assert "above 1.25 times kernel distance from real conditions of persons held out of" in ledger.plan("B").data
    assert "faces/gray unlike faces/single" in ledger.plan("B").data


def test_the_chapters_that_show_verdicts_by_people_wait_for_ratings():
    """Those are the inputs of the workflow's rule; a chapter that isn't named would show yesterday's verdict."""
    rated = {claim.id for claim in CLAIMS.values() if claim.rated}
    assert rated == {"A13", "B7"}
    for chapter in CHAPTERS:
        text = (repository() / "notebooks" / f"{chapter}.py").read_text(encoding="utf-8")
        named = set(re.findall(r'"([AB]\d+)"', " ".join(re.findall(r"ledger\.verdicts\((.*)\)", text))))
        shows = re.search(r"ledger\.(counts|overview)\(|eye_test_tables\.", text)
        assert reads_ratings(chapter) == bool(shows or named & rated), chapter
