"""Files are whole or not there, whatever happens while they are written."""

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, read_json, sha256_of_file, write_atomic, write_bytes, write_json, write_text


def write_and(path: Path, act: Callable[[Path], None]) -> None:
    with write_atomic(path) as temporary:
        act(temporary)


def test_an_error_while_writing_leaves_the_old_content_and_nothing_else(tmp_path):
    path = tmp_path / "result.json"
    write_text(path, "old")

    def fail(temporary):
        temporary.write_text("half")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and(path, fail)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_written_atomically_too(tmp_path):
    def fail(temporary):
        (temporary / "inside").mkdir(parents=True)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and(tmp_path / "run", fail)
    assert list(tmp_path.iterdir()) == []
    with write_atomic(tmp_path / "run") as temporary:
        (temporary / "inside").mkdir(parents=True)
    assert (tmp_path / "run" / "inside").is_dir()


def test_a_full_disk_ends_in_a_sentence(tmp_path):
    def fail(temporary):
        temporary.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(UserError, match="No space left on the device"):
        write_and(tmp_path / "a", fail)
    assert list(tmp_path.iterdir()) == []


def test_another_error_of_the_system_passes(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FileExistsError):
        write_bytes(tmp_path / "file" / "inside", b"")


def test_nan_is_no_json(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"loss": float("nan")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b""])
def test_a_damaged_json_file_is_named_with_the_remedy(tmp_path, content):
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match=r"a\.json is not valid JSON .*delete it"):
        read_json(path)
    with pytest.raises(UserError, match=r"b\.json is not there"):
        read_json(tmp_path / "b.json")


def test_digests_against_known_values(tmp_path):
    (tmp_path / "abc").write_bytes(b"abc")
    known = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, appendix B.1
    assert sha256_of_file(tmp_path / "abc") == known
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1}) != digest({"a": 1, "b": [3]})
