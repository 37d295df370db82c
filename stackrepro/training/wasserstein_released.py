"""The Wasserstein GAN of paper B's released code, kept as it is wrong (StackGAN/scripts/baseline_train.py)."""

import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from stackrepro.training.networks import Batch, Networks, flat, from_latents
from stackrepro.training.rules import WassersteinReleased

STATE = "released_gradient"  # its key in the state that the generator's optimizer keeps for each weight


def wasserstein_released(rule: WassersteinReleased, networks: Networks, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update the critic `critic_steps` times on the same real images, then the generator once, as released.

    What is wrong there, and kept:

    - The generated images of the critic's steps aren't detached and the generator's gradients are never cleared. So
      the critic's losses, which ask for the opposite, accumulate in them, from all steps of all updates.
    - Clipping takes BatchNorm's scale too, which starts at 1.

    The accumulated gradient belongs to the state of the training. It is kept, as the very tensors that are the
    generator's gradients, in its optimizer's state, which a checkpoint holds; it is as large as the generator's weights
    and doesn't grow. The generator's optimizer must not clip gradients, which would change it.

    Arguments and losses as for `training_step`; what is told of the critic are means over its steps. `gradient_cosine`
    is that between the gradient which is applied to the generator and that of its own loss, over all its weights.
    """
    generator, critic = networks.generator, networks.discriminator
    networks.train()
    weights = [weight for weight in generator.network.parameters() if weight.requires_grad]
    for weight in weights:
        weight.grad = generator.optimizer.state.get(weight, {}).get(STATE)

    scores = []
    for _ in range(rule.critic_steps):
        on_real = critic.network(batch.real).mean()
        on_generated = critic.network(from_latents(generator.network, count, batch.real.device)).mean()
        critic.descend(on_generated - on_real)  # clears the critic's gradients alone
        with torch.no_grad():
            for weight in critic.network.parameters():
                weight.clamp_(-rule.clip, rule.clip)
        scores.append(torch.stack([on_real, on_generated]).detach())

    with critic.frozen():
        generator_loss = -critic.network(from_latents(generator.network, count, batch.real.device)).mean()
        own = torch.autograd.grad(generator_loss, weights)
    for weight, gradient in zip(weights, own, strict=True):
        weight.grad.add_(gradient)
    cosine = cosine_similarity(flat([weight.grad for weight in weights]), flat(own), dim=0)
    generator.step()
    for weight in weights:  # behind the step, which makes the optimizer's own state first
        generator.optimizer.state[weight][STATE] = weight.grad
    score_of_real, score_of_generated = torch.stack(scores).mean(dim=0)
    return {
        "discriminator": score_of_generated - score_of_real,
        "score_of_real": score_of_real,
        "score_of_generated": score_of_generated,
        "generator": generator_loss,
        "gradient_cosine": cosine,
    }
