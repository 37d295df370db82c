"""The update of all 12 notebooks of paper A: real and generated images share the discriminator's batch."""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.processes import latents, part, world_size
from stackrepro.updates.rules import Mixed


def mixed(_: Mixed, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update the discriminator once on a shuffled mixture, then the generator on fresh latents.

    What Keras does there, and what differs from `standard`:

    - The images for the discriminator come from `predict`: the generator's BatchNorm uses its moving averages.
    - BatchNorm of the discriminator sees the mixture.
    - Labels go by position: the first `count` of the unshuffled mixture are called real. A short last batch of M
      real images therefore calls `count` - M generated ones real.
    - In the generator's step the discriminator is flagged untrainable: its BatchNorm uses its moving averages and
      doesn't move them, while its dropout stays on.

    Args:
        game: both sides.
        batch: all processes' real images (M, channels, size, size) in the run's value range, M at most `count`.
        count: how many images to generate, in all processes.

    Returns:
        Both losses in nats, and the discriminator's mean probabilities of "real" before its step; all of shape ().
    """
    generator, discriminator, real = game.generator, game.discriminator, batch.real
    latent_size = generator.network.specification.latent
    generator.network.eval()
    with torch.no_grad():  # the whole batch in every process, since shuffling deals the images out anew
        generated = generator.network(torch.randn(count, latent_size, device=real.device))
    mixture = torch.cat([real, generated])
    labels = torch.zeros(len(mixture), 1, device=real.device)
    labels[:count] = 1.0
    order = part(torch.randperm(len(mixture), device=real.device))

    discriminator.network.train()
    logits = discriminator.network(mixture[order])
    discriminator_loss = binary_cross_entropy_with_logits(logits, labels[order])
    discriminator.descend(discriminator_loss)

    generator.network.train()
    discriminator.network.eval()
    for module in discriminator.network.modules():
        if isinstance(module, nn.Dropout):
            module.train()
    with discriminator.held():
        generated = generator.network(latents(count, latent_size, real.device))
        generator_loss = softplus(-discriminator.network(generated)).mean()
        generator.descend(generator_loss)
    is_real = order < len(real)  # chance gives a process more or fewer of them than its part
    probability = logits.detach().sigmoid()
    return {
        "discriminator": discriminator_loss.detach(),
        "generator": generator_loss.detach(),
        "real_called_real": probability[is_real].sum() / (len(real) / world_size()),
        "generated_called_real": probability[~is_real].sum() / (count / world_size()),
    }
