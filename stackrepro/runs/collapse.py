"""Mode collapse, found in the pictures that a run keeps anyway. The rule was fixed before any run was judged by it.

The spread of a kept point is the standard deviation over the 64 pictures of the first fixed latents, averaged over
pixels and channels, in levels of 0 to 255. A generator has collapsed at the first kept point from which on to the last
one all spreads are below one level: whatever the latent is, the picture is the same to the eye. Points before update
100 don't count, since untrained generators draw one gray picture and need some 50 updates to leave it.
"""

from pathlib import Path
from typing import Any

import numpy as np

SAME_TO_THE_EYE = 1.0  # level
WARM_UP = 100  # updates
SIDE = 8  # pictures a side of a grid


def collapse(samples: Path) -> dict[str, Any]:
    """Judge a run by the grids in its folder `samples`.

    Returns:
        `update`: the kept point at which it has collapsed, or None; `spread`: a point each, `update` and `levels`.
    """
    from PIL import Image

    spread = []
    for path in sorted(samples.glob("grid-*.png")):
        with Image.open(path) as grid:
            spread.append({"update": int(path.stem.split("-")[1]), "levels": spread_of(np.asarray(grid))})
    return {"update": collapsed_at(spread), "spread": spread}


def spread_of(grid: np.ndarray) -> float:
    """Return the spread of a grid's pictures; the grid is uint8 (8 size, 8 size) or (8 size, 8 size, channels)."""
    size = len(grid) // SIDE
    pictures = grid.reshape(SIDE, size, SIDE, size, -1).swapaxes(1, 2).reshape(SIDE * SIDE, -1)
    return float(pictures.astype(np.float64).std(axis=0).mean())


def collapsed_at(spread: list[dict[str, Any]]) -> int | None:
    """Return the update of the first point from which on all are below one level, None if the last one isn't."""
    found = None
    for point in reversed([point for point in spread if point["update"] >= WARM_UP]):
        if point["levels"] >= SAME_TO_THE_EYE:
            break
        found = point["update"]
    return found
