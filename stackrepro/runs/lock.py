"""One process a run."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stackrepro.base.files import remove_leftovers


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """Hold the lock of a folder that one process at a time may write to; if another has it, say so and wait for it.

    The operating system gives the lock free when its process dies, however it dies, so that no lock is ever stale. It
    stays held while a child lives that was handed the descriptor which this yields. What processes that were killed
    have left half-written in the folder is removed.
    """
    descriptor = acquire(folder / ".lock")
    try:
        remove_leftovers(folder)
        yield descriptor
    finally:
        os.close(descriptor)


def acquire(path: Path) -> int:
    """Open a lock file, wait for its lock, and return the descriptor that holds it."""
    while True:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            if not taken(descriptor):
                print(f"Another process works on {path.parent.name}; waiting for it.", file=sys.stderr, flush=True)
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            if path.exists() and os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the folder was removed while this process waited


def taken(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """Take the lock of an open file, or a shared one, if it is free, and tell whether that was so."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_locked(folder: Path) -> bool:
    """Tell whether a process holds the lock of a folder, which may be read-only."""
    try:
        descriptor = os.open(folder / ".lock", os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:  # shared: two that ask don't see each other, and a network file system gives no other to who only reads
        return not taken(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)
