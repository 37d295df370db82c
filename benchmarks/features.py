"""Inception features on a CPU against pytorch-fid, torch-fidelity and clean-fid, all with the same weights and images.

Run `python benchmarks/features.py`; it takes about three minutes. `--threads 2` gives each program two threads,
`--dims 2048` leaves out the 192-dimension features. Ours gets a set of 64 images, each peer batches of its own default
size. They take turns, A B C D A B C D, so that a slow spell of a shared machine strikes all. Speed is counted in images
for a second of the clock and for a second of processor time; on a machine that does other work the second is the one to
trust. Behind it come the Fréchet distance at 2048 dimensions and the peak memory of whole processes, which must not
grow with the number of images but by the features.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from stackrepro.evaluation.features import CLEAN_SCALE, Extractor, as_rgb, clean, pytorch_fid_state, torch_network
from stackrepro.evaluation.weights import inception_weights

DRAWN = str(Path(__file__).parents[1] / "tests" / "evaluation")  # what the tests compare is measured here
sys.path.append(DRAWN)
os.environ["PYTHONPATH"] = os.pathsep.join([DRAWN, os.environ.get("PYTHONPATH", "")])  # for the child processes

from peers import images_drawn  # noqa: E402

SECONDS = 2.0  # of processor time, and at least one batch
TURNS = 2
SIZE = 64
DISTANCE = """
import time
from stackrepro.evaluation.frechet import frechet_distance, statistics
from peers import features_drawn
features = [features_drawn(2500, 2048, shift, seed) for shift, seed in ((0.0, 1), (0.05, 2))]
stamps = [(time.perf_counter(), time.process_time())]
sides = [statistics(side) for side in features]
stamps.append((time.perf_counter(), time.process_time()))
frechet_distance(*sides)
stamps.append((time.perf_counter(), time.process_time()))
for name, start, end in zip(("statistics", "distance"), stamps, stamps[1:]):
    print(f"  {name:10} {end[0] - start[0]:5.2f} s by the clock, {end[1] - start[1]:5.2f} s of processor time")
"""
MEMORY = """
import sys, numpy as np
from stackrepro.evaluation.features import Extractor
from peers import images_drawn
image, count = images_drawn(1, 64)[0], int(sys.argv[1])
Extractor(2048).stream((image for _ in range(count)), count)
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""

Run = Callable[[np.ndarray], np.ndarray]  # uint8 (N, H, W, 3) -> features (N, dims)


def ours(dims: int, threads: int, resize: Callable[[np.ndarray], np.ndarray]) -> Run:
    extractor = Extractor(dims, threads=threads)
    return lambda images: extractor(images, resize)


def pytorch_fid(dims: int) -> Run:
    """Return pytorch-fid's network as its command runs it."""
    import torch

    network = torch_network(dims, inception_weights())

    def run(images: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return network(torch.from_numpy(images)).numpy()

    return run


def clean_fid(dims: int) -> Run:
    """Return clean-fid's resize and its scale before the same layers in eager torch."""
    import torch
    from cleanfid.resize import build_resizer

    resizer, network = build_resizer("clean"), torch_network(dims, inception_weights())

    def run(images: np.ndarray) -> np.ndarray:
        levels = np.stack([resizer(image) for image in images]) * np.float32(CLEAN_SCALE)
        with torch.no_grad():
            return network(torch.from_numpy(levels)).numpy()

    return run


def torch_fidelity(dims: int) -> Run:
    """Return torch-fidelity's network, which resizes as TensorFlow 1 did: its features compare only at 299 pixels."""
    import torch
    from torch_fidelity.feature_extractor_inceptionv3 import FeatureExtractorInceptionV3

    with tempfile.TemporaryDirectory() as folder:
        weights = Path(folder) / "weights.pth"
        torch.save(pytorch_fid_state(inception_weights()), weights)
        network = FeatureExtractorInceptionV3("peer", [str(dims)], feature_extractor_weights_path=str(weights))

    def run(images: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return network(torch.from_numpy(images).permute(0, 3, 1, 2))[0].numpy()

    return run


def rates(run: Run, images: np.ndarray) -> tuple[float, float]:
    """Run whole sets or batches; return images a second by the clock and by processor time."""
    clock, processor, done = time.perf_counter(), time.process_time(), 0
    while time.process_time() - processor < SECONDS:
        run(images)
        done += len(images)
    return done / (time.perf_counter() - clock), done / (time.process_time() - processor)


def compare_speed(dims: int, threads: int) -> None:
    """Print the rates of all, turn by turn, our gain over each by the medians, and by how much the features differ."""
    programs = {
        # A whole set at once, as in use: each thread takes batches of its own from it.
        "ours": (ours(dims, threads, as_rgb), 64),
        "ours, clean": (ours(dims, threads, clean), 64),
        "pytorch-fid": (pytorch_fid(dims), 50),
        "clean-fid": (clean_fid(dims), 32),
        "torch-fidelity": (torch_fidelity(dims), 64),
    }
    images, large = images_drawn(64, SIZE), images_drawn(4, 299)
    found = {name: [] for name in programs}
    print(f"\n{dims} dimensions, {threads} threads: images a second by the clock, by processor time")
    for _ in range(TURNS):
        for name, (run, batch) in programs.items():
            found[name].append(rates(run, images[:batch]))
            print(f"  {name:15} {found[name][-1][0]:6.1f} {found[name][-1][1]:6.1f}", flush=True)
    medians = {name: np.median(turns, axis=0) for name, turns in found.items()}
    for peer, own in (("pytorch-fid", "ours"), ("clean-fid", "ours, clean"), ("torch-fidelity", "ours")):
        compared = large if peer == "torch-fidelity" else images[:8]
        same = "ours, clean" if peer == "torch-fidelity" else own
        apart = np.abs(programs[peer][0](compared) - programs[same][0](compared)).max()
        clock, processor = medians[own] / medians[peer]
        print(
            f"  {own} against {peer}: {clock:.2f} by the clock, {processor:.2f} by processor time; features {apart:.1e}"
        )


def time_distance() -> None:
    """Print what the Fréchet distance takes at 2048 dimensions, from features and from statistics."""
    print("\nFréchet distance at 2048 dimensions, 2500 features a side")
    subprocess.run([sys.executable, "-c", DISTANCE], check=True)


def compare_memory() -> None:
    """Print the peak memory of processes that extract few and many images; the features are 8 KB each."""
    print("\nPeak memory of a process that extracts features, 2048 dimensions, one thread")
    for count in (16, 144):
        done = subprocess.run([sys.executable, "-c", MEMORY, str(count)], capture_output=True, text=True, check=True)
        print(f"  {count:4} images {int(done.stdout) / 1024:7.1f} MB, of which features {count * 2048 * 4 / 2**20:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dims", type=int, nargs="+", default=[192, 2048])
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(options.threads)  # for the child processes
    import torch

    torch.set_num_threads(options.threads)
    for dims in options.dims:
        compare_speed(dims, options.threads)
    time_distance()
    compare_memory()


if __name__ == "__main__":
    main()
