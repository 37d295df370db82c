"""A run's result: whether one that counts is there, and how it is made. Torch is imported only where it works."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stackrepro.base.errors import UserError
from stackrepro.base.lock import locked
from stackrepro.evaluation.protocols import SCHEMA, plan_for, plan_record
from stackrepro.runs import Run, StoredRun, find


def finished(run: Run, root: Path) -> StoredRun | None:
    """Return a run, made in `root` or published, that was measured by today's plan of its tier, or None."""
    stored = find(run, root)
    if stored is None or stored.damaged or stored.result.get("schema") != SCHEMA:
        return None
    wanted = plan_record(plan_for(run.configuration.tier, run.configuration.view.dataset))
    kept = stored.result["protocol"]
    return stored if {key: kept.get(key) for key in wanted} == wanted else None


def ensure(run: Run, root: Path, device: str = "cpu", weights: Path | None = None) -> dict[str, Any]:
    """Train and measure a run unless that is done, and return its result.

    Raises:
        UserError: as `train` and `evaluate`, or a damaged record.
    """
    if finished(run, root) is None:
        from stackrepro.evaluation.result import measure
        from stackrepro.evaluation.weights import inception_weights
        from stackrepro.runs.weights import train

        inception_weights(weights)  # better missed now than after the training
        folder = train(run, root, device)
        with locked(folder):
            if finished(run, root) is None:  # another process may have measured while this one waited
                measure(run, root, device, weights)
    stored = finished(run, root)
    if stored is None:  # what was measured is whole, so it is the other record
        raise UserError(f"{run.folder(root) / 'run.json'} is damaged: delete the folder and run `{run.command}` again.")
    return stored.result


def evaluate(
    run: Run, root: Path, device: str = "cpu", weights: Path | None = None, full: bool = False
) -> dict[str, Any]:
    """Measure a trained run, whether that was done before or not, and return its result.

    With `full` the kept points and the recalibrated generator are measured where the tier leaves them out for time.

    Raises:
        UserError: the run isn't trained, the Inception weights can't be had, unknown device, no space left.
    """
    from stackrepro.evaluation.result import measure

    with locked(run.folder(root)):
        return measure(run, root, device, weights, full)
