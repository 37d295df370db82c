"""From seeds to random numbers, and from a generator's weights to images.

Random numbers depend on nothing but a run's seed, a purpose and a position: each update seeds PyTorch afresh from its
own number. So a run that was cut off and one that wasn't draw the same numbers, and no generator's state is kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from math import prod
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_atomic
from stackrepro.data.views import jpeg, stretch
from stackrepro.models import build
from stackrepro.models.specs import Stack
from stackrepro.models.stack import StackedGenerator
from stackrepro.training.configuration import Configuration, Feed

FIRST_NUMBERS = 100  # what both papers' generators read
FIXED_LATENTS_SEED = 2022  # chosen once, before any image was seen
BATCH = 64
RECALIBRATION_BATCHES = 16
LONGEST_PAST = 0.999  # of an average's weights; about the last thousand updates count
LAST, AVERAGE = "generator", "average"  # what weights files are called, or begin with where they are of a kept point
NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
Display = Callable[[Tensor], Tensor]  # what a network makes, in levels, some outside of 0 to 255 -> levels to be shown


def seed_for(seed: int, purpose: str, position: int = 0) -> int:
    """Return a seed of 63 bits for one purpose at one position of a run."""
    text = f"{seed}/{purpose}/{position}".encode()
    return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") >> 1


def fixed_latents(count: int, size: int) -> np.ndarray:
    """Return the first `count` of the fixed latents, float32 (count, size), standard normal.

    They are the same for every model, seed and tier, and a longer list begins with the shorter one: pictures and
    measurements compare models on the same latents, and nobody picks them. A stage that reads more numbers than others
    finds the others' in front.
    """
    seeds = range(FIXED_LATENTS_SEED, FIXED_LATENTS_SEED + size, FIRST_NUMBERS)
    shape = count, FIRST_NUMBERS
    drawn = [np.random.default_rng(seed).standard_normal(shape, dtype=np.float32) for seed in seeds]
    return np.concatenate(drawn, axis=1)[:, :size]


def as_tensor(pixels: np.ndarray, value_range: tuple[float, float], device: torch.device) -> Tensor:
    """Turn uint8 (N, size, size, channels) into float32 (N, channels, size, size) of a value range.

    In memory the channels come last, as in the prepared arrays, which is what convolutions on a CPU like best.
    """
    low, high = value_range
    images = torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2)
    return images.to(torch.float32).mul_((high - low) / 255).add_(low)


def clipped(levels: Tensor) -> Tensor:
    """Clip what lies outside; a half is added, since making whole numbers cuts the fraction off."""
    return levels.add(0.5).clamp(0, 255)


def wrapped(levels: Tensor) -> Tensor:
    """Do as the conv and deep-conv notebooks of paper A: levels lose their fraction and are counted modulo 256.

    So -10 shows as 246.
    """
    return levels.trunc().remainder(256)


DISPLAYS = {"clip": clipped, "wrap": wrapped}


def to_pixels(images: Tensor, value_range: tuple[float, float], display: Display = clipped) -> np.ndarray:
    """Turn images (N, C, size, size) of a value range into uint8 (N, size, size, C), as a display does."""
    return in_levels(images, value_range, display).contiguous().cpu().numpy()


def in_levels(images: Tensor, value_range: tuple[float, float], display: Display) -> Tensor:
    """Return the same as a tensor, by operations that ONNX has, too."""
    low, high = value_range
    return display(images.sub(low).mul_(255 / (high - low))).to(torch.uint8).permute(0, 2, 3, 1)


@torch.inference_mode()
def generate(
    generator: nn.Module, latents: np.ndarray, value_range: tuple[float, float], display: Display = clipped
) -> Iterator[np.ndarray]:
    """Generate from latents, float32 (N, latent), in inference mode: uint8 batches (64 or less, size, size, C)."""
    generator.eval()
    weight = next(generator.parameters())
    for chunk in torch.from_numpy(latents).split(BATCH):
        yield to_pixels(generator(chunk.to(weight)), value_range, display)


def sample(
    generator: nn.Module, count: int, value_range: tuple[float, float], display: Display = clipped
) -> np.ndarray:
    """Generate from the first `count` fixed latents, in inference mode: uint8 (count, size, size, C)."""
    latents = fixed_latents(count, generator.specification.latent)
    return np.concatenate(list(generate(generator, latents, value_range, display)))


def write_grid(images: np.ndarray, path: Path) -> None:
    """Write images, uint8 (N, size, size, 1 or 3), as one picture, about as many rows as columns, black at the end."""
    count, size, _, channels = images.shape
    columns = int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    cells = np.pad(images, [(0, rows * columns - count), (0, 0), (0, 0), (0, 0)])
    grid = cells.reshape(rows, columns, size, size, channels).swapaxes(1, 2)
    write_image(grid.reshape(rows * size, columns * size, channels), path)


def write_image(image: np.ndarray, path: Path) -> None:
    """Write an image, uint8 (height, width, 1 or 3), atomically."""
    with write_atomic(path) as temporary:
        Image.fromarray(image.squeeze(2) if image.shape[2] == 1 else image).save(temporary)


@torch.no_grad()
def recalibrate(generator: nn.Module) -> bool:
    """Compute the running statistics of a generator's BatchNorm anew, and tell whether there were any to compute.

    They become the plain average over 16 batches of 64 fixed latents in training mode; in the moving average that
    training leaves, its last few updates dominate. A first stage that is frozen in everything keeps its own. The
    generator ends in inference mode.
    """
    generator.train()
    norms = [norm for norm in generator.modules() if isinstance(norm, NORMS)]
    momenta = {norm: norm.momentum for norm in norms if norm.training and norm.track_running_stats}
    for norm in momenta:
        norm.reset_running_stats()
        norm.momentum = None  # PyTorch's word for the cumulative average
    if momenta:
        weight = next(generator.parameters())
        latents = torch.from_numpy(fixed_latents(RECALIBRATION_BATCHES * BATCH, generator.specification.latent))
        for chunk in latents.split(BATCH):
            generator(chunk.to(weight))
    for norm, momentum in momenta.items():
        norm.momentum = momentum
    generator.eval()
    return bool(momenta)


def normalised_by_batch(generator: nn.Module) -> nn.Module:
    """Return a copy whose BatchNorm takes the statistics of each batch, in inference mode too."""
    copied = deepcopy(generator)
    for module in copied.modules():
        if isinstance(module, NORMS):
            module.track_running_stats, module.running_mean, module.running_var = False, None, None
    return copied


class Cascade(StackedGenerator):
    """Stages that were trained apart, one behind the other (paper B, Figure 1).

    What lies between them is done to images as `feed` says, see `Configuration`.
    """

    def __init__(self, first: nn.Module, second: nn.Module, feed: Feed, value_range: tuple[float, float]) -> None:
        nn.Module.__init__(self)
        self.specification = Stack(first.specification, second.specification, freeze="everything")
        self.first, self.second, self.feed, self.value_range = first, second, feed, value_range

    def between(self, image: Tensor) -> Tensor:
        """Turn images (N, 1, size, size) of one stage into what the next one reads."""
        if self.feed == "raw":
            return image
        pixels = stretch(to_pixels(image, self.value_range)[..., 0])
        if self.feed == "jpeg":
            pixels = np.stack([np.asarray(jpeg(Image.fromarray(one))) for one in pixels])
        return as_tensor(pixels[..., None], self.value_range, image.device)


def sampler(
    configuration: Configuration, generator: nn.Module, first: nn.Module | None, averaged: bool = False
) -> nn.Module:
    """Return what turns latents into a training's images, in inference mode; `generator` itself is left alone.

    `first` makes the images that the generator reads, None where it reads latents. To `averaged` weights no running
    statistics belong: BatchNorm is recalibrated.
    """
    c = configuration
    if c.sampling_norm == "batch":
        generator = normalised_by_batch(generator)
    elif averaged:
        generator = deepcopy(generator)
        recalibrate(generator)
    if c.condition is None or first is None:
        return generator.eval()
    return Cascade(first, generator, c.feed, c.value_range).eval()


def past_after(updates: int) -> float:
    """Return the weight of the past after so many updates: it grows at first, so that the initial weights fade out."""
    return min(LONGEST_PAST, (1 + updates) / (10 + updates))


class Average:
    """The average of a network's weights over its training (Yazıcı et al. 2019, arXiv:1806.04498).

    It follows them without changing them and draws no random number.
    """

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.weights = [weight.detach().clone() for weight in network.parameters()]

    @torch.no_grad()
    def follow(self, updates: int) -> None:
        """Take up the weights as they are after so many updates; call it once behind each."""
        torch._foreach_lerp_(self.weights, list(self.network.parameters()), 1 - past_after(updates))

    @torch.no_grad()
    def restore(self, weights: list[Tensor]) -> None:
        """Go on from the `weights` of a checkpoint."""
        for own, kept in zip(self.weights, weights, strict=True):
            own.copy_(kept)

    def state(self) -> dict[str, Tensor]:
        """Return the network's state with the average in the place of its weights; buffers are the last ones."""
        names = (name for name, _ in self.network.named_parameters())
        return {**self.network.state_dict(), **dict(zip(names, self.weights, strict=True))}


def load_generator(configuration: Configuration, path: Path, device: torch.device) -> nn.Module:
    """Build the generator of `configuration` with the weights at `path`, in inference mode."""
    generator = build(configuration.generator)
    load_weights(generator, path)
    return generator.to(device).eval()


def load_weights(network: nn.Module, path: Path) -> None:
    """Load a safetensors file into `network`; raise a `UserError` if it isn't there, or is damaged or another's.

    Kernels that were rounded to few bits become float32. The first generators were published so: of each row, the
    weights of one output or, of transposed convolutions, of one input, whole multiples of its largest weight over
    2^(bits - 1) - 1 (see results/README.md).
    """
    try:
        with safe_open(path, "pt") as file:
            metadata, state = file.metadata() or {}, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        for name, shape in json.loads(metadata.get("shapes", "{}")).items():
            numbers, scale = state.pop(f"{name}.packed"), state.pop(f"{name}.scale")
            state[name] = unpacked(numbers, scale, shape, int(metadata["bits"]))
        network.load_state_dict(state)
    except FileNotFoundError as error:
        raise UserError(f"The weights {path} are not there: run the experiment that makes them.") from error
    except (SafetensorError, RuntimeError, ValueError, KeyError, TypeError, AttributeError) as error:
        words = f"({str(error).splitlines()[0]}): delete them and run again."
        raise UserError(f"The weights {path} don't fit or are damaged {words}") from error


def unpacked(numbers: Tensor, scale: Tensor, shape: list[int], bits: int) -> Tensor:
    """Return the float32 kernel of a shape from its packed whole numbers, uint8, and its rows' factors, float32."""
    count = prod(shape)
    if not 2 <= bits <= 16 or numbers.shape != (-(-count * bits // 8),):  # so a small file can't ask for much memory
        raise ValueError(f"a kernel of shape {shape} is not what it says")
    places = np.unpackbits(numbers.numpy(), count=count * bits).reshape(-1, bits)
    whole = places.astype(np.int32) @ (1 << np.arange(bits, dtype=np.int32)) - (2 ** (bits - 1) - 1)
    return (torch.from_numpy(whole).reshape(shape[0], -1) * scale[:, None]).reshape(shape)
