"""What raters answered: where tests and ratings lie, the exported CSV checked as hostile input, and answers as arrays.

They lie in the folder `eye-test` under the runs root, and what is published in that of `results/`:

| file | content |
|---|---|
| `key.txt` | what hides the models from the raters; keep it, and keep it to yourself |
| `tests/TEST.json` | what each trial of a test shows |
| `pages/TEST.html` | the page for the raters |
| `ratings/TEST-RATER.csv` | the answers of one rater |

Only tests and ratings are published; they count under any runs root.
"""

from __future__ import annotations

import csv
import io
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json, write_json, write_text
from stackrepro.base.lock import file_lock
from stackrepro.base.places import results_root
from stackrepro.eyetest.trials import REAL, SCHEMA, EyeTest, Trial

VERSION = "1"
COLUMNS = ("version", "test", "rater", "trial", "position", "answer", "milliseconds")
PSEUDONYM = "[a-z0-9][a-z0-9-]{0,31}"  # no sign that a spreadsheet or a file system could take for a command
LARGEST = 1_000_000  # bytes of a file; a test of a thousand trials exports a tenth of it
LONGEST = 600_000  # milliseconds; the page pauses long before
MISSING = -1  # the level of an answer that wasn't given


# Where tests lie


def folder(root: Path) -> Path:
    """Return the folder of the eye test under a runs root."""
    return root / "eye-test"


def kept_files(root: Path, pattern: str) -> list[Path]:
    """List the files of a pattern under a runs root and among what is published."""
    places = dict.fromkeys((folder(root), folder(results_root())))
    return [path for place in places for path in sorted(place.glob(pattern))]


def salt(root: Path) -> str:
    """Return the key of this runs root, drawn on first use."""
    path = folder(root) / "key.txt"
    with file_lock(path.with_name(".lock")):
        if not path.is_file():
            write_text(path, secrets.token_hex(32) + "\n")
    return path.read_text(encoding="utf-8").strip()


def keep(test: EyeTest, root: Path) -> None:
    """Keep what the trials of a test show."""
    write_json(folder(root) / "tests" / f"{test.identity}.json", {"schema": SCHEMA, **asdict(test)})


def tests(root: Path) -> dict[str, EyeTest]:
    """Return the tests of a runs root and the published ones by their identities.

    Raises:
        UserError: a test's file is damaged.
    """
    found = {}
    for path in kept_files(root, "tests/*.json"):
        kept = read_json(path)
        try:
            schema = kept.pop("schema")
            test = EyeTest(**{**kept, "trials": tuple(Trial(**trial) for trial in kept["trials"])})
        except (AttributeError, KeyError, TypeError) as error:
            raise UserError(f"{path} is no eye test: delete it and make the test again.") from error
        if schema != SCHEMA or test.identity != path.stem:
            raise UserError(f"{path} has been changed, or is of another version: delete it and make the test again.")
        found[path.stem] = test
    return found


# The exported CSV


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
        if len(raw) > LARGEST:
            raise UserError(f"{path} is larger than {LARGEST:,} bytes, more than any session: name the exported file.")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"{path} can't be read ({error.strerror}): name the CSV file of the page.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path} isn't UTF-8 text: import the file as the page exported it.") from error


def parsed(text: str, name: str, known: dict[str, EyeTest]) -> Session:
    """Turn the text of a file called `name` into a session.

    Raises:
        UserError: naming the first line that is wrong.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise UserError(f"{name}, line {reader.line_num}: no CSV ({error}): export the file again.") from error
    if not rows or tuple(rows[0][1]) != COLUMNS:
        raise UserError(f"{name}, line 1: the header must be {','.join(COLUMNS)}: import the exported file.")
    if len(rows) == 1:
        raise UserError(f"{name} holds no answer: export it again after the first trial.")
    ratings: list[Rating] = []
    for line, row in rows[1:]:
        if why := fault(row, rows[1][1], ratings, known):
            raise UserError(f"{name}, line {line}: {why}.")
        ratings.append(Rating(row[3], int(row[4]), row[5], int(row[6])))
    return Session(rows[1][1][1], rows[1][1][2], tuple(sorted(ratings, key=lambda rating: rating.position)))


def fault(row: list[str], first: list[str], before: Sequence[Rating], known: dict[str, EyeTest]) -> str:
    """Say what the page can't have written into a line, or return nothing; `first` is the first line of answers."""
    if len(row) != len(COLUMNS):
        return f"{len(row)} fields in the place of {len(COLUMNS)}: export the file again"
    version, identity, rater, trial, position, answer, milliseconds = row
    if identity not in known:
        return f"test {quoted(identity)} is unknown here: import it where `stackrepro eyetest make` made it"
    if row[:3] != first[:3]:
        return "another test or rater than in the lines before: import each session by itself"
    test = known[identity]
    sound = {
        "version": version == VERSION,
        "rater": re.fullmatch(PSEUDONYM, rater),
        "trial": trial in {one.trial for one in test.trials} - {one.trial for one in before},
        "position": whole(position, len(test.trials)) and int(position) not in {one.position for one in before},
        "answer": answer in test.asks.words,
        "milliseconds": whole(milliseconds, LONGEST),
    }
    values = dict(zip(COLUMNS, row, strict=True))
    wrong = [f"{column} {quoted(values[column])}" for column, is_so in sound.items() if not is_so]
    return f"{wrong[0]} can't be, or stands in a line before: export the file again" if wrong else ""


def whole(text: str, most: int) -> bool:
    """Say whether a text is a whole number from 1 on, in plain digits."""
    return re.fullmatch("[1-9][0-9]{0,6}", text, re.ASCII) is not None and int(text) <= most


