"""Small pieces that every family uses."""

import torch
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.models.specifications import BatchNorm

IMAGE_CHANNELS = 3


def activation(slope: float) -> nn.Module:
    """Return LeakyReLU with this slope, or the plain ReLU for slope 0."""
    return nn.LeakyReLU(slope, inplace=True) if slope else nn.ReLU(inplace=True)


def batch_norm(channels: int, norm: BatchNorm) -> nn.BatchNorm2d:
    """Return a BatchNorm over `channels` feature maps."""
    return nn.BatchNorm2d(channels, eps=norm.epsilon, momentum=norm.momentum)


def batch_norm_1d(width: int, norm: BatchNorm) -> nn.BatchNorm1d:
    """Return a BatchNorm over vectors of `width` numbers."""
    return nn.BatchNorm1d(width, eps=norm.epsilon, momentum=norm.momentum)


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
    """Return `tensor` if all its sizes but the batch's are `shape`.

    Raises:
        ShapeError: they aren't.
    """
    if tuple(tensor.shape[1:]) != shape:
        raise ShapeError(
            f"A network expected (N, {', '.join(map(str, shape))}), got {tuple(tensor.shape)}: make the experiment's "
            f"specification fit its views and the stage before it."
        )
    return tensor


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
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            if scheme == "dcgan":
                nn.init.normal_(module.weight, 0.0, 0.02)
            else:
                nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            if scheme == "dcgan":
                nn.init.normal_(module.weight, 1.0, 0.02)
            else:
                nn.init.ones_(module.weight)
            nn.init.zeros_(module.bias)
