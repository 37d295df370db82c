"""The update of Goodfellow et al. 2014 with the non-saturating generator loss, in DCGAN's order.

With logits l, -log(sigmoid(l)) is softplus(-l), and -log(1 - sigmoid(l)) is softplus(l).
"""

from torch import Tensor
from torch.nn.functional import softplus

from stackrepro.training.networks import Batch, Networks, Optimized, from_latents
from stackrepro.training.rules import Standard


def standard(_: Standard, networks: Networks, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update the discriminator on a real and on a generated batch, each on its own, then the generator once.

    So BatchNorm never sees real and generated images together. The generator's step uses the images that the
    discriminator has just learned from. Arguments and losses as for `training_step`.
    """
    generator, discriminator = networks.generator, networks.discriminator
    networks.train()
    generated = from_latents(generator.network, count, batch.real.device)

    discriminator_loss, on_real, on_generated = learn(discriminator, batch.real, generated.detach())

    with discriminator.frozen():
        generator_loss = softplus(-discriminator.network(generated)).mean()
        generator.descend(generator_loss)
    return {
        "discriminator": discriminator_loss,
        "generator": generator_loss,
        "real_called_real": on_real.sigmoid().mean(),
        "generated_called_real": on_generated.sigmoid().mean(),
    }


def learn(discriminator: Optimized, real: Tensor, generated: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Update a discriminator once; return its loss and its logits (M, 1) on real and (N, 1) on generated images."""
    on_real, on_generated = discriminator.network(real), discriminator.network(generated)
    loss = softplus(-on_real).mean() + softplus(on_generated).mean()
    discriminator.descend(loss)
    return loss.detach(), on_real.detach(), on_generated.detach()
