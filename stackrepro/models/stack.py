"""How stages are joined, and what of the first is frozen while the second is trained.

Paper A, sections 3.4 and 3.5; paper B, Figure 1 and, with latents for later stages, Figure 8.
"""

from contextlib import nullcontext
from math import sqrt
from typing import Self

import torch
from torch import Tensor, nn

from stackrepro.models.layers import check_shape
from stackrepro.models.specs import Stack


class StackedGenerator(nn.Module):
    """Latent (N, numbers) through stage 1 to an image, and through stage 2 to one of twice the side or of the same."""

    def __init__(self, specification: Stack, first: nn.Module, second: nn.Module) -> None:
        super().__init__()
        self.specification, self.first, self.second = specification, first, second
        if specification.freeze == "everything":
            first.requires_grad_(False)
        elif specification.freeze == "kernels":
            for module in first.modules():
                if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                    module.requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        """Switch to training mode; a first stage frozen in everything stays in inference mode.

        Without that, BatchNorm's running statistics would drift although no weight of the stage is trained.
        """
        super().train(mode)
        if self.specification.freeze == "everything":
            self.first.eval()
        return self

    def stages(self, latent: Tensor) -> tuple[Tensor, ...]:
        """Map latent (N, numbers) to the images of all stages, each (N, channels, side, side)."""
        check_shape(latent, self.specification.latent)
        with torch.no_grad() if self.specification.freeze == "everything" else nullcontext():
            own = latent[:, : self.specification.first.latent]
            images = self.first.stages(own) if isinstance(self.first, StackedGenerator) else (self.first(own),)
        return *images, self.second(self.between(images[-1]), *self.beside(latent))

    def between(self, image: Tensor) -> Tensor:
        """Return what the second stage reads of the first one's image: the image itself."""
        return image

    def beside(self, latent: Tensor) -> tuple[Tensor, ...]:
        """Return what the second stage reads beside the image: nothing, or its own latent (see `StageLatent`)."""
        extra = self.specification.stage_latent
        if extra is None:
            return ()
        relayed, own = latent[:, : extra.numbers], latent[:, self.specification.first.latent :]
        if extra.correlation == 1:
            return (relayed,)
        return (extra.correlation * relayed + sqrt(1 - extra.correlation**2) * own,)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latent (N, numbers) to the last stage's image (N, channels, size, size) in [-1, 1]."""
        return self.stages(latent)[-1]
