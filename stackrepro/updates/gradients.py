"""Gradients as one vector, to compare and to add them."""

import torch
from torch import Tensor


def flat(tensors: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Join tensors into one vector."""
    return torch.cat([tensor.flatten() for tensor in tensors])


def add(weights: list[Tensor], gradient: Tensor, factor: float) -> None:
    """Add a multiple of a joined gradient to the gradients of `weights`."""
    for weight, part in zip(weights, gradient.split([w.numel() for w in weights]), strict=True):
        weight.grad.add_(part.view_as(weight), alpha=factor)
