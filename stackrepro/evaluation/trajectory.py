"""Distances over a training, from the generators that the run kept."""

from __future__ import annotations

from typing import Any

import numpy as np

from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.frechet import statistics
from stackrepro.evaluation.measure import compare
from stackrepro.evaluation.protocols import Protocol
from stackrepro.evaluation.rows import Samples


def trajectory(
    snapshots: dict[int, Samples], protocol: Protocol, extractor: Extractor, reference: np.ndarray
) -> list[dict[str, Any]]:
    """Measure snapshots, by the update after which each was kept, against features of real images (N, dims).

    Returns:
        a point each: `update`, `frechet`, `kid`, `kid_error`. All are made from the same fixed latents.
    """
    known, points = statistics(reference), []
    for update, samples in snapshots.items():
        found = compare(samples.features(protocol, extractor), reference, known)
        points.append({"update": update, "frechet": found.frechet, "kid": found.kid, "kid_error": found.kid_error})
    return points
