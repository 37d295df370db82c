"""Sources: which data set is there, whether it is the official one, and what identifies its content."""

import os
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from stackrepro.base.errors import UserError
from stackrepro.data import celeba, cub, synthetic
from stackrepro.data.catalogue import Catalogue

# Each layout is a module: locate, fingerprint, is_official, read_catalogue, read_images, and its NAME and REMEDY.
LAYOUTS = {"birds": cub, "faces": celeba}


@dataclass(frozen=True)
class Source:
    """One data set as it was found.

    Attributes:
        dataset: "birds" or "faces".
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

    @property
    def layout(self) -> ModuleType:
        """The module that reads the lists and the images."""
        return LAYOUTS[self.dataset]

    def catalogue(self) -> Catalogue:
        """Read the lists; raises `UserError` as the layout's `read_catalogue` does."""
        return self.layout.read_catalogue(self.place())

    def place(self) -> Path:
        """Return where the images lie; the synthetic set is drawn first if it isn't there yet."""
        return self.path or synthetic.folder(self.dataset)


def find(dataset: str, data_root: Path | None, *, unofficial: bool = False) -> Source:
    """Return the data set that lies in `data_root`, or the synthetic one if that is None.

    An archive counts as official if it has the published hash: the SHA-256 of the birds, the MD5 of the faces and of
    their list of identities. A folder never does, since nothing is published that proves what it holds.

    Args:
        dataset: "birds" or "faces".
        data_root: what the layout's `locate` takes: the folder that holds the archive or its unpacked folder, that
            folder, or the archive itself.
        unofficial: take what isn't official too; the environment variable STACKREPRO_UNOFFICIAL=1 does the same.

    Raises:
        UserError: the data set is unknown, nothing is found, or it isn't official and that wasn't allowed.
    """
    if dataset not in LAYOUTS:
        raise UserError(f"The data set {dataset!r} is unknown: choose one of {', '.join(LAYOUTS)}.")
    if data_root is None:
        return Source(dataset, f"synthetic {dataset}", "synthetic", synthetic.fingerprint(dataset), None, False)
    layout = LAYOUTS[dataset]
    path = layout.locate(data_root)
    fingerprint, official = layout.fingerprint(path), layout.is_official(path)
    if not (official or unofficial or os.environ.get("STACKREPRO_UNOFFICIAL") == "1"):
        if path.is_dir():
            lack = "is an unpacked folder, which nothing can prove to be the official data"
        else:
            lack = f"is not the official archive (its fingerprint is {fingerprint})"
        raise UserError(
            f"{path} {lack}: {layout.REMEDY}, or pass --unofficial or set STACKREPRO_UNOFFICIAL=1 to use it all the "
            f"same."
        )
    name = layout.NAME if official else f"{layout.NAME} (not the official archive)"
    return Source(dataset, name, f"{layout.NAME.lower()}-{fingerprint[:8]}", fingerprint, path, official)
