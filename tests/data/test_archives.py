import gzip
import io
import stat
import struct
import tarfile
import tracemalloc
import warnings
import zipfile

import pytest
from tiny_sets import build_tgz, build_zip

from stackrepro.base.errors import UserError
from stackrepro.data import archives
from stackrepro.data.archives import is_inside, names_in_archive, read_archive


@pytest.fixture(params=["a.tgz", "a.zip"])
def build(request, tmp_path):
    """Pack files as either kind of archive."""
    if request.param == "a.zip":
        return lambda members: build_zip(tmp_path / "a.zip", members, zipfile.ZIP_DEFLATED)
    return lambda members: build_tgz(tmp_path / "a.tgz", members, prefix="")


def read(path, wanted="a"):
    return list(read_archive(path, {wanted}))


def test_wanted_files_come_in_the_order_of_the_archive(build):
    path = build({"b": b"2", "x": b"0", "a": b"1"})
    assert list(read_archive(path, {"a", "b", "absent"})) == [("b", b"2"), ("a", b"1")]
    assert names_in_archive(path) == ["b", "x", "a"]


def test_names_may_be_shortened(build):
    path = build({"./set/a": b"1", "./set/b": b"2"})
    assert list(read_archive(path, {"a"}, lambda name: name.rpartition("/")[2])) == [("a", b"1")]


@pytest.mark.parametrize("name", ["/etc/passwd", "../escaped", "set/../../escaped", "set\\..\\escaped"])
def test_a_path_that_leaves_the_folder_is_named(build, name):
    with pytest.raises(UserError, match="leaves the target folder") as error:
        read(build({"a": b"1", name: b"1"}))
    assert repr(name) in str(error.value)
    assert not is_inside(name)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, b"S"])
def test_links_devices_and_sparse_files_are_named(tmp_path, kind):
    member = tarfile.TarInfo("set/odd")
    member.type, member.linkname = kind, "/etc/passwd"
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        tar.addfile(member)
    with pytest.raises(UserError, match="'set/odd', which is a link or a device"):
        read(tmp_path / "a.tgz")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_in_a_zip_are_named(tmp_path, kind):
    member = zipfile.ZipInfo("set/odd")
    member.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(member, "/etc/passwd")
    with pytest.raises(UserError, match="'set/odd', which is a link or a device"):
        names_in_archive(tmp_path / "a.zip")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_a_truncated_archive_is_refused(build, share):
    path = build({str(i): bytes(range(256)) * 9 for i in range(50)})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(UserError, match=r"not a sound .* its end is missing"):
        read(path, "49")


def test_a_changed_checksum_is_noticed_at_the_end_of_the_stream(tmp_path):
    content = build_tgz(tmp_path / "a.tgz", {"1": bytes(1000)}).read_bytes()
    (tmp_path / "a.tgz").write_bytes(content[:-8] + b"\0\0\0\0" + content[-4:])  # the checksum before the length
    with pytest.raises(UserError, match="not a sound"):
        read(tmp_path / "a.tgz")


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_changed_bytes_of_a_zip_are_noticed(tmp_path, compression):
    content = bytearray(build_zip(tmp_path / "a.zip", {"a": bytes(range(256)) * 9}, compression).read_bytes())
    content[100] ^= 255
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UserError, match=r"not a sound \.zip"):
        read(tmp_path / "a.zip")


def headers(count):
    """A tar archive whose header is announced by so many others that reading them one in the other overflows."""
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 2
    return (long.tobuf() + b"a".ljust(512, b"\0")) * count + tarfile.TarInfo("a").tobuf() + bytes(1024)


def crafted_map():
    """A tar archive with a sparse file whose map of holes is no number."""
    records = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
    extended, member = tarfile.TarInfo("x"), tarfile.TarInfo("a")
    extended.type, extended.size, member.size = tarfile.XHDTYPE, len(records), 512
    return extended.tobuf() + records.ljust(512, b"\0") + member.tobuf() + b"many\n".ljust(512, b"\0") + bytes(1024)


@pytest.mark.parametrize(
    "content",
    [
        b"<html>",
        gzip.compress(b"no tar" * 200, mtime=0),
        gzip.compress(headers(3000), mtime=0),
        gzip.compress(crafted_map(), mtime=0),
    ],
)
def test_what_is_no_tgz_or_was_crafted_is_refused(tmp_path, content):
    (tmp_path / "a.tgz").write_bytes(content)
    with pytest.raises(UserError, match=r"not a sound \.tgz"):
        read(tmp_path / "a.tgz")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (12, struct.pack("<I", 2**32 - 1)),  # the directory's size
        (16, struct.pack("<I", 2**32 - 2)),  # where it starts
    ],
)
def test_a_crafted_directory_is_refused(tmp_path, field, value):
    content = bytearray(build_zip(tmp_path / "a.zip", {"a": b"1"}).read_bytes())
    end = content.rindex(b"PK\x05\x06") + field
    content[end : end + len(value)] = value
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UserError, match="not a sound"):
        read(tmp_path / "a.zip")


@pytest.mark.parametrize(("offset", "value"), [(8, 1), (10, 12), (10, 99)])
def test_an_encrypted_or_oddly_compressed_file_is_named(tmp_path, offset, value):
    content = bytearray(build_zip(tmp_path / "a.zip", {"a": b"1"}).read_bytes())
    content[content.index(b"PK\x01\x02") + offset] = value
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(UserError, match="holds a encrypted or oddly compressed"):
        read(tmp_path / "a.zip")


def test_a_file_that_is_there_twice_is_named(tmp_path):
    with tarfile.open(tmp_path / "a.tgz", "w:gz") as tar:
        for _ in range(2):
            member = tarfile.TarInfo("a")
            member.size = 1
            tar.addfile(member, io.BytesIO(b"1"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr("a", b"1")
    for name in ("a.tgz", "a.zip"):
        with pytest.raises(UserError, match="holds a twice"):
            read(tmp_path / name)


def test_too_large_a_file_is_named(build, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBER_BYTES", 100)
    path = build({"small": bytes(100), "large": bytes(101)})
    with pytest.raises(UserError, match="'large' of more than"):
        list(read_archive(path, {"small", "large"}))


def test_too_many_files_are_refused(build, monkeypatch):
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    with pytest.raises(UserError, match="more than 2 files"):
        read(build({"1": b"", "2": b"", "3": b""}))


def test_a_bomb_is_stopped_even_in_a_file_that_nobody_wants(build, monkeypatch):
    monkeypatch.setattr(archives, "ALWAYS_ALLOWED_BYTES", 2**20)
    path = build({"zeros": bytes(2**23)})
    assert path.stat().st_size * archives.MAX_EXPANSION < 2**23
    with pytest.raises(UserError, match="decompression bomb"):
        read(path, "other")


def test_a_bomb_in_a_header_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "ALWAYS_ALLOWED_BYTES", 2**20)
    with tarfile.open(tmp_path / "a.tgz", "w:gz", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(tarfile.TarInfo("a" * 2**23))  # a long name is stored in a header block of its own
    with pytest.raises(UserError, match="decompression bomb"):
        read(tmp_path / "a.tgz")


def test_a_file_that_holds_more_than_it_states_is_not_unpacked_further(tmp_path):
    """The size that the directory states is forged: what exceeds it fails the checksum, and takes no memory."""
    path = build_zip(tmp_path / "a.zip", {"zeros": bytes(2**25)}, zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    size = content.index(b"PK\x01\x02") + 24
    content[size : size + 4] = (100).to_bytes(4, "little")
    path.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(UserError, match=r"not a sound \.zip"):
        read(path, "zeros")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**22
