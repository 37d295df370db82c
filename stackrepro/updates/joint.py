"""Both stages of a stack trained at once, on two paths (paper B, Figure 8, proposal 2).

The paper is silent about what the losses are. An image made from generated edges has no real counterpart, so that path
has no L1 distance.
"""

from torch import Tensor
from torch.nn.functional import l1_loss, softplus

from stackrepro.updates.game import Batch, Game
from stackrepro.updates.paired import translate
from stackrepro.updates.processes import latents
from stackrepro.updates.rules import JointStack
from stackrepro.updates.standard import learn


def joint(rule: JointStack, game: Game, batch: Batch, count: int) -> dict[str, Tensor]:
    """Update both discriminators, then both stages on the sum of the losses of both paths.

    - The generated path, from latents through both stages: each stage's image has to pass its own discriminator. The
      gradients of the second reach the first stage, by its image and by the condition.
    - The real path, from the real condition through stage 2: adversarial and L1, as in `paired`. A stage that reads a
      latent gets a fresh one, since nobody knows the latent of a real condition.

    The second discriminator judges pairs of condition and image; the two kinds of generated pairs count half each.

    Args:
        rule: the weight of the L1 distance.
        game: a stack of two stages, a discriminator of condition and image, and one of stage 1's image.
        batch: real images (M, channels, size, size) and their conditions, in the run's value range.
        count: how many latents to draw, in all processes.

    Returns:
        Losses in nats: of both discriminators, of the generator in all, of stage 1's image, and of stage 2's on either
        path; the mean absolute difference from the real image in units of the value range, not weighted; both
        discriminators' mean probabilities of "real" before their steps, the second's of both kinds of generated pairs.
        All of shape ().
    """
    stack, discriminator = game.generator.network, game.discriminator.network
    for player in game.players.values():
        player.network.train()
    latent = latents(count, stack.specification.latent, batch.real.device)
    condition, generated = stack.stages(latent)
    translated = translate(stack.second, batch.condition)

    first_loss, first_on_real, first_on_generated = learn(game.first_discriminator, batch.condition, condition.detach())
    on_real = discriminator(batch.condition, batch.real)
    on_generated = discriminator(condition.detach(), generated.detach())
    on_translated = discriminator(batch.condition, translated.detach())
    fooled = (softplus(on_generated).mean() + softplus(on_translated).mean()) / 2
    loss = softplus(-on_real).mean() + fooled
    game.discriminator.descend(loss)

    with game.discriminator.held(), game.first_discriminator.held():
        first = softplus(-game.first_discriminator.network(condition)).mean()
        on_generated_path = softplus(-discriminator(condition, generated)).mean()
        on_real_path = softplus(-discriminator(batch.condition, translated)).mean()
        l1 = l1_loss(translated, batch.real)
        generator_loss = first + on_generated_path + on_real_path + rule.l1 * l1
        game.generator.descend(generator_loss)
    return {
        "discriminator": loss.detach(),
        "first_discriminator": first_loss.detach(),
        "generator": generator_loss.detach(),
        "first_generator": first.detach(),
        "generated_path": on_generated_path.detach(),
        "real_path": on_real_path.detach(),
        "generator_l1": l1.detach(),
        "real_called_real": on_real.detach().sigmoid().mean(),
        "generated_called_real": (on_generated.detach().sigmoid().mean() + on_translated.detach().sigmoid().mean()) / 2,
        "first_real_called_real": first_on_real.detach().sigmoid().mean(),
        "first_generated_called_real": first_on_generated.detach().sigmoid().mean(),
    }
