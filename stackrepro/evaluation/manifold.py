"""Which of many vectors lie near to which: fidelity and diversity apart, and copies of training images."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

BLOCK = 1024  # rows at once: with 12,000 columns 100 MB
PRECISION_NEIGHBOURS, DENSITY_NEIGHBOURS = 3, 5
MEASURES = ("precision", "recall", "density", "coverage", "diversity", "count")


def manifold(generated: np.ndarray, reference: np.ndarray) -> dict[str, float | int | None]:
    """Compare features (N, d) with features (M, d), exactly; all is None if a side has no 5 neighbours for an image.

    Kynkäänniemi et al. 2019 (arXiv:1904.06991), with 3 neighbours: `precision` is the share of samples inside the real
    manifold, the balls around real images that reach to their 3rd neighbour; `recall` the share of real images inside
    the samples' manifold. Naeem et al. 2020 (arXiv:2002.09797), with 5: `density` is the number of real balls that hold
    a sample, on average and divided by 5, which may exceed 1; `coverage` the share of real balls that hold any sample.
    `diversity` is the mean Euclidean distance between two samples, `count` the number of images a side: the longer one
    is cut to the shorter one's length, since radii shrink as images become more. Both sides are in an order that nobody
    chose: fixed latents, and a permutation with a fixed seed.
    """
    count = min(len(generated), len(reference))
    if count <= DENSITY_NEIGHBOURS:
        return dict.fromkeys(MEASURES)
    generated, reference = generated[:count], reference[:count]
    real_radii, wide_radii = neighbour_radii(reference, (PRECISION_NEIGHBOURS, DENSITY_NEIGHBOURS))
    (generated_radii,) = neighbour_radii(generated, (PRECISION_NEIGHBOURS,))
    precise = balls = 0
    recalled, covered = np.zeros(count, bool), np.zeros(count, bool)
    for rows, block in blocks_of_distances(generated, reference):  # (samples, real images)
        precise += (block <= real_radii).any(axis=1).sum()
        recalled |= (block <= generated_radii[rows, None]).any(axis=0)
        inside = block <= wide_radii
        balls += inside.sum()
        covered |= inside.any(axis=0)
    return {
        "precision": float(precise / count),
        "recall": float(recalled.mean()),
        "density": float(balls / (DENSITY_NEIGHBOURS * count)),
        "coverage": float(covered.mean()),
        "diversity": mean_pairwise_distance(generated),
        "count": count,
    }


def copying(generated: np.ndarray, real: np.ndarray, training: Iterable[np.ndarray]) -> dict[str, float | int]:
    """Search training images, vectors in parts (M, d), for the nearest of each sample (N, d) and real image (K, d).

    The real images aren't among the training images. `nearer_than_real` is the probability that a random sample is
    nearer to its nearest training image than a random real image is to its own; a tie counts half. 0.5 is what real
    images score, 1 means copies, and 0 samples unlike any image. It is the Mann-Whitney statistic of Meehan et al. 2020
    (arXiv:2004.05675), divided by the number of pairs. A blurred image is near to many in pixel space, so there a high
    value alone is no proof. `nearer_than_any` counts the samples that are nearer to their nearest training image than
    every real image is to its own: candidates for copies. `distance` and `real_distance` are the medians of both
    nearest distances.
    """
    _, found = nearest(np.concatenate([generated, real]), training)
    samples, others = found[: len(generated)], np.sort(found[len(generated) :])
    farther = len(others) - np.searchsorted(others, samples, "right")
    equal = len(others) - np.searchsorted(others, samples, "left") - farther
    return {
        "nearer_than_real": float((farther + equal / 2).mean() / len(others)),
        "nearer_than_any": int((samples < others[0]).sum()),
        "distance": float(np.median(samples)),
        "real_distance": float(np.median(others)),
    }


def blocks_of_distances(a: np.ndarray, b: np.ndarray) -> Iterator[tuple[slice, np.ndarray]]:
    """Yield the rows' place and the Euclidean distances (rows, M) of vectors `a` (N, d) from `b` (M, d).

    In double precision; vectors of uint8 levels give exact squares, so that a copy is at distance 0. A block of rows at
    a time, so that memory doesn't grow with the square.
    """
    wide = np.asarray(b, np.float64)
    lengths = np.einsum("ij,ij->i", wide, wide)
    for start in range(0, len(a), BLOCK):
        rows = np.asarray(a[start : start + BLOCK], np.float64)
        squares = np.einsum("ij,ij->i", rows, rows)[:, None] + lengths - 2 * (rows @ wide.T)
        yield slice(start, start + len(rows)), np.sqrt(np.maximum(squares, 0, out=squares), out=squares)


def nearest(vectors: np.ndarray, others: Iterable[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Find each vector's nearest among others, given in parts (M, d): its row, counted through them, and its distance.

    Both have shape (N,). Of several that are as near it is the first.
    """
    found, least, before = np.zeros(len(vectors), int), np.full(len(vectors), np.inf), 0
    for part in others:
        for rows, block in blocks_of_distances(vectors, part):
            place = block.argmin(axis=1)
            distance = block[np.arange(len(block)), place]
            found[rows] = np.where(distance < least[rows], before + place, found[rows])
            least[rows] = np.minimum(least[rows], distance)
        before += len(part)
    return found, least


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
