"""The update of all 12 notebooks of paper A: real and generated images share the discriminator's batch."""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from stackrepro.training.networks import Batch, Networks, from_latents
from stackrepro.training.rules import Mixed


def mixed(_: Mixed, networks: Networks, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update the discriminator once on a shuffled mixture, then the generator on fresh latents.

    What Keras does there, and what differs from `standard`:

    - The images for the discriminator come from `predict`: the generator's BatchNorm uses its moving averages.
    - BatchNorm of the discriminator sees the mixture.
    - Labels go by position: the first `count` of the unshuffled mixture are called real. A short last batch of M
      real images therefore calls `count` - M generated ones real.
    - In the generator's step the discriminator is flagged untrainable: its BatchNorm uses its moving averages and
      doesn't move them, while its dropout stays on.

    Arguments and losses as for `training_step`; there are at most `count` real images.
    """
    generator, discriminator, real = networks.generator, networks.discriminator, batch.real
    generator.network.eval()
    with torch.no_grad():
        generated = from_latents(generator.network, count, real.device)
    mixture = torch.cat([real, generated])
    labels = torch.zeros(len(mixture), 1, device=real.device)
    labels[:count] = 1.0
    order = torch.randperm(len(mixture), device=real.device)

    discriminator.network.train()
    logits = discriminator.network(mixture[order])
    discriminator_loss = binary_cross_entropy_with_logits(logits, labels[order])
    discriminator.descend(discriminator_loss)

    generator.network.train()
    discriminator.network.eval()
    for module in discriminator.network.modules():
        if isinstance(module, nn.Dropout):
            module.train()
    with discriminator.frozen():
        generator_loss = softplus(-discriminator.network(from_latents(generator.network, count, real.device))).mean()
        generator.descend(generator_loss)
    is_real, probability = order < len(real), logits.sigmoid()
    return {
        "discriminator": discriminator_loss,
        "generator": generator_loss,
        "real_called_real": probability[is_real].sum() / len(real),
        "generated_called_real": probability[~is_real].sum() / count,
    }
