import gzip
import io
import tarfile

import pytest
from tiny_birds import build_tgz

from stackrepro.base.errors import UserError
from stackrepro.data import archives
from stackrepro.data.archives import is_inside, read_archive


def test_wanted_files_come_in_the_order_of_the_archive(tmp_path):
    path = build_tgz(tmp_path / "a.tgz", {"b": b"2", "x": b"0", "a": b"1"}, prefix="")
    assert list(read_archive(path, {"a", "b", "absent"})) == [("b", b"2"), ("a", b"1")]


@pytest.mark.parametrize("name", ["/etc/passwd", "../escaped", "set/../../escaped", "set\\..\\escaped"])
def test_a_path_that_leaves_the_folder_is_named(tmp_path, name):
    path = build_tgz(tmp_path / "a.tgz", {name: b"1"}, prefix="")
    with pytest.raises(UserError, match="leaves the target folder") as error:
        list(read_archive(path, {"a"}))
    assert repr(name) in str(error.value)
    assert not is_inside(name)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_named(tmp_path, kind):
    member = tarfile.TarInfo("set/odd")
    member.type, member.linkname = kind, "/etc/passwd"
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        tar.addfile(member)
    with pytest.raises(UserError, match="'set/odd', which is a link or a device"):
        list(read_archive(tmp_path / "a.tgz", {"a"}))


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
def test_a_truncated_archive_is_refused(tmp_path, share):
    whole = build_tgz(tmp_path / "a.tgz", {str(i): bytes(range(256)) * 9 for i in range(50)}).read_bytes()
    (tmp_path / "b.tgz").write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UserError, match="truncated"):
        list(read_archive(tmp_path / "b.tgz", {"1"}))


def test_bytes_changed_on_the_way_are_noticed(tmp_path):
    content = build_tgz(tmp_path / "a.tgz", {"1": bytes(1000)}).read_bytes()
    (tmp_path / "a.tgz").write_bytes(content[:-8] + b"\0\0\0\0" + content[-4:])  # the checksum before the length
    with pytest.raises(UserError, match="not a sound"):
        list(read_archive(tmp_path / "a.tgz", {"CUB_200_2011/1"}))


@pytest.mark.parametrize("content", [b"<html>not found</html>", gzip.compress(b"no tar" * 200, mtime=0), b""])
def test_what_is_no_tgz_is_refused(tmp_path, content):
    (tmp_path / "a.tgz").write_bytes(content)
    with pytest.raises(UserError, match=r"not a sound \.tgz|truncated"):
        list(read_archive(tmp_path / "a.tgz", {"a"}))


def test_a_file_that_is_there_twice_is_named(tmp_path):
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        for content in (b"1", b"2"):
            member = tarfile.TarInfo("a")
            member.size = 1
            tar.addfile(member, io.BytesIO(content))
    with pytest.raises(UserError, match="holds a twice"):
        list(read_archive(tmp_path / "a.tgz", {"a"}))


def test_too_large_a_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBER_BYTES", 100)
    path = build_tgz(tmp_path / "a.tgz", {"small": bytes(100), "large": bytes(101)}, prefix="")
    with pytest.raises(UserError, match="'large' of more than"):
        list(read_archive(path, {"small", "large"}))


def test_too_many_files_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    path = build_tgz(tmp_path / "a.tgz", {"1": b"", "2": b"", "3": b""})
    with pytest.raises(UserError, match="more than 2 files"):
        list(read_archive(path, {"1"}))


def test_a_bomb_is_stopped_even_in_a_file_that_nobody_wants(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ALWAYS_ALLOWED_BYTES", 2**20)
    path = build_tgz(tmp_path / "a.tgz", {"zeros": bytes(2**23)})
    assert path.stat().st_size * archives.MAX_EXPANSION < 2**23
    with pytest.raises(UserError, match="decompression bomb"):
        list(read_archive(path, {"other"}))


def test_a_bomb_in_a_header_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ALWAYS_ALLOWED_BYTES", 2**20)
    with tarfile.open(tmp_path / "a.tgz", "w:gz", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(tarfile.TarInfo("a" * 2**23))  # a long name is stored in a header block of its own
    with pytest.raises(UserError, match="decompression bomb"):
        list(read_archive(tmp_path / "a.tgz", {"other"}))
