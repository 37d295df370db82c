"""Download of an official archive: mirrors, resume, SHA-256, atomic rename."""

import os
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

from stackrepro.base.errors import UserError
from stackrepro.base.files import no_space_is_a_user_error, sha256_of_file
from stackrepro.base.lock import file_lock
from stackrepro.base.progress import Progress
from stackrepro.data import celeba, cub, sources

# The page of the data set at Caltech's data repository, and the copy that fast.ai keeps of the same bytes.
MIRRORS = (
    "https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz",
    "https://s3.amazonaws.com/fast-ai-imageclas/CUB_200_2011.tgz",
)
SECONDS_WITHOUT_DATA = 30
CHUNK = 2**20


def download(dataset: str, data_root: Path, mirrors: Sequence[str] = MIRRORS) -> Path:
    """Fetch the official archive into `data_root` and return its path; do nothing if it is there already.

    A transfer that was cut off is continued where it stopped, also by a later call; the part that has arrived lies
    beside the target as CUB_200_2011.tgz.part. The mirrors are tried in turn.

    Raises:
        UserError: the data set is "faces", another file lies at the target, or no mirror delivered the official bytes.
    """
    if dataset == "faces":
        raise UserError(f"CelebA can't be downloaded without its authors' consent: {celeba.SOURCE}.")
    target = data_root / cub.ARCHIVE
    with file_lock(target.with_name(f".{target.name}.lock")):
        if target.exists():
            if sources.find(dataset, data_root, unofficial=True).official:
                return target
            raise UserError(f"{target} is there and is not the official archive: move it away, then download again.")
        _fetch(target, mirrors)
    return target


def _fetch(target: Path, mirrors: Sequence[str]) -> None:
    part = target.with_name(f"{target.name}.part")
    failures = []
    with Progress(f"download {target.stem}", cub.OFFICIAL_BYTES, _size(part)) as progress:
        for address in mirrors:
            failure = _transfer(address, part, progress)
            if not failure:
                if sha256_of_file(part) == cub.OFFICIAL_SHA256:
                    os.replace(part, target)
                    return
                progress.advance(-_size(part))
                part.unlink()
                failure = "other bytes than the official ones"
            failures.append(f"{urlsplit(address).netloc}: {failure}")
    raise UserError(
        f"{target.name} could not be downloaded ({'; '.join(failures)}): try again when the network is there, or fetch "
        f"it by hand and put it at {target}."
    )


def _transfer(address: str, part: Path, progress: Progress) -> str:
    """Append to `part` until it holds all bytes, and return ""; else the reason, once the mirror delivers no more."""
    failure, before = "", -1
    while before < (start := _size(part)) < cub.OFFICIAL_BYTES:
        failure, before = "the transfer broke off", start
        try:
            with no_space_is_a_user_error(part):
                _append(address, part, start, progress)
        except (OSError, HTTPException) as error:  # URLError and timeouts are OSErrors
            failure = str(getattr(error, "reason", error)) or type(error).__name__
    return "" if start >= cub.OFFICIAL_BYTES else failure


def _append(address: str, part: Path, start: int, progress: Progress) -> None:
    """Ask for the bytes from `start` on and write them to `part`; begin anew if the mirror sends all from the start."""
    headers = {"Range": f"bytes={start}-"} if start else {}
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=SECONDS_WITHOUT_DATA) as response:
        if (total := _total_bytes(response)) != cub.OFFICIAL_BYTES:
            raise HTTPException(f"it offers {total} bytes instead of {cub.OFFICIAL_BYTES}")
        if response.status != 206:  # all from the start: this mirror can't continue
            progress.advance(-start)
            start = 0
        with part.open("r+b" if start else "wb") as file:
            file.seek(start)
            while start < cub.OFFICIAL_BYTES and (data := response.read(CHUNK)):
                file.write(data)
                start += len(data)
                progress.advance(len(data))


def _total_bytes(response: HTTPResponse) -> int | None:
    """Return the size of the whole file that a mirror offers; an error page in place of the file shows by it."""
    header = "Content-Range" if response.status == 206 else "Content-Length"
    digits = response.headers.get(header, "").rpartition("/")[2]
    return int(digits) if digits.isdecimal() else None


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
