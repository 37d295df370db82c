"""The DCGAN of paper B (stage 1, and its single-stage controls; StackGAN/scripts/baseline_dcgan.py in the history).

The shapes in the comments are those of the paper's scale.
"""

from itertools import pairwise

from torch import Tensor, nn

from stackrepro.models.layers import Layers, activation, batch_norm, doubling
from stackrepro.models.specs import START, DCGANDiscriminator, DCGANGenerator

KERNEL = 4


class Generator(nn.Module):
    """Latent (N, 100), standard normal, to image (N, 1, 128, 128) in [-1, 1]."""

    def __init__(self, specification: DCGANGenerator) -> None:
        super().__init__()
        self.specification = s = specification
        first, side = s.channels[0], START
        self.start = Layers(s.latent).add(  # (N, 2048, 4, 4)
            nn.Unflatten(1, (s.latent, 1, 1)),
            nn.ConvTranspose2d(s.latent, first, KERNEL, bias=False),
            batch_norm(first, s.norm),
            activation(0.0),
            gives=(first, side, side),
        )
        self.doublings = Layers(first, side, side)
        for inputs, outputs in pairwise(s.channels):  # (N, 1024, 8, 8), (N, 512, 16, 16) to (N, 128, 64, 64)
            side *= 2
            layers = doubling(inputs, outputs, KERNEL), batch_norm(outputs, s.norm), activation(0.0)
            self.doublings.add(*layers, gives=(outputs, side, side))
        self.image = Layers(s.channels[-1], side, side).add(  # (N, 1, 128, 128)
            doubling(s.channels[-1], s.image_channels, KERNEL), nn.Tanh(), gives=(s.image_channels, s.size, s.size)
        )

    def forward(self, latent: Tensor) -> Tensor:
        return self.image(self.doublings(self.start(latent)))


class Discriminator(nn.Module):
    """Image (N, 1, size, size) to logit (N, 1); positive means "real". A critic's score is the logit."""

    def __init__(self, specification: DCGANDiscriminator) -> None:
        super().__init__()
        self.specification = s = specification
        maps, side = s.image_channels, s.size
        self.convolutions = Layers(maps, side, side)
        for index, outputs in enumerate(s.channels):  # (N, 32, 64, 64) to (N, 512, 4, 4)
            side //= 2
            bias = s.norm is None and index > 0
            norm = [batch_norm(outputs, s.norm)] if s.norm is not None and index > 0 else []
            convolution = nn.Conv2d(maps, outputs, KERNEL, stride=2, padding=1, bias=bias)
            self.convolutions.add(convolution, *norm, activation(s.slope), gives=(outputs, side, side))
            maps = outputs
        self.verdict = Layers(maps, START, START).add(nn.Conv2d(maps, 1, KERNEL, bias=False), nn.Flatten(), gives=(1,))

    def forward(self, image: Tensor) -> Tensor:
        return self.verdict(self.convolutions(image))
