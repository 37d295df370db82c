"""Hashes of archives and digests of folders, by which sources are told apart."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from stackrepro.base.files import digest, read_json, sha256_of_file, write_json
from stackrepro.base.places import cache_root


def of_archive(path: Path, algorithm: str = "sha256") -> str:
    """Return the hash of a file; it is kept in the cache as long as path, size and time stay the same.

    Args:
        algorithm: "sha256", or "md5" where only that is published.
    """
    state = path.stat()
    key = digest([str(path.resolve()), state.st_size, state.st_mtime_ns])
    kept = cache_root() / "fingerprints" / f"{key}.json"
    known = read_json(kept) if kept.is_file() else {"path": str(path)}
    if algorithm not in known:
        with path.open("rb") as file:
            known[algorithm] = hashlib.file_digest(file, algorithm).hexdigest()
        write_json(kept, known)
    return known[algorithm]


def of_folder(lists: Iterable[Path], images: Path) -> str:
    """Return a digest of the text lists' content and of the name and size of every image."""
    contents = {file.name: sha256_of_file(file) for file in lists}
    sizes = {
        file.relative_to(images).as_posix(): file.stat().st_size
        for file in images.rglob("*")
        if file.suffix.lower() in (".jpg", ".png")
    }
    return digest([contents, sizes])
