"""What a network is made of, as plain immutable data: light to import, and part of a run's identity.

Each specification is written at the paper's scale. `scaled(halvings, divisor)` gives the smaller network of a lower
tier by one rule: each halving of the image takes away the stride-2 layer nearest to the image, or halves the starting
grid where there is no such layer to spare, and every width but the image's own is divided by `divisor`.
"""

from stackrepro.models.specifications.birds import (
    ConvDiscriminator,
    ConvGenerator,
    DeepConvDiscriminator,
    DeepConvGenerator,
    DeepConvRefiner,
    DenseDiscriminator,
    DenseGenerator,
)
from stackrepro.models.specifications.faces import (
    DCGANDiscriminator,
    DCGANGenerator,
    PatchDiscriminator,
    ResNetGenerator,
    StageLatent,
)
from stackrepro.models.specifications.modern import ModernDiscriminator, ModernGenerator
from stackrepro.models.specifications.shared import BatchNorm
from stackrepro.models.specifications.stack import Hold, Stack

Generator = DenseGenerator | ConvGenerator | DeepConvGenerator | DCGANGenerator | ModernGenerator | Stack
Discriminator = (
    DenseDiscriminator
    | ConvDiscriminator
    | DeepConvDiscriminator
    | DCGANDiscriminator
    | PatchDiscriminator
    | ModernDiscriminator
)
Network = Generator | DeepConvRefiner | ResNetGenerator | Discriminator

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
]
