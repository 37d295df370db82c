"""The Wasserstein game of paper B's released code, kept as it is wrong (StackGAN/scripts/baseline_train.py)."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.gradients import add, flat
from stackrepro.updates.player import Player
from stackrepro.updates.processes import average, latents
from stackrepro.updates.rules import WassersteinReleased

STATE = "released_gradient"  # its key in the state that the generator's optimizer keeps for each weight


def wasserstein_released(rule: WassersteinReleased, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update the critic `critic_steps` times on the same real images, then the generator once, as released.

    What is wrong there, and kept:

    - The generated images of the critic's steps aren't detached and the generator's gradients are never cleared. So
      the critic's losses, which ask for the opposite, pile up in them, from all steps of all updates.
    - Clipping takes BatchNorm's scale too, which starts at 1.

    The pile belongs to the state of the training. It is kept, as the very tensors that are the generator's gradients,
    in its optimizer's state, which a checkpoint holds; it is as large as the generator's weights and doesn't grow.

    Args:
        rule: how many steps, and the bound of the critic's weights.
        game: both sides; the generator's player must not clip gradients, which would change the pile.
        batch: real images (M, channels, size, size) in the run's value range.
        count: how many images to generate a step, in all processes.

    Returns:
        The critic's loss and its mean scores of real and generated images before its steps, means over its steps; the
        generator's loss; and the cosine between the gradient that is applied to the generator and that of its own loss,
        over all its weights. All of shape ().
    """
    generator, critic = game.generator, game.discriminator
    latent_size = generator.network.specification.latent
    generator.network.train()
    critic.network.train()
    weights = [weight for weight in generator.network.parameters() if weight.requires_grad]
    recall(generator, weights)

    scores = []
    for _ in range(rule.critic_steps):
        on_real = critic.network(batch.real).mean()
        on_generated = critic.network(generator.network(latents(count, latent_size, batch.real.device))).mean()
        critic.descend(on_generated - on_real)  # clears the critic's gradients alone
        with torch.no_grad():
            for weight in critic.network.parameters():
                weight.clamp_(-rule.clip, rule.clip)
        scores.append(torch.stack([on_real, on_generated]).detach())

    with critic.held():
        generator_loss = -critic.network(generator.network(latents(count, latent_size, batch.real.device))).mean()
        own = flat(torch.autograd.grad(generator_loss, weights))
    # The pile from the updates before is alike in all processes, so it is its own mean.
    average([own, *(weight.grad for weight in weights)])
    add(weights, own, 1.0)
    cosine = cosine_similarity(flat([weight.grad for weight in weights]), own, dim=0)
    generator.step()
    keep(generator, weights)
    score_of_real, score_of_generated = torch.stack(scores).mean(dim=0)
    return {
        "discriminator": score_of_generated - score_of_real,
        "score_of_real": score_of_real,
        "score_of_generated": score_of_generated,
        "generator": generator_loss.detach(),
        "gradient_cosine": cosine,
    }


def recall(generator: Player, weights: list[Tensor]) -> None:
    """Take up the gradients that the updates before this one left, if there were any."""
    for weight in weights:
        weight.grad = generator.optimizer.state.get(weight, {}).get(STATE)


def keep(generator: Player, weights: list[Tensor]) -> None:
    """Leave the gradients to the next update; call it behind a step, which makes the optimizer's own state first."""
    for weight in weights:
        generator.optimizer.state[weight][STATE] = weight.grad
