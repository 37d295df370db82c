"""The comparison wall as a reader meets it: with keys, without names, without script."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

from stackrepro.base import places
from stackrepro.report import wall
from stackrepro.runs import stored

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.check


@pytest.fixture(scope="module")
def site(tmp_path_factory, laid_out) -> Path:
    """The page in a folder as the site has it."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(places.repository() / "book" / "_extra" / "wall", folder / "wall")
    laid_out(folder, "wall", wall.figures(wall.write(stored(places.results_root()), folder / "wall")))
    return folder


@pytest.fixture(scope="module")
def listed(site: Path, tmp_path_factory) -> list[dict]:
    return wall.write(stored(places.results_root()), tmp_path_factory.mktemp("again"))


@pytest.fixture
def opened(browser, site: Path):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto((site / "wall.html").as_uri())
    yield page
    page.close()


def shown(page: Page) -> list[dict]:
    """Wait until all pictures are there; return their own side and that on the page, in pixels."""
    page.wait_for_function("[...document.querySelectorAll('#pairs img')].every(one => one.naturalWidth)")
    return page.evaluate(
        "[...document.querySelectorAll('#pairs img')].map(one => ({own: one.naturalWidth, side: one.clientWidth}))"
    )


def test_a_picture_on_the_wall_is_the_first_sixteen_images_of_the_published_grid(site: Path):
    item = next(item for item in stored(places.results_root()) if item.record["configuration"]["view"]["size"] == 64)
    grid, made = (
        np.asarray(Image.open(path)) for path in (item.picture()[2], site / "wall" / f"{item.folder.name}.webp")
    )
    assert (made[:64, :256] == grid[:64, :256]).all()
    assert (made[192:256, 192:256] == grid[64:128, 448:512]).all()  # the last of the sixteen is the second row's end


def test_the_divider_moves_by_keys_and_both_pictures_are_whole_multiples_of_equal_size(opened: Page):
    sizes = shown(opened)
    assert len(sizes) == 2
    assert sizes[0]["side"] == sizes[1]["side"]
    assert all(one["side"] % one["own"] == 0 for one in sizes)
    visible = "parseFloat(getComputedStyle(document.querySelectorAll('#pairs img')[1]).clipPath.match(/([0-9.]+)%/)[1])"
    before = opened.evaluate(visible)
    opened.get_by_role("slider").focus()
    for _ in range(20):
        opened.keyboard.press("ArrowRight")
    assert opened.evaluate(visible) == pytest.approx(before - 20)
    opened.keyboard.press("Home")
    assert opened.evaluate(visible) == pytest.approx(100)


def test_models_of_sixteen_and_of_thirty_two_pixels_stand_in_one_size(opened: Page, listed):
    group = listed[0]["group"]
    small, large = (next(x for x in listed if x["group"] == group and x["size"] == size) for size in (128, 256))
    opened.get_by_label("Left").select_option(small["name"])
    opened.get_by_label("Right").select_option(large["name"])
    sizes = shown(opened)
    assert {one["own"] for one in sizes} == {128, 256}
    assert len({one["side"] for one in sizes}) == 1


def test_only_models_of_one_kind_and_tier_are_offered_together(opened: Page, listed):
    for group in opened.get_by_label("Images", exact=True).locator("option").all_inner_texts():
        opened.get_by_label("Images", exact=True).select_option(group)
        offered = opened.get_by_label("Left").locator("option").evaluate_all("all => all.map(one => one.value)")
        assert sorted(offered) == sorted(about["name"] for about in listed if about["group"] == group)


def test_before_and_after_training_are_two_pictures_of_one_model(opened: Page):
    opened.get_by_label("before and after").check()
    shown(opened)
    sources = opened.locator("#pairs img").evaluate_all("all => all.map(one => one.src)")
    assert sorted(source.endswith("-untrained.webp") for source in sources) == [False, True]
    assert len({source.replace("-untrained", "") for source in sources}) == 1


def test_blind_no_model_is_named_before_the_pick_and_picks_are_counted(opened: Page, listed):
    opened.get_by_label("blind").check()
    names = {about["model"] for about in listed}
    for count in (1, 2):
        shown(opened)
        spoken = "all => all.map(one => [one.innerText, one.firstChild.alt, one.title].join(' ')).join(' ')"
        told = opened.locator("#pairs figure").evaluate_all(spoken)
        assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", told)]
        assert "KID" not in told
        runs = opened.locator("#pairs img").evaluate_all("all => all.map(one => one.src.split('/').pop())")
        opened.locator("#pairs figure").first.get_by_role("button").click()
        pair = [next(x for x in listed if x["name"] == re.sub(r"\.webp$", "", unquote(run))) for run in runs]
        told = opened.locator("#pairs").inner_text()
        assert all(about["model"] in told for about in pair)
        assert all(f"{about['trained']['kid']:.3f}" in told for about in pair)
        assert re.search(rf"\b{count} picks?\b", told)
        opened.get_by_role("button", name="Next pair").click()
    assert opened.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_missing_picture_is_said(browser, site: Path, tmp_path: Path):
    copied = Path(shutil.copytree(site, tmp_path / "site"))
    page = browser.new_page()
    for path in (copied / "wall").glob("*.webp"):
        path.unlink()
    page.goto((copied / "wall.html").as_uri())
    page.get_by_role("status").filter(has_text="missing").wait_for()
    page.close()


def test_without_script_all_pictures_stand_with_their_captions(browser, site: Path, listed):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "wall.html").as_uri())
    assert page.locator("#pairs img").count() == len(listed) > 1
    for figure, about in zip(page.locator("#pairs figure").all()[:2], listed, strict=False):
        assert figure.locator("img").bounding_box()["width"] >= about["size"]
        assert f"seed {about['seed']}" in figure.inner_text()
        assert about["name"] in figure.inner_text()
    context.close()
