"""How two stages are joined, and what of the first is held while the second is trained (paper A, 3.4 and 3.5)."""

from contextlib import nullcontext
from typing import Self

import torch
from torch import Tensor, nn

from stackrepro.models import build
from stackrepro.models.specifications import Stack


class StackedGenerator(nn.Module):
    """Latent (N, 100) through stage 1, an image (N, 3, 64, 64), through stage 2 to an image (N, 3, 128, 128)."""

    def __init__(self, specification: Stack) -> None:
        super().__init__()
        self.specification = specification
        self.first = build(specification.first)
        self.second = build(specification.second)
        if specification.hold == "everything":
            self.first.requires_grad_(False)
        elif specification.hold == "kernels":
            for module in self.first.modules():
                if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
                    module.requires_grad_(False)

    def train(self, mode: bool = True) -> Self:
        """Switch to training mode; a first stage held in everything stays in inference mode.

        Without that, BatchNorm's running statistics would drift although no weight of the stage is trained.
        """
        super().train(mode)
        if self.specification.hold == "everything":
            self.first.eval()
        return self

    def stages(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        """Map latent (N, 100) to the images of both stages, (N, 3, size / 2, size / 2) and (N, 3, size, size)."""
        with torch.no_grad() if self.specification.hold == "everything" else nullcontext():
            small = self.first(latent)
        return small, self.second(small)

    def forward(self, latent: Tensor) -> Tensor:
        """Map latent (N, 100) to image (N, 3, size, size) in [-1, 1]."""
        return self.stages(latent)[1]
