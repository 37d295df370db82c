"""The Wasserstein GAN done right, with weights clipped (Arjovsky et al. 2017) or gradients penalised (Gulrajani 2017).

The critic's score is the discriminator's logit; no sigmoid follows.
"""

import torch
from torch import Tensor, nn

from stackrepro.training.networks import Batch, Networks, from_latents
from stackrepro.training.rules import Wasserstein, WassersteinClipped, WassersteinPenalty


def wasserstein(rule: Wasserstein, networks: Networks, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update the critic `critic_steps` times, each on real images and latents of its own, then the generator once.

    Arguments and losses as for `training_step`: `batch` holds the real images of all the critic's steps, each of which
    generates as many; what is told of the critic are means over its steps, its loss with the weighted penalty, if any.
    A penalised critic has no BatchNorm, which would mix the images whose slopes are measured.
    """
    generator, critic, steps = networks.generator, networks.discriminator, rule.critic_steps
    networks.train()
    records = []
    for step in range(steps):
        # The images of an update come in the order of their file, so each step takes some from everywhere.
        real = batch.real[step::steps]
        with torch.no_grad():
            generated = from_latents(generator.network, len(real), real.device)
        on_real, on_generated = critic.network(real).mean(), critic.network(generated).mean()
        record = {"discriminator": on_generated - on_real, "score_of_real": on_real, "score_of_generated": on_generated}
        if isinstance(rule, WassersteinPenalty):
            record["penalty"] = rule.penalty * gradient_penalty(critic.network, real, generated)
            record["discriminator"] = record["discriminator"] + record["penalty"]
        critic.descend(record["discriminator"])
        if isinstance(rule, WassersteinClipped):
            clip_weights(critic.network, rule.clip)
        records.append({name: value.detach() for name, value in record.items()})

    with critic.frozen():
        generator_loss = -critic.network(from_latents(generator.network, count, batch.real.device)).mean()
        generator.descend(generator_loss)
    means = {name: torch.stack([record[name] for record in records]).mean() for name in records[0]}
    return {**means, "generator": generator_loss}


def gradient_penalty(critic: nn.Module, real: Tensor, generated: Tensor) -> Tensor:
    """Return the mean of (slope - 1)² over points between real and generated images (N, channels, size, size).

    The slope is the Euclidean norm of the gradient of the score with respect to the image.
    """
    share = torch.rand(len(real), 1, 1, 1, device=real.device)
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
