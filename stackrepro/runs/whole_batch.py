"""Layers that look beyond their own image, made to look at the whole batch where processes share it.

PyTorch's SyncBatchNorm works on CUDA devices alone; this one works on any, which is how two processes on a CPU can be
compared with one. Dropout has no statistics, but its mask is drawn for the whole batch, so that all processes go on
with the same state of the random generator.
"""

from copy import deepcopy

import torch
from torch import Tensor, distributed, nn
from torch.nn.functional import dropout

from stackrepro.updates import processes


class Sum(torch.autograd.Function):
    """The sum of a tensor over all processes. Each process's loss depends on it, so gradients are summed as well."""

    @staticmethod
    def forward(context: torch.autograd.function.FunctionCtx, tensor: Tensor) -> Tensor:
        total = tensor.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(context: torch.autograd.function.FunctionCtx, gradient: Tensor) -> Tensor:
        return Sum.apply(gradient)


class WholeBatchNorm(nn.Module):
    """What replaces the forward pass of `nn.BatchNorm1d` and `nn.BatchNorm2d` in training mode."""

    def forward(self, maps: Tensor) -> Tensor:
        """Normalise (N, C) or (N, C, H, W) by the statistics of all processes' images."""
        if not self.training:
            return super().forward(maps)
        kind, maps = maps.dtype, maps.to(self.weight.dtype)  # statistics need all their digits in mixed precision too
        others, shape = [0, *range(2, maps.dim())], [1, -1, *[1] * (maps.dim() - 2)]
        count = maps.numel() // maps.shape[1] * processes.world_size()
        mean = Sum.apply(maps.sum(others)) / count
        centred = maps - mean.view(shape)
        variance = Sum.apply(centred.square().sum(others)) / count
        with torch.no_grad():
            self.num_batches_tracked.add_(1)
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)  # unbiased, as PyTorch keeps it
        scale = self.weight * (variance + self.eps).rsqrt()
        return (centred * scale.view(shape) + self.bias.view(shape)).to(kind)


class WholeBatchNorm1d(WholeBatchNorm, nn.BatchNorm1d):
    """BatchNorm over vectors (N, C)."""


class WholeBatchNorm2d(WholeBatchNorm, nn.BatchNorm2d):
    """BatchNorm over feature maps (N, C, H, W)."""


class WholeBatchDropout(nn.Dropout):
    """Dropout whose mask is this process's part of that of the whole batch."""

    def forward(self, maps: Tensor) -> Tensor:
        """Drop entries of (N, ...)."""
        if not self.training:
            return maps
        whole = torch.ones_like(maps).repeat(processes.world_size(), *[1] * (maps.dim() - 1))
        return maps * processes.part(dropout(whole, self.p))


REPLACED = {
    nn.BatchNorm1d: WholeBatchNorm1d,
    nn.BatchNorm2d: WholeBatchNorm2d,
    nn.Dropout: WholeBatchDropout,
}


def share_layers(network: nn.Module) -> None:
    """Let the layers of a network work on the whole batch from now on; its weights and their names stay."""
    for module in network.modules():
        module.__class__ = REPLACED.get(type(module), type(module))


def unshared(network: nn.Module) -> nn.Module:
    """Return a copy of a network whose layers need no other process."""
    copied, plain = deepcopy(network), {new: old for old, new in REPLACED.items()}
    for module in copied.modules():
        module.__class__ = plain.get(type(module), type(module))
    return copied
