"""Full backpropagation through a stack whose stage 1 answers for its own image too (paper A, sections 3.5 and 5)."""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, cosine_similarity, softplus

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.gradients import add, flat
from stackrepro.updates.processes import average, latents
from stackrepro.updates.rules import Intermediate
from stackrepro.updates.standard import learn


def intermediate(rule: Intermediate, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update both discriminators, then the whole stack on the loss at its output plus the weighted one of stage 1.

    Stage 1 gets two gradients: one from its own image, which says what would make that image look real, and one
    through stage 2. Where they point in opposite directions, training the stack works against what stage 1 was trained
    for: the first of the two explanations that section 5 offers.

    Args:
        rule: the weight of stage 1's own loss.
        game: a stack with nothing held, a discriminator for its image and one for stage 1's.
        batch: real images of the stack's size; those of stage 1's are their means over 2 x 2 pixels.
        count: how many images to generate, in all processes.

    Returns:
        Losses in nats and mean probabilities of "real" as `standard` does, the losses of stage 1's own game, the cosine
        between the two gradients over all weights of stage 1, and the ratio of their norms (through stage 2 : own).
    """
    stack = game.generator.network
    for player in game.players.values():
        player.network.train()
    small, image = stack.stages(latents(count, stack.specification.latent, batch.real.device))

    first_loss, _, _ = learn(game.first_discriminator, avg_pool2d(batch.real, 2), small.detach())
    loss, on_real, on_generated = learn(game.discriminator, batch.real, image.detach())

    with game.discriminator.held(), game.first_discriminator.held():
        own = softplus(-game.first_discriminator.network(small)).mean()
        through = softplus(-game.discriminator.network(image)).mean()
        weights = list(stack.first.parameters())
        own_gradient = flat(torch.autograd.grad(own, weights, retain_graph=True))
        average([own_gradient])
        game.generator.differentiate(through)
        through_gradient = flat([weight.grad for weight in weights])
        if rule.weight:
            add(weights, own_gradient, rule.weight)
        game.generator.step()
    return {
        "discriminator": loss.detach(),
        "generator": through.detach(),
        "real_called_real": on_real.detach().sigmoid().mean(),
        "generated_called_real": on_generated.detach().sigmoid().mean(),
        "first_discriminator": first_loss.detach(),
        "first_generator": own.detach(),
        "gradient_cosine": cosine_similarity(own_gradient, through_gradient, dim=0),
        "gradient_ratio": through_gradient.norm() / own_gradient.norm(),
    }
