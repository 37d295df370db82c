"""The synthetic faces, in CelebA's layout, with parts and landmarks that are exact by construction."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stackrepro.data.synthetic.faces.scene import Example

COUNT = 2048  # 256 persons, 8 images of each; as many as a Fréchet distance over 2048 features asks for at least
SEED = 2015
GENERATOR = 1  # raise it when the same seed would draw other faces


def example(index: int) -> Example:
    """Draw face `index` (from 0) of the set, with its parts and landmarks; the file of the set is its JPEG."""
    from stackrepro.data.synthetic.faces.scene import draw

    return draw(SEED, index)


def write(folder: Path) -> None:
    """Draw the set into `folder`, which must not exist."""
    from stackrepro.data.synthetic.faces.layout import write_faces

    write_faces(folder, COUNT, SEED)
