"""The text lists of data sets: a key and a value in each line."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from stackrepro.base.errors import UserError
from stackrepro.data.archives import is_inside

Key = TypeVar("Key")
Value = TypeVar("Value")


def parse_list(
    path: Path, file: str, content: bytes, key: Callable[[str], Key], value: Callable[[str], Value]
) -> dict[Key, Value]:
    """Parse lines of "key value"; `key` and `value` turn each into what is kept, and raise ValueError if they can't.

    Raises:
        UserError: a line is malformed, a key is there twice, or there is no line.
    """
    entries: dict[Key, Value] = {}
    for number, line in enumerate(content.splitlines(), start=1):
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


def first_five(items: list[str]) -> str:
    """Return the first five items, and how many more there are, for a message."""
    more = f" and {len(items) - 5} more" if len(items) > 5 else ""
    return ", ".join(items[:5]) + more
