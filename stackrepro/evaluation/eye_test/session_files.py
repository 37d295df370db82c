"""The CSV that the page exports, checked line by line as hostile input."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stackrepro.base.errors import UserError
from stackrepro.evaluation.eye_test.trials import EyeTest

VERSION = "1"
COLUMNS = ("version", "test", "rater", "trial", "position", "answer", "milliseconds")
PSEUDONYM = "[a-z0-9][a-z0-9-]{0,31}"  # no sign that a spreadsheet or a file system could take for a command
LARGEST = 1_000_000  # bytes of a file; a test of a thousand trials exports a tenth of it
LONGEST = 600_000  # milliseconds; the page pauses long before
WHOLE = re.compile("[0-9]{1,7}", re.ASCII)


@dataclass(frozen=True)
class Rating:
    """One answer: the trial, its place in the session from 1 on, the word, and the time from the image's paint."""

    trial: str
    position: int
    answer: str
    milliseconds: int


@dataclass(frozen=True)
class Session:
    """What one rater answered in one test, in the order of the session."""

    test: str
    rater: str
    ratings: tuple[Rating, ...]

    @property
    def csv(self) -> str:
        """The session as the page exports it."""
        rows = [(VERSION, self.test, self.rater, r.trial, r.position, r.answer, r.milliseconds) for r in self.ratings]
        return "".join(",".join(map(str, row)) + "\n" for row in (COLUMNS, *rows))


def contents(path: Path) -> str:
    """Read a text file of a reasonable size."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except OSError as error:
        raise UserError(
            f"{path} can't be read ({error.strerror}): name the CSV file that the page exported."
        ) from error
    if len(raw) > LARGEST:
        raise UserError(f"{path} is larger than {LARGEST:,} bytes, more than any session: name the exported CSV file.")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path} isn't UTF-8 text (byte {error.start}): import the file as the page exported it."
        ) from error


def parsed(text: str, name: str, known: dict[str, EyeTest]) -> Session:
    """Turn the text of a file called `name` into a session.

    Raises:
        UserError: naming the first line that is wrong.
    """
    rows = split(text, name)
    if not rows or tuple(rows[0][1]) != COLUMNS:
        raise UserError(
            f"{name}, line 1: the header must be {','.join(COLUMNS)}: import the file that the page exported."
        )
    if len(rows) == 1:
        raise UserError(f"{name} holds no answer: export it again after the first trial.")
    head, ratings, trials, positions = None, [], {}, {}
    for line, row in rows[1:]:
        place = f"{name}, line {line}"
        if len(row) != len(COLUMNS):
            raise UserError(f"{place}: {len(row)} fields in the place of {len(COLUMNS)}: export the file again.")
        head = checked_head(tuple(row[:3]), head, place, known)
        rating = checked_rating(row[3:], place, known[head[1]])
        for seen, value, what in ((trials, rating.trial, "trial"), (positions, rating.position, "position")):
            if value in seen:
                raise UserError(f"{place}: {what} {value} stands in line {seen[value]} already: export the file again.")
            seen[value] = line
        ratings.append(rating)
    return Session(head[1], head[2], tuple(sorted(ratings, key=lambda rating: rating.position)))


def split(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Split CSV into its rows, each with the number of the line that it ends in; empty lines are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows = []
    try:
        for row in reader:
            if row:
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise UserError(f"{name}, line {reader.line_num}: no CSV ({error}): export the file again.") from error
    return rows


def checked_head(
    row: tuple[str, ...], first: tuple[str, ...] | None, place: str, known: dict[str, EyeTest]
) -> tuple[str, ...]:
    """Check version, test and rater, which all lines share, and return them."""
    version, test, rater = row
    if version != VERSION:
        raise UserError(f"{place}: version {shown(version)}, not {VERSION}: make the page again with this version.")
    if test not in known:
        raise UserError(
            f"{place}: test {shown(test)} is unknown here: import it where `stackrepro eyetest make` made it."
        )
    if not re.fullmatch(PSEUDONYM, rater):
        raise UserError(
            f"{place}: {shown(rater)} is no pseudonym: use 1 to 32 small letters, digits, hyphens, not a hyphen first."
        )
    if first not in (None, row):
        raise UserError(f"{place}: another test or rater than in the lines before: import each session by itself.")
    return row


def checked_rating(row: Sequence[str], place: str, test: EyeTest) -> Rating:
    """Check trial, position, answer and time of a line."""
    trial, position, answer, milliseconds = row
    if trial not in {known.trial for known in test.trials}:
        raise UserError(f"{place}: trial {shown(trial)} is none of this test: export the file again.")
    if answer not in test.asks.words:
        raise UserError(f"{place}: {shown(answer)} is no answer: it must be one of {', '.join(test.asks.words)}.")
    count = len(test.trials)
    if not WHOLE.fullmatch(position) or not 1 <= int(position) <= count:
        raise UserError(f"{place}: position {shown(position)} isn't a whole number from 1 to {count}: export it again.")
    if not WHOLE.fullmatch(milliseconds) or not 1 <= int(milliseconds) <= LONGEST:
        raise UserError(
            f"{place}: a time of {shown(milliseconds)} isn't a whole number of milliseconds from 1 to {LONGEST}: "
            f"export the file again."
        )
    return Rating(trial, int(position), answer, int(milliseconds))


def shown(text: str) -> str:
    """Quote what a file holds for a sentence: shortened, on one line, without signs that a terminal obeys."""
    return ascii(text if len(text) <= 40 else f"{text[:40]}...")
