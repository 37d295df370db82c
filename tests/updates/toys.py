"""Small networks with the interfaces of the real ones."""

from types import SimpleNamespace

import torch
from torch import Tensor, nn

from stackrepro.updates.player import Player

PIXELS = 16


class ToyGenerator(nn.Module):
    """Latent (N, 8) to 'images' (N, 1, 1, 16), with BatchNorm as the real one has."""

    def __init__(self) -> None:
        super().__init__()
        self.specification = SimpleNamespace(latent=8)
        self.layers = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, PIXELS))

    def forward(self, latent: Tensor) -> Tensor:
        return self.layers(latent).reshape(-1, 1, 1, PIXELS)


def toy_critic(norm: bool) -> nn.Sequential:
    """Return a critic of 'images' (N, 1, 1, 16), with or without BatchNorm."""
    inside = [nn.BatchNorm1d(32)] if norm else []
    return nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, 32), *inside, nn.LeakyReLU(0.2), nn.Linear(32, 1))


def player(network: nn.Module, kind: str = "sgd", rate: float = 0.0) -> Player:
    """Join a network with an optimizer; by default one that moves nothing."""
    optimizer = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop}[kind]
    return Player(network, optimizer(network.parameters(), lr=rate))


def real_images(count: int) -> Tensor:
    """Draw 'real images' (N, 1, 1, 16) around 2."""
    return 2 + torch.randn(count, 1, 1, PIXELS)
