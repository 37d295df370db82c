"""One process a run, and one that makes a file."""

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from filelock import FileLock

from stackrepro.base.errors import UserError
from stackrepro.base.files import remove_leftovers

try:
    import fcntl
except ImportError:  # Windows: what only reads or makes images needs no lock
    fcntl = None

NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)  # of file systems, such as some that a network brings


@contextmanager
def file_lock(path: Path) -> Iterator[None]:
    """Hold the lock `path`, whose folder is made if need be, while making what others could be making at once.

    Raises:
        UserError: the file system has no locks.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    with _needed(path.parent):
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _needed(folder: Path) -> Iterator[None]:
    """Turn the error of a file system without locks into a `UserError`; others pass."""
    try:
        yield
    except (NotImplementedError, OSError) as error:  # older filelocks raise the first one
        if getattr(error, "errno", errno.ENOLCK) not in NO_LOCKS:
            raise
        raise UserError(
            f"The file system of {folder} has no locks: name a folder on a local disk, for the cache by "
            f"STACKREPRO_CACHE, for runs by STACKREPRO_RUNS."
        ) from error


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold the lock of a folder that one process at a time may write to; if another has it, say so and wait for it.

    The operating system gives the lock free when its process dies, however it dies, so that no lock is ever stale. It
    stays held while a child lives that was handed the descriptor which this yields. What processes that were killed
    have left half-written in the folder is removed.

    Raises:
        UserError: the system or the file system has no such locks.
    """
    if fcntl is None:
        raise UserError(f"This system can't lock {folder}: train and measure on Linux, on macOS or under WSL.")
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as file:
        with _needed(folder):
            if not taken(file, fcntl.LOCK_EX):
                print(f"Another process works on {folder.name}; waiting for it.", file=sys.stderr, flush=True)
                fcntl.flock(file, fcntl.LOCK_EX)
        remove_leftovers(folder)
        yield file.fileno()


def taken(file: IO, kind: int) -> bool:
    """Take the lock of an open file if it is free, and tell whether that was so."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(folder: Path) -> bool:
    """Tell whether a process holds the lock of a folder, which may be read-only."""
    if fcntl is None:
        return False
    try:
        with (folder / ".lock").open() as file:
            # Shared: two that ask don't see each other, and a network file system gives no other to who only reads.
            return not taken(file, fcntl.LOCK_SH)
    except OSError as error:
        if error.errno in (errno.ENOENT, *NO_LOCKS):
            return False
        raise
