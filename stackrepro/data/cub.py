"""The layout of CUB-200-2011: lists of images and boxes, and the images, in a .tgz archive or an unpacked folder."""

import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from stackrepro.base.errors import AbsentError, UserError
from stackrepro.data.archives import hash_of_archive, hash_of_folder
from stackrepro.data.catalogue import Catalogue, held, image_path, indexed_images, parse_list, read_files
from stackrepro.data.views import Box

NAME = "CUB-200-2011"
ARCHIVE = "CUB_200_2011.tgz"
ARCHIVES = (ARCHIVE, "CUB_200_2011.tar.gz")
FOLDER = "CUB_200_2011"
LISTS = ("images.txt", "bounding_boxes.txt")
# As in the checksum list of TensorFlow Datasets (url_checksums/caltech_birds2011.txt).
OFFICIAL_SHA256 = "0c685df5597a8b24909f6a7c9db6d11e008733779a671760afef78feb49bf081"
OFFICIAL_BYTES = 1_150_585_339
REMEDY = f"put the official {ARCHIVE} there (`stackrepro data download birds` fetches it)"


def locate(root: Path, deeper: bool = True) -> Path:
    """Return the archive, or the folder with images.txt, that `root` is, holds, or belongs to.

    Args:
        root: the data root, the set's folder or its folder of images, or an archive itself.
        deeper: look in the folders of `root` too, up to three deep.

    Raises:
        AbsentError: there is none.
        UserError: the folder is there, but without its list of images.
    """
    if root.is_file() and root.suffix in (".tgz", ".gz"):
        return root
    for place in _places(root, deeper):
        if (place / "images.txt").is_file() or (place.name in ARCHIVES and place.is_file()):
            return place
    if (root / FOLDER).is_dir():
        raise UserError(
            f"{root / FOLDER} lacks images.txt (it holds {held(root / FOLDER)}): get a complete copy of the data set."
        )
    raise AbsentError(
        f"{root} holds neither {ARCHIVE} nor the unpacked folder {FOLDER}, but {held(root)}: put one of them there "
        f"(`stackrepro data download birds --data-root FOLDER` fetches the archive), or name no data root to use the "
        f"synthetic birds."
    )


def _places(root: Path, deeper: bool) -> Iterator[Path]:
    """Yield where birds may be, an archive first, since it alone can be proved official; then the nearest."""
    yield from (root / name for name in ARCHIVES)
    yield from (root / FOLDER, root)
    if root.name == "images":
        yield root.parent
    for below in ("*", "*/*", "*/*/*") if deeper else ():
        for name in ARCHIVES:
            yield from sorted(root.glob(f"{below}/{name}"))
        yield from (file.parent for file in sorted(root.glob(f"{below}/images.txt")))


def fingerprint(path: Path) -> str:
    """Return 64 hexadecimal digits that identify the content: the archive's SHA-256, or a digest of all that is read.

    Raises:
        UserError: the lists of a folder are unsound.
    """
    if path.is_dir():
        return hash_of_folder(path, (*LISTS, *(f"images/{name}" for name in read_catalogue(path).names)))
    return hash_of_archive(path)


def is_official(path: Path) -> bool:
    """Say whether this is the official archive; of a folder nothing proves it, only the archive's hash is published."""
    return path.is_file() and fingerprint(path) == OFFICIAL_SHA256


def read_catalogue(path: Path) -> Catalogue:
    """Read images.txt and bounding_boxes.txt of an archive or a folder; the images are in the order of their ids.

    Raises:
        UserError: a list is absent, has a malformed line, an id or a path twice, or the lists name different ids.
    """
    found = dict(islice(read_files(path, LISTS, "images"), len(LISTS)))  # what follows in an archive isn't unpacked
    absent = [name for name in LISTS if name not in found]
    if absent:
        raise UserError(f"{path} lacks {FOLDER}/{absent[0]}: get a complete copy of the data set.")
    names = parse_list(path, "images.txt", found["images.txt"], int, image_path)
    boxes = parse_list(path, "bounding_boxes.txt", found["bounding_boxes.txt"], int, _box)
    different = names.keys() ^ boxes.keys()
    if different:
        raise UserError(
            f"images.txt and bounding_boxes.txt of {path} don't name the same images (id {min(different)} is in one "
            f"only): get a complete copy of the data set."
        )
    ids = sorted(names)
    first: dict[str, int] = {}
    for i in ids:
        if first.setdefault(names[i], i) != i:
            raise UserError(
                f"images.txt of {path} names {names[i]} twice, with the ids {first[names[i]]} and {i}: get a sound "
                f"copy of the data set."
            )
    return Catalogue(tuple(names[i] for i in ids), boxes=tuple(boxes[i] for i in ids))


def read_images(path: Path, catalogue: Catalogue) -> Iterator[tuple[int, bytes]]:
    """Yield index and bytes of each image file, see `indexed_images`."""
    return indexed_images(path, catalogue, "images", "images.txt")


def _box(value: str) -> Box:
    left, top, width, height = (float(part) for part in value.split())
    if not all(math.isfinite(number) for number in (left, top, width, height)):
        raise ValueError("not a number")
    return (left, top, left + width, top + height)
