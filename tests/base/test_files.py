"""Files are whole or not there, whatever happens while they are written."""

import errno

import pytest

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, read_json, sha256_of_file, write_atomic, write_json, write_text


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (ZeroDivisionError(), ZeroDivisionError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (OSError(errno.ENOSPC, "No space left on device"), UserError),
        (OSError(errno.EIO, "Input/output error"), OSError),
    ],
)
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_an_error_while_writing_leaves_the_old_content_and_nothing_else(error, raised, kind, tmp_path):
    path = tmp_path / "result.json"
    write_text(path, "old")

    def fail() -> None:
        with write_atomic(path) as temporary:
            if kind == "folder":
                (temporary / "inside").mkdir(parents=True)
            else:
                temporary.write_text("half")
            raise error

    with pytest.raises(raised):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


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
