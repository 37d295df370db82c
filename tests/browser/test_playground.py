"""The playground as a reader meets it: from a disk, with keys, with and without WebAssembly."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from stackrepro.base import places
from stackrepro.report import playground, wall
from stackrepro.runs import StoredRun, stored
from stackrepro.runs.store import reopened
from stackrepro.runs.weights import trained_sampler
from stackrepro.training.sampling import sample

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.check
RUNS = {item.folder.name: item for item in stored(places.results_root())}
WIDE = 2  # levels of 255 by which a page may differ from PyTorch


@pytest.fixture(scope="module")
def site(tmp_path_factory, laid_out) -> Path:
    """The page in a folder as the site has it."""
    folder, book = tmp_path_factory.mktemp("site"), places.repository() / "book"
    for name in ("tfjs", "playground", "wall"):
        shutil.copytree(book / "_extra" / name, folder / name)
    wall.write(list(RUNS.values()), folder / "wall")
    laid_out(folder, "playground", playground.pictures(playground.write(list(RUNS.values()), folder / "playground")))
    return folder


@pytest.fixture
def page(browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


@pytest.fixture
def opened(page: Page, site: Path) -> Page:
    page.goto((site / "playground.html").as_uri())
    return page


def drawn(page: Page) -> list[str]:
    """Wait until all panels show what was wished for last, and return them as data URIs."""
    page.wait_for_selector("#generators[aria-busy=false]", timeout=60_000)
    return page.evaluate("[...document.querySelectorAll('#generators canvas')].map(one => one.toDataURL())")


def test_each_generator_draws_in_the_browser_what_it_draws_in_torch(opened: Page):
    drawn(opened)
    names = opened.evaluate("playgroundIndex.models.map(model => model.name)")
    assert len(names) > 10
    for name in names:
        run, _, weights = name.rpartition("-")
        made = opened.evaluate(
            "async name => (made => ({shape: made.shape, levels: [...made.levels]}))"
            "(await playground.images(await playground.fetched(name), playground.fixed().slice(0, 4)))",
            name,
        )
        item: StoredRun = RUNS[run]
        generator = trained_sampler(reopened(item), item.folder.parent, torch.device("cpu"), weights)
        wanted = sample(generator, 4, reopened(item).configuration.value_range)
        found = np.array(made["levels"]).reshape(made["shape"])
        assert np.abs(found - wanted.astype(int)).max() <= WIDE, name


def test_a_reader_slides_draws_anew_switches_and_looks_around(opened: Page):
    first = drawn(opened)
    assert opened.get_by_role("heading", name="Playground").is_visible()
    opened.get_by_role("slider").focus()
    for _ in range(30):
        opened.keyboard.press("ArrowRight")
    slid = drawn(opened)
    assert all(one != other for one, other in zip(first, slid, strict=True))
    opened.get_by_role("button", name="draw anew").first.click()
    anew = drawn(opened)
    assert all(one != other for one, other in zip(slid, anew, strict=True))
    opened.get_by_label("neighbours").check()
    drawn(opened)
    assert opened.evaluate("document.querySelector('#generators canvas').width") % 3 == 0
    families = opened.get_by_role("group", name="Models").get_by_role("radio")
    before = opened.locator("figcaption").all_inner_texts()
    families.last.check()
    drawn(opened)
    assert opened.locator("figcaption").all_inner_texts() != before


@pytest.mark.parametrize("lacks", ["WebAssembly", "DecompressionStream", "library"])
def test_a_browser_that_cannot_run_them_shows_the_fixed_pictures_and_says_so(page: Page, site: Path, tmp_path, lacks):
    copied = Path(shutil.copytree(site, tmp_path / "site"))
    if lacks == "library":
        shutil.rmtree(copied / "tfjs")
    else:
        page.add_init_script(f"{lacks} = undefined")
    page.goto((copied / "playground.html").as_uri())
    page.get_by_role("status").filter(has_text="WebAssembly").wait_for()
    assert page.locator("#generators img").count() > 10
    page.wait_for_function("[...document.querySelectorAll('#generators img')].every(one => one.naturalWidth)")


def test_a_script_that_was_cut_short_costs_only_the_panels_that_need_it(page: Page, site: Path, tmp_path: Path):
    shutil.copytree(site, tmp_path / "site")
    page.goto((tmp_path / "site" / "playground.html").as_uri())
    models = page.evaluate("playgroundIndex.models.filter(one => one.family === playgroundIndex.models[0].family)")
    stage = next(one["stages"][0] for one in models if one["experiment"] == "birds/dconv-64")
    users = sum(stage in one["stages"] for one in models)
    cut = tmp_path / "site" / "playground" / f"{stage}.js"
    cut.write_bytes(cut.read_bytes()[:5000])
    page.reload()
    drawn(page)
    assert page.locator("#generators .note", has_text="damaged").count() == users
    assert page.locator("#generators canvas").count() == len(models) - users > 0


def test_stage_1_is_kept_once_for_all_that_draw_from_it(opened: Page):
    of = {(one["experiment"], one["weights"]): one["stages"] for one in opened.evaluate("playgroundIndex.models")}
    assert {stages[0] for (name, _), stages in of.items() if name == "faces/gray"} == {of["faces/edges", "average"][0]}
    assert of["faces/gray", "average"][1] != of["faces/gray", "generator"][1]
