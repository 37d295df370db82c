"""Euclidean distances between many vectors, a block of rows at a time, so that memory doesn't grow with the square."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

BLOCK = 1024  # rows at once: with 12,000 columns 100 MB


def blocks_of_distances(a: np.ndarray, b: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield the rows' place and the distances (rows, M) of vectors `a` (N, d) from `b` (M, d), in double precision.

    Vectors of uint8 levels give exact squares, so that a copy is at distance 0.
    """
    wide = np.asarray(b, np.float64)
    lengths = np.einsum("ij,ij->i", wide, wide)
    for start in range(0, len(a), BLOCK):
        rows = np.asarray(a[start : start + BLOCK], np.float64)
        squares = np.einsum("ij,ij->i", rows, rows)[:, None] + lengths - 2 * (rows @ wide.T)
        yield slice(start, start + len(rows)), np.sqrt(np.maximum(squares, 0, out=squares), out=squares)


def nearest(vectors: np.ndarray, others: Iterable[np.ndarray]) -> np.ndarray:
    """Return the distance (N,) of each vector (N, d) from its nearest among others, given in parts (M, d)."""
    found = np.full(len(vectors), np.inf)
    for part in others:
        for rows, block in blocks_of_distances(vectors, part):
            found[rows] = np.minimum(found[rows], block.min(axis=1))
    return found


def nearest_rows(vectors: np.ndarray, others: Iterable[np.ndarray]) -> np.ndarray:
    """Return the row (N,) of each vector's nearest among others, given in parts (M, d) and counted through them.

    Of several that are as near it is the first.
    """
    found, least, before = np.zeros(len(vectors), int), np.full(len(vectors), np.inf), 0
    for part in others:
        for rows, block in blocks_of_distances(vectors, part):
            place = block.argmin(axis=1)
            distance = block[np.arange(len(block)), place]
            nearer = distance < least[rows]
            found[rows] = np.where(nearer, before + place, found[rows])
            least[rows] = np.minimum(least[rows], distance)
        before += len(part)
    return found


def neighbour_radii(vectors: np.ndarray, counts: tuple[int, ...]) -> list[np.ndarray]:
    """Return for each k of `counts` the distances (N,) of vectors (N, d) from their k-th neighbour among the others."""
    radii = np.empty((len(counts), len(vectors)))
    for rows, block in blocks_of_distances(vectors, vectors):
        block[np.arange(len(block)), np.arange(rows.start, rows.stop)] = np.inf
        ordered = np.partition(block, [count - 1 for count in counts], axis=1)
        radii[:, rows] = ordered[:, [count - 1 for count in counts]].T
    return list(radii)


def mean_pairwise_distance(vectors: np.ndarray) -> float:
    """Return the mean distance of two different vectors among (N, d)."""
    # A vector's distance from itself is 0 but for rounding, which the sum over the others must not inherit.
    total = sum(
        block.sum() - block[np.arange(len(block)), np.arange(rows.start, rows.stop)].sum()
        for rows, block in blocks_of_distances(vectors, vectors)
    )
    return float(total / (len(vectors) * (len(vectors) - 1)))
