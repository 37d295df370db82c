"""The small book in a headless Chromium: on a desktop and a phone, by day and by night, and on paper."""

import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from unicodedata import normalize

import pytest

from stackrepro.report.lists import scripts

pytestmark = pytest.mark.check
PAGES = (
    "running",
    "architecture",
    "adding-an-experiment",
    "checklist",
    "deviations",
    "benchmarks",
    "references",
    "search",
    "playground",
    "wall",
    *(f"chapters/{chapter}" for chapter in scripts()),
)
# docutils gives the entries of a bibliography a role that axe doesn't know in a list.
RULES = {"resultTypes": ["violations"], "rules": {"aria-required-children": {"enabled": False}}}

# Boxes that scroll sideways since a table is wider than they are.
WIDE = """() => [...document.querySelectorAll(".bd-article *")].filter(box =>
    box.scrollWidth > box.clientWidth + 1 && box.querySelector("table") && getComputedStyle(box).overflowX != "visible"
    ).map(box => box.innerText.slice(0, 80))"""


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep requests out of the test's output."""


@pytest.fixture(scope="module")
def address(smoke_site: Path) -> Iterator[str]:
    """Serve the site on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=smoke_site)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_asks_no_other_host_and_shuts_nobody_out(browser, address, page):
    tab = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    requests, problems = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("response", lambda response: problems.append(response.url) if response.status >= 400 else None)
    tab.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: problems.append(str(error)))
    for width, schemes in ((1280, ("dark", "light")), (390, ("light", "dark"))):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(f"{address}/{page}.html", wait_until="networkidle")  # a script looks for boxes that scroll
        tab.add_style_tag(content="* { transition: none !important; }")  # which would show colours on their way
        for scheme in schemes:
            tab.emulate_media(color_scheme=scheme)
            tab.wait_for_function(f"document.documentElement.dataset.theme == '{scheme}'")
            whole(tab, width, scheme)
        if width == 1280:
            assert tab.evaluate(WIDE) == [], "on a desk tables need no scrolling"
            assert tab.evaluate("[...document.images].filter(one => !one.alt.trim()).map(one => one.src)") == []
        assert [url for url in requests if not url.startswith((address, f"blob:{address}", "data:"))] == []
        assert problems == []
        assert violations(tab) == {}, f"{width} pixels, {scheme}"
        problems.clear()  # axe asks for style sheets that it finds named
    tab.close()


def whole(tab, width: int, scheme: str) -> None:
    """Check that a page fits its width, that its pictures are there, and that its ground is light or dark."""
    assert tab.evaluate("document.documentElement.scrollWidth") <= width, scheme
    # A picture that a closed menu or the other colour scheme hides is not loaded; all others must be.
    broken = "[...document.images].filter(i => i.checkVisibility() && !(i.complete && i.naturalWidth)).map(i => i.src)"
    assert tab.evaluate(broken) == [], f"{width} pixels, {scheme}"
    red, green, blue = tab.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")[:3]
    assert (red + green + blue > 600) if scheme == "light" else (red + green + blue < 150)


def violations(tab) -> dict[str, list[str]]:
    """Return the serious ones that axe finds, with some of the places."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(tab, options=RULES).response["violations"]
    serious = [one for one in found if one["impact"] in ("serious", "critical")]
    return {one["id"]: [node["html"][:200] for node in one["nodes"][:3]] for one in serious}


def test_equations_are_set_and_none_fails(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/chapters/a-3-4-stacked.html", wait_until="networkidle")
    assert tab.locator("mjx-container").count() >= 2
    assert tab.locator("mjx-merror").count() == 0


def test_wide_tables_scroll_on_a_phone_by_keyboard(browser, address):
    tab = browser.new_page(viewport={"width": 390, "height": 900})
    tab.goto(f"{address}/chapters/a-4-2-stacked-against-single.html", wait_until="networkidle")
    assert tab.evaluate(WIDE)
    box = tab.locator(".cell_output > .output[tabindex='0']:has(table.dataframe)").first
    box.focus()
    for _ in range(3):
        tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.activeElement.scrollLeft > 0")
    tab.close()


def test_pictures_of_samples_are_shown_at_whole_multiples_of_their_pixels(browser, address):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    multiples = """[...document.querySelectorAll(".pictures img")].map(one =>
        getComputedStyle(one).objectFit == "none" ? 1 : one.clientWidth / one.naturalWidth)"""
    for width in (1280, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto(f"{address}/chapters/a-4-2-stacked-against-single.html", wait_until="networkidle")
        found = tab.evaluate(multiples)
        assert found
        assert all(one >= 1 and one == round(one) for one in found)
    tab.close()


@pytest.mark.parametrize("page", ["a-4-2-stacked-against-single", "ledger-a"])
def test_a_chapter_is_printed_whole(browser, address, page):
    from pypdf import PdfReader

    tab = browser.new_page()
    tab.goto(f"{address}/chapters/{page}.html", wait_until="networkidle")
    wanted = [tab.locator(which).last for which in (".bd-article h2", ".bd-article section p", ".bd-article caption")]
    wanted = [part.inner_text().removesuffix("#") for part in wanted]
    menu = tab.locator(".bd-sidebar-primary a").last.inner_text()
    sheets = PdfReader(BytesIO(tab.pdf(format="A4"))).pages
    printed = squeezed("".join(sheet.extract_text() for sheet in sheets))
    assert [words for words in wanted if squeezed(words) not in printed] == []
    assert squeezed(menu) not in printed
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 718, "height": 1000})  # of an A4 sheet within its margins
    assert tab.evaluate("document.documentElement.scrollWidth") <= 718
    tab.close()


def squeezed(words: str) -> str:
    return re.sub(r"\W", "", normalize("NFKC", words))  # type sets ligatures
