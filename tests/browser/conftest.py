"""The browser that pages are opened in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stackrepro.base import places


@pytest.fixture(scope="session")
def browser() -> Iterator:
    """Start the system's Chromium."""
    from playwright.sync_api import sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "No Chromium found: install one, for instance with `apt-get install chromium`."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def laid_out() -> Callable[[Path, str, str], None]:
    """Write a page of book/ with its pictures as HTML, as the site has it but for the theme."""

    def write(folder: Path, name: str, pictures: str) -> None:
        page = (places.repository() / "book" / f"{name}.md").read_text(encoding="utf-8")
        raw = page.partition("{raw} html\n")[2].partition("```")[0].replace("<!-- fixed pictures -->", pictures)
        body = f"<section id='{name}'><h1>{name.capitalize()}</h1>{raw}</section>"
        (folder / f"{name}.html").write_text(f"<!doctype html><html lang='en'><body>{body}</body></html>", "utf-8")

    return write
