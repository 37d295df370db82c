"""The synthetic birds, in CUB's layout, with masks and parts that are exact by construction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stackrepro.data.synthetic.birds.scene import Example

COUNT = 2048  # as many as a Fréchet distance over 2048 features asks for at least
SEED = 2011
GENERATOR = 1  # raise it when the same seed would draw other birds


def example(index: int) -> Example:
    """Draw bird `index` (from 0) of the set, with its mask, parts and box."""
    from stackrepro.data.synthetic.birds.scene import draw

    return draw(SEED, index)


def write(folder: Path) -> None:
    """Draw the set into `folder`, which must not exist."""
    from stackrepro.data.synthetic.birds.layout import write_birds

    write_birds(folder, COUNT, SEED)
