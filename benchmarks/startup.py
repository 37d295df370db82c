"""How long it takes until something happens.

Run `python benchmarks/startup.py`; it takes about a minute. It times `stackrepro --help`, a training from the shell to
its first update, with prepared data, and a chapter that only reads results.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
STACKREPRO = [sys.executable, "-m", "stackrepro"]
TURNS = 3


def seconds_of_help() -> float:
    started = time.perf_counter()
    subprocess.run([*STACKREPRO, "--help"], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def seconds_to_first_update() -> float:
    """Start a run of tier smoke, each update of which ends in a line of the loss curve, and wait for the first line."""
    with tempfile.TemporaryDirectory() as root:
        command = [*STACKREPRO, "run", "birds/dconv-64", "--tier", "smoke", "--runs-root", root]
        started = time.perf_counter()
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        while run.poll() is None and not any(path.stat().st_size for path in Path(root).glob("*/losses.jsonl")):
            time.sleep(0.005)
        taken = time.perf_counter() - started
        _, said = run.communicate()
        if run.returncode:
            raise SystemExit(said)
    return taken


def seconds_of_a_reading_chapter() -> float:
    """Execute the human evaluation of paper B as far as it shows published results."""
    with tempfile.TemporaryDirectory() as folder:
        parameters = Path(folder, "parameters.json")
        parameters.write_text("{}")
        script = REPOSITORY / "notebooks" / "b-6-human-evaluation.py"
        command = [sys.executable, REPOSITORY / "workflow" / "chapter.py", "--published", script]
        started = time.perf_counter()
        command += [Path(folder, "executed.ipynb"), "--parameters", parameters]
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - started


def main() -> None:
    """Print the seconds of each, turn by turn; the first turn may have to draw and prepare data."""
    os.environ["PYTHONPATH"] = str(REPOSITORY)
    measured: dict[str, tuple[Callable[[], float], float]] = {
        "stackrepro --help": (seconds_of_help, 0.5),
        "from the shell to the first update": (seconds_to_first_update, 10.0),
        "a chapter that only reads": (seconds_of_a_reading_chapter, 4.0),
    }
    for name, (measure, bound) in measured.items():
        found = " ".join(f"{measure():6.2f}" for _ in range(TURNS))
        print(f"{name:36} {found} s, to stay under {bound} s")


if __name__ == "__main__":
    main()
