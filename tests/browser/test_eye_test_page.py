"""The page of the eye test in a headless Chromium, opened from the disk: whole sessions, by keys and by touch."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from eye_tests import made_test

from stackrepro.eyetest import analysis, page, ratings
from stackrepro.eyetest.ratings import Answers, rated

pytestmark = pytest.mark.check


@pytest.fixture(scope="module")
def root(tmp_path_factory, tiny_birds, tiny_faces) -> Path:
    """Make the pages of both data sets, and return the runs root that they lie in."""
    root = tmp_path_factory.mktemp("runs")
    for source in (tiny_birds, tiny_faces):
        page.write(made_test(root, source), root)
    return root


@pytest.fixture
def opened(browser, root) -> Iterator[Callable]:
    """Return a function that opens the page of a data set from the disk; nothing may fail or be asked for."""
    contexts, problems = [], []

    def open_page(dataset: str, **options):
        context = browser.new_context(**options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: problems.append(str(error)))
        tab.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        local = ("file:", "data:", "blob:")
        tab.on("request", lambda request: None if request.url.startswith(local) else problems.append(request.url))
        tab.goto(address(root, dataset))
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert problems == []


def identity_of(root: Path, dataset: str) -> str:
    """Return the identity of the one test of a data set."""
    (identity,) = (name for name, test in ratings.tests(root).items() if dataset in test.asks.title)
    return identity


def address(root: Path, dataset: str) -> str:
    return (root / "eye-test" / "pages" / f"{identity_of(root, dataset)}.html").as_uri()


def answers_of(root: Path, dataset: str) -> Answers:
    """Return the ratings of one data set."""
    (answers,) = (one for one in rated(root) if dataset in one.test.asks.title)
    return answers


def start(tab, rater: str) -> None:
    tab.get_by_label("Pseudonym").fill(rater)
    tab.keyboard.press("Enter")


def press(tab, key: str, place: str) -> None:
    """Press a key once the image of a place is painted."""
    painted(tab, place)
    tab.keyboard.press(key)


def painted(tab, place: str) -> None:
    """Wait until the image of a place is painted, which is when the clock starts."""
    tab.locator(f"#trial:has(#place:text-is('{place}')):has(#frame[aria-busy=false])").wait_for()
    assert tab.locator("#picture").is_visible()


def downloaded(tab, folder: Path) -> Path:
    with tab.expect_download() as caught:
        tab.get_by_role("button", name="Download CSV").click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path


def stackrepro(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "stackrepro", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ).stdout


def test_a_session_by_keyboard_goes_through_the_import_into_the_tables(opened, root, tmp_path):
    tab = opened("birds")
    start(tab, "Rater-K")
    press(tab, "3", "Practice")
    press(tab, "5", "1 of 18")
    press(tab, "Backspace", "2 of 18")  # a slip: back to the first, which gets another answer
    for place in range(1, 19):
        press(tab, "4" if place <= 9 else "2", f"{place} of 18")
    tab.get_by_role("heading", name="Done, thank you").wait_for()
    assert tab.evaluate("document.activeElement.id") == "end-heading"

    path = downloaded(tab, tmp_path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert tab.get_by_label("The same as text").input_value() == path.read_text()
    identity = identity_of(root, "birds")
    test = ratings.tests(root)[identity]
    assert path.name == f"eye-test-{identity}-rater-k.csv"
    assert {row["trial"] for row in rows} == {trial.trial for trial in test.trials}
    assert [row["answer"] for row in rows] == ["fill"] * 9 + ["outline"] * 9
    assert [int(row["position"]) for row in rows] == list(range(1, 19))
    assert all(0 < int(row["milliseconds"]) < 60_000 for row in rows)

    assert "18 answers of rater-k" in stackrepro("eyetest", "import", path, "--runs-root", root)
    assert "rater-k: 18 of 18" in stackrepro("eyetest", "status", "--runs-root", root)
    given = {row["trial"]: 3 if row["answer"] == "fill" else 1 for row in rows}
    steps = analysis.mean_steps(answers_of(root, "birds"), analysis.draws(answers_of(root, "birds")))
    for model in ("birds/dconv-64", "birds/dconv-128", "real"):
        levels = [given[t.trial] for t in test.trials if t.model == model and t.repeats is None]
        assert steps[model][0] == pytest.approx(sum(levels) / len(levels))


def test_a_session_by_touch_at_phone_width(opened, root, tmp_path):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 3}
    tab = opened("faces", **phone)
    tab.get_by_label("Pseudonym").fill("rater-t")
    tab.get_by_role("button", name="Start").tap()
    for place in ("Practice", *(f"{number} of 18" for number in range(1, 19))):
        painted(tab, place)
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390
        buttons = tab.locator("#answers button")
        assert all(buttons.nth(n).bounding_box()["height"] >= 44 for n in range(2))
        box = tab.locator("#picture").bounding_box()
        assert (box["width"], box["height"]) == (256, 256)
        buttons.nth(1).tap()
    path = downloaded(tab, tmp_path)
    stackrepro("eyetest", "import", path, "--runs-root", root)
    assert analysis.right_answers(answers_of(root, "faces"), "edges") == [(4, 8)]  # "generated" to all


def test_a_session_goes_on_after_a_pause_and_after_the_page_was_closed(opened, root):
    tab = opened("birds")
    start(tab, "no-name!")
    assert tab.get_by_role("alert").text_content().startswith("Use 1 to 32 small letters")
    start(tab, "rater-p")
    press(tab, "1", "Practice")
    press(tab, "2", "1 of 18")
    press(tab, "Escape", "2 of 18")
    assert tab.locator("#picture").is_hidden()
    assert len(tab.get_by_label("The same as text").input_value().splitlines()) == 2
    tab.keyboard.press("2")  # nothing is answered while paused
    tab.get_by_role("button", name="Go on").click()
    press(tab, "3", "2 of 18")
    before = tab.evaluate("order")
    tab.reload()
    start(tab, "rater-p")
    press(tab, "4", "3 of 18")
    assert tab.evaluate("order") == before
    assert [number for _, number, _ in tab.evaluate("given")] == [1, 2, 3]
    tab.goto(address(root, "birds"))
    start(tab, "rater-q")
    press(tab, "4", "Practice")
    assert sorted(tab.evaluate("order")) == sorted(before)
    assert tab.evaluate("order") != before


def test_it_works_where_nothing_can_be_kept(opened):
    tab = opened("birds")
    tab.evaluate("Object.defineProperty(window, 'localStorage', {get() { throw new Error('none'); }})")
    start(tab, "rater-s")
    press(tab, "1", "Practice")
    press(tab, "2", "1 of 18")
    press(tab, "Escape", "2 of 18")
    assert len(tab.get_by_label("The same as text").input_value().splitlines()) == 2
