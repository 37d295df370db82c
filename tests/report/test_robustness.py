"""The table of the last soak."""

import json

from bs4 import BeautifulSoup

from stackrepro.report import robustness

OUTCOME = {
    "date": "2026-11-22T08:00:00+00:00",
    "commit": "0123456789abcdef",
    "kills_asked": 9,
    "kills": 5,
    "kills_by_case": {"the book": {"all during run": 2}, "faces/gray": {"snapshot": 3}},
    "files_compared": 12,
    "mismatches": ["faces/gray: losses.jsonl"],
}


def test_the_table_tells_date_kills_and_each_mismatch(tmp_path, monkeypatch):
    monkeypatch.setattr(robustness, "results_root", lambda: tmp_path)
    (tmp_path / "soak.json").write_text(json.dumps(OUTCOME))
    page = BeautifulSoup(robustness.soak().to_html(), "html.parser")
    assert [[cell.text for cell in row.select("td")] for row in page.select("tbody tr")] == [
        ["the book", "all during run", "2"],
        ["faces/gray", "snapshot", "3"],
    ]
    assert page.caption.text == (
        "Soak of 2026-11-22, commit 01234567: 5 of 9 kills, 12 files compared, mismatches: faces/gray: losses.jsonl"
    )


def test_without_a_soak_the_page_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(robustness, "results_root", lambda: tmp_path)
    assert "No outcome of a soak" in robustness.soak().data
