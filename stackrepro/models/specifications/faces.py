"""The networks of paper B, as its authors' code has them (StackGAN/scripts; the paper gives no layers)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from stackrepro.models.specifications.shared import LATENT, BatchNorm, narrowed

EXCESS = 4  # how many times wider the DCGAN's generator is than paper A's; lower tiers take that away


Share = Literal["quarter", "half", "whole"]
SHARES: dict[Share, int] = {"quarter": 1, "half": 2, "whole": 4}  # how many times the paper's quarter each is


def slimmed(widths: tuple[int, ...], divisor: int) -> tuple[int, ...]:
    """Divide the widths of a DCGAN so that at a lower tier its generator is as wide as paper A's (E19)."""
    return narrowed(widths, divisor if divisor == 1 else EXCESS * divisor)


@dataclass(frozen=True)
class DCGANGenerator:
    """Noise to edges: transposed convolutions, the first from 1 x 1 to 4 x 4, the others doubling the image.

    `channels` are the widths of all but the last, whose width is `image_channels`.
    """

    channels: tuple[int, ...]
    image_channels: int
    norm: BatchNorm
    latent: int = LATENT

    @property
    def size(self) -> int:
        """Side of the generated image in pixels."""
        return 4 * 2 ** len(self.channels)

    def scaled(self, halvings: int, divisor: int) -> DCGANGenerator:
        kept = self.channels[: len(self.channels) - halvings]
        return replace(self, channels=slimmed(kept, divisor))


@dataclass(frozen=True)
class DCGANDiscriminator:
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

    def scaled(self, halvings: int, divisor: int) -> DCGANDiscriminator:
        wider = SHARES[self.share or ("quarter" if divisor == 1 else "whole")]
        channels = slimmed(tuple(wider * width for width in self.channels[halvings:]), divisor)
        return replace(self, size=self.size // 2**halvings, channels=channels, share=None)


@dataclass(frozen=True)
class StageLatent:
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
class ResNetGenerator:
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

    def scaled(self, halvings: int, divisor: int) -> ResNetGenerator:
        # The two downsamplings are the model, so a halving of the image halves the grid that the blocks work on.
        (width,) = narrowed((self.width,), divisor)
        extra = self.stage_latent
        if extra is not None:
            extra = replace(extra, channels=narrowed((extra.channels,), divisor)[0])
        return replace(self, size=self.size // 2**halvings, width=width, stage_latent=extra)


@dataclass(frozen=True)
class PatchDiscriminator:
    """PatchGAN on condition and image: stride-2 convolutions of the given `channels`, one of stride 1, then the map.

    `closing` is the width of the stride-1 layer. The layer at the image isn't normalised. A smaller image loses the
    stride-2 layers nearest to it, so that the map keeps 14 x 14 patches, each of the same share of the image.
    """

    size: int
    condition_channels: int
    image_channels: int
    channels: tuple[int, ...]
    closing: int
    norm: BatchNorm
    slope: float = 0.2

    def scaled(self, halvings: int, divisor: int) -> PatchDiscriminator:
        kept, (closing,) = narrowed(self.channels[halvings:], divisor), narrowed((self.closing,), divisor)
        return replace(self, size=self.size // 2**halvings, channels=kept, closing=closing)
