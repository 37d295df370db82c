"""Progress off a terminal is JSON lines on standard error."""

import json

import pytest

from stackrepro.base import progress
from stackrepro.base.progress import Progress


def lines(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def work_and_fail() -> None:
    with Progress("train", total=9, done=5) as work:
        work.advance(2)
        raise ZeroDivisionError


def test_lines_on_the_way_of_long_work_and_none_at_the_end_of_failed_work(capsys, monkeypatch):
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.0)
    with pytest.raises(ZeroDivisionError):
        work_and_fail()
    (line,) = lines(capsys)
    assert (line["work"], line["total"], line["done"]) == ("train", 9, 7)


def test_what_is_left_follows_from_the_first_steps_and_a_line_ends_the_work(capsys, monkeypatch):
    clock = iter((100.0, 106.0, 106.0, 106.0))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with Progress("train", total=100, done=10) as work:
        work.advance(3)  # of which each took two seconds
    line, last = lines(capsys)
    assert (line["seconds"], line["left"], last["done"]) == (6.0, 174, 13)
