"""What a network is made of, as plain immutable data: light to import, and part of a run's identity.

Each specification is written at the paper's scale. `scaled(halvings, divisor)` gives the smaller network of a lower
tier by one rule: each halving of the image takes away the stride-2 layer nearest to the image, and every width but the
image's own is divided by `divisor`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

LATENT = 100  # both papers' codes draw 100 standard normal numbers
NARROWEST = 2  # no tier makes a layer narrower than this


@dataclass(frozen=True)
class BatchNorm:
    """`momentum` is PyTorch's: the weight of the newest batch (Keras counts the other way round)."""

    momentum: float = 0.1
    epsilon: float = 1e-5


@dataclass(frozen=True)
class DeepConvGenerator:
    """Paper A, section 3.3.3: a dense layer, then transposed convolutions that double the image until it is whole.

    `channels` are the widths of the dense layer's output and of every transposed convolution but the last, whose width
    is the image's. `slope` is the leak of the activation, 0 being the plain ReLU.
    """

    start: int
    channels: tuple[int, ...]
    slope: float
    norm: BatchNorm
    kernel: int = 5
    latent: int = LATENT

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


Hold = Literal["everything", "kernels", "nothing"]


@dataclass(frozen=True)
class Stack:
    """Two generators in a row. `hold` says what of the first stays as it is while the second is trained.

    - "everything": weights, BatchNorm's scale and shift, and its running statistics; it always runs in inference mode.
    - "kernels": the weights of dense and convolution layers only, which is what the authors' flags really hold:
      BatchNorm trains on and normalises by its batch (their dconv_128_Stack notebook).
    - "nothing": full backpropagation.
    """

    first: DeepConvGenerator
    second: DeepConvRefiner
    hold: Hold

    @property
    def size(self) -> int:
        return self.second.size

    @property
    def latent(self) -> int:
        return self.first.latent

    def scaled(self, halvings: int, divisor: int) -> Stack:
        return replace(self, first=self.first.scaled(halvings, divisor), second=self.second.scaled(halvings, divisor))


Network = DeepConvGenerator | DeepConvRefiner | DeepConvDiscriminator | Stack


def narrowed(widths: tuple[int, ...], divisor: int) -> tuple[int, ...]:
    """Divide each width, stopping at `NARROWEST`."""
    return tuple(max(NARROWEST, width // divisor) for width in widths)
