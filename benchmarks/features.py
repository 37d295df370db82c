"""Throughput of the feature extractor on a CPU against pytorch-fid's own network in eager torch.

Run `python benchmarks/features.py`; it takes about a minute. Both use one thread and the same images. They take turns,
A B A B, so that a slow spell of a shared machine strikes both, and each is given the batch size of its own default.
"""

import time
from collections.abc import Callable

import numpy as np

from stackrepro.evaluation import inception_weights
from stackrepro.evaluation.extractor import CPU_BATCH, onnxruntime_session

SECONDS = 5.0
TURNS = 2
PEER_BATCH = 50  # pytorch-fid's default
SIZE = 64


def images_per_second(run: Callable[[np.ndarray], object], images: np.ndarray) -> float:
    """Run whole batches for about SECONDS and return the rate."""
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < SECONDS:
        run(images)
        done += len(images)
    return done / (time.perf_counter() - started)


def peer_network(dims: int) -> Callable[[np.ndarray], object]:
    """Return pytorch-fid's network as its command line runs it."""
    import torch

    from stackrepro.evaluation.inception import torch_network

    torch.set_num_threads(1)
    network = torch_network(dims, inception_weights())

    def run(images: np.ndarray) -> object:
        with torch.no_grad():
            return network(torch.from_numpy(images))

    return run


def main() -> None:
    """Print images per second of both, turn by turn, and the ratio of their medians."""
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (PEER_BATCH, SIZE, SIZE, 3), dtype=np.uint8)
    for dims in (192, 2048):
        ours, peer = onnxruntime_session(dims, inception_weights(), threads=1), peer_network(dims)
        rates = {"onnxruntime": [], "pytorch-fid": []}
        for _ in range(TURNS):
            rates["onnxruntime"].append(images_per_second(ours, images[:CPU_BATCH]))
            rates["pytorch-fid"].append(images_per_second(peer, images))
        for name, found in rates.items():
            print(f"{dims:5} {name:12} {' '.join(f'{rate:6.1f}' for rate in found)} images/s on one thread")
        ratio = np.median(rates["onnxruntime"]) / np.median(rates["pytorch-fid"])
        print(f"{dims:5} ratio        {ratio:6.2f}")


if __name__ == "__main__":
    main()
