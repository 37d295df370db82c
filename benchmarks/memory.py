"""What memory the data set takes in two trainings that read it at once: it is mapped, not copied. Linux only.

Run `python benchmarks/memory.py [--images 20000]`; it takes about half a minute. Two processes map the same prepared
array and read every batch of an epoch. Beside them, two load it as an array of their own. Memory that a process has to
itself is its unique set size (USS); its proportional set size (PSS) has its share of what several use, too.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

SIZE = 64
WORK = """
import sys
import numpy as np, torch
from stackrepro.experiments import resolve
from stackrepro.training.batches import Batches
c = resolve("birds/dconv-64", "matched", "paper")
images = np.load(sys.argv[1], mmap_mode=sys.argv[2] or None)
def memory():
    rows = [line.split() for line in open("/proc/self/smaps_rollup")]
    kib = {row[0].rstrip(":"): int(row[1]) for row in rows if row[-1] == "kB"}
    return kib["Pss"] / 1024, (kib["Private_Clean"] + kib["Private_Dirty"]) / 1024
batches = Batches({c.view: images}, np.arange(len(images)), c, torch.device("cpu"))
for update in range(batches.per_epoch):
    batches.at(update)
print("read", flush=True)
sys.stdin.readline()  # until the other one has read all, too
print(*memory(), flush=True)
sys.stdin.readline()
"""


def memory_of_two(path: Path, mode: str) -> list[list[float]]:
    """Return [PSS, USS] in MiB of two processes that have read all of the array."""
    command = [sys.executable, "-c", WORK, str(path), mode]
    pair = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in pair:
        process.stdout.readline()
    found = []
    for process in pair:
        process.stdin.write("\n")
        process.stdin.flush()
        found.append([float(number) for number in process.stdout.readline().split()])
    for process in pair:
        process.communicate("\n")
    return found


def main() -> None:
    """Print the memory of both ways."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=20_000, help="of 64 x 64 pixels in colour (default: 20000)")
    count = parser.parse_args().images
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "images.npy")
        random = np.random.default_rng(0)
        np.save(path, random.integers(0, 256, (count, SIZE, SIZE, 3), dtype=np.uint8))
        print(f"the array: {path.stat().st_size / 2**20:.0f} MiB")
        for name, mode in (("mapped", "r"), ("loaded", "")):
            for pss, uss in memory_of_two(path, mode):
                print(f"{name}: PSS {pss:5.0f} MiB, of its own (USS) {uss:5.0f} MiB")


if __name__ == "__main__":
    main()
