"""The forest and the answers before it: they say what the results say, and no more once these are gone."""

import re
import shutil
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from stored_results import FACES, JUDGED, write_seeds

from stackrepro.claims import select
from stackrepro.claims.schema import claims
from stackrepro.report import forest, ledger, open_chapter

HELPS, HURTS, EDGES, DATA, UNTOLD = range(5)


@pytest.fixture
def chapter(tmp_path, monkeypatch):
    """What of a chapter is read; its published results are made by hand."""
    for module in (ledger, select):  # the latter finds measured times there
        monkeypatch.setattr(module, "results_root", lambda: tmp_path / "results")
    return SimpleNamespace(runs_root=tmp_path / "runs")


@pytest.fixture
def put(tmp_path):
    """Publish three seeds of an experiment, whose mean KID is 0.21 where the distances are about 31."""

    def publish(experiment: str, middle: float, early: float = 2.0, **options) -> None:
        distances = [middle - 1, middle, middle + 1]
        protocols = {"fid-192/pytorch-fid": {"generated": {"frechet": early}}}
        write_seeds(tmp_path / "results", experiment, distances, protocols=protocols, **JUDGED, **options)

    return publish


def answers(chapter) -> list[str]:
    for kept in (ledger.by_published, ledger.bands):
        kept.cache_clear()  # of a process that sees results come and go
    lines = forest.answers(chapter).data.splitlines()
    return [re.sub(r"\]\(\S+?\)", "]", line.partition("?** ")[2]) for line in lines]


def rows(chapter) -> dict[str, BeautifulSoup]:
    content = BeautifulSoup(forest.table(chapter).data, "html.parser")
    return {row.a.get_text(): row for row in content.select("tbody tr")}


def test_without_results_every_answer_is_open_and_says_what_is_lacking(chapter):
    *told, untold = answers(chapter)
    for one in told:
        assert one.startswith("That is open for ")
        assert one.endswith(": runs of it are lacking.")
    undecided, of, *lacks = map(int, re.findall(r"(\d+) (?:of|claims|for)", untold))
    assert undecided == of == sum(lacks) == len([claim for claim in claims().values() if claim.experiments])
    assert "svg" not in forest.table(chapter).data + forest.glance(chapter).data


def test_an_answer_changes_when_a_result_is_gone(chapter, put, tmp_path):
    put("birds/conv-stack", 31.0)
    put("birds/conv-128", 41.0)
    put("birds/dense-128", 31.0)
    put("birds/dense-stack", 41.0)
    put("birds/dconv-stack", 31.0)
    put("birds/dconv-128", 41.0)
    before = answers(chapter)
    assert before[HELPS] == (  # 0.1 of KID in margins of a tenth of 0.31; that of dense birds says the contrary
        "It does for conv birds ([A1]; tier reduced; +3.2 margins [+2.7, +3.8]) "
        "and deep-conv birds ([A2]; tier reduced; +3.2 margins [+2.7, +3.8]); "
        "it doesn't for dense birds ([A3]; tier reduced; -3.2 margins [-3.8, -2.7])."
    )
    (gone,) = (tmp_path / "results").glob("birds-conv-128-*-seed1-*")
    shutil.rmtree(gone)
    after = answers(chapter)
    assert "that is open for conv birds ([A1]): 2 of 3 seeds" in after[HELPS]
    assert after[HURTS:UNTOLD] == before[HURTS:UNTOLD]
    # Decided are A1 to A3, A8 and A9 by the order of three models, and a part of A28; A1 and A8 read what is gone.
    assert [int(re.match(r"\d+", told[UNTOLD])[0]) for told in (before, after)] == [49 - 6, 49 - 4]


def test_what_explains_nothing_and_what_another_rung_says_is_told(chapter, put):
    for tier, middle in (("small", 21.0), ("reduced", 61.0)):
        put("faces/gray", middle, data=FACES, tier=tier, rows={"recall": 0.4})
        put("faces/single", 41.0, data=FACES, tier=tier, rows={"recall": 0.4})
    said = answers(chapter)[EDGES]
    assert re.match(r"It doesn't for faces \(\[B26\]; tier reduced; -3.9 margins \[.*\]; small: holds\)", said)
    assert said.endswith("the question doesn't arise for birds ([B27]), since B26 (better) fails.")


