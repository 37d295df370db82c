"""From images to Inception features: checks and resizes, the network of the FID, and how images are sent through it."""

from __future__ import annotations

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_bytes
from stackrepro.base.progress import Progress
from stackrepro.data.views import jpeg
from stackrepro.evaluation.weights import inception_weights, load_weights, lock_of, weights_identity

if TYPE_CHECKING:
    from torch import Tensor, nn

DIMENSIONS = (64, 192, 768, 2048)
INCEPTION_SIZE = 299
CLEAN_SCALE = 127.5 / 128  # clean-fid maps levels by x / 128 - 1, pytorch-fid by x / 127.5 - 1
CPU_BATCH = 8  # larger batches leave the processor's caches: pool3 is half as fast at 32
DEVICE_BATCH = 64

Network = Callable[[np.ndarray], np.ndarray]  # levels 0 to 255, (N, H, W, 3) -> float32 (N, dims)
Pixels = Callable[[np.ndarray], np.ndarray]  # uint8 (N, H, W, 1 or 3) -> the network's input, (N, h, w, 3)


def check_images(images: np.ndarray, name: str = "The array of images") -> None:
    """Raise a `UserError`, in which the array is called `name`, unless it is uint8 (N, H, W, 1 or 3)."""
    if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] not in (1, 3) or 0 in images.shape[1:]:
        raise UserError(
            f"{name} has type {images.dtype} and shape {images.shape}, which can't be measured: make it uint8 "
            f"(N, H, W, 1 or 3)."
        )


def as_rgb(images: np.ndarray) -> np.ndarray:
    """Return uint8 images (N, H, W, 1 or 3) with three channels; gray is repeated, as by PIL's `convert("RGB")`."""
    check_images(images)
    return images if images.shape[3] == 3 else np.repeat(images, 3, axis=3)


def at_size(images: np.ndarray, size: int) -> np.ndarray:
    """Bring uint8 images (N, H, W, C) to uint8 (N, size, size, C) by the filter of the real ones, Pillow's bicubic."""
    if images.shape[1:3] == (size, size):
        return images
    return each(images, lambda image: image.resize((size, size), Image.Resampling.BICUBIC))


def through_jpeg(images: np.ndarray, quality: int) -> np.ndarray:
    """Write uint8 images (N, H, W, 1 or 3) as JPEG files of a quality, 1 to 95, and read them back."""
    return each(images, lambda image: jpeg(image, quality))


def each(images: np.ndarray, change: Callable[[Image.Image], Image.Image]) -> np.ndarray:
    """Apply a change to each of one or more uint8 images (N, H, W, 1 or 3), which gives them one size."""
    pillows = (Image.fromarray(image.squeeze(2) if image.shape[2] == 1 else image) for image in images)
    changed = np.stack([np.asarray(change(pillow)) for pillow in pillows])
    return changed.reshape(*changed.shape[:3], images.shape[3])


def clean(images: np.ndarray) -> np.ndarray:
    """Bring uint8 images (N, H, W, 1 or 3) to float32 (N, 299, 299, 3) as clean-fid 0.1.35 does, mode "clean".

    Each channel is resized by Pillow's bicubic, antialiased filter in single precision and clipped to 0..255, without
    rounding (Parmar et al. 2022, arXiv:2104.11222). The scale differs by 1/256 from pytorch-fid's, which is made up for
    here: the network behind it then gets clean-fid's numbers.
    """
    resized = np.empty((len(images), INCEPTION_SIZE, INCEPTION_SIZE, 3), np.float32)
    for target, image in zip(resized, as_rgb(images), strict=True):
        for channel in range(3):
            pillow = Image.fromarray(image[:, :, channel].astype(np.float32))
            target[:, :, channel] = pillow.resize((INCEPTION_SIZE, INCEPTION_SIZE), Image.Resampling.BICUBIC)
    return resized.clip(0, 255, out=resized) * np.float32(CLEAN_SCALE)


RESIZES = {"pytorch-fid": as_rgb, "clean": clean}  # what each does before the network; pytorch-fid's is inside it


