"""From a trained run to its result."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import stackrepro
from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json, sha256_of_file, write_json
from stackrepro.evaluation.bench import Bench
from stackrepro.evaluation.current import SCHEMA, finished, plan_record
from stackrepro.evaluation.protocols import plan_for
from stackrepro.evaluation.weights import inception_weights
from stackrepro.models.summary import sum_counts, summarise
from stackrepro.runs import Run
from stackrepro.runs.devices import device_named, prepare_process
from stackrepro.runs.feeding import AVERAGE, LAST
from stackrepro.runs.lock import locked
from stackrepro.runs.train import train
from stackrepro.updates.processes import agreed, rank


def complete(run: Run, root: Path, device: str = "cpu", weights: str | None = None) -> dict[str, Any] | None:
    """Train and evaluate a run unless that is done; return its result, or None where another process evaluates it.

    Raises:
        UserError: as `train` and `evaluate`, or a damaged record.
    """
    if agreed(finished(run, root) is None):
        inception_weights(None if weights is None else Path(weights))  # better missed now than after the training
        folder = train(run, root, device)
        if rank() > 0:
            return None
        with locked(folder):
            if finished(run, root) is None:  # another process may have measured while this one waited
                measure(run, root, device, weights)
    stored = finished(run, root)
    if stored is None:  # what was measured is whole, so it is the other record
        raise UserError(f"{run.folder(root) / 'run.json'} is damaged: delete the folder and run `{run.command}` again.")
    return stored.result


def evaluate(
    run: Run, root: Path, device: str = "cpu", weights: str | None = None, full: bool = False
) -> dict[str, Any]:
    """Measure a trained run, whether that was done before or not, and return its result; `full` as for `measure`.

    Raises:
        UserError: the run isn't trained, the Inception weights can't be had, unknown device, no space left.
    """
    with locked(run.folder(root)):
        return measure(run, root, device, weights, full)


def measure(run: Run, root: Path, device: str, weights: str | None, full: bool = False) -> dict[str, Any]:
    """Measure a trained run by its tier's plan, write its result and return it; the caller holds the run's lock.

    With `full` that includes the snapshots and the recalibrated generator, where the tier leaves them out for time.
    """
    configuration, folder = run.configuration, run.folder(root)
    trained, average = (folder / f"{name}.safetensors" for name in (LAST, AVERAGE))
    if not trained.exists():
        raise UserError(f"{run.name} isn't trained to its end: train it with `{run.command}`.")
    prepare_process(run.threads)
    plan = plan_for(configuration.tier, configuration.view.dataset)
    bench = Bench(run, folder, device_named(device), None if weights is None else Path(weights), plan)
    training = read_json(folder / "training.json")
    result = {
        "schema": SCHEMA,
        "name": run.name,
        "identity": run.identity,
        "experiment": configuration.experiment,
        "arm": configuration.arm,
        "tier": configuration.tier,
        "seed": configuration.seed,
        "data": run.source.name,
        "command": run.command,
        "protocol": {**plan_record(plan), "weights": bench.extractor.identity},
        **bench.measures(full or plan.full),
        "training": training,
        "counts": {
            "generator": sum_counts(summarise(configuration.generator)).as_dict(),
            "discriminator": sum_counts(summarise(configuration.discriminator)).as_dict(),
        },
        "generator_sha256": sha256_of_file(trained),
        **({"average_sha256": sha256_of_file(average)} if average.exists() else {}),
        "measuring_version": stackrepro.MEASURING_VERSION,
        "package_version": stackrepro.__version__,
        "evaluated": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(run.result_path(root), result)
    return result
