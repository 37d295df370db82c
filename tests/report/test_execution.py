"""The line under a figure or a table: the run, its command, its commit; and the entry that it leads to."""

import json

import pytest
from bs4 import BeautifulSoup
from stored_results import write

from stackrepro.report import chapter, execution, figures
from stackrepro.runs import stored

COMMIT = "0123456789abcdef0123456789abcdef01234567"
SECONDS = {"seconds": {"data": 1.0, "discriminator": 20.0, "generator": 39.0}}
MORE = {"evaluated": "2026-01-02T03:04:05+00:00", "generator_sha256": "f" * 64, "training": SECONDS}


@pytest.fixture
def runs(tmp_path):
    for seed, commit in enumerate((COMMIT, COMMIT + "+changes")):
        start = {"device": "cpu", "commit": commit, "time": "2026-01-01T00:00:00+00:00"}
        started = {"starts": [start], "versions": {"torch": "2.6"}, "command": f"stackrepro run <{seed}>"}
        write(tmp_path, "birds/dconv-64", seed, 31.0, started=started, **MORE)
    return stored(tmp_path)


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_one_run_is_named_with_its_command_and_commit(runs):
    content = parsed(chapter.caption(runs[:1]))
    name = runs[0].folder.name
    assert content.a.get_text() == name
    assert content.code.get_text() == "stackrepro run <0>"
    assert content.get_text() == f"run {name} | stackrepro run <0> | commit 0123456"


def test_many_runs_stand_in_a_list_that_opens(runs):
    content = parsed(chapter.caption(runs))
    assert content.details.summary.get_text() == "2 runs | commit 0123456, 0123456+"
    assert not content.details.has_attr("open")
    assert len(content.select("li")) == 2


def test_a_run_of_an_older_version_is_called_so(tmp_path):
    start = {"device": "cpu", "commit": None, "time": ""}
    write(tmp_path, "birds/dconv-64", 0, 31.0, started={"starts": [start]}, measuring_version=0)
    assert parsed(chapter.caption(stored(tmp_path))).get_text().endswith("commit unknown | older version")


def test_every_line_leads_to_an_entry(runs):
    page = parsed(execution.entries(runs).data)
    for run in runs:
        page_name, _, anchor = parsed(chapter.caption([run])).a["href"].partition("#")
        assert page_name == "execution.html"
        (entry,) = page.select(f'[id="{anchor}"]')
        facts = dict(zip(*([x.get_text() for x in entry.select(kind)] for kind in ("dt", "dd")), strict=True))
        assert facts["commit"] == run.record["starts"][-1]["commit"]
        assert facts["command"] == run.record["command"]
        assert facts["throughput"] == "100.0 images/s"
        updates = run.record["configuration"]["updates"]
        assert facts["training"] == f"{updates:,} updates in 1.0 min, {60_000 / updates:.1f} ms an update"


def test_a_notebook_shows_the_line_once_for_each_cell(runs, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell.instance()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    shell.user_ns.update(chapter=chapter, runs={"birds/dconv-64": runs})
    cells = {
        "chapter.note(runs); chapter.note(runs); None": 1,
        "1 + 1": 0,
        "chapter.note(runs); raise ValueError": 0,
        "pass": 0,  # what a failed cell noted is gone
    }
    for cell, lines in cells.items():
        with capture_output() as captured:
            shell.run_cell(cell)
        shown = [output for output in captured.outputs if "provenance" in output.data.get("text/html", "")]
        assert len(shown) == lines, cell
    InteractiveShell.clear_instance()


def test_outside_a_notebook_nothing_is_noted(runs):
    import matplotlib.pyplot as plt

    figures.finish(plt.figure(), "stamp", {"birds/dconv-64": runs})
    assert not chapter._noted


def test_the_last_soak_is_told_with_each_mismatch(tmp_path, monkeypatch):
    monkeypatch.setattr(execution, "results_root", lambda: tmp_path)
    assert "make soak" in execution.soak().data
    outcome = {"date": "2026-11-22T08:00:00+00:00", "commit": "0123456789abcdef", "kills_asked": 9, "kills": 5}
    outcome["kills_by_case"] = {"the book": {"all during run": 2}, "faces/gray": {"snapshot": 3}}
    outcome |= {"files_compared": 12, "mismatches": ["faces/gray: losses.jsonl"]}
    (tmp_path / "soak.json").write_text(json.dumps(outcome))
    table = execution.soak()
    assert table.data.to_numpy().tolist() == [["the book", "all during run", 2], ["faces/gray", "snapshot", 3]]
    for word in ("2026-11-22", "01234567", "5 of 9", "faces/gray: losses.jsonl"):
        assert word in table.caption
