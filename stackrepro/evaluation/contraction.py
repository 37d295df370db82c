"""Whether an image-to-image network brings its inputs closer together (paper B, Discussion).

The paper holds that a later stage contracts, |f(x + h) - f(x)| < |h|, and therefore takes out the noise of the stage
before it. A network here is any function of images (N, channels, H, W), float in [-1, 1], that makes each image from
its own input alone: in inference mode, and with its latent fixed where it has one. Lengths are Euclidean, over all
pixels and channels of an image.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from stackrepro.base.errors import UserError

Network = Callable[[Tensor], Tensor]
ITERATIONS = 50


@torch.no_grad()
def distance_ratios(network: Network, images: Tensor, neighbours: Tensor) -> Tensor:
    """Return |f(neighbour) - f(image)| / |neighbour - image| of each pair, shape (N,); below 1 f contracts.

    Args:
        network: see above.
        images, neighbours: (N, channels, H, W), pair by pair.

    Raises:
        UserError: an image is its own neighbour.
    """
    apart = lengths(neighbours - images)
    if (apart == 0).any():
        same = int((apart == 0).nonzero()[0])
        raise UserError(
            f"Image {same} and its neighbour are equal, so they have no ratio of distances: leave them out."
        )
    return lengths(network(neighbours) - network(images)) / apart


def spectral_norms(network: Network, images: Tensor, iterations: int = ITERATIONS, seed: int = 0) -> Tensor:
    """Return the largest singular value of the network's Jacobian at each image, shape (N,).

    It is the ratio of distances in the worst direction, for neighbours close by. Found by power iteration from random
    directions, which comes from below: the more iterations the nearer.
    """
    images = images.contiguous()  # forward differentiation refuses views that repeat their memory
    directions = unit(torch.randn(images.shape, generator=torch.Generator().manual_seed(seed)).to(images))
    _, pull = torch.func.vjp(network, images)
    for _ in range(iterations):
        (directions,) = pull(push(network, images, directions))
        directions = unit(directions.detach())
    return lengths(push(network, images, directions)).detach()


def push(network: Network, images: Tensor, directions: Tensor) -> Tensor:
    """Return the Jacobian at each image times its direction."""
    return torch.func.jvp(network, (images,), (directions,))[1]


@dataclass(frozen=True)
class Travel:
    """Noise on its way down a stack: at the input and behind each stage, (stages + 1, N) each.

    `signal` is the standard deviation of the clean image's pixels, `noise` the root mean square of what the noise
    changes in them, both in units of the value range.
    """

    signal: Tensor
    noise: Tensor

    @property
    def decibels(self) -> Tensor:
        """Signal-to-noise ratio; a stage that takes out noise raises it."""
        return 20 * torch.log10(self.signal / self.noise)


@torch.no_grad()
def noise_travel(stages: Sequence[Network], images: Tensor, noisy: Tensor) -> Travel:
    """Send images and the same images with noise through one stage after the other."""
    places = [(images, noisy)]
    for stage in stages:
        clean, noisy = places[-1]
        places.append((stage(clean), stage(noisy)))
    signal = [clean.flatten(1).std(dim=1, correction=0) for clean, _ in places]
    noise = [(noisy - clean).flatten(1).square().mean(dim=1).sqrt() for clean, noisy in places]
    return Travel(torch.stack(signal), torch.stack(noise))


def add_noise(images: Tensor, deviation: float, seed: int = 0) -> Tensor:
    """Add normal noise of a standard deviation to each pixel; nothing is clipped, so that its size stays known."""
    noise = torch.randn(images.shape, generator=torch.Generator().manual_seed(seed)).to(images)
    return images + deviation * noise


def interpolate(images: Tensor, others: Tensor, share: float) -> Tensor:
    """Go the given share of the way from each image to another one."""
    return torch.lerp(images, others, share)


def round_trip(images: Tensor, quality: int = 75) -> Tensor:
    """Write images (N, 1 or 3, H, W) as JPEG and read them back; what lies outside [-1, 1] is clipped."""
    pixels = images.add(1).mul(127.5).add(0.5).clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    back = []
    for image in pixels:
        buffer = io.BytesIO()
        Image.fromarray(image.squeeze(-1) if image.shape[-1] == 1 else image).save(buffer, "JPEG", quality=quality)
        back.append(np.asarray(Image.open(buffer)).reshape(image.shape))
    return torch.from_numpy(np.stack(back)).permute(0, 3, 1, 2).to(images).div(127.5).sub(1)


def nearest(images: Tensor, candidates: Tensor) -> Tensor:
    """Return to each image (N, channels, H, W) the nearest of the candidates (M, channels, H, W)."""
    return candidates[torch.cdist(images.flatten(1), candidates.flatten(1)).argmin(dim=1)]


def lengths(images: Tensor) -> Tensor:
    """Return the Euclidean length of each image, shape (N,)."""
    return images.flatten(1).norm(dim=1)


def unit(images: Tensor) -> Tensor:
    """Scale each image to length 1; one without length stays as it is."""
    found = lengths(images).reshape(-1, *[1] * (images.dim() - 1))
    return images / torch.where(found == 0, 1, found)
