"""The ratings that were imported."""

from __future__ import annotations

from pathlib import Path

from filelock import FileLock

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_text
from stackrepro.evaluation.eye_test.answers import Answers, answers
from stackrepro.evaluation.eye_test.session_files import Session, contents, parsed
from stackrepro.evaluation.eye_test.store import folder, tests


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
        before = kept.read_text(encoding="utf-8") if kept.exists() else ""
        if before.startswith(session.csv):
            return session, False
        if not session.csv.startswith(before):
            raise UserError(
                f"{path}: {session.rater} has given other answers to test {session.test}, kept in {kept}: ask for "
                f"another pseudonym, or delete that file to replace them."
            )
        write_text(kept, session.csv)
    return session, True


def sessions(root: Path) -> list[Session]:
    """Return all kept sessions, each checked again.

    Raises:
        UserError: as `import_file`.
    """
    known = tests(root)
    files = sorted((folder(root) / "ratings").glob("*.csv"))
    return [parsed(contents(path), str(path), known) for path in files]


def rated(root: Path) -> list[Answers]:
    """Return what raters answered in each test of a runs root, by the tests' identities; those without are left out.

    Raises:
        UserError: as `import_file`.
    """
    kept = sessions(root)
    found = [answers(test, kept) for test in tests(root).values()]
    return [answered for answered in found if answered.raters]
