"""The relativistic GAN with zero-centred gradient penalties, the loss of R3GAN (Huang et al. 2024, arXiv:2501.05441).

The discriminator's score is its logit, and has no zero: what counts is how far a real image is above a generated one.
"""

import torch
from torch import Tensor
from torch.nn.functional import softplus

from stackrepro.training.networks import Batch, Networks, from_latents
from stackrepro.training.rules import Relativistic


def relativistic(rule: Relativistic, networks: Networks, batch: Batch, _: int) -> dict[str, Tensor]:
    """Update the discriminator on pairs of a real and a generated image, then the generator on the same pairs.

    With scores s, the discriminator's loss is the mean over the pairs of softplus(s(generated) - s(real)), plus
    gamma / 2 times the mean squared slope of the score at the real images (R1) and at the generated ones (R2); the
    generator's is the mean of softplus(s(real) - s(generated)). A slope is the Euclidean norm of the gradient with
    respect to the image. R3GAN draws new images for the generator's step; here it uses those that the discriminator has
    just learned from, as `standard` does.

    Arguments and losses as for `training_step`; as many images are generated as there are real ones. The discriminator
    has no BatchNorm, so that each score comes from its image alone. Both penalties are told weighted.
    """
    generator, discriminator, real = networks.generator, networks.discriminator, batch.real
    networks.train()
    generated = from_latents(generator.network, len(real), real.device)

    images = torch.cat([real, generated.detach()]).requires_grad_()
    scores = discriminator.network(images)
    (gradient,) = torch.autograd.grad(scores.sum(), images, create_graph=True)
    on_real, on_generated = scores.chunk(2)
    r1, r2 = (rule.gamma / 2 * part.flatten(1).square().sum(dim=1).mean() for part in gradient.chunk(2))
    discriminator_loss = softplus(on_generated - on_real).mean() + r1 + r2
    discriminator.descend(discriminator_loss)

    with discriminator.frozen():
        with torch.no_grad():
            on_real_now = discriminator.network(real)
        generator_loss = softplus(on_real_now - discriminator.network(generated)).mean()
        generator.descend(generator_loss)
    return {
        "discriminator": discriminator_loss,
        "penalty_on_real": r1,
        "penalty_on_generated": r2,
        "score_of_real": on_real.mean(),
        "score_of_generated": on_generated.mean(),
        "generator": generator_loss,
    }
