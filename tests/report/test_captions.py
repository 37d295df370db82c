"""The line under a figure or a table: the run, its command, its commit."""

import pytest
from bs4 import BeautifulSoup
from stored_results import write

from stackrepro.report import chapter
from stackrepro.runs import stored

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def runs(tmp_path):
    for seed, commit in enumerate((COMMIT, COMMIT + "+changes")):
        start = {"device": "cpu", "commit": commit, "time": "2026-01-01T00:00:00+00:00"}
        started = {"starts": [start], "versions": {"torch": "2.6"}, "command": f"stackrepro run <{seed}>"}
        write(tmp_path, "birds/dconv-64", seed, 31.0, started=started)
    return stored(tmp_path)


def parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def test_runs_are_named_with_command_and_commit_several_in_a_list_that_opens(runs):
    content, name = parsed(chapter.caption(runs[:1])), runs[0].folder.name
    assert (content.a.get_text(), content.a["href"]) == (name, f"execution.html#{chapter.anchor(runs[0])}")
    assert content.get_text() == f"run {name} | stackrepro run <0> | commit 0123456"
    content = parsed(chapter.caption(runs))
    assert content.details.summary.get_text() == "2 runs | commit 0123456, 0123456+"
    assert len(content.select("li")) == 2


def test_a_run_of_an_older_version_is_called_so(tmp_path):
    start = {"device": "cpu", "commit": None, "time": ""}
    write(tmp_path, "birds/dconv-64", 0, 31.0, started={"starts": [start]}, measuring_version=0)
    assert parsed(chapter.caption(stored(tmp_path))).get_text().endswith("commit unknown | older version")


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
