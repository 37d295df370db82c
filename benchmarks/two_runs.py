"""Two trainings of one thread side by side against the same two one after the other on two threads.

Run `python benchmarks/two_runs.py [--experiment birds/dconv-64] [--tier quick]` on two idle cores; it takes
a minute or two. The scheduler gives each run one thread because of what this shows.
"""

import argparse
import subprocess
import sys
import time

UPDATES = {"quick": 200, "reduced": 20}
TURNS = 2
WORK = """
import sys, time
import numpy as np
from train_step import ours
from stackrepro.experiments import resolve
from stackrepro.training.devices import prepare_process
experiment, tier, threads, updates = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
prepare_process(threads)
c = resolve(experiment, "matched", tier)
random = np.random.default_rng(0)
channels = 3 if experiment.startswith("birds/") else 1
arrays = {view: random.integers(0, 256, (512, view.size, view.size, channels), dtype=np.uint8) for view in c.views}
update = ours(c, arrays)
for number in range(5):
    update(number)
print(flush=True)  # warm
sys.stdin.readline()
started = time.perf_counter()
for number in range(updates):
    update(number)
print(time.perf_counter() - started)
"""


def started(arguments: list[str]) -> subprocess.Popen:
    """Start a training and wait until it has warmed up."""
    command = [sys.executable, "-c", WORK, *arguments]
    process = subprocess.Popen(command, cwd=sys.path[0], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    return process


def seconds_together(processes: list[subprocess.Popen]) -> float:
    """Let warm trainings go and return the seconds until all are done."""
    begun = time.perf_counter()
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.stdout.readline()
    taken = time.perf_counter() - begun
    for process in processes:
        process.communicate()
    return taken


def main() -> None:
    """Print the seconds of both ways, turn by turn, and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiment", default="birds/dconv-64")
    parser.add_argument("--tier", default="quick", choices=UPDATES)
    options = parser.parse_args()
    what, updates = [options.experiment, options.tier], str(UPDATES[options.tier])
    beside, behind = [], []
    for _ in range(TURNS):
        beside.append(seconds_together([started([*what, "1", updates]) for _ in range(2)]))
        behind.append(sum(seconds_together([started([*what, "2", updates])]) for _ in range(2)))
    print(f"two of one thread side by side      {' '.join(f'{taken:6.1f}' for taken in beside)} s")
    print(f"two one after the other on 2 threads {' '.join(f'{taken:6.1f}' for taken in behind)} s")
    print(f"side by side is faster by a factor of {min(behind) / min(beside):.2f}")


if __name__ == "__main__":
    main()
