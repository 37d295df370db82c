"""Reading .zip archives as hostile input, within the limits of `archives`: nothing is ever unpacked to disk."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from stackrepro.base.errors import UserError
from stackrepro.data.archives import allowed_bytes, bomb, check_member, check_wanted

COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def read_zip(path: Path, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of the wanted files of a .zip archive, in the order in which they lie in it.

    No file can unpack to more than the size that the archive's directory states for it, and those sizes are limited.

    Args:
        path: the archive.
        wanted: names of files as the archive writes them.

    Raises:
        UserError: the file is not a zip archive, is truncated or damaged where it is read, holds a name that leaves the
            folder, a link or a device, holds a wanted file twice or encrypted, or exceeds a limit of `archives`.
    """
    seen: set[str] = set()
    with _opened(path) as archive:
        for member in sorted(archive.infolist(), key=lambda member: member.header_offset):
            if member.filename in wanted:
                check_wanted(path, member.filename, member.file_size, seen)
                if member.flag_bits & 1 or member.compress_type not in COMPRESSIONS:
                    raise UserError(
                        f"{path} holds {member.filename} encrypted or oddly compressed: get a sound copy of it."
                    )
                yield member.filename, archive.read(member)


def names_in_zip(path: Path) -> list[str]:
    """Return the names of all members of a .zip archive.

    Raises:
        UserError: as `read_zip`.
    """
    with _opened(path) as archive:
        return archive.namelist()


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose directory is within the limits."""
    try:
        with zipfile.ZipFile(path) as archive:
            for count, member in enumerate(archive.infolist(), start=1):
                kind = stat.S_IFMT(member.external_attr >> 16)  # 0 where no Unix packed it
                check_member(path, member.orig_filename, count, plain=kind in (0, stat.S_IFREG, stat.S_IFDIR))
            if sum(member.file_size for member in archive.infolist()) > allowed_bytes(path):
                raise bomb(path)
            yield archive
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as error:
        raise UserError(f"{path} is not a sound .zip archive ({error}): get a new copy of it.") from error