def quoted(text: str) -> str:
    """Quote what a file holds for a sentence: shortened, on one line, without signs that a terminal obeys."""
    return ascii(text if len(text) <= 40 else f"{text[:40]}...")


def import_file(path: Path, root: Path) -> tuple[Session, bool]:
    """Check an exported file and keep it; return the session, and whether it holds anything new.

    A session that was exported in the middle and again later grows. Of two such files the longer one is kept.

    Raises:
        UserError: the file can't be read or holds anything that the page can't have written, or this rater's other
            answers to this test are kept already.
    """
    session = parsed(contents(path), str(path), tests(root))
    kept = folder(root) / "ratings" / f"{session.test}-{session.rater}.csv"
    kept.parent.mkdir(parents=True, exist_ok=True)
    with file_lock(folder(root) / ".lock"):
        before = {file: contents(file) for file in kept_files(root, f"ratings/{kept.name}")}
        if any(text.startswith(session.csv) for text in before.values()):
            return session, False
        for file, text in before.items():
            if not session.csv.startswith(text):
                raise UserError(
                    f"{path}: {session.rater} has given other answers to test {session.test}, kept in {file}: ask for "
                    f"another pseudonym, or delete that file to replace them."
                )
        write_text(kept, session.csv)
    return session, True


def sessions(root: Path) -> list[Session]:
    """Return all kept sessions, each checked again; of a rater's published and own answers to a test the longer ones.

    Raises:
        UserError: as `import_file`.
    """
    known, found = tests(root), {}
    for path in kept_files(root, "ratings/*.csv"):
        session = parsed(contents(path), str(path), known)
        other = found.setdefault((session.test, session.rater), session)
        if len(session.ratings) > len(other.ratings):
            found[session.test, session.rater] = session
    return list(found.values())


def publish(identity: str, root: Path, target: Path) -> list[Path]:
    """Copy a test and its ratings to a folder of results; return the files that hold the ratings.

    Raises:
        UserError: there is no such test, or nobody has answered it.
    """
    known = tests(root)
    if identity not in known:
        raise UserError(f"There is no test {identity} in {root}: `stackrepro eyetest status` lists them.")
    answered = [session for session in sessions(root) if session.test == identity]
    if not answered:
        raise UserError(
            f"Test {identity} has no ratings: import some first. What is published tells what each trial shows, so "
            f"nobody can rate it blindly any more."
        )
    keep(known[identity], target)
    files = [folder(target) / "ratings" / f"{session.test}-{session.rater}.csv" for session in answered]
    for file, session in zip(files, answered, strict=True):
        write_text(file, session.csv)
    return files


# Answers as arrays


@dataclass(frozen=True)
class Answers:
    """What the raters of a test answered, in the order of its trials.

    `levels`, int (raters, trials), are the answers' numbers, `MISSING` where there is none; `seconds`, float, go from
    the image's paint to the answer, NaN where there is none.
    """

    test: EyeTest
    raters: tuple[str, ...]
    levels: np.ndarray
    seconds: np.ndarray

    @cached_property
    def first(self) -> np.ndarray:
        """The indices of the trials that repeat none. Only they count for the models."""
        return np.array([index for index, trial in enumerate(self.test.trials) if trial.repeats is None])

    @cached_property
    def repeated(self) -> np.ndarray:
        """The indices of the repeated trials and of those that repeat them, (pairs, 2)."""
        place = {trial.trial: index for index, trial in enumerate(self.test.trials)}
        pairs = [(place[trial.repeats], place[trial.trial]) for trial in self.test.trials if trial.repeats]
        return np.array(pairs, int).reshape(-1, 2)

    @cached_property
    def latents(self) -> np.ndarray:
        """For each trial the number of its fixed latent from 0 on; real images are numbered on from there."""
        place = {name: self.test.images + index for index, name in enumerate(self._real)}
        return np.array([place.get(_real_image(trial), trial.number) for trial in self.test.trials])

    @cached_property
    def strata(self) -> list[int]:
        """How many of these numbers there are of each sort: fixed latents, then real images by what they show."""
        return [self.test.images, *Counter(name[:2] for name in self._real).values()]

    @cached_property
    def _real(self) -> list[tuple[str, int, int]]:
        return sorted({name for trial in self.test.trials if (name := _real_image(trial))})

    def of(self, model: str, stage: str) -> np.ndarray:
        """The indices of a model's trials among those that repeat none."""
        trials = self.test.trials
        return np.array([i for i in self.first if (trials[i].model, trials[i].stage) == (model, stage)], int)


def _real_image(trial: Trial) -> tuple[str, int, int] | None:
    return (trial.stage, trial.size, trial.number) if trial.model == REAL else None


def answers(test: EyeTest, kept: Sequence[Session]) -> Answers:
    """Gather the sessions of a test; those of other tests are passed over."""
    own = [session for session in kept if session.test == test.identity]
    place = {trial.trial: index for index, trial in enumerate(test.trials)}
    levels = np.full((len(own), len(test.trials)), MISSING)
    seconds = np.full(levels.shape, np.nan)
    for row, session in enumerate(own):
        for rating in session.ratings:
            levels[row, place[rating.trial]] = test.asks.words.index(rating.answer)
            seconds[row, place[rating.trial]] = rating.milliseconds / 1000
    return Answers(test, tuple(session.rater for session in own), levels, seconds)


def rated(root: Path) -> list[Answers]:
    """Return what raters answered in each test, leaving out tests without answers; raises as `import_file`."""
    kept = sessions(root)
    found = [answers(test, kept) for test in tests(root).values()]
    return [answered for answered in found if answered.raters]
