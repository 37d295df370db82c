"""Results made by hand, written to disk as runs write them."""

import json
from pathlib import Path
from typing import Any

from stackrepro.evaluation.protocols import SCHEMA
from stackrepro.experiments import resolve
from stackrepro.training.configuration import record

REAL = {"name": "CUB-200-2011", "label": "cub-200-2011-0c685df5", "fingerprint": "0c68", "official": True}
DRAWN = {"name": "synthetic birds", "label": "synthetic", "fingerprint": "5555", "official": False}
FACES = {"name": "CelebA", "label": "celeba-3d5e", "fingerprint": "3d5e", "official": True}
PROTOCOL = {"name": "fid/pytorch-fid", "dims": 2048, "samples": 2048, "reference": None}


def row(frechet: float, **more: float) -> dict[str, Any]:
    """Return a row whose KID is 0 where the Fréchet distance is the floor's, and 1 where it is the untrained one's."""
    return {
        "frechet": frechet,
        "kid": (frechet - 10) / 100,
        "kid_error": 0.0,
        "n": 2048,
        "n_reference": 11_788,
        "flags": [],
        **more,
    }


def others() -> dict[str, Any]:
    """Return the row of the out-of-domain reference."""
    return row(70.0)


def untrained() -> dict[str, Any]:
    return row(110.0, precision=0.0, recall=0.0)


def floor() -> dict[str, Any]:
    return row(10.0, precision=0.8, recall=0.8)


# What a run needs beside its measures before it may bear a verdict.
JUDGED = {
    "training": {"health": {"alive": True, "died_at": None, "gap": 0.4}},
    "beside": {"other_domain": others()},
}


def write(
    root: Path,
    experiment: str,
    seed: int,
    frechet: float,
    *,
    arm: str = "matched",
    tier: str = "reduced",
    data: dict[str, Any] = REAL,
    changed: dict[str, Any] | None = None,
    started: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    beside: dict[str, dict[str, Any]] | None = None,
    **more: Any,
) -> None:
    """Write a finished run whose untrained generator lies at 110 and whose floor lies at 10.

    `changed` replaces fields of its configuration, `started` fields of its record. `rows` are more measures of the
    trained generator, `beside` more rows.
    """
    name = f"{experiment.replace('/', '-')}-{arm}-{tier}-seed{seed}-{data['label']}"
    configuration = record(resolve(experiment, arm, tier, seed)) | (changed or {})
    common = {"name": name, "identity": name, "command": "stackrepro run"}
    place = {"machine": "Linux x86_64", "threads": 1, "starts": [{"device": "cpu"}]} | (started or {})
    generated = row(frechet, **more.pop("rows", {}))
    rows = {"generated": generated, "untrained": untrained(), "floor": floor(), **(beside or {})}
    result = {
        **common,
        **{key: configuration[key] for key in ("experiment", "arm", "tier", "seed")},
        "schema": SCHEMA,
        "data": data["name"],
        "protocol": PROTOCOL,
        "measures": rows,
        "training": {"images_per_second": 100.0, **(training or {})},
        **more,
    }
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps({**common, "configuration": configuration, "data": data, **place}))
    (folder / "result.json").write_text(json.dumps(result))


def write_seeds(root: Path, experiment: str, distances: list[float], **options: Any) -> None:
    """Write a run for each distance, with the seeds 0, 1, 2, ..."""
    for seed, frechet in enumerate(distances):
        write(root, experiment, seed, frechet, **options)
