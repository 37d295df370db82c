"""Write tests/golden/ladder.json: the command, the record and the identity of each run of the ladder's list.

    python tests/golden/ladder.py DATA_ROOT FRAMES_ROOT

It was called once, before the first run of the list was made. The file is never altered, and this refuses to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from stackrepro.data import Source, find
from stackrepro.experiments.references import REFERENCES, Reference
from stackrepro.runs import Run
from stackrepro.training.configuration import record

FILE = Path(__file__).with_name("ladder.json")
DATA = ("dataset", "name", "label", "fingerprint")  # of a source, without where it lies


def without_seeds(value: Any) -> Any:
    """Return a record with 0 for each seed, so that the seeds of a configuration share one."""
    if isinstance(value, dict):
        return {name: 0 if name == "seed" else without_seeds(item) for name, item in value.items()}
    return [without_seeds(item) for item in value] if isinstance(value, list) else value


def kind(reference: Reference) -> str:
    """Return what names the record of a run."""
    return f"{reference.experiment} {reference.arm} {reference.tier}"


def run_of(reference: Reference, source: dict[str, str]) -> Run:
    """Return a run of the list on a data set that needn't be here."""
    return Run(reference.configuration, Source(**source, path=Path(source["label"]), official=False))


def main() -> None:
    """Find the data, and write the file."""
    if FILE.exists():
        sys.exit(f"{FILE} is there, and is never altered.")
    roots = dict(zip(("boxes", "frames"), map(Path, sys.argv[1:]), strict=True))
    found: dict[str, Source] = {}
    runs, records = [], {}
    for reference in REFERENCES:
        c = reference.configuration
        name = f"{c.view.dataset}, {reference.data}"
        if name not in found:
            found[name] = find(c.view.dataset, roots[reference.data], unofficial=True)
        run = Run(c, found[name])
        records[kind(reference)] = without_seeds(record(c))
        runs.append({"seed": c.seed, "data": name, "block": reference.block, "kind": kind(reference)})
        runs[-1] |= {"command": run.command, "identity": run.identity}
    data = {name: {key: getattr(source, key) for key in DATA} for name, source in found.items()}
    FILE.write_text(json.dumps({"data": data, "runs": runs, "records": records}, indent=1) + "\n")


if __name__ == "__main__":
    main()
