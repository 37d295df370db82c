"""Image to image, with pairs: an adversarial loss on condition and image, and L1 (pix2pix; paper B, stage 2)."""

from torch import Tensor, nn
from torch.nn.functional import l1_loss, softplus

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.processes import latents, world_size
from stackrepro.updates.rules import Paired


def paired(rule: Paired, game: Game, batch: Batch, _: int) -> dict[str, Tensor]:
    """Update the discriminator on real and on generated pairs, each on their own, then the generator once.

    As in the authors' StackGAN/scripts/edges2grayscale_train.py: the generator's step uses the images that the
    discriminator has just learned from, and the discriminator's loss is the sum of both parts, not half of it. There is
    one generated image a condition.

    Args:
        rule: the weights of the generator's two parts.
        game: an image-to-image generator and a discriminator of condition and image.
        batch: real images (M, channels, size, size) and their conditions, in the run's value range.

    Returns:
        The discriminator's loss in nats; the generator's loss, and apart and not weighted its adversarial part in nats
        and the mean absolute difference from the real image in units of the value range; the discriminator's mean
        probabilities of "real" before its step. All of shape ().
    """
    generator, discriminator = game.generator, game.discriminator
    generator.network.train()
    discriminator.network.train()
    generated = translate(generator.network, batch.condition)

    on_real = discriminator.network(batch.condition, batch.real)
    on_generated = discriminator.network(batch.condition, generated.detach())
    discriminator_loss = softplus(-on_real).mean() + softplus(on_generated).mean()
    discriminator.descend(discriminator_loss)

    with discriminator.held():
        adversarial = softplus(-discriminator.network(batch.condition, generated)).mean()
        l1 = l1_loss(generated, batch.real)
        generator_loss = rule.adversarial * adversarial + rule.l1 * l1
        generator.descend(generator_loss)
    return {
        "discriminator": discriminator_loss.detach(),
        "generator": generator_loss.detach(),
        "generator_adversarial": adversarial.detach(),
        "generator_l1": l1.detach(),
        "real_called_real": on_real.detach().sigmoid().mean(),
        "generated_called_real": on_generated.detach().sigmoid().mean(),
    }


def translate(network: nn.Module, condition: Tensor) -> Tensor:
    """Make an image of each condition (M, channels, size, size), with a fresh latent where the stage reads one."""
    numbers = network.specification.latent
    latent = (latents(len(condition) * world_size(), numbers, condition.device),) if numbers else ()
    return network(condition, *latent)
