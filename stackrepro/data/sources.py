"""Sources: which data set is there, whether it is the official one, and what identifies its content."""

import os
from dataclasses import dataclass
from pathlib import Path

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, read_json, sha256_of_file, write_json
from stackrepro.base.places import cache_root
from stackrepro.data import cub, synthetic

BIRDS = "birds"
ARCHIVE = "CUB_200_2011.tgz"
# As in the checksum list of TensorFlow Datasets (url_checksums/caltech_birds2011.txt).
OFFICIAL_SHA256 = "0c685df5597a8b24909f6a7c9db6d11e008733779a671760afef78feb49bf081"
OFFICIAL_BYTES = 1_150_585_339
OFFICIAL_NAME = "CUB-200-2011"
UNOFFICIAL_NAME = f"{OFFICIAL_NAME} (not the official archive)"


@dataclass(frozen=True)
class Source:
    """One data set as it was found.

    Attributes:
        dataset: "birds".
        name: the name for stamps, which says when the set is not the official one.
        label: the name for folders, such as "cub-200-2011-1a2b3c4d".
        fingerprint: 64 hexadecimal digits that identify the content.
        path: the archive or the folder; None for the synthetic set.
        official: whether the content is proved to be the official archive's.
    """

    dataset: str
    name: str
    label: str
    fingerprint: str
    path: Path | None
    official: bool

    @property
    def synthetic(self) -> bool:
        """Whether the package draws this set itself."""
        return self.path is None


def find(dataset: str, data_root: Path | None, *, unofficial: bool = False) -> Source:
    """Return the data set that lies in `data_root`, or the synthetic one if that is None.

    An archive counts as official if its SHA-256 is the published one. A folder never does: only the archive's hash is
    published, so that nothing proves what the folder holds.

    Args:
        dataset: "birds".
        data_root: the folder that holds CUB_200_2011.tgz or the folder CUB_200_2011, or is that folder itself.
        unofficial: take what isn't official too; the environment variable STACKREPRO_UNOFFICIAL=1 does the same.

    Raises:
        UserError: the data set is unknown, nothing is found, or it isn't official and that wasn't allowed.
    """
    if dataset != BIRDS:
        raise UserError(f"The data set {dataset!r} is unknown: the one there is is called {BIRDS!r}.")
    if data_root is None:
        return Source(BIRDS, "synthetic birds", "synthetic", synthetic.fingerprint(), None, False)
    path = _locate(data_root)
    fingerprint = _fingerprint_of_folder(path) if path.is_dir() else _fingerprint_of_archive(path)
    official = fingerprint == OFFICIAL_SHA256
    if not (official or unofficial or os.environ.get("STACKREPRO_UNOFFICIAL") == "1"):
        if path.is_dir():
            lack = "is an unpacked folder, which nothing can prove to be the official data"
        else:
            lack = f"is not the official archive (its SHA-256 is {fingerprint})"
        raise UserError(
            f"{path} {lack}: put the official {ARCHIVE} there (`stackrepro data download {BIRDS}` fetches it), or pass "
            f"--unofficial or set STACKREPRO_UNOFFICIAL=1 to use it all the same."
        )
    name = OFFICIAL_NAME if official else UNOFFICIAL_NAME
    return Source(BIRDS, name, f"cub-200-2011-{fingerprint[:8]}", fingerprint, path, official)


def _locate(root: Path) -> Path:
    """Return the archive, the folder in `root`, or `root` itself, whichever of them holds the birds."""
    if (root / ARCHIVE).is_file():  # first, since it alone can be proved official
        return root / ARCHIVE
    for folder in (root / cub.FOLDER, root):
        if (folder / "images.txt").is_file():
            return folder
    raise UserError(
        f"{root} holds neither {ARCHIVE} nor the unpacked folder {cub.FOLDER}: put one of them there "
        f"(`stackrepro data download {BIRDS} --data-root {root}` fetches the archive), or name no data root to use the "
        f"synthetic birds."
    )


def _fingerprint_of_archive(path: Path) -> str:
    """Return the SHA-256 of the archive; it is kept in the cache as long as path, size and time stay the same."""
    state = path.stat()
    key = digest([str(path.resolve()), state.st_size, state.st_mtime_ns])
    kept = cache_root() / "fingerprints" / f"{key}.json"
    if kept.is_file():
        return read_json(kept)["sha256"]
    fingerprint = sha256_of_file(path)
    write_json(kept, {"path": str(path), "sha256": fingerprint})
    return fingerprint


def _fingerprint_of_folder(path: Path) -> str:
    """Return a digest of the text lists' content and of the name and size of every image."""
    lists = {file.name: sha256_of_file(file) for file in path.glob("*.txt")}
    images = path / "images"
    sizes = {
        file.relative_to(images).as_posix(): file.stat().st_size
        for file in images.rglob("*")
        if file.suffix.lower() in (".jpg", ".png")
    }
    return digest([lists, sizes])
