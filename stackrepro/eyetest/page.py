"""The page that raters answer: one file that asks no other host and works from a disk."""

from __future__ import annotations

import json
from base64 import b64encode
from html import escape
from pathlib import Path
from typing import Any

from stackrepro.base.files import write_text
from stackrepro.eyetest.ratings import COLUMNS, LONGEST, PSEUDONYM, VERSION, folder, keep
from stackrepro.eyetest.trials import BLOCKS, SHOWN, Made

CAUTION = (
    '<p class="caution">This page holds images of {data}, which must not be passed on. Keep it to yourself and to your '
    "raters.</p>"
)


def write(made: Made, root: Path, target: Path | None = None) -> Path:
    """Write the page of a test and keep what its trials hide, under the runs root; return the page's path.

    Args:
        target: the folder of the page; by default beside the tests.
    """
    keep(made.test, root)
    path = (target or folder(root) / "pages") / f"{made.test.identity}.html"
    write_text(path, page(made))
    return path


def page(made: Made) -> str:
    """Return the page of a test as HTML, with its pictures, style and script inside.

    No model's name stands in it.
    """
    test, kind = made.test, made.test.asks
    answers = [(key, escape(word), escape(meaning)) for key, (word, meaning) in enumerate(kind.answers.items(), 1)]
    definitions = [f"<dt><kbd>{key}</kbd> {word}</dt><dd>{meaning}</dd>" for key, word, meaning in answers]
    buttons = [
        f'<button type="button" data-answer="{key - 1}"><kbd>{key}</kbd>'
        f'<span class="word">{word}</span><span class="meaning">{meaning}</span></button>'
        for key, word, meaning in answers
    ]
    text, style, script = (
        (Path(__file__).parent / f"page.{ending}").read_text(encoding="utf-8") for ending in ("html", "css", "js")
    )
    parts = {
        **{name: escape(getattr(kind, name)) for name in ("title", "question", "advice")},
        "stamp": escape(f"tier {test.tier} | {test.data} | test {test.identity}"),
        "caution": CAUTION.format(data=escape(test.data)) if test.with_real else "",
        "count": str(len(test.trials)),
        "last": str(len(answers)),
        "shown": str(SHOWN),
        "definitions": "\n".join(definitions),
        "answers": "\n".join(buttons),
        "style": style,
        "script": script,
        "data": json.dumps(data(made)).replace("<", "\\u003c"),  # nothing in it may end the element that it stands in
    }
    for name, part in parts.items():
        text = text.replace("{{" + name + "}}", part)
    return text


def data(made: Made) -> dict[str, Any]:
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
