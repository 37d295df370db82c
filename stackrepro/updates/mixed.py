"""The update of all 12 notebooks of paper A: real and generated images share the discriminator's batch."""

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from stackrepro.updates.player import Player


def mixed(generator: Player, discriminator: Player, real: Tensor, batch: int) -> dict[str, Tensor]:
    """Update the discriminator once on a shuffled mixture, then the generator on fresh latents.

    What Keras does there, and what differs from `standard`:

    - The images for the discriminator come from `predict`: the generator's BatchNorm uses its moving averages.
    - BatchNorm of the discriminator sees the mixture.
    - Labels go by position: the first `batch` of the unshuffled mixture are called real. A short last batch of M
      real images therefore calls `batch` - M generated ones real.
    - In the generator's step the discriminator is flagged untrainable: its BatchNorm uses its moving averages and
      doesn't move them, while its dropout stays on.

    Args:
        generator, discriminator: both sides.
        real: images (M, 3, size, size) in the run's value range, M at most `batch`.
        batch: how many images to generate.

    Returns:
        Both losses in nats, and the discriminator's mean probabilities of "real" before its step; all of shape ().
    """
    latent_size = generator.network.specification.latent
    generator.network.eval()
    with torch.no_grad():
        generated = generator.network(torch.randn(batch, latent_size, device=real.device))
    mixture = torch.cat([real, generated])
    labels = torch.zeros(len(mixture), 1, device=real.device)
    labels[:batch] = 1.0
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
    with discriminator.held():
        latent = torch.randn(batch, latent_size, device=real.device)
        generator_loss = softplus(-discriminator.network(generator.network(latent))).mean()
        generator.descend(generator_loss)
    is_real = order < len(real)
    probability = logits.detach().sigmoid()
    return {
        "discriminator": discriminator_loss.detach(),
        "generator": generator_loss.detach(),
        "real_called_real": probability[is_real].mean(),
        "generated_called_real": probability[~is_real].mean(),
    }
