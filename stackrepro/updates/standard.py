"""The update of Goodfellow et al. 2014 with the non-saturating generator loss, in DCGAN's order."""

from torch import Tensor
from torch.nn.functional import softplus

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.player import Player
from stackrepro.updates.processes import latents
from stackrepro.updates.rules import Standard


def standard(_: Standard, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update the discriminator on a real and on a generated batch, each on its own, then the generator once.

    Both networks run in training mode, so BatchNorm never sees real and generated images together. The generator's
    step uses the images that the discriminator has just learned from. With logits l, -log(sigmoid(l)) is
    softplus(-l), and -log(1 - sigmoid(l)) is softplus(l).

    Args:
        game: both sides.
        batch: real images (M, channels, size, size) in the run's value range.
        count: how many images to generate, in all processes.

    Returns:
        Both losses in nats, and the discriminator's mean probabilities of "real" before its step; all of shape ().
    """
    generator, discriminator = game.generator, game.discriminator
    generator.network.train()
    discriminator.network.train()
    generated = generator.network(latents(count, generator.network.specification.latent, batch.real.device))

    discriminator_loss, on_real, on_generated = learn(discriminator, batch.real, generated.detach())

    with discriminator.held():
        generator_loss = softplus(-discriminator.network(generated)).mean()
        generator.descend(generator_loss)
    return {
        "discriminator": discriminator_loss.detach(),
        "generator": generator_loss.detach(),
        "real_called_real": on_real.detach().sigmoid().mean(),
        "generated_called_real": on_generated.detach().sigmoid().mean(),
    }


def learn(discriminator: Player, real: Tensor, generated: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Update a discriminator once; return its loss and its logits (M, 1) on real and (N, 1) on generated images."""
    on_real, on_generated = discriminator.network(real), discriminator.network(generated)
    loss = softplus(-on_real).mean() + softplus(on_generated).mean()
    discriminator.descend(loss)
    return loss, on_real, on_generated
