"""The processes that share one training: each computes its part of every batch, and the parts are joined.

Networks are not wrapped in DistributedDataParallel. Its hooks expect one forward and one backward pass through all
weights of one module; here networks are held in part or for a time, several losses reach one network, gradients are
compared before they are applied, and a penalty differentiates twice. Gradients are averaged at one visible place
instead, between the backward pass and the optimizer's step (`Player.differentiate`).

All processes draw the same random numbers, those of the whole batch, and take their part of them. BatchNorm and dropout
work on the whole batch too (`runs/whole_batch.py`). So the number of processes changes the rounding of a training and
nothing else. One process alone, which is what runs by default, goes through none of this.
"""

from typing import TypeVar

import torch
from torch import Tensor, distributed

Value = TypeVar("Value")


def world_size() -> int:
    """Return how many processes share the training."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


def rank() -> int:
    """Return which of them this one is; the one of rank 0 writes all files."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def part(batch: Tensor) -> Tensor:
    """Return this process's part of a batch (N, ...): (N / world_size, ...), the parts following each other by rank."""
    size = len(batch) // world_size()
    return batch[rank() * size : (rank() + 1) * size] if world_size() > 1 else batch


def latents(count: int, numbers: int, device: torch.device) -> Tensor:
    """Draw `count` standard normal latents for all processes and return this one's, (count / world_size, numbers)."""
    return part(torch.randn(count, numbers, device=device))


def average(tensors: list[Tensor]) -> None:
    """Replace tensors by their means over all processes, in place and in one exchange."""
    if world_size() > 1:
        joined = torch.cat([tensor.flatten() for tensor in tensors]) / world_size()
        distributed.all_reduce(joined)
        for tensor, mean in zip(tensors, joined.split([tensor.numel() for tensor in tensors]), strict=True):
            tensor.copy_(mean.view_as(tensor))


def agreed(value: Value) -> Value:
    """Return what the process of rank 0 found, so that all take the same way; all wait here for it."""
    found = [value]
    if world_size() > 1:
        distributed.broadcast_object_list(found)
    return found[0]
