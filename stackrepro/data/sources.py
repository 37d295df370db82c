"""Sources: which data set is there, whether it is the official one, and what identifies its content."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE
from types import ModuleType

from stackrepro.base.cores import cores
from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, leftovers, remove, write_atomic
from stackrepro.base.lock import file_lock
from stackrepro.base.places import cache_root
from stackrepro.base.progress import Progress
from stackrepro.data import celeba, cub, synthetic_birds, synthetic_faces
from stackrepro.data.catalogue import Catalogue

# Each set that the package draws is a module: COUNT, SEED, GENERATOR, example(index), save(folder, index), which
# returns the image's line of the lists, and write_lists(folder, lines).
SETS = {"birds": synthetic_birds, "faces": synthetic_faces}
ALONE = 200  # images a core; for fewer a second Python isn't worth its start
# Each layout is a module: locate, fingerprint, is_official, read_catalogue, read_images, and its NAME and REMEDY.
LAYOUTS = {"birds": cub, "faces": celeba}


@dataclass(frozen=True)
class Source:
    """One data set as it was found.

    Attributes:
        dataset: "birds" or "faces".
        name: the name for captions, which says when the set is not the official one.
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
        return self.path or synthetic_folder(self.dataset)


def find(dataset: str, data_root: Path | None, *, unofficial: bool = False, deeper: bool = True) -> Source:
    """Return the data set that lies in `data_root`, or the synthetic one if that is None.

    An archive counts as official if it has the published hash: the SHA-256 of the birds, the MD5 of the faces and of
    their list of identities. A folder never does, since nothing is published that proves what it holds.

    Args:
        dataset: "birds" or "faces".
        data_root: what the layout's `locate` takes: the folder that holds the archive or its unpacked folder, that
            folder, or the archive itself.
        unofficial: take what isn't official too; the environment variable STACKREPRO_UNOFFICIAL=1 does the same.
        deeper: look in the folders of `data_root` too, up to three deep.

    Raises:
        UserError: the data set is unknown, nothing is found, or it isn't official and that wasn't allowed.
    """
    if dataset not in LAYOUTS:
        raise UserError(f"The data set {dataset!r} is unknown: choose one of {', '.join(LAYOUTS)}.")
    if data_root is None:
        return Source(dataset, f"synthetic {dataset}", "synthetic", synthetic_fingerprint(dataset), None, False)
    layout = LAYOUTS[dataset]
    path = layout.locate(data_root, deeper)
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


def synthetic_fingerprint(dataset: str) -> str:
    """Return 64 hexadecimal digits that identify the set, without drawing it."""
    drawn = SETS[dataset]
    return digest([f"synthetic {dataset}", drawn.GENERATOR, drawn.COUNT, drawn.SEED])


def synthetic_folder(dataset: str) -> Path:
    """Return the folder of the cache that holds the set in the layout of the real one; draw it first if need be."""
    path = cache_root() / "synthetic" / f"{dataset}-{synthetic_fingerprint(dataset)[:16]}"
    with file_lock(path.with_name(f"{path.name}.lock")):
        if not path.is_dir():
            for left_by_a_killed_process in leftovers(path.parent):
                if left_by_a_killed_process.name.startswith(f".{path.stem}."):
                    remove(left_by_a_killed_process)
            with write_atomic(path) as temporary:
                _draw(dataset, temporary)
    return path


def draw_share(dataset: str, folder: Path, share: range, parent: int) -> Iterator[str]:
    """Draw some images of a synthetic set into `folder`, and yield their lines; end with the process `parent`."""
    for index in share:
        if parent not in (os.getpid(), os.getppid()):
            return
        yield SETS[dataset].save(folder, index)


def _draw(dataset: str, folder: Path) -> None:
    """Draw a synthetic set into `folder` on all cores: drawing holds the interpreter lock, so each is a process.

    They are new interpreters, since a fork of a process with threads can hang, and what `multiprocessing` spawns runs
    the user's script again. A share whose process failed is drawn here, where its error is told.
    """
    drawn = SETS[dataset]
    folder.mkdir()
    count = max(1, min(cores(), drawn.COUNT // ALONE))
    shares = [range(first, drawn.COUNT, count) for first in range(count)]
    lines = [""] * drawn.COUNT
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    with ExitStack() as stack, Progress(f"draw synthetic {dataset}", drawn.COUNT) as progress:
        others = []
        for share in shares[1:]:
            code = "from stackrepro.data.sources import draw_share as d; from pathlib import Path; print(*d("
            code += f"{dataset!r}, Path({str(folder)!r}), {share!r}, {os.getpid()}), sep='\\n')"
            command = [sys.executable, "-c", code]
            other = subprocess.Popen(command, env=environment, stdout=PIPE, stderr=DEVNULL, text=True)
            stack.callback(other.kill)
            others.append((share, other))
        for index, line in zip(shares[0], draw_share(dataset, folder, shares[0], os.getpid()), strict=True):
            lines[index] = line
            progress.advance(min(count, drawn.COUNT - index))
        for share, other in others:
            told = other.communicate()[0].splitlines()
            if other.returncode or len(told) != len(share):
                told = list(draw_share(dataset, folder, share, os.getpid()))
            for index, line in zip(share, told, strict=True):
                lines[index] = line
    drawn.write_lists(folder, lines)
