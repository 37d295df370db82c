"""The page that raters answer: one file that asks no other host and works from a disk."""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from pathlib import Path

from stackrepro.base.files import write_text
from stackrepro.evaluation.eye_test import store
from stackrepro.evaluation.eye_test.pictures import SHOWN
from stackrepro.evaluation.eye_test.session_files import COLUMNS, LONGEST, PSEUDONYM, VERSION
from stackrepro.evaluation.eye_test.trials import BLOCKS, Made

FILES = Path(__file__).with_name("eye_test_page_files")
CAUTION = (
    '<p class="caution">This page holds images of {data}, which must not be passed on. Keep it to yourself and to your '
    "raters.</p>"
)


def write(made: Made, root: Path, folder: Path | None = None) -> Path:
    """Write the page of a test and keep what its trials hide, under the runs root; return the page's path.

    Args:
        folder: where the page goes; by default beside the tests.
    """
    store.keep(made.test, root)
    path = (folder or store.folder(root) / "pages") / f"{made.test.identity}.html"
    write_text(path, page(made))
    return path


def page(made: Made) -> str:
    """Return the page of a test as HTML, with its pictures, style and script inside.

    No model's name stands in it.
    """
    test, kind = made.test, made.test.asks
    parts = {
        "title": escape(kind.title),
        "stamp": escape(f"tier {test.tier} | {test.data} | test {test.identity}"),
        "caution": CAUTION.format(data=escape(test.data)) if test.with_real else "",
        "count": str(len(test.trials)),
        "question": escape(kind.question),
        "advice": escape(kind.advice),
        "last": str(len(kind.answers)),
        "shown": str(SHOWN),
        "definitions": "\n".join(
            f"<dt><kbd>{key}</kbd> {escape(answer.word)}</dt><dd>{escape(answer.meaning)}</dd>"
            for key, answer in enumerate(kind.answers, 1)
        ),
        "answers": "\n".join(
            f'<button type="button" data-answer="{key - 1}"><kbd>{key}</kbd>'
            f'<span class="word">{escape(answer.word)}</span>'
            f'<span class="meaning">{escape(answer.meaning)}</span></button>'
            for key, answer in enumerate(kind.answers, 1)
        ),
        "style": (FILES / "page.css").read_text(encoding="utf-8"),
        "script": (FILES / "page.js").read_text(encoding="utf-8"),
        "data": json.dumps(data(made)).replace("<", "\\u003c"),  # nothing in it may end the element that it stands in
    }
    text = (FILES / "page.html").read_text(encoding="utf-8")
    for name, part in parts.items():
        text = text.replace("{{" + name + "}}", part)
    return text


def data(made: Made) -> dict:
    """Return what the page's script reads."""
    test = made.test
    return {
        "version": VERSION,
        "test": test.identity,
        "columns": COLUMNS,
        "answers": test.asks.words,
        "pseudonym": PSEUDONYM,
        "longest": LONGEST,
        "blocks": [[trial.trial for trial in test.trials if trial.block == block] for block in range(BLOCKS)],
        "pictures": {trial: uri(png) for trial, png in made.pictures.items()},
        "practice": uri(made.practice),
    }


def uri(png: bytes) -> str:
    """Return a PNG file as a data URI."""
    return f"data:image/png;base64,{b64encode(png).decode()}"
