"""The networks of both papers: a specification (`specs`, without torch) says what is built, `build` builds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stackrepro.models import specs

if TYPE_CHECKING:
    from torch import nn


def networks() -> dict[type, type[nn.Module]]:
    """Map each kind of specification to the network that is built from it."""
    # Here, since they import torch.
    from stackrepro.models import conv, dcgan, dconv, dense, modern, resnet, stack

    return {
        specs.DenseGenerator: dense.Generator,
        specs.DenseDiscriminator: dense.Discriminator,
        specs.ConvGenerator: conv.Generator,
        specs.ConvDiscriminator: conv.Discriminator,
        specs.DeepConvGenerator: dconv.Generator,
        specs.DeepConvRefiner: dconv.Refiner,
        specs.DeepConvDiscriminator: dconv.Discriminator,
        specs.DCGANGenerator: dcgan.Generator,
        specs.DCGANDiscriminator: dcgan.Discriminator,
        specs.ResNetGenerator: resnet.Generator,
        specs.PatchDiscriminator: resnet.Discriminator,
        specs.ModernGenerator: modern.Generator,
        specs.ModernDiscriminator: modern.Discriminator,
        specs.Stack: stack.StackedGenerator,
    }


def build(specification: specs.Network) -> nn.Module:
    """Return the network that `specification` describes, with PyTorch's own initial weights, or its module's.

    Wrap the call in `torch.device("meta")` to get shapes and counts without allocating a weight.
    """
    network = networks()[type(specification)]
    if isinstance(specification, specs.Stack):
        return network(specification, build(specification.first), build(specification.second))
    return network(specification)
