"""From a trained run to its result: samples from the fixed latents, their distances, the record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch

import stackrepro
from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json, sha256_of_file, write_json
from stackrepro.data import prepare
from stackrepro.data.prepared import prepared_folder
from stackrepro.evaluation.current import finished, protocol_record
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.measure import Measures, ReferenceFeatures, compare, measure_floor, reference_features
from stackrepro.evaluation.protocols import Protocol, protocol_for
from stackrepro.evaluation.weights import inception_weights
from stackrepro.models.summary import sum_counts, summarise
from stackrepro.runs import Run
from stackrepro.runs.devices import device_named, prepare_process
from stackrepro.runs.lock import locked
from stackrepro.runs.provenance import current_source
from stackrepro.runs.sampling import load_generator, sample_batches
from stackrepro.runs.train import train

SCHEMA = 1


def complete(run: Run, root: Path, device: str = "cpu", weights: str | None = None) -> dict[str, Any]:
    """Train and evaluate a run unless that is done; return its result.

    Raises:
        UserError: as `train` and `evaluate`, or a damaged record.
    """
    if finished(run, root) is None:
        inception_weights(None if weights is None else Path(weights))  # better missed now than after the training
        with locked(train(run, root, device)):
            if finished(run, root) is None:  # another process may have measured while this one waited
                measure(run, root, device, weights)
    stored = finished(run, root)
    if stored is None:  # what was measured is whole, so it is the other record
        raise UserError(f"{run.folder(root) / 'run.json'} is damaged: delete the folder and run `{run.command}` again.")
    return stored.result


def evaluate(run: Run, root: Path, device: str = "cpu", weights: str | None = None) -> dict[str, Any]:
    """Measure a trained run, whether that was done before or not, and return its result.

    Raises:
        UserError: the run isn't trained, the Inception weights can't be had, unknown device, no space left.
    """
    with locked(run.folder(root)):
        return measure(run, root, device, weights)


def measure(run: Run, root: Path, device: str, weights: str | None) -> dict[str, Any]:
    """Measure a trained run by its tier's protocol, write its result and return it; the caller holds the run's lock.

    Beside the trained generator stand the untrained one (the run's own, before the first update) and the floor.
    """
    configuration, folder = run.configuration, run.folder(root)
    trained, untrained = folder / "generator.safetensors", folder / "snapshots" / "generator-000000.safetensors"
    if not trained.exists():
        raise UserError(f"{run.name} isn't trained to its end: train it with `{run.command}`.")
    prepare_process(run.threads)
    place, protocol = device_named(device), protocol_for(configuration.tier)
    extractor = Extractor(protocol.dims, str(place), run.threads, None if weights is None else Path(weights))
    images = prepare(run.source, [configuration.view])[configuration.view]
    key = f"{prepared_folder(run.source).name}/{configuration.view.key}"
    reference = reference_features(images, key, protocol, extractor)
    measures = {
        "generated": measure_generator(run, trained, place, protocol, extractor, reference),
        "untrained": measure_generator(run, untrained, place, protocol, extractor, reference),
        "floor": measure_floor(reference),
    }
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
        "protocol": {**protocol_record(protocol), "weights": extractor.identity},
        "measures": {what: as_record(value) for what, value in measures.items()},
        "training": read_json(folder / "training.json"),
        "counts": {
            "generator": sum_counts(summarise(configuration.generator)).as_dict(),
            "discriminator": sum_counts(summarise(configuration.discriminator)).as_dict(),
        },
        "generator_sha256": sha256_of_file(trained),
        "source": current_source(),
        "package_version": stackrepro.__version__,
        "evaluated": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    write_json(run.result_path(root), result)
    return result


def measure_generator(
    run: Run,
    weights: Path,
    device: torch.device,
    protocol: Protocol,
    extractor: Extractor,
    reference: ReferenceFeatures,
) -> Measures:
    """Measure what the generator with these weights makes of the fixed latents."""
    generator = load_generator(run.configuration, weights, device)

    def images() -> Iterator[np.ndarray]:
        for batch in sample_batches(generator, protocol.samples, run.configuration.value_range):
            yield from batch

    return compare(extractor.stream(images(), protocol.samples), reference.reference)


def as_record(measures: Measures) -> dict[str, Any]:
    """Turn measures into JSON."""
    return {
        "frechet": measures.frechet,
        "kid": measures.kid,
        "kid_error": measures.kid_error,
        "n": measures.generated,
        "n_reference": measures.reference,
        "flags": ["rank-deficient"] if measures.rank_deficient else [],
    }
