"""The Wasserstein game done right, with weights clipped (Arjovsky et al. 2017) or gradients penalised (Gulrajani 2017).

The critic's score is the discriminator's logit; no sigmoid follows.
"""

import torch
from torch import Tensor, nn

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.processes import latents, part, world_size
from stackrepro.updates.rules import WassersteinClipped, WassersteinPenalty


def wasserstein(
    rule: WassersteinClipped | WassersteinPenalty, game: Game, batch: Batch, count: int
) -> dict[str, Tensor]:
    """Update the critic `critic_steps` times, each on real images and latents of its own, then the generator once.

    Args:
        rule: how many steps, and what holds the critic's slope down.
        game: both sides; a penalised critic has no BatchNorm, which would mix the images whose slopes are measured.
        batch: real images (critic_steps * M, channels, size, size) in the run's value range.
        count: how many images to generate for the generator's step, in all processes; each of the critic's steps takes
            as many as it has real ones.

    Returns:
        The critic's loss and, where there is one, the penalty in it, weighted; its mean scores of real and of generated
        images before its steps; all these are means over its steps. The generator's loss. All of shape ().
    """
    generator, critic, steps = game.generator, game.discriminator, rule.critic_steps
    latent_size = generator.network.specification.latent
    generator.network.train()
    critic.network.train()
    records = []
    for step in range(steps):
        # The images of an update come in the order of their file, so each step takes some from everywhere.
        real = batch.real[step::steps]
        with torch.no_grad():
            generated = generator.network(latents(len(real) * world_size(), latent_size, real.device))
        on_real, on_generated = critic.network(real).mean(), critic.network(generated).mean()
        record = {"discriminator": on_generated - on_real, "score_of_real": on_real, "score_of_generated": on_generated}
        if isinstance(rule, WassersteinPenalty):
            record["penalty"] = rule.penalty * gradient_penalty(critic.network, real, generated)
            record["discriminator"] = record["discriminator"] + record["penalty"]
        critic.descend(record["discriminator"])
        if isinstance(rule, WassersteinClipped):
            clip_weights(critic.network, rule.clip)
        records.append({name: value.detach() for name, value in record.items()})

    with critic.held():
        generator_loss = -critic.network(generator.network(latents(count, latent_size, batch.real.device))).mean()
        generator.descend(generator_loss)
    means = {name: torch.stack([record[name] for record in records]).mean() for name in records[0]}
    return {**means, "generator": generator_loss.detach()}


def gradient_penalty(critic: nn.Module, real: Tensor, generated: Tensor) -> Tensor:
    """Return the mean of (slope - 1)² over points between real and generated images, one between each two.

    The slope is the Euclidean norm of the gradient of the score with respect to the image.

    Args:
        critic: images to scores (N, 1), each score from its image alone.
        real, generated: images (N, channels, size, size).
    """
    share = part(torch.rand(len(real) * world_size(), 1, 1, 1, device=real.device))
    between = (share * real + (1 - share) * generated).requires_grad_()
    (gradient,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    return (gradient.flatten(1).norm(dim=1) - 1).square().mean()


@torch.no_grad()
def clip_weights(critic: nn.Module, bound: float) -> None:
    """Clip each weight to [-bound, bound], but for BatchNorm's.

    The scale of a BatchNorm starts at 1: clipped to 0.01 in layer after layer, it would take nearly all of the score.
    """
    for module in critic.modules():
        if not isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            for weight in module.parameters(recurse=False):
                weight.clamp_(-bound, bound)
