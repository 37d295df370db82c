"""The players of a training: networks with their initial weights, and the optimizers that move them."""

import torch
from torch import nn

from stackrepro.experiments import Configuration, Optimizer
from stackrepro.models import build
from stackrepro.models.layers import initialise
from stackrepro.runs.randomness import seed_for
from stackrepro.runs.whole_batch import share_layers
from stackrepro.updates.game import Game
from stackrepro.updates.player import Player
from stackrepro.updates.processes import world_size


def start(configuration: Configuration, device: str | torch.device = "cpu") -> Game:
    """Build all networks of a training with the initial weights that its seed gives; a trained stage 1 isn't loaded."""
    c = configuration
    torch.manual_seed(seed_for(c.seed, "weights"))
    networks = [build(c.generator), build(c.discriminator)]
    for network in networks:
        initialise(network, c.initial_weights)
    if c.first_discriminator is not None:  # last, so that the others begin as they do without it
        networks.append(build(c.first_discriminator))
        initialise(networks[-1], c.initial_weights)
    for network in networks:
        network.to(device, memory_format=torch.channels_last)  # as the images lie in the prepared arrays
        if world_size() > 1:
            share_layers(network)
    return Game(
        player(networks[0], c.generator_optimizer, c.stage1_rate),
        *(player(network, c.discriminator_optimizer) for network in networks[1:]),
    )


def player(network: nn.Module, optimizer: Optimizer, stage1_rate: float = 1.0) -> Player:
    """Join a network with its optimizer over the weights that are trained.

    The weights of a stack's first stage get the share `stage1_rate` of the optimizer's rate.
    """
    groups = [{"params": [weight for weight in network.parameters() if weight.requires_grad]}]
    if stage1_rate != 1.0:
        groups = [
            {"params": list(network.first.parameters()), "lr": stage1_rate * optimizer.rate},
            {"params": list(network.second.parameters())},
        ]
    if optimizer.name == "adam":
        betas = (optimizer.beta1, optimizer.decay)
        built = torch.optim.Adam(
            groups, lr=optimizer.rate, betas=betas, eps=optimizer.epsilon, amsgrad=optimizer.amsgrad, fused=True
        )
    else:
        built = torch.optim.RMSprop(groups, lr=optimizer.rate, alpha=optimizer.decay, eps=optimizer.epsilon)
    return Player(network, built, optimizer.clip)
