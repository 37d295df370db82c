"""From a generator's weights to images."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.experiments import Configuration
from stackrepro.models import build
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.weights import read_weights

BATCH = 64
RECALIBRATION_BATCHES = 16


def load_weights(network: nn.Module, path: Path) -> None:
    """Load a safetensors file into `network`, as data only; rounded weights (see `weights`) are unpacked.

    Raises:
        UserError: the file isn't there, is damaged, or belongs to another network.
    """
    try:
        network.load_state_dict(read_weights(path))
    except FileNotFoundError as error:
        raise UserError(f"The weights {path} are not there: run the experiment that makes them.") from error
    except (SafetensorError, RuntimeError, ValueError, KeyError) as error:
        reason = str(error).splitlines()[0]
        raise UserError(
            f"The weights {path} don't fit or are damaged ({reason}): delete them and run again."
        ) from error


def load_generator(configuration: Configuration, path: Path, device: torch.device) -> nn.Module:
    """Build the generator of `configuration` with the weights at `path`, in inference mode."""
    generator = build(configuration.generator)
    load_weights(generator, path)
    return generator.to(device).eval()


def to_pixels(images: Tensor, value_range: tuple[float, float]) -> np.ndarray:
    """Turn images (N, C, size, size) of a value range into uint8 (N, size, size, C); what lies outside is clipped."""
    return channels_last(clipped(to_levels(images, value_range)))


def to_wrapped_pixels(images: Tensor, value_range: tuple[float, float]) -> np.ndarray:
    """Turn images into uint8 as the conv and deep-conv notebooks of paper A do: what lies outside wraps around.

    Shapes are those of `to_pixels`. Levels lose their fraction and are counted modulo 256, so that -10 shows as 246.
    """
    return channels_last(wrapped(to_levels(images, value_range)))


def to_levels(images: Tensor, value_range: tuple[float, float]) -> Tensor:
    low, high = value_range
    return images.sub(low).mul_(255 / (high - low))


def clipped(levels: Tensor) -> Tensor:
    return levels.add(0.5).clamp(0, 255)


def wrapped(levels: Tensor) -> Tensor:
    return levels.trunc().remainder(256)


def channels_last(levels: Tensor) -> np.ndarray:
    return levels.to(torch.uint8).permute(0, 2, 3, 1).contiguous().cpu().numpy()


Render = Callable[[Tensor, tuple[float, float]], np.ndarray]
DISPLAYS: dict[str, Render] = {"clip": to_pixels, "wrap": to_wrapped_pixels}


@torch.inference_mode()
def generate(
    generator: nn.Module, latents: np.ndarray, value_range: tuple[float, float], render: Render = to_pixels
) -> Iterator[np.ndarray]:
    """Generate from latents, float32 (N, latent), in inference mode: uint8 batches (64 or less, size, size, C)."""
    generator.eval()
    weight = next(generator.parameters())
    for chunk in torch.from_numpy(latents).split(BATCH):
        yield render(generator(chunk.to(weight)), value_range)


def sample_batches(
    generator: nn.Module, count: int, value_range: tuple[float, float], render: Render = to_pixels
) -> Iterator[np.ndarray]:
    """Generate from the first `count` fixed latents, as `generate`."""
    return generate(generator, fixed_latents(count, generator.specification.latent), value_range, render)


@torch.no_grad()
def recalibrate(generator: nn.Module) -> bool:
    """Compute the running statistics of a generator's BatchNorm anew, and tell whether there were any to compute.

    They become the plain average over 16 batches of 64 fixed latents in training mode, instead of the moving average
    that training leaves, in which its last few updates dominate. A first stage that is held in everything keeps its
    own. The generator ends in inference mode.
    """
    generator.train()
    kinds = (nn.BatchNorm1d, nn.BatchNorm2d)
    moving = {
        module: module.momentum
        for module in generator.modules()
        if isinstance(module, kinds) and module.training and module.track_running_stats
    }
    for norm in moving:
        norm.reset_running_stats()
        norm.momentum = None  # PyTorch's word for the cumulative average
    if moving:
        weight = next(generator.parameters())
        latents = torch.from_numpy(fixed_latents(RECALIBRATION_BATCHES * BATCH, generator.specification.latent))
        for chunk in latents.split(BATCH):
            generator(chunk.to(weight))
    for norm, momentum in moving.items():
        norm.momentum = momentum
    generator.eval()
    return bool(moving)


def sample(
    generator: nn.Module, count: int, value_range: tuple[float, float], render: Render = to_pixels
) -> np.ndarray:
    """Generate from the first `count` fixed latents, in inference mode: uint8 (count, size, size, C)."""
    return np.concatenate(list(sample_batches(generator, count, value_range, render)))
