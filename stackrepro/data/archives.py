"""Reading .tgz archives as a stream, as hostile input: nothing is ever unpacked to disk.

The limits are those of .zip archives too.
"""

import gzip
import io
import tarfile
import zlib
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath

from stackrepro.base.errors import UserError

MEBIBYTE = 2**20
MAX_MEMBERS = 300_000  # the official archive of faces has 202,600, that of birds 12,005
MAX_MEMBER_BYTES = 64 * MEBIBYTE  # of one file that is read; the largest official image has well under one
MAX_TOTAL_BYTES = 8192 * MEBIBYTE  # of everything that is unpacked; the official archives have about 1,200 and 1,400
MAX_EXPANSION = 10  # times the archive's own size; JPEG files hardly shrink, so more is a decompression bomb ...
ALWAYS_ALLOWED_BYTES = 64 * MEBIBYTE  # ... unless the archive is tiny


def read_archive(path: Path, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the wanted files of a .tgz archive, in the archive's order.

    The whole stream is read, unless the caller stops earlier, so that the checksum at its end is verified.

    Args:
        path: the archive.
        wanted: names of files as the archive writes them.

    Raises:
        UserError: the file is not a gzip-compressed tar archive, is truncated or damaged, holds a name that leaves the
            folder, a link or a device, holds a wanted file twice, or exceeds one of the limits above.
    """
    seen: set[str] = set()
    try:
        with path.open("rb") as raw, gzip.open(raw) as unzipped:
            stream = _LimitedReader(unzipped, path)
            with tarfile.open(fileobj=stream, mode="r|") as tar:
                for count, member in enumerate(tar, start=1):
                    check_member(path, member.name, count, plain=member.isreg() or member.isdir())
                    if member.name not in wanted:
                        continue
                    check_wanted(path, member.name, member.size, seen)
                    yield member.name, _content(tar, member)
            while stream.read(MEBIBYTE):
                pass
    except (gzip.BadGzipFile, tarfile.ReadError, zlib.error) as error:
        raise UserError(f"{path} is not a sound .tgz archive ({error}): get a new copy of it.") from error
    except EOFError as error:
        raise UserError(f"{path} is truncated, its end is missing: get a new copy of it.") from error


def check_member(path: Path, name: str, count: int, *, plain: bool) -> None:
    """Raise a `UserError` if member number `count` is one too many, leaves the folder, or isn't plain.

    Args:
        plain: whether it is a file or a folder.
    """
    remedy = "get the archive from its official source"
    if count > MAX_MEMBERS:
        raise UserError(f"{path} holds more than {MAX_MEMBERS:,} files: {remedy}.")
    if not is_inside(name):
        raise UserError(f"{path} holds the member {name!r}, whose path leaves the target folder: {remedy}.")
    if not plain:
        raise UserError(f"{path} holds the member {name!r}, which is a link or a device: {remedy}.")


def check_wanted(path: Path, name: str, size: int, seen: set[str]) -> None:
    """Raise a `UserError` if a file that shall be read is there twice or is too large; else note it as seen."""
    if name in seen:
        raise UserError(f"{path} holds {name} twice: get a sound copy of the archive.")
    if size > MAX_MEMBER_BYTES:
        limit = f"{MAX_MEMBER_BYTES // MEBIBYTE} MiB"
        raise UserError(f"{path} holds the member {name!r} of more than {limit}: get a sound copy of it.")
    seen.add(name)


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = tar.extractfile(member)
    return file.read() if file else b""  # None for a folder that bears a wanted name; it fails to decode


def is_inside(name: str) -> bool:
    """Say whether a POSIX path from an archive or a list stays inside the folder that it is relative to."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and "\0" not in name


def allowed_bytes(path: Path) -> int:
    """Return to how many bytes an archive may unpack."""
    return min(max(MAX_EXPANSION * path.stat().st_size, ALWAYS_ALLOWED_BYTES), MAX_TOTAL_BYTES)


def bomb(path: Path) -> UserError:
    """Return the error for an archive that would unpack to more."""
    return UserError(
        f"{path} unpacks to far more than its size, like a decompression bomb: get the archive from its official "
        f"source."
    )


class _LimitedReader(io.RawIOBase):
    """Reads the unpacked stream; stops a decompression bomb, also inside tar headers, before it fills the memory."""

    def __init__(self, stream: gzip.GzipFile, path: Path) -> None:
        self._stream, self._path = stream, path
        self._left = allowed_bytes(path)

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size if 0 <= size <= self._left else self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise bomb(self._path)
        return data
