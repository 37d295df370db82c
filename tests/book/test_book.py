"""The small book: its pages, what they hold, and what a second build does."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from stackrepro.base import places
from stackrepro.report.plan import CHAPTERS

# Chapters of few figures: lists, and those that draw most of what they offer only where it was trained.
FEWEST_FIGURES = {
    **dict.fromkeys(("ledger-a", "ledger-b", "execution", "costs", "eye-test", "measuring"), 0),
    **dict.fromkeys(("summary-a", "summary-b"), 0),  # theirs are those of published results
    "a-3-2-losses": 1,
    "a-5-conclusion": 1,
    "sensitivity": 1,
    "verdicts": 1,
}
PROSE = ("running", "checklist", "architecture", "adding-an-experiment", "benchmarks", "references")
PAGES = (*PROSE, *(f"chapters/{chapter}" for chapter in CHAPTERS))
STAMP = "tier smoke | synthetic birds | seed 0"  # of a chapter on birds
BANNER = "tier smoke | synthetic birds | synthetic faces | seed 0"


def parsed(site: Path, page: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{page}.html").read_text(encoding="utf-8"), "html.parser")


def outputs(site: Path, chapter: str, kind: str, word: str = "") -> int:
    """Count the outputs of one MIME type that the executed notebook holds, those with a word in them."""
    notebook = json.loads((site.parent / "executed" / f"{chapter}.ipynb").read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    data = [output.get("data", {}) for cell in cells for output in cell["outputs"]]
    return sum(kind in shown and word in "".join(shown[kind]) for shown in data)


def test_the_site_has_a_folder_of_its_tier_and_data(smoke_site):
    assert smoke_site.parent.name == "smoke-synthetic"


def test_the_first_page_leads_to_the_introduction(smoke_site):
    assert parsed(smoke_site, "index").select_one("meta[http-equiv]")["content"].endswith("url=chapters/intro.html")


@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_there_with_its_stamp(smoke_site, page):
    content = parsed(smoke_site, page)
    assert content.find("h1")
    assert content.select_one(".bd-header-announcement").get_text(strip=True) == BANNER


@pytest.mark.parametrize("page", PAGES)
def test_pages_load_nothing_from_elsewhere(smoke_site, page):
    content = parsed(smoke_site, page)
    loaded = [tag["src"] for tag in content.select("script[src], img[src], iframe[src]")]
    loaded += [tag["href"] for tag in content.select("link[href]")]
    assert loaded
    local = [(smoke_site / f"{page}.html").parent / link.split("?")[0].split("#")[0] for link in loaded]
    assert [link for link, path in zip(loaded, local, strict=True) if not path.exists()] == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapters_hold_their_figures_and_tables(smoke_site, chapter):
    content = parsed(smoke_site, f"chapters/{chapter}")
    figures, tables = content.select(".cell_output img"), content.select(".cell_output table.dataframe")
    assert len(figures) == outputs(smoke_site, chapter, "image/png") >= FEWEST_FIGURES.get(chapter, 2)
    assert len(tables) == outputs(smoke_site, chapter, "text/html", "<table") >= (0 if chapter == "a-8-appendix" else 1)
    assert all(len(table.select("tbody tr")) >= 1 for table in tables)
    for figure in figures:
        path = (smoke_site / "chapters" / figure["src"]).resolve()
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_comparison_has_a_row_for_each_model_and_its_untrained_generator(smoke_site):
    content = parsed(smoke_site, "chapters/a-4-2-stacked-against-single")
    own = [t for t in content.select(".cell_output table") if t.find("caption").get_text(strip=True).startswith(STAMP)]
    table = next(t for t in own if "KID" in t.find("thead").get_text())
    assert table.find("caption").get_text(strip=True).startswith(f"{STAMP} | rank-deficient: ")
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in table.select("tbody tr")]
    for model in ("birds/dconv-64", "birds/dconv-128", "birds/dconv-stack"):
        assert {row[1] for row in rows if row[0] == model} >= {"trained (average)", "untrained"}


def test_the_pages_of_the_eye_test_are_linked_and_there(smoke_site):
    content = parsed(smoke_site, "chapters/eye-test")
    links = [tag["href"] for tag in content.select('a[href^="../eye-test/"]')]
    assert len(links) == 5  # birds and faces, birds at one size, and both pages of the published birds
    for link in links:
        page = (smoke_site / "chapters" / link).resolve().read_text(encoding="utf-8")
        assert "must not be passed on" not in page
    assert {path.name for path in (smoke_site / "eye-test").iterdir()} == {Path(link).name for link in links}


# It links pages that are made of runs, and draws none itself without ratings.
NO_LINES = ("eye-test",)


def test_every_line_under_a_figure_or_a_table_leads_to_a_runs_entry(smoke_site):
    entries = {entry["id"] for entry in parsed(smoke_site, "chapters/execution").select(".run [id]")}
    for chapter, needs in CHAPTERS.items():
        links = {link["href"] for link in parsed(smoke_site, f"chapters/{chapter}").select(".provenance a")}
        assert bool(links) or not needs.book or chapter in NO_LINES
        assert links <= {f"execution.html#{entry}" for entry in entries}


def test_every_reference_is_listed(smoke_site):
    listed = parsed(smoke_site, "references").select(".citation")
    entries = (places.repository() / "book" / "references.bib").read_text(encoding="utf-8").splitlines()
    assert len(listed) == sum(line.startswith("@") for line in entries)


def test_what_has_not_changed_is_not_done_again(smoke_site, checkout, build):
    index = str(smoke_site / "index.html")
    assert build("--tier", "smoke").stdout.splitlines() == [index]
    with (checkout / "_config.yml").open("a") as file:
        file.write("# changed\n")
    assert build("--tier", "smoke").stdout.splitlines() == ["Building the site", index]
    with (checkout / "notebooks" / "a-3-1-data.py").open("a") as file:
        file.write("\n# %%\nprint('a new cell')\n")
    done = build("--tier", "smoke")
    assert done.stdout.splitlines() == ["Executing chapter a-3-1-data", "Building the site", index]
    assert "a new cell" in parsed(smoke_site, "chapters/a-3-1-data").get_text()


def test_a_chapter_that_fails_says_why(smoke_site, checkout, build):
    script = checkout / "notebooks" / "a-3-1-data.py"
    good = script.read_text()
    script.write_text(good + "\n# %%\nraise ValueError('the reason')\n")
    done = build("--tier", "smoke")
    script.write_text(good)
    assert done.returncode == 1
    assert "Chapter a-3-1-data: ValueError: the reason" in done.stderr.splitlines()
    assert build("--tier", "smoke").returncode == 0


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--data", "nowhere"], "nowhere"),
        (["--tier", "tiny"], "'tiny'"),
        (["--tier", "quick", "--seeds", "0", "0"], "[0, 0]"),
    ],
)
def test_bad_input_ends_in_one_sentence_and_leaves_nothing(checkout, build, options, named):
    done = build(*options)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: ")
    assert named in line
    assert {path.name for path in checkout.glob("_build/*")} <= {"smoke-synthetic"}
