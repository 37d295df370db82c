"""What a book without data costs by its parts, and how that grows with its runs.

Run `python benchmarks/whole_book.py [--tier smoke] [--seeds 1 2 4]` on idle cores; at tier smoke it takes a quarter of
an hour. Each book lies in a folder of its own, with runs and data of its own, and one process works at a time, so that
the clock tells the seconds of a core. A book trains seven runs for each seed, and executes every chapter once.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean

from stackrepro.base import places

REPOSITORY = Path(__file__).parents[1]


def built(tier: str, seeds: int, folder: Path) -> dict[str, list[float]]:
    """Build a book in `folder`; return the seconds of its steps by kind, and of its processes as "processor"."""
    for name in ("benchmarks", "book", "notebooks", "results", "stackrepro", "workflow"):
        shutil.copytree(REPOSITORY / name, folder / name)
    for name in ("_config.yml", "pyproject.toml"):
        shutil.copyfile(REPOSITORY / name, folder / name)
    weights = places.cache_root() / "inception"
    weights.mkdir(parents=True, exist_ok=True)
    (folder / "cache").mkdir()
    (folder / "cache" / "inception").symlink_to(weights)
    own = {"STACKREPRO_CACHE": folder / "cache", "STACKREPRO_RUNS": folder / "runs", "PYTHONPATH": folder}
    own |= {"XDG_DATA_HOME": folder / "data", "STACKREPRO_DATA": "", "DATA": ""}
    command = [sys.executable, folder / "workflow" / "book.py", "--tier", tier, "--jobs", "1", "--seeds"]
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = os.environ | {name: str(value) for name, value in own.items()}
    subprocess.run([*command, *map(str, range(seeds))], env=environment, check=True, stdout=subprocess.DEVNULL)
    taken, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    steps = json.loads(next(folder.glob("_build/*/seconds.json")).read_text(encoding="utf-8"))
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return steps | {"data and planning": [taken - sum(map(sum, steps.values()))], "processor": [spent]}


def main() -> None:
    """Print the seconds of each part, a column for each number of runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tier", default="smoke")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 4], help="how many, for each book")
    options = parser.parse_args()
    for seeds in options.seeds:
        with tempfile.TemporaryDirectory() as folder:
            found = built(options.tier, seeds, Path(folder))
        print(f"{len(found['run'])} runs, {len(found['chapter'])} chapters")
        for part, seconds in found.items():
            each = f", {mean(seconds):6.1f} each, at most {max(seconds):6.1f}" if len(seconds) > 1 else ""
            print(f"    {part:18} {sum(seconds):8.1f} s{each}")


if __name__ == "__main__":
    main()