def test_an_open_answer_names_the_rung_that_can_not_judge(chapter, put, tmp_path):
    for name in ("birds/conv-stack", "birds/conv-128"):
        put(name, 101.0, tier="small")  # too far from real images
        write_seeds(tmp_path / "results", name, [31.0], **JUDGED)
    assert "open for conv birds ([A1]; tier small: untestable)" in answers(chapter)[HELPS]


def test_a_row_for_each_claim_of_runs_with_its_marks_where_the_numbers_say(chapter, put):
    put("birds/conv-stack", 31.0, early=2.0)
    put("birds/conv-128", 41.0, early=2.2)
    shown = rows(chapter)
    assert list(shown) == [claim.id for claim in claims().values() if claim.experiments]
    assert [shown["A1"]["data-verdict"], shown["A2"]["data-verdict"]] == ["holds", "open"]
    assert shown["A1"].b.get_text() == "H"
    first, second, third, _ = shown["A1"].select("td")
    assert not first.contents + third.contents
    # The middle is at 75, and a margin is 67 / 4 wide: 0.1 / 0.031 margins, and Welch's interval of 0.1 ± 0.0174.
    assert float(second.circle["cx"]) == pytest.approx(75 + 67 / 4 * 0.1 / 0.031, abs=0.06)
    line = second.select("line")[-1]
    ends = [75 + 67 / 4 * (0.1 + side * 0.0174) / 0.031 for side in (-1, 1)]
    assert [float(line[end]) for end in ("x1", "x2")] == pytest.approx(ends, abs=0.1)
    # 2.2 against 2.0 is one margin of ln 1.1 by the early features; a cross is 6 wide.
    x = re.match(r"M(\S+) ", second.select_one("path.early")["d"])[1]
    assert float(x) + 3 == pytest.approx(75 + 67 / 4, abs=0.06)
    assert "reduced" not in forest.glance(chapter).data
    assert BeautifulSoup(forest.glance(chapter).data, "html.parser").a.get_text() == "A1"


def test_an_undecided_row_tells_what_it_lacks_at_each_rung(chapter, put):
    put("birds/dense-64", 31.0)
    put("birds/dense-128", 41.0)  # whose point half-way, which A10 reads, isn't measured
    row = rows(chapter)["A10"]
    assert row["data-verdict"] == "open"
    told = row.select("td")[-1].get_text()
    assert "no run of birds/dense-128 and birds/dense-64" in told
    assert "reduced: untestable (not measured" in told


def test_what_lies_far_out_stands_at_the_edge_with_a_hook(chapter, put):
    put("birds/conv-stack", 31.0)
    put("birds/conv-128", 11.0)
    drawn = rows(chapter)["A1"].svg
    assert float(drawn.select("g rect")[-1]["x"]) == 8 - 3, "a square is 6 wide"
    hook, cross = drawn.select("path")
    assert float(re.match(r"M(\S+) ", hook["d"])[1]) == 8 - 4
    assert float(re.match(r"M(\S+) ", cross["d"])[1]) == 75 - 3, "by 192 features both are alike"


def test_a_chapter_begins_with_its_claims_and_each_opens_to_its_parts(chapter, put):
    put("birds/conv-stack", 31.0, early=2.2)
    put("birds/conv-128", 41.0, early=2.0)
    of_chapter = open_chapter({"seeds": [0], "runs_root": str(chapter.runs_root)})
    content = BeautifulSoup(forest.short(of_chapter, "A1", "A2", "A23").data, "html.parser")
    decided, undecided, inspected = content.select("details")
    assert [part.b.get_text() for part in (decided, undecided, inspected)] == ["A1", "A2", "A23"]
    assert decided.strong.get_text() == "holds"
    assert claims()["A1"].statement in decided.summary.get_text()
    assert "difference 0.1 [" in decided.li.get_text()
    assert "the sign is the other" in decided.li.get_text()
    assert decided.li.svg is not None
    assert "tier reduced" in decided.p.get_text()
    assert "want of runs" in undecided.summary.get_text()
    assert inspected.strong.get_text() == "refuted by inspection"
    assert "tier" not in inspected.p.get_text()


def test_where_low_recall_decides_a_row_says_so(chapter, put):
    put("birds/conv-stack", 31.0, rows={"recall": 0.04})
    put("birds/conv-128", 41.0)
    row = rows(chapter)["A1"].get_text()
    assert "fails" in row
    assert "for low recall of birds/conv-stack, without which it holds" in row
