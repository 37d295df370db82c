"""Fidelity and diversity apart: whether samples lie among the real images, and whether real ones lie among samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stackrepro.evaluation.distances import blocks_of_distances, mean_pairwise_distance, neighbour_radii

PRECISION_NEIGHBOURS = 3
DENSITY_NEIGHBOURS = 5


@dataclass(frozen=True)
class Manifold:
    """Measures in a space of features; `count` images a side.

    Kynkäänniemi et al. 2019 (arXiv:1904.06991), with 3 neighbours: `precision` is the share of samples inside the real
    manifold, the balls around real images that reach to their 3rd neighbour; `recall` the share of real images inside
    the samples' manifold. Naeem et al. 2020 (arXiv:2002.09797), with 5: `density` is the number of real balls that hold
    a sample, on average and divided by 5, which may exceed 1; `coverage` the share of real balls that hold any sample.
    `diversity` is the mean Euclidean distance between two samples.
    """

    precision: float
    recall: float
    density: float
    coverage: float
    diversity: float
    count: int


def manifold(generated: np.ndarray, reference: np.ndarray) -> Manifold | None:
    """Compare features (N, d) with features (M, d), exactly; None if a side has no 5 neighbours for an image.

    The longer side is cut to the shorter one's length, since radii shrink as images become more. Both sides are in
    an order that nobody chose: fixed latents, and a permutation with a fixed seed.
    """
    count = min(len(generated), len(reference))
    if count <= DENSITY_NEIGHBOURS:
        return None
    generated, reference = generated[:count], reference[:count]
    counts = (PRECISION_NEIGHBOURS, DENSITY_NEIGHBOURS)
    real_radii, wide_radii = neighbour_radii(reference, counts)
    (generated_radii,) = neighbour_radii(generated, counts[:1])
    precise = balls = 0
    recalled, covered = np.zeros(count, bool), np.zeros(count, bool)
    for rows, block in blocks_of_distances(generated, reference):  # (samples, real images)
        precise += (block <= real_radii).any(axis=1).sum()
        recalled |= (block <= generated_radii[rows, None]).any(axis=0)
        inside = block <= wide_radii
        balls += inside.sum()
        covered |= inside.any(axis=0)
    return Manifold(
        precision=float(precise / count),
        recall=float(recalled.mean()),
        density=float(balls / (DENSITY_NEIGHBOURS * count)),
        coverage=float(covered.mean()),
        diversity=mean_pairwise_distance(generated),
        count=count,
    )
