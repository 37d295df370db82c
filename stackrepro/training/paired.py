"""Image to image, with pairs: an adversarial loss on condition and image, and L1 (pix2pix; paper B, stage 2)."""

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss, softplus

from stackrepro.training.networks import Batch, Networks
from stackrepro.training.rules import Paired


def paired(rule: Paired, networks: Networks, batch: Batch, _: int) -> dict[str, Tensor]:
    """Update the discriminator on real and on generated pairs, each on their own, then the generator once.

    As in the authors' StackGAN/scripts/edges2grayscale_train.py: the generator's step uses the images that the
    discriminator has just learned from, and the discriminator's loss is the sum of both parts, not half of it. There is
    one generated image a condition.

    Arguments and losses as for `training_step`. The generator's loss is told in parts, too, not weighted: adversarial
    in nats, and the mean absolute difference from the real image in units of the value range.
    """
    generator, discriminator = networks.generator, networks.discriminator
    networks.train()
    generated = translate(generator.network, batch.condition)

    on_real = discriminator.network(batch.condition, batch.real)
    on_generated = discriminator.network(batch.condition, generated.detach())
    discriminator_loss = softplus(-on_real).mean() + softplus(on_generated).mean()
    discriminator.descend(discriminator_loss)

    with discriminator.frozen():
        adversarial = softplus(-discriminator.network(batch.condition, generated)).mean()
        l1 = l1_loss(generated, batch.real)
        generator_loss = rule.adversarial * adversarial + rule.l1 * l1
        generator.descend(generator_loss)
    return {
        "discriminator": discriminator_loss,
        "generator": generator_loss,
        "generator_adversarial": adversarial,
        "generator_l1": l1,
        "real_called_real": on_real.sigmoid().mean(),
        "generated_called_real": on_generated.sigmoid().mean(),
    }


def translate(network: nn.Module, condition: Tensor) -> Tensor:
    """Make an image of each condition (M, channels, size, size), with a fresh latent where the stage reads one."""
    numbers = network.specification.latent
    latent = (torch.randn(len(condition), numbers, device=condition.device),) if numbers else ()
    return network(condition, *latent)
