"""How stages are joined."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from stackrepro.models.specifications.birds import ConvGenerator, DeepConvGenerator, DeepConvRefiner, DenseGenerator
from stackrepro.models.specifications.faces import DCGANGenerator, ResNetGenerator, StageLatent

Hold = Literal["everything", "kernels", "nothing"]


@dataclass(frozen=True)
class Stack:
    """Two generators in a row; the first may be a stack itself, which makes three stages.

    The second doubles the image (paper A), or makes another image of the same size from it (paper B). `hold` says what
    of the first stays as it is while the second is trained.

    - "everything": weights, BatchNorm's scale and shift, and its running statistics; it always runs in inference mode.
    - "kernels": the weights of dense and convolution layers only, which is what the authors' flags really hold:
      BatchNorm trains on and normalises by its batch (their dense_128_stack and dconv_128_Stack notebooks).
    - "nothing": full backpropagation.
    """

    first: DenseGenerator | ConvGenerator | DeepConvGenerator | DCGANGenerator | Stack
    second: DenseGenerator | ConvGenerator | DeepConvRefiner | ResNetGenerator
    hold: Hold

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
