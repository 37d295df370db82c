"""The networks of both papers: a specification says what is built, `build` builds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackrepro.models.specifications import (
    BatchNorm,
    ConvDiscriminator,
    ConvGenerator,
    DeepConvDiscriminator,
    DeepConvGenerator,
    DeepConvRefiner,
    DenseDiscriminator,
    DenseGenerator,
    Discriminator,
    Generator,
    Hold,
    Network,
    Stack,
)

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "BatchNorm",
    "ConvDiscriminator",
    "ConvGenerator",
    "DeepConvDiscriminator",
    "DeepConvGenerator",
    "DeepConvRefiner",
    "DenseDiscriminator",
    "DenseGenerator",
    "Discriminator",
    "Generator",
    "Hold",
    "Network",
    "Stack",
    "build",
]


def build(specification: Network) -> nn.Module:
    """Return the network that `specification` describes, with PyTorch's own initial weights.

    Wrap the call in `torch.device("meta")` to get shapes and counts without allocating a weight.
    """
    from stackrepro.models import conv, dconv, dense, stack

    networks = {
        DenseGenerator: dense.Generator,
        DenseDiscriminator: dense.Discriminator,
        ConvGenerator: conv.Generator,
        ConvDiscriminator: conv.Discriminator,
        DeepConvGenerator: dconv.Generator,
        DeepConvRefiner: dconv.Refiner,
        DeepConvDiscriminator: dconv.Discriminator,
        Stack: stack.StackedGenerator,
    }
    return networks[type(specification)](specification)
