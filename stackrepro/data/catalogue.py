"""What the lists of a data set say about its images."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from stackrepro.base.errors import UserError
from stackrepro.data.lists import first_five
from stackrepro.data.views import Box


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


def indexed(
    files: Iterable[tuple[str, bytes]], index_of: Mapping[str, int], path: Path, list_name: str
) -> Iterator[tuple[int, bytes]]:
    """Yield index and bytes of each image file.

    Args:
        files: names and contents.
        index_of: the index of each name, of all the images that there should be.
        path: where they lie, and
        list_name: which list names them, for the message.

    Raises:
        UserError: at the end, if images are absent; it names the first five.
    """
    absent = set(index_of)
    for name, content in files:
        absent.discard(name)
        yield index_of[name], content
    if absent:
        raise UserError(
            f"{path} lacks {len(absent)} of the {len(index_of)} images that {list_name} names "
            f"({first_five(sorted(absent, key=index_of.__getitem__))}): get a complete copy of the data set."
        )
