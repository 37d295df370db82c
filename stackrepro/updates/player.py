"""A network and the optimizer that moves it."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Player:
    """One side of the game. `clip` limits each element of the gradient, None leaves it."""

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer, clip: float | None) -> None:
        self.network, self.optimizer, self.clip = network, optimizer, clip

    def descend(self, loss: Tensor) -> None:
        """Move the trainable weights one step against the gradient of `loss`."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if self.clip is not None:
            nn.utils.clip_grad_value_(self.network.parameters(), self.clip)
        self.optimizer.step()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let gradients pass through the network without being computed for its own weights."""
        weights = [weight for weight in self.network.parameters() if weight.requires_grad]
        for weight in weights:
            weight.requires_grad_(False)
        try:
            yield
        finally:
            for weight in weights:
                weight.requires_grad_(True)
