"""What a network holds, layer by layer, found by running it on shapes alone."""

from dataclasses import dataclass
from itertools import takewhile

import torch
from torch import nn

from stackrepro.models import build
from stackrepro.models.specs import (
    IMAGE_CHANNELS,
    DCGANDiscriminator,
    Discriminator,
    Generator,
    PatchDiscriminator,
    ResNetGenerator,
)


@dataclass(frozen=True)
class Counts:
    """Numbers held: `parameters`, of which `trainable`, and `running_statistics` (BatchNorm's means and variances)."""

    parameters: int
    trainable: int
    running_statistics: int

    @property
    def total(self) -> int:
        """Parameters and running statistics, which is what Keras calls the total."""
        return self.parameters + self.running_statistics

    def as_dict(self) -> dict[str, int]:
        return {
            "parameters": self.parameters,
            "running_statistics": self.running_statistics,
            "total": self.total,
            "trainable": self.trainable,
        }


@dataclass(frozen=True)
class Layer:
    """One layer: its place in the network, its kind with its settings, its output's shape without the batch."""

    name: str
    kind: str
    output: tuple[int, ...]
    counts: Counts


def inputs(specification: Generator | ResNetGenerator | Discriminator) -> list[tuple[int, ...]]:
    """Return the shapes, without the batch, of all that a network reads."""
    s = specification
    match s:
        case PatchDiscriminator():
            return [(s.condition_channels, s.size, s.size), (s.image_channels, s.size, s.size)]
        case ResNetGenerator():
            return [(s.condition_channels, s.size, s.size), *([(s.latent,)] if s.latent else [])]
        case DCGANDiscriminator():
            return [(s.image_channels, s.size, s.size)]
        case _ if isinstance(s, Generator):
            return [(s.latent,)]
        case _:
            return [(IMAGE_CHANNELS, s.size, s.size)]


def summarise(specification: Generator | ResNetGenerator | Discriminator) -> list[Layer]:
    """Return the layers of a network in the order in which an image passes them. No weight is allocated.

    A sum, as in a residual block, is no layer: it has no weights and changes no shape.
    """
    with torch.device("meta"):
        network = build(specification).eval()
        example = [torch.empty(1, *shape) for shape in inputs(specification)]
    layers: list[Layer] = []

    def note(module: nn.Module, _: tuple, output: torch.Tensor) -> None:
        layers.append(Layer(names[module], kind(module), tuple(output.shape[1:]), count(module)))

    names = {module: name for name, module in network.named_modules()}
    for module in names:
        if not list(module.children()) and not isinstance(module, nn.Sequential):  # an empty one is no layer
            module.register_forward_hook(note)
    with torch.no_grad():
        network(*example)
    return layers


def count(module: nn.Module) -> Counts:
    """Count what `module` and the modules inside it hold. BatchNorm's counter of batches doesn't count."""
    parameters = list(module.parameters())
    return Counts(
        parameters=sum(p.numel() for p in parameters),
        trainable=sum(p.numel() for p in parameters if p.requires_grad),
        running_statistics=sum(b.numel() for b in module.buffers() if b.is_floating_point()),
    )


def sum_counts(layers: list[Layer]) -> Counts:
    """Add up the counts of `layers`."""
    return Counts(
        parameters=sum(layer.counts.parameters for layer in layers),
        trainable=sum(layer.counts.trainable for layer in layers),
        running_statistics=sum(layer.counts.running_statistics for layer in layers),
    )


def kind(module: nn.Module) -> str:
    """Name a layer as the field does, with the settings that matter."""
    match module:
        case nn.Linear():
            return "Dense" + ("" if module.bias is None else " + bias")
        case nn.ConvTranspose2d() | nn.Conv2d():
            name = "Transposed convolution" if isinstance(module, nn.ConvTranspose2d) else "Convolution"
            size, stride = module.kernel_size[0], module.stride[0]
            groups = f", {module.groups} groups" if module.groups > 1 else ""
            border = ", reflected border" if module.padding_mode == "reflect" else ""
            bias = "" if module.bias is None else " + bias"
            return f"{name} {size}x{size}, stride {stride}{groups}{border}{bias}"
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            return f"BatchNorm (momentum {module.momentum:g}, eps {module.eps:g})"
        case nn.InstanceNorm2d():
            return f"InstanceNorm (eps {module.eps:g})"
        case nn.LeakyReLU():
            return f"LeakyReLU {module.negative_slope:g}"
        case nn.Dropout():
            return f"Dropout {module.p:g}"
        case nn.Unflatten():
            return "Reshape"
        case _:
            return type(module).__name__


def stages(layers: list[Layer]) -> dict[str, list[Layer]]:
    """Split the layers of a stack by stage; a network that isn't one has no stages."""
    parts: dict[str, list[Layer]] = {}
    for layer in layers:
        place = "".join(takewhile(("first", "second").__contains__, layer.name.split(".")))
        if place:
            parts.setdefault(place, []).append(layer)
    return {f"stage {number}": part for number, part in enumerate(parts.values(), start=1)}
