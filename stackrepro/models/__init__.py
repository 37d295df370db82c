"""The networks of both papers: a specification says what is built, `build` builds it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from stackrepro.models.specifications import (
    BatchNorm,
    ConvDiscriminator,
    ConvGenerator,
    DCGANDiscriminator,
    DCGANGenerator,
    DeepConvDiscriminator,
    DeepConvGenerator,
    DeepConvRefiner,
    DenseDiscriminator,
    DenseGenerator,
    Discriminator,
    Generator,
    Hold,
    ModernDiscriminator,
    ModernGenerator,
    Network,
    PatchDiscriminator,
    ResNetGenerator,
    Stack,
    StageLatent,
)

if TYPE_CHECKING:
    from torch import nn

__all__ = [
    "BatchNorm",
    "ConvDiscriminator",
    "ConvGenerator",
    "DCGANDiscriminator",
    "DCGANGenerator",
    "DeepConvDiscriminator",
    "DeepConvGenerator",
    "DeepConvRefiner",
    "DenseDiscriminator",
    "DenseGenerator",
    "Discriminator",
    "Generator",
    "Hold",
    "ModernDiscriminator",
    "ModernGenerator",
    "Network",
    "PatchDiscriminator",
    "ResNetGenerator",
    "Stack",
    "StageLatent",
    "build",
]


# The module of each network and its class there; specifications themselves need no torch.
NETWORKS = {
    DenseGenerator: ("dense", "Generator"),
    DenseDiscriminator: ("dense", "Discriminator"),
    ConvGenerator: ("conv", "Generator"),
    ConvDiscriminator: ("conv", "Discriminator"),
    DeepConvGenerator: ("dconv", "Generator"),
    DeepConvRefiner: ("dconv", "Refiner"),
    DeepConvDiscriminator: ("dconv", "Discriminator"),
    DCGANGenerator: ("dcgan", "Generator"),
    DCGANDiscriminator: ("dcgan", "Discriminator"),
    ResNetGenerator: ("resnet", "Generator"),
    PatchDiscriminator: ("resnet", "Discriminator"),
    ModernGenerator: ("modern", "Generator"),
    ModernDiscriminator: ("modern", "Discriminator"),
    Stack: ("stack", "StackedGenerator"),
}


def build(specification: Network) -> nn.Module:
    """Return the network that `specification` describes, with PyTorch's own initial weights, or its module's.

    Wrap the call in `torch.device("meta")` to get shapes and counts without allocating a weight.
    """
    module, name = NETWORKS[type(specification)]
    return getattr(import_module(f"stackrepro.models.{module}"), name)(specification)
