"""The networks of a training with the optimizers that move them, and the batch that one update gets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from stackrepro.models import build
from stackrepro.models.layers import initialise
from stackrepro.training.configuration import Configuration, Optimizer
from stackrepro.training.sampling import seed_for


@dataclass(frozen=True)
class Batch:
    """The real images of one update, (M, channels, size, size) in the run's value range, in the order of the epoch.

    A rule that takes several batches gets them in one. `condition` is what a generator reads that doesn't start from a
    latent, image by image the partner of `real`.
    """

    real: Tensor
    condition: Tensor | None = None


class Optimized:
    """A network and the optimizer that moves it; `clip` limits each element of the gradient, None leaves it.

    `stepped` is when the last step ended, by `time.perf_counter`.
    """

    def __init__(self, network: nn.Module, optimizer: torch.optim.Optimizer, clip: float | None = None) -> None:
        self.network, self.optimizer, self.clip = network, optimizer, clip
        self.stepped = 0.0

    def descend(self, loss: Tensor) -> None:
        """Move the trainable weights one step against the gradient of `loss`."""
        self.differentiate(loss)
        self.step()

    def differentiate(self, loss: Tensor) -> None:
        """Replace the gradients of the trainable weights by those of `loss`."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()

    def step(self) -> None:
        """Move the trainable weights one step against their gradients, each element limited by `clip`."""
        if self.clip is not None:
            nn.utils.clip_grad_value_(self.network.parameters(), self.clip)
        self.optimizer.step()
        self.stepped = time.perf_counter()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Let gradients pass through the network without being computed for its own weights."""
        weights = [weight for weight in self.network.parameters() if weight.requires_grad]
        for weight in weights:
            weight.requires_grad_(False)
        try:
            yield
        finally:
            for weight in weights:
                weight.requires_grad_(True)


@dataclass(frozen=True)
class Networks:
    """The networks of one training. `first_discriminator` judges the image that stage 1 of a stack makes."""

    generator: Optimized
    discriminator: Optimized
    first_discriminator: Optimized | None = None

    def by_name(self) -> dict[str, Optimized]:
        """Return the networks that there are, by name."""
        return {name: optimized for name, optimized in vars(self).items() if optimized is not None}

    def train(self) -> None:
        """Switch all networks to training mode."""
        for optimized in self.by_name().values():
            optimized.network.train()


def build_networks(configuration: Configuration, device: str | torch.device = "cpu") -> Networks:
    """Build all networks of a training with the initial weights that its seed gives; a trained stage 1 isn't loaded."""
    c = configuration
    torch.manual_seed(seed_for(c.seed, "weights"))
    generator, *judges = networks = [build(c.generator), build(c.discriminator)]
    for network in networks:
        initialise(network, c.initial_weights)
    if c.first_discriminator is not None:  # last, so that the others begin as they do without it
        judges.append(build(c.first_discriminator))
        initialise(judges[-1], c.initial_weights)
    for network in (generator, *judges):
        network.to(device, memory_format=torch.channels_last)  # as the images lie in the prepared arrays
    judged = [with_optimizer(network, c.discriminator_optimizer) for network in judges]
    return Networks(with_optimizer(generator, c.generator_optimizer, c.stage1_rate), *judged)


def with_optimizer(network: nn.Module, optimizer: Optimizer, stage1_rate: float = 1.0) -> Optimized:
    """Join a network with its optimizer; the first stage of a stack gets the share `stage1_rate` of its rate."""
    groups = [{"params": [weight for weight in network.parameters() if weight.requires_grad]}]
    if stage1_rate != 1.0:
        groups = [
            {"params": list(network.first.parameters()), "lr": stage1_rate * optimizer.rate},
            {"params": list(network.second.parameters())},
        ]
    common = {"lr": optimizer.rate, "eps": optimizer.epsilon}
    if optimizer.name == "adam":
        betas = (optimizer.beta1, optimizer.decay)
        built = torch.optim.Adam(groups, betas=betas, amsgrad=optimizer.amsgrad, fused=True, **common)
    else:
        built = torch.optim.RMSprop(groups, alpha=optimizer.decay, **common)
    return Optimized(network, built, optimizer.clip)


def from_latents(network: nn.Module, count: int, device: torch.device) -> Tensor:
    """Make `count` images (count, channels, size, size) of a generator from fresh standard normal latents."""
    return network(torch.randn(count, network.specification.latent, device=device))


def flat(tensors: list[Tensor] | tuple[Tensor, ...]) -> Tensor:
    """Join tensors, such as gradients, into one vector."""
    return torch.cat([tensor.flatten() for tensor in tensors])
