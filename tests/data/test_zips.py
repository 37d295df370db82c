import stat
import warnings
import zipfile

import pytest
from tiny_faces import build_zip

from stackrepro.base.errors import UserError
from stackrepro.data import archives
from stackrepro.data.zips import names_in_zip, read_zip


def test_wanted_files_come_in_the_order_in_which_they_lie(tmp_path):
    path = build_zip(tmp_path / "a.zip", {"b": b"2", "x": b"0", "a": b"1"})
    assert list(read_zip(path, {"a", "b", "absent"})) == [("b", b"2"), ("a", b"1")]
    assert names_in_zip(path) == ["b", "x", "a"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../escaped", "set/../../escaped", "set\\..\\escaped"])
def test_a_path_that_leaves_the_folder_is_named(tmp_path, name):
    path = build_zip(tmp_path / "a.zip", {"a": b"1", name: b"1"})
    with pytest.raises(UserError, match="leaves the target folder"):
        list(read_zip(path, {"a"}))


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_named(tmp_path, kind):
    member = zipfile.ZipInfo("set/odd")
    member.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member, "/etc/passwd")
    with pytest.raises(UserError, match="'set/odd', which is a link or a device"):
        names_in_zip(tmp_path / "a.zip")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.99])
def test_a_truncated_archive_is_refused(tmp_path, share):
    whole = build_zip(tmp_path / "a.zip", {str(i): bytes(range(256)) for i in range(50)}).read_bytes()
    (tmp_path / "b.zip").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UserError, match=r"not a sound \.zip"):
        names_in_zip(tmp_path / "b.zip")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_bytes_changed_on_the_way_are_noticed(tmp_path, compression):
    with zipfile.ZipFile(tmp_path / "a.zip", "w", compression) as archive:
        archive.writestr("a", bytes(range(256)) * 9)
    content = bytearray((tmp_path / "a.zip").read_bytes())
    content[100] ^= 255
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UserError, match=r"not a sound \.zip"):
        list(read_zip(tmp_path / "a.zip", {"a"}))


def test_a_file_that_is_there_twice_is_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("a", b"1")
        archive.writestr("a", b"2")
    with pytest.raises(UserError, match="holds a twice"):
        list(read_zip(tmp_path / "a.zip", {"a"}))


def test_an_encrypted_file_is_named(tmp_path):
    content = build_zip(tmp_path / "a.zip", {"a": b"1"}).read_bytes()
    flags = content.index(b"PK\x01\x02") + 8
    (tmp_path / "a.zip").write_bytes(content[:flags] + b"\x01" + content[flags + 1 :])
    with pytest.raises(UserError, match="holds a encrypted or oddly compressed"):
        list(read_zip(tmp_path / "a.zip", {"a"}))


def test_too_large_a_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBER_BYTES", 100)
    path = build_zip(tmp_path / "a.zip", {"small": bytes(100), "large": bytes(101)})
    with pytest.raises(UserError, match="'large' of more than"):
        list(read_zip(path, {"small", "large"}))


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    path = build_zip(tmp_path / "a.zip", {"1": b"", "2": b"", "3": b""})
    with pytest.raises(UserError, match="more than 2 files"):
        names_in_zip(path)


def test_a_bomb_is_stopped_even_in_a_file_that_nobody_wants(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ALWAYS_ALLOWED_BYTES", 2**20)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(2**23))
    with pytest.raises(UserError, match="decompression bomb"):
        list(read_zip(tmp_path / "a.zip", {"other"}))


def test_a_file_that_holds_more_than_it_states_is_not_unpacked_further(tmp_path):
    """The size that the directory states is forged: what exceeds it fails the checksum, and isn't read."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(2**20))
    content = bytearray((tmp_path / "a.zip").read_bytes())
    size = content.index(b"PK\x01\x02") + 24
    content[size : size + 4] = (100).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UserError, match=r"not a sound \.zip"):
        list(read_zip(tmp_path / "a.zip", {"zeros"}))