def torch_network(dims: int, weights: Path) -> nn.Module:
    """Build pytorch-fid's network up to the block with `dims` channels, with the numbers of `weights`.

    It maps levels 0 to 255, (N, H, W, 3), to float32 (N, dims): pixels to [0, 1], bilinear resize to 299 x 299 without
    antialiasing, [-1, 1], the blocks, the mean over space. Source: pytorch_fid.inception.InceptionV3 and
    pytorch_fid.fid_score.get_activations, version 0.3.0.
    """
    from unittest.mock import patch

    import torch
    from pytorch_fid import inception
    from torch import nn

    state = pytorch_fid_state(weights)
    # InceptionV3 always downloads what it loads; this hands it the checked weights instead
    with patch.object(inception, "load_state_dict_from_url", lambda *_, **__: state):
        blocks = inception.InceptionV3([inception.InceptionV3.BLOCK_INDEX_BY_DIM[dims]])

    class Features(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = blocks

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            pixels = images.permute(0, 3, 1, 2).float() / 255  # (N, 3, H, W) in [0, 1]
            return self.blocks(pixels)[0].mean((2, 3))  # (N, dims)

    return Features().eval()


def pytorch_fid_state(weights: Path) -> dict[str, Tensor]:
    """Return the tensors of `weights` by the layers' names, as pytorch-fid and torch-fidelity load them."""
    import torch

    state = {name: torch.from_numpy(tensor) for name, tensor in load_weights(weights).items()}
    return state | {"fc.weight": torch.zeros(1008, 2048), "fc.bias": torch.zeros(1008)}  # asked for, used by no block


def onnx_network(dims: int, weights: Path) -> Path:
    """Return the ONNX file of `torch_network`, which lies beside `weights` and is exported on the first call.

    It maps `images`, float32 (N, H, W, 3), levels 0 to 255, to `features`, float32 (N, dims). Batch normalisation is
    folded into the convolutions. Once it exists, neither torch nor torchvision is imported.
    """
    path = weights.with_name(f"{weights_identity(weights)['digest'][:16]}-{dims}-float32.onnx")
    with lock_of(weights):
        if not path.exists():
            import torch

            sizes = {axis: torch.export.Dim(name, min=1) for axis, name in enumerate(("count", "height", "width"))}
            program = torch.onnx.export(
                torch_network(dims, weights),
                (torch.zeros(2, 64, 48, 3),),
                dynamo=True,
                dynamic_shapes=(sizes,),
                input_names=["images"],
                output_names=["features"],
                verbose=False,
            )
            content = io.BytesIO()
            program.save(content)
            write_bytes(path, content.getvalue())
    return path


class Extractor:
    """Computes Inception features as pytorch-fid does, with onnxruntime on a CPU and with torch elsewhere.

    `dims` is 64, 192, 768 or 2048: the channels after the first and second max pooling, before the auxiliary
    classifier, and pool3. `device` is a name that `device_named` takes. `threads` counts those of a CPU; no bit of a
    feature depends on them. `weights` is an explicit weights file, as `inception_weights` takes it.

    Raises:
        UserError: a device that isn't there, or as `inception_weights`.
    """

    def __init__(self, dims: int, device: str = "cpu", threads: int = 1, weights: Path | None = None) -> None:
        if device != "cpu":
            from stackrepro.training.devices import device_named

            device = str(device_named(device))
        stored = inception_weights(weights)
        self.dims, self.identity = dims, weights_identity(stored)
        if device == "cpu":
            self._batch, self._workers, self._network = CPU_BATCH, threads, onnxruntime_session(dims, stored)
        else:
            self._batch, self._workers, self._network = DEVICE_BATCH, 1, torch_session(dims, stored, device)

    def __call__(self, images: np.ndarray, pixels: Pixels = as_rgb) -> np.ndarray:
        """Return the features, float32 (N, dims), of uint8 images (N, H, W, 1 or 3), which may be memory-mapped."""
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
    for _, alike in groupby(images, key=np.shape):
        while batch := list(islice(alike, size)):
            yield np.stack(batch)


def side_by_side(compute: Network, batches: Iterable[np.ndarray], workers: int) -> Iterator[np.ndarray]:
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
    options.intra_op_num_threads = options.inter_op_num_threads = 1
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
