"""The DCGAN of paper B (stage 1, and its single-stage controls; StackGAN/scripts/baseline_dcgan.py in the history).

The shapes in the comments are those of the paper's scale.
"""

from itertools import pairwise

from torch import Tensor, nn

from stackrepro.models.layers import activation, batch_norm, check_shape, doubling
from stackrepro.models.specifications import DCGANDiscriminator, DCGANGenerator

KERNEL = 4


class Generator(nn.Module):
    """Latent (N, 100), standard normal, to image (N, 1, 128, 128) in [-1, 1]."""

    def __init__(self, specification: DCGANGenerator) -> None:
        super().__init__()
        self.specification = specification
        channels, norm = specification.channels, specification.norm
        self.start = nn.Sequential(
            nn.Unflatten(1, (specification.latent, 1, 1)),
            nn.ConvTranspose2d(specification.latent, channels[0], KERNEL, bias=False),  # (N, 2048, 4, 4)
            batch_norm(channels[0], norm),
            activation(0.0),
        )
        self.doublings = nn.Sequential()  # (N, 1024, 8, 8), (N, 512, 16, 16), (N, 256, 32, 32), (N, 128, 64, 64)
        for inputs, outputs in pairwise(channels):
            self.doublings.extend([doubling(inputs, outputs, KERNEL), batch_norm(outputs, norm), activation(0.0)])
        self.image = nn.Sequential(  # (N, 1, 128, 128)
            doubling(channels[-1], specification.image_channels, KERNEL), nn.Tanh()
        )

    def forward(self, latent: Tensor) -> Tensor:
        """Map latent (N, 100) to image (N, image_channels, size, size) in [-1, 1]."""
        specification = self.specification
        check_shape(latent, specification.latent)
        image = self.image(self.doublings(self.start(latent)))
        return check_shape(image, specification.image_channels, specification.size, specification.size)


class Discriminator(nn.Module):
    """Image (N, 1, size, size) to logit (N, 1); positive means "real". A critic's score is the logit."""

    def __init__(self, specification: DCGANDiscriminator) -> None:
        super().__init__()
        self.specification = specification
        norm, width = specification.norm, specification.image_channels
        self.convolutions = nn.Sequential()  # (N, 32, 64, 64) to (N, 512, 4, 4)
        for index, outputs in enumerate(specification.channels):
            bias = norm is None and index > 0
            self.convolutions.append(nn.Conv2d(width, outputs, KERNEL, stride=2, padding=1, bias=bias))
            if norm is not None and index > 0:
                self.convolutions.append(batch_norm(outputs, norm))
            self.convolutions.append(activation(specification.slope))
            width = outputs
        self.verdict = nn.Sequential(nn.Conv2d(width, 1, KERNEL, bias=False), nn.Flatten())  # (N, 1)

    def forward(self, image: Tensor) -> Tensor:
        """Map image (N, image_channels, size, size) to logit (N, 1)."""
        check_shape(image, self.specification.image_channels, self.specification.size, self.specification.size)
        return check_shape(self.verdict(self.convolutions(image)), 1)
