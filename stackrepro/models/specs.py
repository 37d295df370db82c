"""What a network is made of, as plain immutable data: light to import (no torch), and part of a run's identity.

Each specification is written at the paper's scale; `scaled` gives the smaller network of a lower tier.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self

LATENT = 100  # both papers' codes draw 100 standard normal numbers
IMAGE_CHANNELS = 3  # of what paper A draws
WIDTHS = "hidden", "seed", "width", "channels", "entry", "double", "closing"  # fields; None is a layer that isn't there
START = 4  # pixels a side of the smallest feature maps of the DCGAN and of the modern networks

Freeze = Literal["everything", "kernels", "nothing"]
Share = Literal["quarter", "half", "whole"]
SHARES: dict[Share, int] = {"quarter": 1, "half": 2, "whole": 4}  # how many times the paper's quarter each is


class Specification:
    """What is scaled by one rule: each halving of the image halves `size`, and takes away the layer nearest to it.

    A network that has no layer to spare starts from a smaller grid. Every width but the image's own is divided.
    """

    image_at = None  # "start" or "end" of `channels`, if these are layers that change the size
    narrowest = 2  # no tier makes a layer narrower
    excess = 1  # below the papers' own scale widths are divided by this too

    def scaled(self, halvings: int, divisor: int) -> Self:
        """Return it for an image whose side is halved so many times, with widths divided by `divisor`."""
        divisor *= 1 if divisor == 1 else self.excess

        def narrow(width: int) -> int:
            return max(self.narrowest, width // divisor)

        changes = {}
        for name, value in vars(self).items():
            if name == "size":
                changes[name] = value // 2**halvings
            elif name in WIDTHS and value is not None:
                changes[name] = tuple(map(narrow, value)) if isinstance(value, tuple) else narrow(value)
        if self.image_at == "start":
            changes["channels"] = changes["channels"][halvings:]
        elif self.image_at == "end":
            changes["channels"] = changes["channels"][: len(self.channels) - halvings]
        return replace(self, **changes)


@dataclass(frozen=True)
class BatchNorm:
    """`momentum` is PyTorch's: the weight of the newest batch (Keras counts the other way round)."""

    momentum: float = 0.1
    epsilon: float = 1e-5


# Paper A, section 3.3, and its 12 notebooks.


@dataclass(frozen=True)
class DenseGenerator(Specification):
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


@dataclass(frozen=True)
class DenseDiscriminator(Specification):
    """Paper A, section 3.3.1: dense layers with dropout, then one logit. `norm` None means no BatchNorm."""

    size: int
    hidden: tuple[int, ...]
    norm: BatchNorm | None
    dropout: float
    slope: float = 0.2


# Convolutions that see the whole image cost several times what other layers do, so lower tiers narrow them more (D26).
# Six layers of fewer than four maps and without BatchNorm let no gradient through.
CONV_EXCESS, CONV_NARROWEST = 2, 4


@dataclass(frozen=True)
class ConvGenerator(Specification):
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

    excess, narrowest = CONV_EXCESS, CONV_NARROWEST


@dataclass(frozen=True)
class ConvDiscriminator(Specification):
    """The conv notebooks' discriminator: a 3 x 3 convolution of stride 1, `halvings` of stride 2, all `width` wide."""

    size: int
    width: int
    halvings: int
    dropout: float
    slope: float

    excess, narrowest = CONV_EXCESS, CONV_NARROWEST

    def scaled(self, halvings: int, divisor: int) -> Self:
        return replace(super().scaled(halvings, divisor), halvings=self.halvings - halvings)


@dataclass(frozen=True)
class DeepConvGenerator(Specification):
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

    image_at = "end"

    @property
    def size(self) -> int:
        """Side of the generated image in pixels."""
        return self.start * 2 ** len(self.channels)


@dataclass(frozen=True)
class DeepConvRefiner(Specification):
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


@dataclass(frozen=True)
class DeepConvDiscriminator(Specification):
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

    image_at = "start"


# Paper B, as its authors' code has the networks (StackGAN/scripts; the paper gives no layers).


@dataclass(frozen=True)
class DCGANGenerator(Specification):
    """Noise to edges: transposed convolutions, the first from 1 x 1 to 4 x 4, the others doubling the image.

    `channels` are the widths of all but the last, whose width is `image_channels`.
    """

    channels: tuple[int, ...]
    image_channels: int
    norm: BatchNorm
    latent: int = LATENT

    image_at = "end"
    excess = 4  # it is so many times wider than paper A's; lower tiers take that away (E19)

    @property
    def size(self) -> int:
        """Side of the generated image in pixels."""
        return START * 2 ** len(self.channels)


@dataclass(frozen=True)
class DCGANDiscriminator(Specification):
    """Stride-2 convolutions of the given `channels` down to 4 x 4, then one that makes the logit.

    The layer at the image isn't normalised. `norm` None is a critic without BatchNorm: a gradient penalty asks what one
    image alone does to the output (Gulrajani et al. 2017, section 4). Its layers get biases in place of the shifts.

    `channels` are those of the paper, which advises a quarter of the generator's widths, until the tier has scaled them
    by `share`. None is a quarter at tier paper and the whole below it, where a quarter is too few to learn from (E21).
    """

    size: int
    channels: tuple[int, ...]
    image_channels: int
    norm: BatchNorm | None
    slope: float = 0.2
    share: Share | None = None

    image_at = "start"
    excess = DCGANGenerator.excess

    def scaled(self, halvings: int, divisor: int) -> Self:
        wider = SHARES[self.share or ("quarter" if divisor == 1 else "whole")]
        whole = replace(self, channels=tuple(wider * width for width in self.channels), share=None)
        return super(DCGANDiscriminator, whole).scaled(halvings, divisor)


