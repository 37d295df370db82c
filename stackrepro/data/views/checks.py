"""What the views of all data sets check alike."""

from collections.abc import Collection

from stackrepro.base.errors import UserError

SIZES = range(8, 513)
KINDS = ("rgb", "gray", "edges")


def check_size(size: int) -> None:
    """Raise a `UserError` unless a view may have `size` pixels a side."""
    if size not in SIZES:
        raise UserError(f"A view can't have {size} pixels a side: choose {SIZES[0]} to {SIZES[-1]}.")


def check_choice(what: str, value: str, choices: Collection[str]) -> None:
    """Raise a `UserError` unless `value` is one of `choices`."""
    if value not in choices:
        raise UserError(f"The {what} {value!r} is unknown: choose one of {', '.join(choices)}.")
