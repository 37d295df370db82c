"""The small book in a headless Chromium: on a desktop and a phone, by day and by night."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

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
    *(f"chapters/{chapter}" for chapter in scripts()),
)


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_whole_and_asks_no_other_host(browser, address, page, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab = context.new_page()
    requests, problems = [], []
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("response", lambda response: problems.append(response.url) if response.status >= 400 else None)
    tab.on("console", lambda message: problems.append(message.text) if message.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.goto(f"{address}/{page}.html", wait_until="networkidle")

    assert [url for url in requests if not url.startswith((address, "data:"))] == []
    assert problems == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    # A picture that a closed menu or the other colour scheme hides is not loaded; all others must be.
    broken = "[...document.images].filter(i => i.checkVisibility() && !(i.complete && i.naturalWidth)).map(i => i.src)"
    assert tab.evaluate(broken) == []
    red, green, blue = tab.evaluate("getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).map(Number)")[:3]
    assert (red + green + blue > 600) if scheme == "light" else (red + green + blue < 150)
    context.close()


def test_equations_are_set_and_none_fails(browser, address):
    tab = browser.new_page()
    tab.goto(f"{address}/chapters/a-3-4-stacked.html", wait_until="networkidle")
    assert tab.locator("mjx-container").count() >= 2
    assert tab.locator("mjx-merror").count() == 0


WIDE = """() => [...document.querySelectorAll(".cell_output *")].find(
    b => b.scrollWidth >= b.clientWidth + 60 && b.querySelector("table.dataframe"))"""


def test_tables_of_runs_need_no_scrolling_on_a_desk_and_scroll_on_a_phone(browser, address):
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.goto(f"{address}/chapters/a-4-2-stacked-against-single.html", wait_until="networkidle")
    assert tab.evaluate(f"({WIDE})() === undefined")
    tab.set_viewport_size({"width": 390, "height": 900})
    assert tab.evaluate(f"({WIDE})() !== undefined")
    tab.close()
