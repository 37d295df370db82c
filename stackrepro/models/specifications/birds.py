"""The networks of paper A (section 3.3) and of its 12 notebooks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from stackrepro.models.specifications.shared import LATENT, BatchNorm, narrowed

# Convolutions that see the whole image cost several times what the other layer types do; below the papers' own scale
# their widths are divided by this too.
CONV_EXCESS = 2
CONV_NARROWEST = 4  # six narrower layers without BatchNorm let no gradient through


def conv_narrowed(width: int, divisor: int) -> int:
    """Divide the width of a convolutional network for a tier."""
    return max(CONV_NARROWEST, width // (divisor if divisor == 1 else CONV_EXCESS * divisor))


@dataclass(frozen=True)
class DenseGenerator:
    """Paper A, section 3.3.1: dense layers of the given `hidden` widths, then one as wide as the image has numbers.

    `reads` is what comes in: "latent", or "image", a flattened image of half the side (stage 2 of a stack). With
    `norm_last` BatchNorm follows the activation, as in the authors' notebooks, else it precedes it.
    """

    size: int
    hidden: tuple[int, ...]
    slope: float
    norm: BatchNorm
    norm_last: bool
    reads: Literal["latent", "image"] = "latent"
    latent: int = LATENT

    def scaled(self, halvings: int, divisor: int) -> DenseGenerator:
        return replace(self, size=self.size // 2**halvings, hidden=narrowed(self.hidden, divisor))


@dataclass(frozen=True)
class DenseDiscriminator:
    """Paper A, section 3.3.1: dense layers with dropout, then one logit. `norm` None means no BatchNorm."""

    size: int
    hidden: tuple[int, ...]
    norm: BatchNorm | None
    dropout: float
    slope: float = 0.2

    def scaled(self, halvings: int, divisor: int) -> DenseDiscriminator:
        return replace(self, size=self.size // 2**halvings, hidden=narrowed(self.hidden, divisor))


@dataclass(frozen=True)
class ConvGenerator:
    """Paper A, section 3.3.2: convolutions around one transposed convolution that doubles the image.

    `seed` is the number of maps that a dense layer makes of the latent on a grid of half the image's side; None for
    stage 2 of a stack, which reads an image of that size. `before` and `after` count the convolutions of `width` maps
    before and behind the doubling; one more makes the image. `norm` None means no BatchNorm.
    """

    size: int
    seed: int | None
    width: int
    before: int
    after: int
    kernel: int
    image_kernel: int
    slope: float
    norm: BatchNorm | None
    latent: int = LATENT

    def scaled(self, halvings: int, divisor: int) -> ConvGenerator:
        # The one doubling is the model, so a halving of the image halves the starting grid.
        seed = None if self.seed is None else conv_narrowed(self.seed, divisor)
        width = conv_narrowed(self.width, divisor)
        return replace(self, size=self.size // 2**halvings, seed=seed, width=width)


@dataclass(frozen=True)
class ConvDiscriminator:
    """The conv notebooks' discriminator: a 3 x 3 convolution of stride 1, `halvings` of stride 2, all `width` wide."""

    size: int
    width: int
    halvings: int
    dropout: float
    slope: float

    def scaled(self, halvings: int, divisor: int) -> ConvDiscriminator:
        width = conv_narrowed(self.width, divisor)
        return replace(self, size=self.size // 2**halvings, width=width, halvings=self.halvings - halvings)


@dataclass(frozen=True)
class DeepConvGenerator:
    """Paper A, section 3.3.3: a dense layer, then transposed convolutions that double the image until it is whole.

    `channels` are the widths of the dense layer's output and of every transposed convolution but the last, whose width
    is the image's. `slope` is the leak of the activation, 0 being the plain ReLU. `output` bounds the image: "tanh"
    reaches from -1 to 1, "sigmoid" from 0 to 1.
    """

    start: int
    channels: tuple[int, ...]
    slope: float
    norm: BatchNorm
    kernel: int = 5
    latent: int = LATENT
    output: Literal["tanh", "sigmoid"] = "tanh"

    @property
    def size(self) -> int:
        """Side of the generated image in pixels."""
        return self.start * 2 ** len(self.channels)

    def scaled(self, halvings: int, divisor: int) -> DeepConvGenerator:
        kept = self.channels[: len(self.channels) - halvings]
        return replace(self, channels=narrowed(kept, divisor))


@dataclass(frozen=True)
class DeepConvRefiner:
    """Stage 2 of the deep-conv stack: an image of `size` / 2 pixels to one of `size`, doubled once.

    `entry` is the width of a convolution before the doubling, None if there is none; `double` the width of the
    transposed convolution that doubles, `double_kernel` its kernel; `channels` are the widths of the stride-1 layers
    behind it, the image's own left out.
    """

    size: int
    entry: int | None
    double: int
    double_kernel: Literal[4, 5]
    channels: tuple[int, ...]
    slope: float
    norm: BatchNorm
    kernel: int = 5

    def scaled(self, halvings: int, divisor: int) -> DeepConvRefiner:
        # The one doubling is what makes it a second stage, so the halvings take away no layer of it.
        entry = None if self.entry is None else narrowed((self.entry,), divisor)[0]
        (double,) = narrowed((self.double,), divisor)
        channels = narrowed(self.channels, divisor)
        return replace(self, size=self.size // 2**halvings, entry=entry, double=double, channels=channels)


@dataclass(frozen=True)
class DeepConvDiscriminator:
    """Stride-2 convolutions of the given `channels`, then one logit.

    `padding` 0 is Keras' "valid". `first_norm` says whether the layer that sees the image is normalised too. `closing`
    is the width of a last 3 x 3 convolution of stride 1, None if there is none. `bias` goes for every layer.
    """

    size: int
    channels: tuple[int, ...]
    kernel: int
    padding: int
    bias: bool
    first_norm: bool
    norm: BatchNorm
    dropout: float
    closing: int | None = None
    slope: float = 0.2

    def scaled(self, halvings: int, divisor: int) -> DeepConvDiscriminator:
        closing = None if self.closing is None else narrowed((self.closing,), divisor)[0]
        kept = narrowed(self.channels[halvings:], divisor)
        return replace(self, size=self.size // 2**halvings, channels=kept, closing=closing)
