"""Both stages of a stack trained at once, on two paths (paper B, Figure 8, proposal 2).

The paper is silent about what the losses are. An image made from generated edges has no real counterpart, so that path
has no L1 distance.
"""

import torch
from torch import Tensor
from torch.nn.functional import l1_loss, softplus

from stackrepro.training.networks import Batch, Networks
from stackrepro.training.paired import translate
from stackrepro.training.rules import JointStack
from stackrepro.training.standard import learn


def joint(rule: JointStack, networks: Networks, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update both discriminators, then both stages on the sum of the losses of both paths.

    - The generated path, from latents through both stages: each stage's image has to pass its own discriminator. The
      gradients of the second reach the first stage, by its image and by the condition.
    - The real path, from the real condition through stage 2: adversarial and L1, as in `paired`. A stage that reads a
      latent gets a fresh one, since nobody knows the latent of a real condition.

    The second discriminator judges pairs of condition and image; the two kinds of generated pairs count half each.

    Arguments and losses as for `training_step`. `generator` is the sum, `first_generator` the loss of stage 1's image,
    `generated_path` and `real_path` those of stage 2's, `generator_l1` the distance in units of the value range, not
    weighted.
    """
    stack, first, second = networks.generator.network, networks.first_discriminator, networks.discriminator
    networks.train()
    condition, generated = stack.stages(torch.randn(count, stack.specification.latent, device=batch.real.device))
    translated = translate(stack.second, batch.condition)

    first_loss, first_on_real, first_on_generated = learn(first, batch.condition, condition.detach())
    on_real = second.network(batch.condition, batch.real)
    on_generated = second.network(condition.detach(), generated.detach())
    on_translated = second.network(batch.condition, translated.detach())
    fooled = (softplus(on_generated).mean() + softplus(on_translated).mean()) / 2
    loss = softplus(-on_real).mean() + fooled
    second.descend(loss)

    with second.frozen(), first.frozen():
        of_stage_1 = softplus(-first.network(condition)).mean()
        on_generated_path = softplus(-second.network(condition, generated)).mean()
        on_real_path = softplus(-second.network(batch.condition, translated)).mean()
        l1 = l1_loss(translated, batch.real)
        generator_loss = of_stage_1 + on_generated_path + on_real_path + rule.l1 * l1
        networks.generator.descend(generator_loss)
    return {
        "discriminator": loss,
        "first_discriminator": first_loss,
        "generator": generator_loss,
        "first_generator": of_stage_1,
        "generated_path": on_generated_path,
        "real_path": on_real_path,
        "generator_l1": l1,
        "real_called_real": on_real.sigmoid().mean(),
        "generated_called_real": (on_generated.sigmoid().mean() + on_translated.sigmoid().mean()) / 2,
        "first_real_called_real": first_on_real.sigmoid().mean(),
        "first_generated_called_real": first_on_generated.sigmoid().mean(),
    }
