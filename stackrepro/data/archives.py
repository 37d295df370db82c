"""Reading .tgz and .zip archives as hostile input, never unpacked to disk; and the hashes that identify data."""

import errno
import gzip
import hashlib
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, read_json, sha256_of_file, write_json
from stackrepro.base.places import cache_root

MEBIBYTE = 2**20
MAX_MEMBERS = 300_000  # the official archive of faces has 202,600, that of birds 12,005
MAX_MEMBER_BYTES = 64 * MEBIBYTE  # of one file that is read; the largest official image has well under one
MAX_TOTAL_BYTES = 8192 * MEBIBYTE  # of everything that is unpacked; the official archives have about 1,200 and 1,400
MAX_EXPANSION = 10  # times the archive's own size; JPEG files hardly shrink, so more is a decompression bomb ...
ALWAYS_ALLOWED_BYTES = 64 * MEBIBYTE  # ... unless the archive is tiny
COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

# Of one member: its name, its size, whether it is a plain file or folder, and what reads it.
Member = tuple[str, int, bool, Callable[[], bytes]]


def read_archive(path: Path, wanted: Collection[str], inner: Callable[[str], str] = str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the wanted files of a .tgz or .zip archive, in the order in which they lie in it.

    All of a .tgz archive is read, unless the caller stops earlier, so that the checksum at its end is verified. No file
    of a .zip archive unpacks to more than the size that the archive states for it.

    Args:
        path: the archive; what doesn't end in .zip is read as .tgz.
        wanted: names of files, as `inner` makes them of the archive's own.
        inner: the same for all names of a file that count as one.

    Raises:
        UserError: the archive is of another kind, truncated or damaged, holds a name that leaves the folder, a link or
            a device, holds a wanted file twice or encrypted, or exceeds one of the limits above.
    """
    seen: set[str] = set()
    with _complaining(path):
        for stored, size, read in _members(path):
            name = inner(stored)
            if name not in wanted:
                continue
            if name in seen:
                raise UserError(f"{path} holds {name} twice: get a sound copy of the archive.")
            if size > MAX_MEMBER_BYTES:
                limit = f"{MAX_MEMBER_BYTES // MEBIBYTE} MiB"
                raise UserError(f"{path} holds the member {stored!r} of more than {limit}: get a sound copy of it.")
            seen.add(name)
            yield name, read()


def names_in_archive(path: Path) -> list[str]:
    """Return the names of all members; raises `UserError` as `read_archive`."""
    with _complaining(path):
        return [name for name, _, _ in _members(path)]


def is_inside(name: str) -> bool:
    """Say whether a POSIX path from an archive or a list stays inside the folder that it is relative to."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name


def hash_of_archive(path: Path, algorithm: str = "sha256") -> str:
    """Return the hash of a file, "sha256", or "md5" where only that is published."""

    def compute() -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, algorithm).hexdigest()

    return _kept(path, algorithm, _state(path), compute)


def hash_of_folder(folder: Path, names: Iterable[str]) -> str:
    """Return a digest of the content of the named files, of those that there are; links are followed."""
    present = [name for name in sorted(names) if (folder / name).is_file()]
    states = [[name, _state(folder / name)] for name in present]
    return _kept(folder, "content", states, lambda: digest({name: sha256_of_file(folder / name) for name in present}))


def _state(path: Path) -> list[int]:
    state = path.stat()
    return [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino]


def _kept(path: Path, kind: str, state: list, compute: Callable[[], str]) -> str:
    """Return a hash from the cache, where it stays as long as path, sizes and times are the same; else compute it."""
    kept = cache_root() / "fingerprints" / f"{digest([str(path.resolve()), state])}.json"
    known = read_json(kept) if kept.is_file() else {"path": str(path)}
    if kind not in known:
        known[kind] = compute()
        write_json(kept, known)
    return known[kind]


@contextmanager
def _complaining(path: Path) -> Iterator[None]:
    """Turn whatever an unsound archive does to its reader into a `UserError`; on hostile bytes that is nearly anything.

    Errors of the file system pass, but for a seek to a place before the file, which a forged directory asks for.
    """
    try:
        yield
    except UserError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno not in (None, errno.EINVAL):
            raise
        kind = ".zip" if path.suffix == ".zip" else ".tgz"
        reason = str(error) or type(error).__name__
        raise UserError(
            f"{path} is not a sound {kind} archive, or its end is missing ({reason}): get a new copy of it."
        ) from error


def _members(path: Path) -> Iterator[tuple[str, int, Callable[[], bytes]]]:
    """Yield name, size and reader of each member; raise a `UserError` if it is one too many or doesn't belong there."""
    remedy = "get the archive from its official source"
    members = _zip_members(path) if path.suffix == ".zip" else _tar_members(path)
    for count, (name, size, plain, read) in enumerate(members, start=1):
        if count > MAX_MEMBERS:
            raise UserError(f"{path} holds more than {MAX_MEMBERS:,} files: {remedy}.")
        if not is_inside(name):
            raise UserError(f"{path} holds the member {name!r}, whose path leaves the target folder: {remedy}.")
        if not plain:
            raise UserError(f"{path} holds the member {name!r}, which is a link or a device: {remedy}.")
        yield name, size, read


def _tar_members(path: Path) -> Iterator[Member]:
    with path.open("rb") as raw, gzip.open(raw) as unzipped:
        stream = _LimitedReader(unzipped, path)
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            for member in tar:
                plain = member.isdir() or (member.isreg() and not member.issparse())  # sparse files can be bombs
                yield member.name, member.size, plain, partial(_untarred, tar, member)
        while stream.read(MEBIBYTE):
            pass


def _untarred(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    return file.read() if file else b""  # None for a folder that bears a wanted name; it fails to decode


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        members = sorted(archive.infolist(), key=lambda member: member.header_offset)
        if sum(member.file_size for member in members) > _allowed_bytes(path):
            raise _bomb(path)
        for member in members:
            kind = stat.S_IFMT(member.external_attr >> 16)  # 0 where no Unix packed it
            plain = kind in (0, stat.S_IFREG, stat.S_IFDIR)
            # The original name: zipfile cuts the other one at a NUL.
            yield member.orig_filename, member.file_size, plain, partial(_unzipped, path, archive, member)


def _unzipped(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.flag_bits & 1 or member.compress_type not in COMPRESSIONS:
        raise UserError(f"{path} holds {member.filename} encrypted or oddly compressed: get a sound copy of it.")
    with archive.open(member) as file:
        return file.read(member.file_size + 1)  # without a limit all is unpacked, however small the stated size


def _allowed_bytes(path: Path) -> int:
    """Return to how many bytes an archive may unpack."""
    return min(max(MAX_EXPANSION * path.stat().st_size, ALWAYS_ALLOWED_BYTES), MAX_TOTAL_BYTES)


def _bomb(path: Path) -> UserError:
    return UserError(f"{path} unpacks to far more than its size, like a decompression bomb: get another copy of it.")


class _LimitedReader(io.RawIOBase):
    """Reads the unpacked stream; stops a decompression bomb, also inside tar headers, before it fills the memory."""

    def __init__(self, stream: gzip.GzipFile, path: Path) -> None:
        self._stream, self._path, self._left = stream, path, _allowed_bytes(path)

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size if 0 <= size <= self._left else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise _bomb(self._path)
        return data
