"""The synthetic birds: drawn by the package, in CUB's layout, with masks and parts that are exact by construction.

They serve where there is no data, and give the steps of the eye test (outline, shape, fill, anatomy) a ground truth.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from stackrepro.base.files import digest, write_atomic
from stackrepro.base.places import cache_root

if TYPE_CHECKING:
    from stackrepro.data.synthetic.scene import Example

COUNT = 2048  # as many as a Fréchet distance over 2048 features asks for at least
SEED = 2011
GENERATOR = 1  # raise it when the same seed would draw other birds


def fingerprint() -> str:
    """Return 64 hexadecimal digits that identify the set, without drawing it."""
    return digest(["synthetic birds", GENERATOR, COUNT, SEED])


def example(index: int) -> Example:
    """Draw bird `index` (from 0) of the set, with its mask, parts and box."""
    from stackrepro.data.synthetic.scene import draw

    return draw(SEED, index)


def folder() -> Path:
    """Return the folder of the cache that holds the set in CUB's layout; draw it first if it isn't there."""
    from filelock import FileLock

    from stackrepro.data.synthetic.layout import write_birds

    path = cache_root() / "synthetic" / f"birds-{fingerprint()[:16]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f"{path.name}.lock")):
        if not path.is_dir():
            with write_atomic(path) as temporary:
                write_birds(temporary, COUNT, SEED)
    return path
