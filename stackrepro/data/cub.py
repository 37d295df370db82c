"""The layout of CUB-200-2011: lists of images and boxes, and the images, in a .tgz archive or an unpacked folder."""

import math
from collections.abc import Collection, Iterator
from pathlib import Path

from stackrepro.base.errors import AbsentError, UserError
from stackrepro.data import fingerprints
from stackrepro.data.archives import read_archive
from stackrepro.data.catalogue import Catalogue, indexed
from stackrepro.data.lists import image_path, parse_list
from stackrepro.data.views import Box

NAME = "CUB-200-2011"
ARCHIVE = "CUB_200_2011.tgz"
FOLDER = "CUB_200_2011"
LISTS = ("images.txt", "bounding_boxes.txt")
# As in the checksum list of TensorFlow Datasets (url_checksums/caltech_birds2011.txt).
OFFICIAL_SHA256 = "0c685df5597a8b24909f6a7c9db6d11e008733779a671760afef78feb49bf081"
OFFICIAL_BYTES = 1_150_585_339
REMEDY = f"put the official {ARCHIVE} there (`stackrepro data download birds` fetches it)"


def locate(root: Path) -> Path:
    """Return the archive, the folder in `root`, or `root` itself, whichever of them holds the birds.

    Raises:
        AbsentError: none does.
        UserError: the folder is there, but without its list of images.
    """
    if root.is_file() and root.suffix in (".tgz", ".gz"):
        return root
    if (root / ARCHIVE).is_file():  # first, since it alone can be proved official
        return root / ARCHIVE
    for folder in (root / FOLDER, root):
        if (folder / "images.txt").is_file():
            return folder
    if (root / FOLDER).is_dir():
        raise UserError(f"{root / FOLDER} lacks images.txt: get a complete copy of the data set.")
    raise AbsentError(
        f"{root} holds neither {ARCHIVE} nor the unpacked folder {FOLDER}: put one of them there "
        f"(`stackrepro data download birds --data-root FOLDER` fetches the archive), or name no data root to use the "
        f"synthetic birds."
    )


def fingerprint(path: Path) -> str:
    """Return 64 hexadecimal digits that identify the content: the archive's SHA-256, or a digest of the folder."""
    if path.is_dir():
        return fingerprints.of_folder(path.glob("*.txt"), path / "images")
    return fingerprints.of_archive(path)


def is_official(path: Path) -> bool:
    """Say whether this is the official archive; of a folder nothing proves it, only the archive's hash is published."""
    return path.is_file() and fingerprint(path) == OFFICIAL_SHA256


def read_catalogue(path: Path) -> Catalogue:
    """Read images.txt and bounding_boxes.txt of an archive or a folder; the images are in the order of their ids.

    Raises:
        UserError: a list is absent, has a malformed line, an id twice, or the lists name different ids.
    """
    lists: dict[str, bytes] = {}
    for name, content in _read_files(path, LISTS):
        lists[name] = content
        if len(lists) == len(LISTS):
            break
    absent = [name for name in LISTS if name not in lists]
    if absent:
        raise UserError(f"{path} lacks {FOLDER}/{absent[0]}: get a complete copy of the data set.")
    names = parse_list(path, "images.txt", lists["images.txt"], int, image_path)
    boxes = parse_list(path, "bounding_boxes.txt", lists["bounding_boxes.txt"], int, _box)
    different = names.keys() ^ boxes.keys()
    if different:
        raise UserError(
            f"images.txt and bounding_boxes.txt of {path} don't name the same images (id {min(different)} is in one "
            f"only): get a complete copy of the data set."
        )
    ids = sorted(names)
    return Catalogue(tuple(names[i] for i in ids), boxes=tuple(boxes[i] for i in ids))


def read_images(path: Path, catalogue: Catalogue) -> Iterator[tuple[int, bytes]]:
    """Yield the index in the catalogue and the file's bytes of each image, in whatever order they are stored.

    Raises:
        UserError: at the end, if images of the catalogue are absent; it names the first five.
    """
    index_of = {f"images/{name}": index for index, name in enumerate(catalogue.names)}
    yield from indexed(_read_files(path, index_of), index_of, path, "images.txt")


def _read_files(path: Path, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of those of the named files that there are; names are relative to the set's folder."""
    if path.is_dir():
        for name in names:
            if (path / name).is_file():
                yield name, (path / name).read_bytes()
    else:
        prefix = f"{FOLDER}/"
        for name, content in read_archive(path, {prefix + name for name in names}):
            yield name.removeprefix(prefix), content


def _box(value: str) -> Box:
    left, top, width, height = (float(part) for part in value.split())
    if not all(math.isfinite(number) for number in (left, top, width, height)):
        raise ValueError("not a number")
    return (left, top, left + width, top + height)
