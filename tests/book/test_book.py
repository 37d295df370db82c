"""The small book: its pages, what they hold, and what a second build does."""

import json
import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from stackrepro.base import places
from stackrepro.claims.schema import claims
from stackrepro.report.lists import needed, scripts

pytestmark = pytest.mark.check
BANNER = "tier smoke | synthetic birds | synthetic faces | seed 0"


def parsed(site: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")


def shown(site: Path, chapter: str, kind: str, word: str = "") -> int:
    """Count the outputs of one MIME type that the executed notebook holds, those with a word in them."""
    notebook = json.loads((site.parent / "executed" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    data = [output.get("data", {}) for cell in cells for output in cell["outputs"]]
    return sum(kind in each and word in "".join(each[kind]) for each in data)


def test_the_site_has_a_folder_of_its_own_and_begins_with_the_introduction(smoke_site):
    assert smoke_site.parent.name == "smoke-synthetic"
    assert parsed(smoke_site, "index").select_one("meta[http-equiv]")["content"].endswith("url=chapters/intro.html")


@pytest.mark.parametrize("chapter", scripts())
def test_chapters_show_their_figures_and_tables_and_name_the_runs(smoke_site, chapter):
    content = parsed(smoke_site, f"chapters/{chapter}")
    assert BANNER in content.get_text()
    raw = [output for output in content.select(".cell_output, p") if "|---" in output.get_text()]
    assert raw == [], "a table that is shown as it was written"
    figures, tables = content.select(".cell_output figure.full-width"), content.select(".cell_output table.dataframe")
    assert len(figures) == shown(smoke_site, chapter, "text/html", "<figure class")
    assert len(tables) == shown(smoke_site, chapter, "text/html", "<table")
    assert len(figures) + len(tables) > 0
    for picture in content.select(".cell_output img"):
        path = (smoke_site / "chapters" / picture["src"]).resolve()
        assert path.read_bytes().startswith((b"RIFF", b"<?xml"))
    entries = {entry["id"] for entry in parsed(smoke_site, "chapters/execution").select("[id^=run-]")}
    links = {link["href"] for link in content.select('a[href^="execution.html#run-"]')}
    assert bool(links) or not needed(chapter) or chapter == "eye-test"  # it links pages, and draws none
    assert links <= {f"execution.html#{entry}" for entry in entries}


def test_the_pages_of_the_eye_test_are_linked_and_there(smoke_site):
    links = [tag["href"] for tag in parsed(smoke_site, "chapters/eye-test").select('a[href^="../eye-test/"]')]
    assert links
    assert {path.name for path in (smoke_site / "eye-test").iterdir()} == {Path(link).name for link in links}


def test_verdicts_and_notebooks_can_be_taken_along(smoke_site):
    records = json.loads((smoke_site / "claims.json").read_text(encoding="utf-8"))
    assert [record["id"] for record in records] == list(claims())
    for chapter in scripts():
        (link,) = parsed(smoke_site, f"chapters/{chapter}").select('a[href$=".ipynb"]')
        offered = (smoke_site / "chapters" / link["href"]).read_bytes()
        assert offered == (places.repository() / "notebooks" / f"{chapter}.ipynb").read_bytes()


def test_every_reference_is_listed(smoke_site):
    entries = (places.repository() / "book" / "references.bib").read_text(encoding="utf-8")
    assert len(parsed(smoke_site, "references").select(".citation")) == entries.count("\n@") + entries.startswith("@")


def test_what_has_not_changed_is_not_done_again_and_a_failing_chapter_says_why(smoke_site, checkout, build):
    index = str(smoke_site / "index.html")
    assert build("--tier", "smoke").stdout.splitlines() == [index]
    script = checkout / "notebooks" / "a-3-1-data.py"
    good = script.read_text()
    script.write_text(good + "\n# %%\nraise ValueError('the reason')\n")
    failed = build("--tier", "smoke")
    assert failed.returncode == 1
    assert "Chapter a-3-1-data: ValueError: the reason" in failed.stderr.splitlines()
    script.write_text(good + "\n# %%\nprint('a new cell')\n")
    *steps, parts, last = build("--tier", "smoke").stdout.splitlines()
    assert [re.match(r"(\d of \d): (.*) in ", step).groups() for step in steps] == [
        ("1 of 2", "chapter a-3-1-data"),
        ("2 of 2", "site"),
    ]
    assert parts.startswith("Data in ")
    assert last == index
    assert "a new cell" in parsed(smoke_site, "chapters/a-3-1-data").get_text()


def test_published_results_alone_make_a_book_without_data_weights_or_runs(build, tmp_path, monkeypatch):
    monkeypatch.setenv("STACKREPRO_CACHE", str(tmp_path))
    done = build("--published", "--tier", "small")
    assert done.returncode == 0, done.stdout + done.stderr
    site = Path(done.stdout.splitlines()[-1]).parent
    assert {page.stem for page in (site / "chapters").glob("*.html")} >= scripts().keys()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not list(site.parent.glob("runs/*/run.json"))


def test_bad_input_leaves_nothing(checkout, build):
    done = build("--tier", "tiny")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "'tiny'" in done.stderr
    assert {path.name for path in checkout.glob("_build/*")} <= {"site", "smoke-synthetic"}
