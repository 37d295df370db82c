"""Full backpropagation through a stack whose stage 1 answers for its own image too (paper A, sections 3.5 and 5)."""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, cosine_similarity, softplus

from stackrepro.training.networks import Batch, Networks, flat
from stackrepro.training.rules import Intermediate
from stackrepro.training.standard import learn


def intermediate(rule: Intermediate, networks: Networks, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update both discriminators, then the whole stack on the loss at its output plus the weighted one of stage 1.

    Stage 1 gets two gradients: one from its own image, which says what would make that image look real, and one
    through stage 2. Where they point in opposite directions, training the stack works against what stage 1 was trained
    for: the first of the two explanations that section 5 offers. Real images of stage 1 are means over 2 x 2 pixels.

    Arguments and losses as for `training_step`, and of stage 1's own image; the cosine between the two gradients over
    all weights of stage 1, and the ratio of their norms (through stage 2 : own).
    """
    generator, first, second = networks.generator, networks.first_discriminator, networks.discriminator
    stack = generator.network
    networks.train()
    small, image = stack.stages(torch.randn(count, stack.specification.latent, device=batch.real.device))

    first_loss, _, _ = learn(first, avg_pool2d(batch.real, 2), small.detach())
    loss, on_real, on_generated = learn(second, batch.real, image.detach())

    with second.frozen(), first.frozen():
        own = softplus(-first.network(small)).mean()
        through = softplus(-second.network(image)).mean()
        weights = list(stack.first.parameters())
        own_gradients = torch.autograd.grad(own, weights, retain_graph=True)
        generator.differentiate(through)
        own_gradient, through_gradient = flat(own_gradients), flat([weight.grad for weight in weights])
        if rule.weight:
            for weight, gradient in zip(weights, own_gradients, strict=True):
                weight.grad.add_(gradient, alpha=rule.weight)
        generator.step()
    return {
        "discriminator": loss,
        "generator": through,
        "real_called_real": on_real.sigmoid().mean(),
        "generated_called_real": on_generated.sigmoid().mean(),
        "first_discriminator": first_loss,
        "first_generator": own,
        "gradient_cosine": cosine_similarity(own_gradient, through_gradient, dim=0),
        "gradient_ratio": through_gradient.norm() / own_gradient.norm(),
    }
