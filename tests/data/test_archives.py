"""Archives as hostile input: each ends in one sentence, within bounded memory, and nothing is unpacked to disk."""

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

DIRECTORY, END = b"PK\x01\x02", b"PK\x05\x06"  # where a .zip archive lists a member, and where that list is announced
LINK, UNSOUND = "'set/odd', which is a link or a device", r"not a sound \."


@pytest.fixture(params=["a.tgz", "a.zip"])
def build(request, tmp_path):
    """Pack files as either kind of archive."""
    if request.param == "a.zip":
        return lambda members: build_zip(tmp_path / "a.zip", members, zipfile.ZIP_DEFLATED)
    return lambda members: build_tgz(tmp_path / "a.tgz", members, prefix="")


def read(path, wanted="a"):
    return list(read_archive(path, {wanted}))


def test_wanted_files_come_in_the_order_of_the_archive_under_the_names_that_are_made_of_its_own(build):
    path = build({"./set/b": b"2", "./set/x": b"0", "./set/a": b"1"})
    found = read_archive(path, {"a", "b", "absent"}, lambda name: name.rpartition("/")[2])
    assert list(found) == [("b", b"2"), ("a", b"1")]
    assert names_in_archive(path) == ["./set/b", "./set/x", "./set/a"]


@pytest.mark.parametrize("name", ["/etc/passwd", "../escaped", "set/../../escaped", "set\\..\\escaped"])
def test_a_path_that_leaves_the_folder_is_named(build, name):
    with pytest.raises(UserError, match="leaves the target folder") as error:
        read(build({"a": b"1", name: b"1"}))
    assert repr(name) in str(error.value)
    assert not is_inside(name)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 0.99])
def test_a_truncated_archive_is_refused(build, share):
    path = build({str(i): bytes(range(256)) * 9 for i in range(50)})
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(UserError, match=r"not a sound .* its end is missing"):
        read(path, "49")


@pytest.mark.parametrize(
    ("limit", "value", "members", "words"),
    [
        ("MAX_MEMBER_BYTES", 100, {"small": bytes(100), "a": bytes(101)}, "'a' of more than"),
        ("MAX_MEMBERS", 2, {"1": b"", "2": b"", "3": b""}, "more than 2 files"),
        ("ALWAYS_ALLOWED_BYTES", 2**20, {"nobody wants it": bytes(2**23)}, "decompression bomb"),
    ],
)
def test_what_exceeds_a_limit_is_refused(build, monkeypatch, limit, value, members, words):
    monkeypatch.setattr(archives, limit, value)
    with pytest.raises(UserError, match=words):
        read(build(members))


def tar(*members, content=b""):
    """The bytes of a .tgz archive of files that have a name and a kind each."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.PAX_FORMAT) as file:
        for name, kind in members:
            member = tarfile.TarInfo(name)
            member.type, member.linkname, member.size = kind, "/etc/passwd", len(content)
            file.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def zipped(*members, kind=stat.S_IFREG, compression=zipfile.ZIP_STORED):
    """The bytes of a .zip archive of files of one kind that have a name and a content each."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is there twice
        for name, content in members:
            member = zipfile.ZipInfo(name)
            member.external_attr = (kind | 0o644) << 16
            archive.writestr(member, content, compression)
    return buffer.getvalue()


PLAIN = zipped(("a", bytes(range(256)) * 9))


def forged(marker, offset, value, content=PLAIN):
    """A .zip archive with other bytes at a distance from the last occurrence of a marker."""
    at = content.rindex(marker) + offset
    return content[:at] + value + content[at + len(value) :]


def changed_checksum():
    content = tar(("a", tarfile.REGTYPE), content=bytes(1000))
    return content[:-8] + b"\0\0\0\0" + content[-4:]  # it stands before the length


def nested_headers():
    """A header that is announced by so many others that reading them one in the other overflows."""
    long = tarfile.TarInfo("././@LongLink")
    long.type, long.size = tarfile.GNUTYPE_LONGNAME, 2
    return gzip.compress((long.tobuf() + b"a".ljust(512, b"\0")) * 3000 + tarfile.TarInfo("a").tobuf() + bytes(1024))


def crafted_map():
    """A sparse file whose map of holes is no number."""
    records = b"22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n"
    extended, member = tarfile.TarInfo("x"), tarfile.TarInfo("a")
    extended.type, extended.size, member.size = tarfile.XHDTYPE, len(records), 512
    blocks = extended.tobuf(), records.ljust(512, b"\0"), member.tobuf(), b"many\n".ljust(512, b"\0"), bytes(1024)
    return gzip.compress(b"".join(blocks))


TAR_KINDS = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, b"S"  # the last is a sparse file
HOSTILE = {
    **{f"tar {kind}": ("a.tgz", tar(("set/odd", kind)), LINK) for kind in TAR_KINDS},
    "tar twice": ("a.tgz", tar(("a", tarfile.REGTYPE), ("a", tarfile.REGTYPE)), "holds a twice"),
    "tar checksum": ("a.tgz", changed_checksum(), UNSOUND),
    "tar page": ("a.tgz", b"<html>", UNSOUND),
    "tar none": ("a.tgz", gzip.compress(b"no tar" * 200), UNSOUND),
    "tar headers": ("a.tgz", nested_headers(), UNSOUND),
    "tar map": ("a.tgz", crafted_map(), UNSOUND),
    # A long name is stored in a header block of its own.
    "tar bomb": ("a.tgz", tar(("a" * 2**23, tarfile.REGTYPE)), "decompression bomb"),
    **{
        f"zip {kind}": ("a.zip", zipped(("set/odd", b"/etc/passwd"), kind=kind), LINK)
        for kind in (stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR)
    },
    "zip twice": ("a.zip", zipped(("a", b"1"), ("a", b"1")), "holds a twice"),
    "zip bytes": ("a.zip", forged(b"PK\x03\x04", 100, b"???"), UNSOUND),
    "zip size of the directory": ("a.zip", forged(END, 12, struct.pack("<I", 2**32 - 1)), UNSOUND),
    "zip start of the directory": ("a.zip", forged(END, 16, struct.pack("<I", 2**32 - 2)), UNSOUND),
    "zip encrypted": ("a.zip", forged(DIRECTORY, 8, b"\1"), "holds a encrypted"),
    **{f"zip compression {n}": ("a.zip", forged(DIRECTORY, 10, bytes([n])), "oddly compressed") for n in (12, 99)},
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_hostile_or_damaged_is_refused(tmp_path, monkeypatch, name):
    monkeypatch.setattr(archives, "ALWAYS_ALLOWED_BYTES", 2**22)
    file, content, words = HOSTILE[name]
    (tmp_path / file).write_bytes(content)
    with pytest.raises(UserError, match=words):
        read(tmp_path / file)


def test_a_file_that_holds_more_than_it_states_is_not_unpacked_further(tmp_path):
    """The size that the directory states is forged: what exceeds it fails the checksum, and takes no memory."""
    zeros = zipped(("a", bytes(2**25)), compression=zipfile.ZIP_DEFLATED)
    (tmp_path / "a.zip").write_bytes(forged(DIRECTORY, 24, (100).to_bytes(4, "little"), zeros))
    tracemalloc.start()
    with pytest.raises(UserError, match=UNSOUND):
        read(tmp_path / "a.zip")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**22
