"""What the lists of a data set say about its images, and how lists and images are read."""

from codecs import BOM_UTF8
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TypeVar

from stackrepro.base.errors import UserError
from stackrepro.data.archives import is_inside, read_archive
from stackrepro.data.views import Box

Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True)
class Catalogue:
    """The images in the order of the prepared arrays.

    Attributes:
        names: paths below the folder of the images.
        boxes: left, top, right, bottom of each bird in pixels. None: the images come aligned, all of one size.
        identities: a number for the person on each image. None: the images show no persons.
    """

    names: tuple[str, ...]
    boxes: tuple[Box, ...] | None = None
    identities: tuple[int, ...] | None = None


def parse_list(
    path: Path, file: str, content: bytes, key: Callable[[str], Key], value: Callable[[str], Value]
) -> dict[Key, Value]:
    """Parse lines of "key value"; `key` and `value` turn each into what is kept, and raise ValueError if they can't.

    Raises:
        UserError: a line is malformed, a key is there twice, or there is no line.
    """
    entries: dict[Key, Value] = {}
    for number, line in enumerate(content.removeprefix(BOM_UTF8).splitlines(), start=1):
        try:
            first, rest = line.decode("utf-8").split(maxsplit=1)
            if key(first) in entries:
                raise ValueError(f"{first} is there twice")
            entries[key(first)] = value(rest.strip())
        except ValueError as error:
            raise UserError(
                f"Line {number} of {file} in {path} is malformed ({error}): get a sound copy of the data set."
            ) from error
    if not entries:
        raise UserError(f"{file} in {path} is empty: get a complete copy of the data set.")
    return entries


def image_path(value: str) -> str:
    """Return the path of an image; raise ValueError if it leaves the folder of the images."""
    if not is_inside(value):
        raise ValueError("the path leaves the folder")
    return value


def read_files(path: Path, names: Collection[str], images: str) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of those of the named files that there are, in whatever order they are stored.

    Args:
        path: an archive (see `read_archive` for what is raised), or the folder that holds lists and images. In an
            archive any folders may stand above them, as copies that were packed again have them.
        names: paths of lists, without a folder, and of images, with theirs.
        images: the name of the folder of the images.
    """
    if path.is_dir():
        for name in names:
            if (path / name).is_file():
                yield name, (path / name).read_bytes()
    else:
        yield from read_archive(path, names, partial(_inner, images=images))


def indexed_images(path: Path, catalogue: Catalogue, images: str, list_name: str) -> Iterator[tuple[int, bytes]]:
    """Yield the index in the catalogue and the bytes of each image file; arguments as in `read_files`.

    Raises:
        UserError: the archive is unsound, or at the end, if images are absent that `list_name` names; it names five.
    """
    index_of = {f"{images}/{name}": index for index, name in enumerate(catalogue.names)}
    absent = dict(index_of)  # in the catalogue's order
    for name, content in read_files(path, index_of, images):
        del absent[name]
        yield index_of[name], content
    if absent:
        raise UserError(
            f"{path} lacks {len(absent)} of the {len(index_of)} images that {list_name} names "
            f"({first_five(list(absent))}): get a complete copy of the data set."
        )


def first_five(items: list[str]) -> str:
    """Return the first five items, and how many more there are, for a message."""
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return ", ".join(items[:5]) + more


def held(folder: Path) -> str:
    """Say what a folder holds, for the message that nothing fits."""
    names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    return first_five(names) or "nothing"


def _inner(name: str, images: str) -> str:
    """Return a member's path from the folder of the images on; without that folder, its last name alone."""
    parts = PurePosixPath(name).parts
    last = max((at for at, part in enumerate(parts) if part == images), default=len(parts) - 1)
    return "/".join(parts[max(last, 0) :])