@dataclass(frozen=True)
class StageLatent(Specification):
    """A latent that a later stage reads beside the image: `numbers` of it, projected to `channels` feature maps.

    `correlation` tells how the stage's latent z2 follows from the stack's first numbers z1 and numbers e of its own:
    z2 = c z1 + sqrt(1 - c²) e, which is standard normal whatever c is. 0 is a latent of its own (Figure 8, proposal 1),
    1 is the stack's latent relayed (proposal 2), for which no own numbers are drawn. Where the stage is trained alone
    there is no z1, and z2 is drawn as it is.
    """

    numbers: int
    channels: int
    correlation: float


@dataclass(frozen=True)
class ResNetGenerator(Specification):
    """Image to image of the same size: two downsamplings, residual blocks, two upsamplings.

    `width` is that of the layers at the image's size; the blocks have four times as much. `dropout` is the rate behind
    the first convolution of each block, 0 leaves the layer out. `stage_latent` None: all comes from the image.
    """

    size: int
    condition_channels: int
    image_channels: int
    width: int
    blocks: int
    dropout: float
    stage_latent: StageLatent | None = None

    @property
    def latent(self) -> int:
        """How many numbers come in beside the image."""
        return 0 if self.stage_latent is None else self.stage_latent.numbers

    def scaled(self, halvings: int, divisor: int) -> Self:
        latent = self.stage_latent and self.stage_latent.scaled(halvings, divisor)
        return replace(super().scaled(halvings, divisor), stage_latent=latent)


@dataclass(frozen=True)
class PatchDiscriminator(Specification):
    """PatchGAN on condition and image: stride-2 convolutions of the given `channels`, one of stride 1, then the map.

    `closing` is the width of the stride-1 layer. The layer at the image isn't normalised. As a smaller image loses the
    layers nearest to it, the map keeps 14 x 14 patches, each of the same share of the image.
    """

    size: int
    condition_channels: int
    image_channels: int
    channels: tuple[int, ...]
    closing: int
    norm: BatchNorm
    slope: float = 0.2

    image_at = "start"


# A small GAN of today, after R3GAN (Huang et al. 2024), which neither paper has.


@dataclass(frozen=True)
class ModernGenerator(Specification):
    """Residual blocks without normalisation, one at each size; `channels` are their widths from 4 x 4 pixels on."""

    channels: tuple[int, ...]
    latent: int = LATENT

    image_at = "end"

    @property
    def size(self) -> int:
        """Side of the image in pixels."""
        return START * 2 ** (len(self.channels) - 1)


@dataclass(frozen=True)
class ModernDiscriminator(Specification):
    """The generator's mirror; `channels` are the widths of the blocks from the image's size down to 4 x 4 pixels."""

    channels: tuple[int, ...]

    image_at = "start"
    size = ModernGenerator.size


@dataclass(frozen=True)
class Stack:
    """Two generators in a row; the first may be a stack itself, which makes three stages.

    The second doubles the image (paper A), or makes another image of the same size from it (paper B). `freeze` says
    what of the first stays as it is while the second is trained; records spell it "hold".

    - "everything": weights, BatchNorm's scale and shift, and its running statistics; it always runs in inference mode.
    - "kernels": the weights of dense and convolution layers only, which is what the authors' flags really freeze:
      BatchNorm trains on and normalises by its batch (their dense_128_stack and dconv_128_Stack notebooks).
    - "nothing": full backpropagation.
    """

    first: DenseGenerator | ConvGenerator | DeepConvGenerator | DCGANGenerator | Stack
    second: DenseGenerator | ConvGenerator | DeepConvRefiner | ResNetGenerator
    freeze: Freeze

    @property
    def size(self) -> int:
        """Side of the generated image in pixels."""
        return self.second.size

    @property
    def stage_latent(self) -> StageLatent | None:
        """What the second stage reads beside the image."""
        return self.second.stage_latent if isinstance(self.second, ResNetGenerator) else None

    @property
    def latent(self) -> int:
        """How many numbers come in: the first stage's, then those that the second has for itself."""
        own = self.stage_latent
        return self.first.latent + (0 if own is None or own.correlation == 1 else own.numbers)

    def scaled(self, halvings: int, divisor: int) -> Stack:
        return replace(self, first=self.first.scaled(halvings, divisor), second=self.second.scaled(halvings, divisor))


Generator = (
    DenseGenerator
    | ConvGenerator
    | DeepConvGenerator
    | DCGANGenerator
    | ModernGenerator
    | Stack
)  # fmt: skip
Discriminator = (
    DenseDiscriminator
    | ConvDiscriminator
    | DeepConvDiscriminator
    | DCGANDiscriminator
    | PatchDiscriminator
    | ModernDiscriminator
)
Network = Generator | DeepConvRefiner | ResNetGenerator | Discriminator
