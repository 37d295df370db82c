"""From a generator's weights to images."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.experiments import Configuration
from stackrepro.models import build
from stackrepro.runs.randomness import fixed_latents

BATCH = 64


def load_weights(network: nn.Module, path: Path) -> None:
    """Load a safetensors file into `network`, as data only.

    Raises:
        UserError: the file isn't there, is damaged, or belongs to another network.
    """
    try:
        network.load_state_dict(load_file(path))
    except FileNotFoundError as error:
        raise UserError(f"The weights {path} are not there: run the experiment that makes them.") from error
    except (SafetensorError, RuntimeError) as error:
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
    """Turn images (N, 3, size, size) of a value range into uint8 (N, size, size, 3); what lies outside is clipped."""
    low, high = value_range
    pixels = images.sub(low).mul_(255 / (high - low)).add_(0.5).clamp_(0, 255)
    return pixels.to(torch.uint8).permute(0, 2, 3, 1).contiguous().cpu().numpy()


@torch.inference_mode()
def sample_batches(generator: nn.Module, count: int, value_range: tuple[float, float]) -> Iterator[np.ndarray]:
    """Generate from the first `count` fixed latents, in inference mode: uint8 batches (M, size, size, 3)."""
    generator.eval()
    device = next(generator.parameters()).device
    latents = torch.from_numpy(fixed_latents(count, generator.specification.latent))
    for chunk in latents.split(BATCH):
        yield to_pixels(generator(chunk.to(device)), value_range)


def sample(generator: nn.Module, count: int, value_range: tuple[float, float]) -> np.ndarray:
    """Generate from the first `count` fixed latents, in inference mode: uint8 (count, size, size, 3)."""
    return np.concatenate(list(sample_batches(generator, count, value_range)))
