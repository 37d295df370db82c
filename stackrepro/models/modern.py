"""A small GAN of today, after R3GAN (Huang et al. 2024, arXiv:2501.05441): residual blocks and no normalisation.

A block is R3GAN's, a 1 x 1 convolution, a 3 x 3 and a 1 x 1 with two LeakyReLUs between them, but for what makes it
slow on a CPU: there the 3 x 3 works in groups and on twice as many maps, and each size has two blocks; here it has one.
As there, images leave the generator as they are, without a tanh.

Its initial weights are part of it (`initial_weights` is "own"): normal, with variance 1 / fan-in and the gain of
LeakyReLU behind; within blocks smaller the more blocks there are, and 0 in the last convolution of each, so that a
network starts as a linear one (Fixup, Zhang et al. 2019). The shapes in the comments are those of the paper's scale.
"""

from itertools import pairwise
from math import sqrt

from torch import Tensor, nn

from stackrepro.models.layers import Layers, Residual, activation
from stackrepro.models.specs import IMAGE_CHANNELS, START, ModernDiscriminator, ModernGenerator

SLOPE = 0.2


class Generator(nn.Module):
    """Latent (N, 100), standard normal, to image (N, 3, 64, 64) that is meant for [-1, 1] but isn't bounded."""

    def __init__(self, specification: ModernGenerator) -> None:
        super().__init__()
        self.specification = s = specification
        first, blocks, side = s.channels[0], len(s.channels), START
        self.basis = Layers(s.latent).add(  # one learned map of 4 x 4 for each channel, scaled by a number
            drawn(nn.Linear(s.latent, first, bias=False)),
            nn.Unflatten(1, (first, 1, 1)),
            drawn(nn.ConvTranspose2d(first, first, side, groups=first, bias=False), side),  # a pixel has one input
            gives=(first, side, side),  # (N, 512, 4, 4)
        )
        self.layers = Layers(first, side, side).add(residual(first, blocks), gives=(first, side, side))
        for inputs, outputs in pairwise(s.channels):  # (N, 256, 8, 8), (N, 128, 16, 16) to (N, 32, 64, 64)
            side *= 2
            layers = *change(inputs, outputs), nn.Upsample(scale_factor=2, mode="bilinear"), residual(outputs, blocks)
            self.layers.add(*layers, gives=(outputs, side, side))
        self.image = drawn(nn.Conv2d(s.channels[-1], IMAGE_CHANNELS, 1, bias=False))  # (N, 3, 64, 64)

    def forward(self, latent: Tensor) -> Tensor:
        return self.image(self.layers(self.basis(latent)))


class Discriminator(nn.Module):
    """Image (N, 3, size, size) to score (N, 1), of which only differences mean something."""

    def __init__(self, specification: ModernDiscriminator) -> None:
        super().__init__()
        self.specification = s = specification
        first, last, blocks, side = s.channels[0], s.channels[-1], len(s.channels), s.size
        self.layers = Layers(IMAGE_CHANNELS, side, side).add(  # (N, 32, 64, 64)
            drawn(nn.Conv2d(IMAGE_CHANNELS, first, 1, bias=False)), residual(first, blocks), gives=(first, side, side)
        )
        for inputs, outputs in pairwise(s.channels):  # (N, 64, 32, 32), (N, 128, 16, 16) to (N, 512, 4, 4)
            side //= 2
            layers = nn.AvgPool2d(2), *change(inputs, outputs), residual(outputs, blocks)
            self.layers.add(*layers, gives=(outputs, side, side))
        self.verdict = Layers(last, START, START).add(
            drawn(nn.Conv2d(last, last, START, groups=last, bias=False)),
            nn.Flatten(),
            drawn(nn.Linear(last, 1, bias=False)),
            gives=(1,),
        )

    def forward(self, image: Tensor) -> Tensor:
        return self.verdict(self.layers(image))


def residual(width: int, blocks: int) -> Residual:
    """Return one of the `blocks` residual blocks of a network."""
    gain = sqrt(2 / (1 + SLOPE**2)) * blocks**-0.25  # Fixup's for three layers a block
    return Residual(
        drawn(nn.Conv2d(width, width, 1), gain),
        activation(SLOPE),
        drawn(nn.Conv2d(width, width, 3, padding=1), gain),
        activation(SLOPE),
        drawn(nn.Conv2d(width, width, 1, bias=False), 0.0),
    )


def change(inputs: int, outputs: int) -> list[nn.Module]:
    """Return what changes the number of maps, or nothing where it stays."""
    return [] if inputs == outputs else [drawn(nn.Conv2d(inputs, outputs, 1, bias=False))]


def drawn(layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d, gain: float = 1.0) -> nn.Module:
    """Draw a layer's weights from N(0, gain² / fan-in), by the shape of one row of them; biases are 0."""
    nn.init.normal_(layer.weight, 0.0, gain / sqrt(layer.weight[0].numel()))
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer
