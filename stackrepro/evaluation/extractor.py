"""From images to Inception features."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.base.progress import Progress
from stackrepro.evaluation.images import as_rgb, check_images
from stackrepro.evaluation.inception import DIMENSIONS, onnx_network, torch_network
from stackrepro.evaluation.weights import inception_weights, weights_identity

CPU_BATCH = 8  # larger batches leave the processor's caches: pool3 is half as fast at 32
DEVICE_BATCH = 64

Network = Callable[[np.ndarray], np.ndarray]  # levels 0 to 255, (N, H, W, 3) -> float32 (N, dims)
Pixels = Callable[[np.ndarray], np.ndarray]  # uint8 (N, H, W, 1 or 3) -> what the network is fed, (N, h, w, 3)


class Extractor:
    """Computes Inception features as pytorch-fid does, with onnxruntime on a CPU and with torch elsewhere.

    `dims` is 64, 192, 768 or 2048: the channels after the first and second max pooling, before the auxiliary
    classifier, and pool3. `device` is a name that `device_named` takes. `threads` counts those of a CPU; no bit of a
    feature depends on them. `weights` is an explicit weights file, as `inception_weights` takes it.

    Raises:
        UserError: unknown `dims`, a device that isn't there, or as `inception_weights`.
    """

    def __init__(self, dims: int, device: str = "cpu", threads: int = 1, weights: Path | None = None) -> None:
        if dims not in DIMENSIONS:
            raise UserError(f"Inception has no features of {dims} dimensions: choose one of {DIMENSIONS}.")
        if device != "cpu":
            from stackrepro.runs.devices import device_named  # imports torch

            device = str(device_named(device))
        stored = inception_weights(weights)
        self.dims = dims
        self.identity = weights_identity(stored)
        if device == "cpu":
            self._batch, self._workers, self._network = CPU_BATCH, threads, onnxruntime_session(dims, stored)
        else:
            self._batch, self._workers, self._network = DEVICE_BATCH, 1, torch_session(dims, stored, device)

    def __call__(self, images: np.ndarray, pixels: Pixels = as_rgb) -> np.ndarray:
        """Return the features, float32 (N, dims), of uint8 images (N, H, W, 1 or 3), which may be memory-mapped.

        Raises:
            UserError: images of another type or shape.
        """
        check_images(images)
        return self.stream(images, len(images), pixels)

    def stream(self, images: Iterable[np.ndarray], total: int, pixels: Pixels = as_rgb) -> np.ndarray:
        """Return the features, float32 (total, dims), of `total` single images, uint8 (H, W, 1 or 3).

        Their sizes may differ: each is resized by itself, and neighbours of one size share a batch. `pixels` is what a
        protocol does to a batch before the network.

        Raises:
            ValueError: fewer or more images than announced.
        """
        features = np.empty((total, self.dims), np.float32)
        done = 0
        with Progress(f"inception {self.dims}", total) as progress:
            batches = in_batches(images, self._batch)
            for found in side_by_side(lambda batch: self._network(pixels(batch)), batches, self._workers):
                features[done : done + len(found)] = found
                done += len(found)
                progress.advance(len(found))
        if done != total:
            raise ValueError(f"{total} images were announced, {done} came")
        return features


def in_batches(images: Iterable[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Yield arrays (N, H, W, C) of at most `size` neighbours of one shape from single images (H, W, C)."""
    batch: list[np.ndarray] = []
    for image in images:
        if batch and (len(batch) == size or batch[0].shape != image.shape):
            yield np.stack(batch)
            batch = []
        batch.append(image)
    if batch:
        yield np.stack(batch)


def side_by_side(
    compute: Callable[[np.ndarray], np.ndarray], batches: Iterable[np.ndarray], workers: int
) -> Iterator[np.ndarray]:
    """Yield what `compute` makes of each batch, in order, with so many threads at once.

    Whole batches for each thread waste less than threads that share a layer, and give the same bits as one thread. No
    more batches are drawn than the threads need, so that memory doesn't grow with their number.
    """
    if workers == 1:
        yield from map(compute, batches)
        return
    with ThreadPoolExecutor(workers) as pool:
        waiting = deque()
        for batch in batches:
            waiting.append(pool.submit(compute, batch))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def onnxruntime_session(dims: int, weights: Path) -> Network:
    """Return the network as onnxruntime runs it on a CPU, in the thread that calls it; several may."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    path = onnx_network(dims, weights)
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own classes share no base that it exports
        raise UserError(f"{path} does not load: delete it, and the next command makes it again.") from error
    return lambda images: session.run(["features"], {"images": np.ascontiguousarray(images, np.float32)})[0]


def torch_session(dims: int, weights: Path, device: str) -> Network:
    """Return the network as torch runs it on `device`, in full float32 so that a GPU agrees with a CPU."""
    import torch

    network = torch_network(dims, weights).to(device)

    def run(images: np.ndarray) -> np.ndarray:
        full = torch.backends.cudnn.flags(enabled=True, deterministic=True, allow_tf32=False)
        with torch.inference_mode(), full:
            return network(torch.from_numpy(np.ascontiguousarray(images)).to(device)).cpu().numpy()

    return run
