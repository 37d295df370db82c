"""What a network holds, layer by layer, found by running it on shapes alone."""

from dataclasses import dataclass

import torch
from torch import nn

from stackrepro.models import build
from stackrepro.models.layers import IMAGE_CHANNELS
from stackrepro.models.specifications import Discriminator, Generator


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


def summarise(specification: Generator | Discriminator) -> list[Layer]:
    """Return the layers of a network in the order in which an image passes them. No weight is allocated."""
    with torch.device("meta"):
        network = build(specification).eval()
        if isinstance(specification, Generator):
            example = torch.empty(1, specification.latent)
        else:
            example = torch.empty(1, IMAGE_CHANNELS, specification.size, specification.size)
    layers: list[Layer] = []

    def note(name: str):
        def hook(module: nn.Module, _: tuple, output: torch.Tensor) -> None:
            layers.append(Layer(name, kind(module), tuple(output.shape[1:]), count(module)))

        return hook

    for name, module in network.named_modules():
        if not list(module.children()):
            module.register_forward_hook(note(name))
    with torch.no_grad():
        network(example)
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
            return f"{name} {size}x{size}, stride {stride}" + ("" if module.bias is None else " + bias")
        case nn.BatchNorm1d() | nn.BatchNorm2d():
            return f"BatchNorm (momentum {module.momentum:g}, eps {module.eps:g})"
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
    for stage, prefix in (("stage 1", "first."), ("stage 2", "second.")):
        part = [layer for layer in layers if layer.name.startswith(prefix)]
        if part:
            parts[stage] = part
    return parts
