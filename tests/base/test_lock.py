"""One process a folder, in real processes."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stackrepro.base.errors import UserError
from stackrepro.base.lock import file_lock, is_locked, locked

HOLDER = """
import subprocess, sys
from pathlib import Path
from stackrepro.base.lock import locked
with locked(Path(sys.argv[1])) as lock:
    child = subprocess.Popen(["sleep", "60"], pass_fds=(lock,) if sys.argv[2] == "shared" else ())
    print(child.pid, flush=True)
    child.wait()
"""


@pytest.mark.parametrize("kind", ["alone", "shared"])
def test_a_lock_is_free_once_its_process_is_killed_but_not_while_a_child_shares_it(kind, tmp_path: Path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, tmp_path, kind], stdout=subprocess.PIPE, text=True)
    child = int(holder.stdout.readline())
    assert is_locked(tmp_path)
    holder.kill()
    holder.wait()
    assert is_locked(tmp_path) == (kind == "shared")
    os.kill(child, signal.SIGKILL)
    until = time.monotonic() + 60
    while is_locked(tmp_path):
        assert time.monotonic() < until


def test_who_comes_second_says_so_and_waits(tmp_path: Path):
    with locked(tmp_path):
        command = [sys.executable, "-c", HOLDER, tmp_path, "shared"]
        waiting = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert f"works on {tmp_path.name}; waiting" in waiting.stderr.readline()
        assert waiting.poll() is None
    child = int(waiting.stdout.readline())
    assert is_locked(tmp_path)
    os.kill(child, signal.SIGKILL)
    waiting.wait()
    assert not is_locked(tmp_path)


def test_who_only_asks_for_a_lock_is_not_taken_for_its_holder(tmp_path: Path):
    assert not is_locked(tmp_path)
    with locked(tmp_path):
        pass
    with (tmp_path / ".lock").open("rb") as asking:  # open for reading, which is all that a network file system lets
        fcntl.flock(asking, fcntl.LOCK_SH)
        assert not is_locked(tmp_path)


def test_a_lock_clears_what_killed_processes_left_and_nothing_else(tmp_path: Path):
    left, kept = tmp_path / "samples" / ".grid-000001.0a1b2c3d.partial.png", tmp_path / ".partial"
    left.parent.mkdir()
    for path in (left, kept):
        path.write_text("")
    with locked(tmp_path):
        assert (left.exists(), kept.exists()) == (False, True)


def test_a_system_without_locks_reads_and_says_what_it_cannot_do(tmp_path: Path):
    code = "import sys; sys.modules['fcntl'] = None; from stackrepro.cli import main; main()"
    place = ["--runs-root", tmp_path]
    read = subprocess.run([sys.executable, "-c", code, "runs", *place], capture_output=True, text=True, check=True)
    assert "There are no runs" in read.stdout
    hold = "from stackrepro.base.lock import Path, locked; locked(Path()).__enter__()"
    code = f"import sys; sys.modules['fcntl'] = None; {hold}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "UserError: This system can't lock" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_without_locks_is_read_and_named(number, tmp_path: Path, monkeypatch):
    def flock(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with locked(tmp_path):
        pass
    monkeypatch.setattr(fcntl, "flock", flock)
    assert not is_locked(tmp_path)
    locks = [locked(tmp_path)]
    if number != errno.ENOSYS:  # there newer filelocks make do with a file that only exists
        locks.append(file_lock(tmp_path / "lock"))
    for lock in locks:
        with pytest.raises(UserError, match="has no locks: name a folder"), lock:
            pytest.fail("it was entered")
