"""A network and the optimizer that moves it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from stackrepro.updates import processes


class Player:
    """One side of the game. `clip` limits each element of the gradient, None leaves it.

    `stepped` is the clock's reading (`time.perf_counter`, seconds) when the last step ended.
    """

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer, clip: float | None = None) -> None:
        self.network, self.optimizer, self.clip = network, optimizer, clip
        self.stepped = 0.0

    def descend(self, loss: Tensor) -> None:
        """Move the trainable weights one step against the gradient of `loss`."""
        self.differentiate(loss)
        self.step()

    def differentiate(self, loss: Tensor) -> None:
        """Replace the gradients of the trainable weights by those of `loss`, the mean over all processes."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        if processes.world_size() > 1:
            processes.average([weight.grad for weight in self.network.parameters() if weight.grad is not None])

    def step(self) -> None:
        """Move the trainable weights one step against their gradients, each element limited by `clip`."""
        if self.clip is not None:
            nn.utils.clip_grad_value_(self.network.parameters(), self.clip)
        self.optimizer.step()
        self.stepped = time.perf_counter()

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
