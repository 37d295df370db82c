"""The average of a generator's weights over its training (Yazıcı et al. 2019, arXiv:1806.04498)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

MOST = 0.999  # the past's weight; about the last thousand updates count


def past_after(updates: int) -> float:
    """Return the weight of the past after so many updates: it grows at first, so that the initial weights fade out."""
    return min(MOST, (1 + updates) / (10 + updates))


class Average:
    """The average of a network's weights, which follows them without changing them and draws no random number."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.weights = [weight.detach().clone() for weight in network.parameters()]

    @torch.no_grad()
    def follow(self, updates: int) -> None:
        """Take up the weights as they are after so many updates; call it once behind each."""
        torch._foreach_lerp_(self.weights, list(self.network.parameters()), 1 - past_after(updates))

    @torch.no_grad()
    def restore(self, weights: list[Tensor]) -> None:
        """Go on from the `weights` of a checkpoint."""
        for own, kept in zip(self.weights, weights, strict=True):
            own.copy_(kept)

    def state(self) -> dict[str, Tensor]:
        """Return the network's state with the average in the place of its weights; buffers are the last ones."""
        names = (name for name, _ in self.network.named_parameters())
        return {**self.network.state_dict(), **dict(zip(names, self.weights, strict=True))}
