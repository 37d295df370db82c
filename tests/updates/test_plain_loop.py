"""The package's update against a loop written the usual way: the same losses from the same weights and latents."""

from copy import deepcopy

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from stackrepro.experiments import resolve
from stackrepro.runs.players import start
from stackrepro.updates.game import Batch
from stackrepro.updates.play import play


def test_an_adversarial_update_is_that_of_a_plain_loop():
    c = resolve("birds/dconv-64", "matched", "quick", seed=3)
    game = start(c)
    generator, discriminator = (
        deepcopy(player.network).to(memory_format=torch.contiguous_format) for player in game.players.values()
    )
    rate, betas = c.generator_optimizer.rate, (c.generator_optimizer.beta1, c.generator_optimizer.decay)
    generating, judging = (
        torch.optim.Adam(n.parameters(), lr=rate, betas=betas, eps=c.generator_optimizer.epsilon)
        for n in (generator, discriminator)
    )
    ones, zeros = torch.ones(c.batch, 1), torch.zeros(c.batch, 1)
    for update in range(6):
        torch.manual_seed(100 + update)
        real = torch.rand(c.batch, 3, c.view.size, c.view.size) * 2 - 1

        torch.manual_seed(update)
        losses = play(c.update, game, Batch(real.contiguous(memory_format=torch.channels_last)), c.batch)

        torch.manual_seed(update)
        judging.zero_grad()
        on_real = binary_cross_entropy_with_logits(discriminator(real), ones)
        on_real.backward()
        generated = generator(torch.randn(c.batch, c.generator.latent))
        on_generated = binary_cross_entropy_with_logits(discriminator(generated.detach()), zeros)
        on_generated.backward()
        judging.step()
        generating.zero_grad()
        fooled = binary_cross_entropy_with_logits(discriminator(generated), ones)
        fooled.backward()
        generating.step()

        assert losses["discriminator"].item() == pytest.approx((on_real + on_generated).item(), rel=1e-4)
        assert losses["generator"].item() == pytest.approx(fooled.item(), rel=1e-4)
