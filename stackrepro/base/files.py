"""Files that are either whole or not there."""

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from stackrepro.base.errors import UserError

LEFTOVER = re.compile(r"\..*\.[0-9a-f]{8}\.partial(\..*)?")


@contextmanager
def write_atomic(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; on leaving, flush it to disk and rename it to `path`.

    Whatever happens inside, `path` holds the old content or the whole new one. Only a process that is killed leaves a
    temporary file, which `remove_leftovers` finds. That keeps the suffix of `path`, and may become a folder. Since no
    system call replaces a folder that isn't empty, one that is there steps aside, and back if anything goes wrong.

    Raises:
        UserError: no space left on the device.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}.{uuid4().hex[:8]}.partial{path.suffix}")
    old = path.with_name(f".{path.name}.old")
    try:
        with no_space_is_a_user_error(path):
            yield temporary
            if temporary.is_dir():
                os.sync()  # thousands of single files would take long
            else:
                flush(temporary)
            if path.is_dir():
                remove(old)
                path.rename(old)
            os.replace(temporary, path)
            flush(path.parent)  # so that the name, too, outlives a power cut
    finally:
        if old.is_dir() and not path.exists():
            old.rename(path)
        elif old.is_dir():
            remove(old)
        remove(temporary)


def flush(path: Path) -> None:
    """Have what the system holds of a file, or of a folder's list of names, written to its disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folder
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Remove a file or a folder, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def leftovers(folder: Path) -> list[Path]:
    """List what `write_atomic` has, or had when its process was killed, in the making at any depth of a folder."""
    return [path for path in folder.rglob(".*.partial*") if LEFTOVER.fullmatch(path.name)]


def remove_leftovers(folder: Path) -> None:
    """Remove `leftovers`; call it only while nothing else writes there, under the folder's lock."""
    for path in leftovers(folder):
        remove(path)


@contextmanager
def no_space_is_a_user_error(path: Path) -> Iterator[None]:
    """Turn "no space left" while writing `path`, by a quota or a limit, too, into a `UserError`; others pass."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise UserError(
                f"No space left on the device of {path.parent}: free some space and start the same command again; "
                f"nothing half-written was kept."
            ) from error
        raise


def write_bytes(path: Path, content: bytes) -> None:
    """Write bytes atomically; libraries that save by themselves hide a full disk behind errors of their own."""
    with write_atomic(path) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write `value` atomically as indented JSON with a final newline; NaN is refused, since JSON has none."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file; raise a `UserError` if it isn't there, or isn't JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError(f"{path} is not there: check the path, or make it again.") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not valid JSON ({error}): delete it and make it again.") from error


def sha256_of_file(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest(value: Any) -> str:
    """Return the hexadecimal SHA-256 of a JSON-like value, independent of the order of its keys."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
