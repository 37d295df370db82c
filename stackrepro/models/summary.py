"""What a network holds, layer by layer, found by running it on shapes alone."""

from dataclasses import dataclass, fields

import torch
from torch import nn

from stackrepro.models import build
from stackrepro.models.specs import IMAGE_CHANNELS, Discriminator, Generator, PatchDiscriminator, ResNetGenerator


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
        return {name: getattr(self, name) for name in ("parameters", "running_statistics", "total", "trainable")}


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
    if isinstance(s, Generator):
        return [(s.latent,)]
    image = getattr(s, "image_channels", IMAGE_CHANNELS), s.size, s.size
    if not isinstance(s, ResNetGenerator | PatchDiscriminator):
        return [image]
    condition = s.condition_channels, s.size, s.size
    return (
        [condition, image] if isinstance(s, PatchDiscriminator) else [condition, *([(s.latent,)] if s.latent else [])]
    )


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
    weights = [(parameter.numel(), parameter.requires_grad) for parameter in module.parameters()]
    statistics = sum(buffer.numel() for buffer in module.buffers() if buffer.is_floating_point())
    return Counts(sum(size for size, _ in weights), sum(size for size, moves in weights if moves), statistics)


def sum_counts(layers: list[Layer]) -> Counts:
    """Add up the counts of `layers`."""
    return Counts(*(sum(getattr(x.counts, field.name) for x in layers) for field in fields(Counts)))


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
    """Split the layers of a stack of two by stage; a network that isn't one has no stages."""
    names = {"stage 1": "first.", "stage 2": "second."}
    parts = {stage: [layer for layer in layers if layer.name.startswith(name)] for stage, name in names.items()}
    return {stage: part for stage, part in parts.items() if part}
