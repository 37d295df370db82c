"""The ratings that were imported, and those that are published."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_text
from stackrepro.evaluation.eye_test.answers import Answers, answers
from stackrepro.evaluation.eye_test.session_files import Session, contents, parsed
from stackrepro.evaluation.eye_test.store import folder, keep, kept_files, tests


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
    with FileLock(kept.parent.parent / ".lock"):
        files = kept_files(root, f"ratings/{kept.name}")
        before = {file: contents(file) for file in files}
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


def rated(root: Path) -> list[Answers]:
    """Return what raters answered in each test, by the tests' identities; those without answers are left out.

    Raises:
        UserError: as `import_file`.
    """
    kept = sessions(root)
    found = [answers(test, kept) for test in tests(root).values()]
    return [answered for answered in found if answered.raters]
