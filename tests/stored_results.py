"""Results made by hand, written to disk as runs write them."""

import json
from pathlib import Path
from typing import Any

from stackrepro.experiments import resolve

REAL = {"name": "CUB-200-2011", "label": "cub-200-2011-0c685df5", "fingerprint": "0c68", "official": True}
DRAWN = {"name": "synthetic birds", "label": "synthetic", "fingerprint": "5555", "official": False}
FACES = {"name": "CelebA", "label": "celeba-3d5e", "fingerprint": "3d5e", "official": True}
PROTOCOL = {"name": "fid/pytorch-fid", "dims": 2048, "samples": 2048, "reference": None}
SOURCE = {"modules": [], "digest": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}  # of nothing


def row(frechet: float, **more: float) -> dict[str, Any]:
    return {"frechet": frechet, "kid": 0.0, "kid_error": 0.0, "n": 2048, "n_reference": 11_788, "flags": [], **more}


def write(
    root: Path,
    experiment: str,
    seed: int,
    frechet: float,
    *,
    arm: str = "matched",
    tier: str = "reduced",
    data: dict[str, Any] = REAL,
    updates: int | None = None,
    source: dict[str, Any] = SOURCE,
    training: dict[str, float] | None = None,
    **more: Any,
) -> None:
    """Write a finished run whose untrained generator lies at 110 and whose floor lies at 10."""
    name = f"{experiment.replace('/', '-')}-{arm}-{tier}-seed{seed}-{data['label']}"
    configuration = {"experiment": experiment, "arm": arm, "tier": tier, "seed": seed}
    configuration["updates"] = resolve(experiment, arm, tier).updates if updates is None else updates
    common = {"name": name, "identity": name, "command": "stackrepro run"}
    record = {**common, "configuration": configuration, "data": data, "threads": 1}
    rows = {"generated": row(frechet, **more.pop("rows", {})), "untrained": row(110.0), "floor": row(10.0)}
    result = {
        **common,
        **{key: configuration[key] for key in ("experiment", "arm", "tier", "seed")},
        "protocol": PROTOCOL,
        "measures": rows,
        "training": {"images_per_second": 100.0, "source": source, **(training or {})},
        "source": source,
        **more,
    }
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(record))
    (folder / "result.json").write_text(json.dumps(result))


def write_seeds(root: Path, experiment: str, distances: list[float], **options: Any) -> None:
    """Write a run for each distance, with the seeds 0, 1, 2, ..."""
    for seed, frechet in enumerate(distances):
        write(root, experiment, seed, frechet, **options)
