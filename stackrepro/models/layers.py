"""Small pieces that every family uses."""

from typing import Self

import torch
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.models.specs import BatchNorm


def activation(slope: float) -> nn.Module:
    """Return LeakyReLU with this slope, or the plain ReLU for slope 0."""
    return nn.LeakyReLU(slope, inplace=True) if slope else nn.ReLU(inplace=True)


def batch_norm(width: int, norm: BatchNorm, of: type[nn.Module] = nn.BatchNorm2d) -> nn.Module:
    """Return a BatchNorm over `width` feature maps, or over vectors of `width` numbers with `of` nn.BatchNorm1d."""
    return of(width, eps=norm.epsilon, momentum=norm.momentum)


def doubling(inputs: int, outputs: int, kernel: int) -> nn.ConvTranspose2d:
    """Return a transposed convolution of stride 2 without bias that turns (N, C, H, W) into (N, outputs, 2H, 2W).

    Keras' "same" for a 5 x 5 kernel crops one row at the top and two at the bottom; padding 2 with output padding 1
    crops two and one: the same layer, mirrored by a pixel. For a 4 x 4 kernel padding 1 is exactly Keras' "same".
    """
    return nn.ConvTranspose2d(
        inputs, outputs, kernel, stride=2, padding=(kernel - 1) // 2, output_padding=kernel % 2, bias=False
    )


class ShapeError(UserError, ValueError):
    """Images or numbers that a network can't take, such as colours for a network of gray images."""


def check_shape(tensor: Tensor, *shape: int) -> Tensor:
    """Return `tensor` if all its sizes but the batch's are `shape`; raise `ShapeError` if they aren't."""
    if tuple(tensor.shape[1:]) != shape:
        raise ShapeError(
            f"A network expected (N, {', '.join(map(str, shape))}), got {tuple(tensor.shape)}: make the experiment's "
            f"specification fit its views and the stage before it."
        )
    return tensor


class Layers(nn.Sequential):
    """Layers in a row that say which shapes they take and give, batch left out, and are held to it in every pass."""

    def __init__(self, *takes: int) -> None:
        super().__init__()
        self.takes = takes
        self.gives: list[tuple[int, ...] | None] = []  # for each layer, None where nothing is said

    def add(self, *layers: nn.Module, gives: tuple[int, ...]) -> Self:
        """Append layers, the last of which gives (N, *gives)."""
        self.extend(layers)
        self.gives += [*[None] * (len(layers) - 1), gives]
        return self

    def forward(self, tensor: Tensor) -> Tensor:
        """Map (N, *takes) through all layers; raise `ShapeError` where a shape is another than was said."""
        check_shape(tensor, *self.takes)
        for layer, shape in zip(self, self.gives, strict=True):
            tensor = layer(tensor)
            if shape is not None:
                check_shape(tensor, *shape)
        return tensor


class Residual(nn.Module):
    """Layers that change no shape, and whose result is added to what came in."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, maps: Tensor) -> Tensor:
        return maps + self.layers(maps)


@torch.no_grad()
def initialise(network: nn.Module, scheme: str) -> None:
    """Overwrite the weights of `network` in place, drawing from PyTorch's global generator.

    - "dcgan": kernels N(0, 0.02), BatchNorm's scale N(1, 0.02), all shifts 0 (Radford et al. 2016, and PyTorch's
      own DCGAN example for BatchNorm).
    - "keras": kernels Glorot uniform, all biases 0, BatchNorm's scale 1 (the defaults under all 12 notebooks of
      paper A).
    - "own": those that it was built with stay.
    """
    if scheme == "own":
        return
    for module in network.modules():
        kernel = isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d)
        if not kernel and not isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            continue
        if scheme == "dcgan":
            nn.init.normal_(module.weight, 0.0 if kernel else 1.0, 0.02)
        elif kernel:
            nn.init.xavier_uniform_(module.weight)
        else:
            nn.init.ones_(module.weight)
        if module.bias is not None:
            nn.init.zeros_(module.bias)
