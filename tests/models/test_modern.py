"""The GAN of today: sizes at every tier, initial weights, and images that keep to themselves."""

import pytest
import torch
from torch import nn

from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.models.layers import initialise
from stackrepro.models.modern import Block
from stackrepro.models.summary import sum_counts, summarise
from stackrepro.runs.players import start


@pytest.mark.parametrize(("tier", "size"), [("smoke", 16), ("small", 16), ("reduced", 32), ("paper", 64)])
def test_its_images_are_of_stage_ones_size(tier, size):
    c = resolve("birds/modern-64", "matched", tier)
    assert c.generator.size == c.discriminator.size == c.view.size == size
    assert summarise(c.generator)[-1].output == (3, size, size)
    assert summarise(c.discriminator)[-1].output == (1,)
    assert sum_counts(summarise(c.generator)).running_statistics == 0


def test_at_tier_small_it_is_about_as_large_as_the_model_beside_it():
    sizes = [
        sum(sum_counts(summarise(network)).parameters for network in (c.generator, c.discriminator))
        for c in (resolve(f"birds/{name}-64", "matched", "small") for name in ("modern", "dconv"))
    ]
    assert 0.5 < sizes[0] / sizes[1] < 1


def test_it_starts_linear_with_weights_of_its_own_that_the_seed_gives():
    c = resolve("birds/modern-64", "matched", "small", 3)
    game, again = start(c), start(c)
    latent = torch.randn(5, 100)
    generator = game.generator.network
    assert torch.allclose(generator(2 * latent), 2 * generator(latent), atol=1e-5)
    for player, other in zip(game.players.values(), again.players.values(), strict=True):
        blocks = [module for module in player.network.modules() if isinstance(module, Block)]
        assert len(blocks) == 3
        assert all((block.layers[-1].weight == 0).all() for block in blocks)
        pairs = zip(player.network.parameters(), other.network.parameters(), strict=True)
        assert all(torch.equal(*pair) for pair in pairs)
    # 3 x 3 of 64 maps: sqrt(2 / 1.04 / 576) with Fixup's share of three blocks; the basis has one input a pixel
    inside = generator.layers[0].layers[2].weight
    assert inside.std().item() == pytest.approx((2 / 1.04 / 576) ** 0.5 * 3**-0.25, rel=0.02)
    assert generator.basis[2].weight.std().item() == pytest.approx(1, rel=0.06)


def test_only_its_own_scheme_leaves_the_weights_as_they_were_built():
    torch.manual_seed(0)
    network = nn.Conv2d(8, 8, 3)
    before = network.weight.detach().clone()
    initialise(network, "own")
    assert torch.equal(network.weight, before)
    initialise(network, "dcgan")
    assert not torch.equal(network.weight, before)


def test_an_images_score_depends_on_it_alone():
    torch.manual_seed(0)
    network = build(resolve("birds/modern-64", "matched", "smoke").discriminator)
    images = torch.randn(4, 3, 16, 16)
    assert torch.allclose(network(images), torch.cat([network(image[None]) for image in images]), atol=1e-5)
