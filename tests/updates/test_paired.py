"""Image to image with pairs: losses in closed form, what each side sees, and what the weights of the two parts do."""

from math import exp, log

import pytest
import torch
from torch import nn
from toys import player

from stackrepro.models import BatchNorm, PatchDiscriminator, ResNetGenerator, StageLatent, build
from stackrepro.updates import Paired
from stackrepro.updates.game import Batch, Game
from stackrepro.updates.play import play
from stackrepro.updates.player import Player

GENERATOR = ResNetGenerator(16, 1, 1, width=4, blocks=1, dropout=0.0)
DISCRIMINATOR = PatchDiscriminator(16, 1, 1, (), 4, BatchNorm())


def game_for(generator: ResNetGenerator = GENERATOR) -> Game:
    torch.manual_seed(1)
    return Game(player(build(generator)), player(build(DISCRIMINATOR)))


def deal(count: int = 1) -> Batch:
    draw = torch.Generator().manual_seed(2)
    real, condition = torch.rand(2, count, 1, 16, 16, generator=draw) * 2 - 1
    return Batch(real, condition)


def test_losses_of_a_constant_discriminator_and_the_distance():
    game, batch = game_for(), deal()
    verdict = game.discriminator.network.verdict
    with torch.no_grad():
        verdict.weight.zero_()
        verdict.bias.fill_(0.7)
        distance = (game.generator.network(batch.condition) - batch.real).abs().mean().item()
    losses = {name: value.item() for name, value in play(Paired(), game, batch, 1).items()}
    real, fake = log(1 + exp(-0.7)), log(1 + exp(0.7))
    assert losses["discriminator"] == pytest.approx(real + fake, rel=1e-5)
    assert losses["generator_adversarial"] == pytest.approx(real, rel=1e-5)
    assert losses["generator_l1"] == pytest.approx(distance, rel=1e-5)
    assert losses["generator"] == pytest.approx(real + 100 * distance, rel=1e-5)


def test_the_discriminator_sees_pairs_apart_and_the_generators_image_twice():
    game, batch, seen = game_for(), deal(), []
    made = []
    game.generator.network.register_forward_hook(lambda _, __, image: made.append(image.detach()))
    game.discriminator.network.register_forward_hook(lambda _, inputs, __: seen.append(inputs))
    play(Paired(), game, batch, 1)
    assert len(made) == 1
    assert [torch.equal(condition, batch.condition) for condition, _ in seen] == [True] * 3
    assert [torch.equal(image, batch.real) for _, image in seen] == [True, False, False]
    assert all(torch.equal(image, made[0]) for _, image in seen[1:])
    assert [image.requires_grad for _, image in seen] == [False, False, True]


def gradient(rule: Paired) -> torch.Tensor:
    game = game_for()
    play(rule, game, deal(), 1)
    return torch.cat([weight.grad.flatten() for weight in game.generator.network.parameters()])


def test_the_two_parts_add_up_and_either_may_be_absent():
    both, l1, adversarial = gradient(Paired(30.0, 2.0)), gradient(Paired(1.0, 0.0)), gradient(Paired(0.0, 1.0))
    assert torch.allclose(both, 30 * l1 + 2 * adversarial, rtol=1e-3, atol=1e-5)
    game, batch = game_for(), deal()
    nn.functional.l1_loss(game.generator.network(batch.condition), batch.real).backward()
    alone = torch.cat([weight.grad.flatten() for weight in game.generator.network.parameters()])
    assert torch.allclose(l1, alone, rtol=1e-4, atol=1e-7)


def test_a_small_mapping_is_learned():
    torch.manual_seed(0)
    networks = build(GENERATOR), build(DISCRIMINATOR)
    game = Game(*(Player(n, torch.optim.Adam(n.parameters(), lr=2e-3, betas=(0.5, 0.999))) for n in networks))
    batch = deal(4)
    batch = Batch(-batch.condition, batch.condition)  # the negative
    first, *_, last = [play(Paired(), game, batch, 4)["generator_l1"].item() for _ in range(150)]
    assert last < 0.4 * first


def test_a_stage_with_a_latent_draws_it_afresh():
    game, batch, seen = game_for(ResNetGenerator(16, 1, 1, 4, 1, 0.0, StageLatent(3, 2, 0.0))), deal(2), []
    game.generator.network.register_forward_hook(lambda _, inputs, __: seen.append(inputs[1]))
    for _ in range(2):
        play(Paired(), game, batch, 2)
    assert [latent.shape for latent in seen] == [(2, 3)] * 2
    assert not torch.equal(*seen)
