"""The image-to-image networks of paper B (stages 2 and 3; StackGAN/scripts/edges2grayscale_train.py).

The generator is that of Johnson et al. 2016 as CycleGAN has it, the discriminator pix2pix's PatchGAN. The shapes in the
comments are those of the paper's scale.
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import group_norm

from stackrepro.models.layers import activation, batch_norm, check_shape
from stackrepro.models.specifications import PatchDiscriminator, ResNetGenerator, StageLatent


class Generator(nn.Module):
    """Image (N, 1, 128, 128), and a latent where the stage has one, to image (N, 1, 128, 128); images in [-1, 1]."""

    def __init__(self, specification: ResNetGenerator) -> None:
        super().__init__()
        self.specification = specification
        width, extra = specification.width, specification.stage_latent
        self.down = nn.Sequential(
            *convolution(specification.condition_channels, width, 7),  # (N, 64, 128, 128)
            *normalised(nn.Conv2d(width, 2 * width, 3, stride=2, padding=1)),  # (N, 128, 64, 64)
            *normalised(nn.Conv2d(2 * width, 4 * width, 3, stride=2, padding=1)),  # (N, 256, 32, 32)
        )
        self.latent = None if extra is None else project(extra, specification.size // 4)  # (N, 8, 32, 32)
        inside = 4 * width + (0 if extra is None else extra.channels)
        blocks = (Block(inside, specification.dropout) for _ in range(specification.blocks))
        self.blocks = nn.Sequential(*blocks)  # (N, 256, 32, 32), with a latent (N, 264, 32, 32)
        self.up = nn.Sequential(
            *normalised(nn.ConvTranspose2d(inside, 2 * width, 3, stride=2, padding=1, output_padding=1)),
            *normalised(nn.ConvTranspose2d(2 * width, width, 3, stride=2, padding=1, output_padding=1)),
        )  # (N, 128, 64, 64), (N, 64, 128, 128)
        self.image = nn.Sequential(reflected(width, specification.image_channels, 7), nn.Tanh())  # (N, 1, 128, 128)

    def forward(self, condition: Tensor, latent: Tensor | None = None) -> Tensor:
        """Map image (N, condition_channels, size, size) to image (N, image_channels, size, size), both in [-1, 1].

        Raises:
            ValueError: a wrong shape, a latent that the stage doesn't read, or none where it reads one.
        """
        specification = self.specification
        check_shape(condition, specification.condition_channels, specification.size, specification.size)
        if (latent is None) != (self.latent is None):
            raise ValueError(f"this stage reads {specification.latent} numbers beside the image, got {latent}")
        maps = self.down(condition)
        if self.latent is not None:
            check_shape(latent, specification.latent)
            maps = torch.cat([maps, self.latent(latent)], dim=1)
        image = self.image(self.up(self.blocks(maps)))
        return check_shape(image, specification.image_channels, specification.size, specification.size)


class InstanceNorm(nn.InstanceNorm2d):
    """InstanceNorm without weights of its own, computed as what it is: GroupNorm with one group for each channel.

    For a single image whose channels come last in memory, which is what stage 2 learns from, PyTorch's own gives wrong
    gradients on a CPU (2.14), and nothing says so. Statistics are taken in plain order, so that a generator draws the
    same levels whichever way it lies in memory.
    """

    def forward(self, maps: Tensor) -> Tensor:
        """Map (N, channels, H, W) to the same shape."""
        return group_norm(maps.contiguous(), self.num_features, eps=self.eps)


class Block(nn.Module):
    """A residual block: two 3 x 3 convolutions whose result is added to what came in; no shape changes."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(*convolution(width, width, 3))
        if dropout:
            self.layers.append(nn.Dropout(dropout))
        self.layers.extend([reflected(width, width, 3), InstanceNorm(width)])

    def forward(self, maps: Tensor) -> Tensor:
        """Map (N, width, H, W) to the same shape."""
        return maps + self.layers(maps)


def reflected(inputs: int, outputs: int, kernel: int) -> nn.Conv2d:
    """Return a convolution that keeps the size by reflecting what lies inside the border."""
    return nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, padding_mode="reflect")


def normalised(layer: nn.Conv2d | nn.ConvTranspose2d) -> list[nn.Module]:
    """Return a layer with InstanceNorm, which has no weights of its own, and ReLU behind it."""
    return [layer, InstanceNorm(layer.out_channels), activation(0.0)]


def convolution(inputs: int, outputs: int, kernel: int) -> list[nn.Module]:
    """Return a reflected convolution with InstanceNorm and ReLU behind it."""
    return normalised(reflected(inputs, outputs, kernel))


def project(latent: StageLatent, side: int) -> nn.Sequential:
    """Return what makes feature maps of a latent, scaled like those of the image that they are joined with."""
    return nn.Sequential(
        nn.Linear(latent.numbers, latent.channels * side * side, bias=False),
        nn.Unflatten(1, (latent.channels, side, side)),
        InstanceNorm(latent.channels),
        activation(0.0),
    )


class Discriminator(nn.Module):
    """PatchGAN: condition and image, both (N, channels, size, size), to logits (N, 1, 14, 14), one a patch.

    Positive means that the patch is real and goes with the condition.
    """

    def __init__(self, specification: PatchDiscriminator) -> None:
        super().__init__()
        self.specification = specification
        slope, norm = specification.slope, specification.norm
        width = specification.condition_channels + specification.image_channels
        self.convolutions = nn.Sequential()  # (N, 64, 64, 64), (N, 128, 32, 32), (N, 256, 16, 16), (N, 512, 15, 15)
        strides = [2] * len(specification.channels) + [1]
        for index, outputs in enumerate((*specification.channels, specification.closing)):
            self.convolutions.append(nn.Conv2d(width, outputs, 4, stride=strides[index], padding=1, bias=index == 0))
            if index > 0:
                self.convolutions.append(batch_norm(outputs, norm))
            self.convolutions.append(activation(slope))
            width = outputs
        self.verdict = nn.Conv2d(width, 1, 4, padding=1)  # (N, 1, 14, 14)

    def forward(self, condition: Tensor, image: Tensor) -> Tensor:
        """Map a pair of images of one size to logits (N, 1, 14, 14)."""
        size = self.specification.size
        check_shape(condition, self.specification.condition_channels, size, size)
        check_shape(image, self.specification.image_channels, size, size)
        return self.verdict(self.convolutions(torch.cat([condition, image], dim=1)))
