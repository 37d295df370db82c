"""Progress off a terminal is JSON lines on standard error."""

import json

from stackrepro.base import progress
from stackrepro.base.progress import Progress


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_one_line_at_the_end_of_short_work(capsys):
    with Progress("decode", total=3) as work:
        for _ in range(3):
            work.advance()
    (line,) = lines(capsys)
    assert (line["work"], line["done"], line["total"]) == ("decode", 3, 3)


def test_lines_on_the_way_of_long_work_and_none_at_the_end_of_failed_work(capsys, monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    try:
        with Progress("train", total=9, done=5) as work:
            work.advance(2, loss=0.5)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    (line,) = lines(capsys)
    assert (line["done"], line["loss"]) == (7, 0.5)


def test_what_is_left_follows_from_the_first_steps(capsys, monkeypatch):
    clock = iter((100.0, 106.0, 106.0, 106.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with Progress("train", total=100, done=10) as work:
        work.advance(3)  # of which each took two seconds
    line, _ = lines(capsys)
    assert (line["seconds"], line["left"]) == (6.0, 174)
