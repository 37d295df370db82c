"""A small GAN of today, after R3GAN (Huang et al. 2024), which no paper of this book has."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stackrepro.models.specifications.shared import LATENT, narrowed

START = 4  # pixels a side of the smallest feature maps


@dataclass(frozen=True)
class ModernGenerator:
    """Residual blocks without normalisation, one at each size; `channels` are their widths from 4 x 4 pixels on."""

    channels: tuple[int, ...]
    latent: int = LATENT

    @property
    def size(self) -> int:
        """Side of the generated image in pixels."""
        return START * 2 ** (len(self.channels) - 1)

    def scaled(self, halvings: int, divisor: int) -> ModernGenerator:
        return replace(self, channels=narrowed(self.channels[: len(self.channels) - halvings], divisor))


@dataclass(frozen=True)
class ModernDiscriminator:
    """The generator's mirror; `channels` are the widths of the blocks from the image's size down to 4 x 4 pixels."""

    channels: tuple[int, ...]

    @property
    def size(self) -> int:
        """Side of the image in pixels."""
        return START * 2 ** (len(self.channels) - 1)

    def scaled(self, halvings: int, divisor: int) -> ModernDiscriminator:
        return replace(self, channels=narrowed(self.channels[halvings:], divisor))
