"""The layout of CUB-200-2011: lists of images and boxes, and the images, in a .tgz archive or an unpacked folder."""

import math
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from stackrepro.base.errors import UserError
from stackrepro.data.archives import is_inside, read_archive
from stackrepro.data.views import Box

FOLDER = "CUB_200_2011"
Value = TypeVar("Value")
LISTS = ("images.txt", "bounding_boxes.txt")


@dataclass(frozen=True)
class Catalogue:
    """The images in the order of their ids.

    Attributes:
        names: paths below `images/`.
        boxes: left, top, right, bottom of each bird in pixels.
    """

    names: tuple[str, ...]
    boxes: tuple[Box, ...]


def read_catalogue(path: Path) -> Catalogue:
    """Read images.txt and bounding_boxes.txt of an archive or a folder.

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
    names = _read_list(path, "images.txt", lists["images.txt"], _name)
    boxes = _read_list(path, "bounding_boxes.txt", lists["bounding_boxes.txt"], _box)
    different = names.keys() ^ boxes.keys()
    if different:
        raise UserError(
            f"images.txt and bounding_boxes.txt of {path} don't name the same images (id {min(different)} is in one "
            f"only): get a complete copy of the data set."
        )
    ids = sorted(names)
    return Catalogue(tuple(names[i] for i in ids), tuple(boxes[i] for i in ids))


def read_images(path: Path, catalogue: Catalogue) -> Iterator[tuple[int, bytes]]:
    """Yield the index in the catalogue and the file's bytes of each image, in whatever order they are stored.

    Raises:
        UserError: at the end, if images of the catalogue are absent; it names the first five.
    """
    index_of = {f"images/{name}": index for index, name in enumerate(catalogue.names)}
    absent = set(index_of)
    for name, content in _read_files(path, index_of):
        absent.discard(name)
        yield index_of[name], content
    if absent:
        raise UserError(
            f"{path} lacks {len(absent)} of the {len(index_of)} images that images.txt names "
            f"({first_five(sorted(absent, key=index_of.__getitem__))}): get a complete copy of the data set."
        )


def first_five(items: list[str]) -> str:
    """Return the first five items, and how many more there are, for a message."""
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return ", ".join(items[:5]) + more


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


def _read_list(path: Path, file: str, content: bytes, parse: Callable[[str], Value]) -> dict[int, Value]:
    """Parse lines of "id value"; `parse` turns the value into what is kept, and raises ValueError if it can't."""
    entries: dict[int, Value] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        try:
            identity, value = line.decode("utf-8").split(maxsplit=1)
            if int(identity) in entries:
                raise ValueError("its id is there twice")
            entries[int(identity)] = parse(value.strip())
        except ValueError as error:
            raise UserError(
                f"Line {number} of {file} in {path} is malformed ({error}): get a sound copy of the data set."
            ) from error
    if not entries:
        raise UserError(f"{file} in {path} is empty: get a complete copy of the data set.")
    return entries


def _name(value: str) -> str:
    if not is_inside(value):
        raise ValueError("the path leaves the folder")
    return value


def _box(value: str) -> Box:
    left, top, width, height = (float(part) for part in value.split())
    if not all(math.isfinite(number) for number in (left, top, width, height)):
        raise ValueError("not a number")
    return (left, top, left + width, top + height)
