"""The image-to-image networks of paper B (stages 2 and 3; StackGAN/scripts/edges2grayscale_train.py).

The generator is that of Johnson et al. 2016 as CycleGAN has it, the discriminator pix2pix's PatchGAN. The shapes in the
comments are those of the paper's scale.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import group_norm

from stackrepro.models.layers import Layers, Residual, activation, batch_norm, check_shape
from stackrepro.models.specs import PatchDiscriminator, ResNetGenerator


class Generator(nn.Module):
    """Image (N, 1, 128, 128), and a latent where the stage has one, to image (N, 1, 128, 128); images in [-1, 1]."""

    def __init__(self, specification: ResNetGenerator) -> None:
        super().__init__()
        self.specification = s = specification
        width, side, extra = s.width, s.size // 4, s.stage_latent
        inside = 4 * width + (0 if extra is None else extra.channels)
        self.down = Layers(s.condition_channels, s.size, s.size)
        self.down.add(*convolution(s.condition_channels, width, 7), gives=(width, s.size, s.size))  # (N, 64, 128, 128)
        for maps, pixels in ((2 * width, 2 * side), (4 * width, side)):  # (N, 128, 64, 64), (N, 256, 32, 32)
            halved = nn.Conv2d(maps // 2, maps, 3, stride=2, padding=1)
            self.down.add(*normalised(halved), gives=(maps, pixels, pixels))
        self.latent = None
        if extra is not None:  # (N, 8, 32, 32), scaled like the maps of the image that they are joined with
            self.latent = Layers(extra.numbers).add(
                nn.Linear(extra.numbers, extra.channels * side * side, bias=False),
                nn.Unflatten(1, (extra.channels, side, side)),
                InstanceNorm(extra.channels),
                activation(0.0),
                gives=(extra.channels, side, side),
            )
        self.blocks = Layers(inside, side, side)  # (N, 256, 32, 32), with a latent (N, 264, 32, 32)
        for _ in range(s.blocks):
            self.blocks.add(residual(inside, s.dropout), gives=(inside, side, side))
        self.up = Layers(inside, side, side)
        for before, maps, pixels in ((inside, 2 * width, 2 * side), (2 * width, width, s.size)):
            doubled = nn.ConvTranspose2d(before, maps, 3, stride=2, padding=1, output_padding=1)
            self.up.add(*normalised(doubled), gives=(maps, pixels, pixels))  # (N, 128, 64, 64), (N, 64, 128, 128)
        self.image = Layers(width, s.size, s.size).add(  # (N, 1, 128, 128)
            reflected(width, s.image_channels, 7), nn.Tanh(), gives=(s.image_channels, s.size, s.size)
        )

    def forward(self, condition: Tensor, latent: Tensor | None = None) -> Tensor:
        """Map image (N, condition_channels, size, size) to image (N, image_channels, size, size), both in [-1, 1].

        Raises:
            ValueError: a wrong shape, a latent that the stage doesn't read, or none where it reads one.
        """
        if (latent is None) != (self.latent is None):
            raise ValueError(f"this stage reads {self.specification.latent} numbers beside the image, got {latent}")
        maps = self.down(condition)
        if self.latent is not None:
            maps = torch.cat([maps, self.latent(latent)], dim=1)
        return self.image(self.up(self.blocks(maps)))


class InstanceNorm(nn.InstanceNorm2d):
    """InstanceNorm without weights of its own, computed as what it is: GroupNorm with one group for each channel.

    For a single image whose channels come last in memory, which is what stage 2 learns from, PyTorch's own gives wrong
    gradients on a CPU (2.14), and nothing says so. Statistics are taken in plain order, so that a generator draws the
    same levels whichever way it lies in memory.
    """

    def forward(self, maps: Tensor) -> Tensor:
        return group_norm(maps.contiguous(), self.num_features, eps=self.eps)


def reflected(inputs: int, outputs: int, kernel: int) -> nn.Conv2d:
    """Return a convolution that keeps the size by reflecting what lies inside the border."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, padding_mode="reflect")


def normalised(layer: nn.Conv2d | nn.ConvTranspose2d) -> list[nn.Module]:
    """Return a layer with InstanceNorm, which has no weights of its own, and ReLU behind it."""
    return [layer, InstanceNorm(layer.out_channels), activation(0.0)]


def convolution(inputs: int, outputs: int, kernel: int) -> list[nn.Module]:
    """Return a reflected convolution with InstanceNorm and ReLU behind it."""
    return normalised(reflected(inputs, outputs, kernel))


def residual(width: int, dropout: float) -> Residual:
    """Return a residual block of two 3 x 3 convolutions, between them dropout where its rate isn't 0."""
    between = [nn.Dropout(dropout)] if dropout else []
    return Residual(*convolution(width, width, 3), *between, reflected(width, width, 3), InstanceNorm(width))


class Discriminator(nn.Module):
    """PatchGAN: condition and image, both (N, channels, size, size), to logits (N, 1, 14, 14), one a patch.

    Positive means that the patch is real and goes with the condition.
    """

    def __init__(self, specification: PatchDiscriminator) -> None:
        super().__init__()
        self.specification = s = specification
        maps, side = s.condition_channels + s.image_channels, s.size
        self.convolutions = Layers(maps, side, side)
        # (N, 64, 64, 64), (N, 128, 32, 32), (N, 256, 16, 16), (N, 512, 15, 15)
        for index, outputs in enumerate((*s.channels, s.closing)):
            stride = 2 if index < len(s.channels) else 1
            side = (side - 2) // stride + 1
            layer = nn.Conv2d(maps, outputs, 4, stride=stride, padding=1, bias=index == 0)
            norm = [batch_norm(outputs, s.norm)] if index > 0 else []
            self.convolutions.add(layer, *norm, activation(s.slope), gives=(outputs, side, side))
            maps = outputs
        self.verdict = nn.Conv2d(maps, 1, 4, padding=1)  # (N, 1, 14, 14)

    def forward(self, condition: Tensor, image: Tensor) -> Tensor:
        s = self.specification
        check_shape(condition, s.condition_channels, s.size, s.size)
        check_shape(image, s.image_channels, s.size, s.size)
        return self.verdict(self.convolutions(torch.cat([condition, image], dim=1)))
