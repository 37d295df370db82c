"""Distances over a training, from the generators that the run kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from stackrepro.evaluation.frechet import statistics
from stackrepro.evaluation.measure import compare
from stackrepro.runs import Run
from stackrepro.runs.feeding import AVERAGE, LAST


def is_averaged(run: Run, root: Path) -> bool:
    """Say whether a run has kept the average of its weights; runs of before average was kept have none."""
    return (run.folder(root) / f"{AVERAGE}.safetensors").is_file()


def kept_points(run: Run, root: Path) -> dict[int, str]:
    """Name by update the weights kept over a training: the average where there is one, else the last iterate.

    Before the first update both are the same, and have one file.
    """
    later = AVERAGE if is_averaged(run, root) else LAST
    return {update: f"snapshots/{later if update else LAST}-{update:06d}" for update in run.configuration.snapshots}


def trajectory(points: dict[int, np.ndarray], reference: np.ndarray) -> list[dict[str, Any]]:
    """Compare features (N, dims), by the update after which their generator was kept, with real ones (M, dims).

    Returns:
        a point each, by rising update: `update`, `frechet`, `kid`, `kid_error`.
    """
    known, path = statistics(reference), []
    for update, features in sorted(points.items()):
        found = compare(features, reference, known)
        path.append({"update": update, "frechet": found.frechet, "kid": found.kid, "kid_error": found.kid_error})
    return path
