"""The update rules against closed forms and against what the notebooks do."""

from math import exp, log

import pytest
import torch
from torch import nn

from stackrepro.models import BatchNorm, DeepConvDiscriminator, DeepConvGenerator, DeepConvRefiner, Stack, build
from stackrepro.updates import Intermediate, Mixed, Standard
from stackrepro.updates.game import Batch, Game
from stackrepro.updates.play import play
from stackrepro.updates.player import Player

GENERATOR = DeepConvGenerator(4, (8, 4), 0.0, BatchNorm(0.5, 1e-3))
DISCRIMINATOR = DeepConvDiscriminator(16, (4, 8), 5, 2, True, True, BatchNorm(0.5, 1e-3), dropout=0.5)


def sides(rate: float = 0.0) -> Game:
    torch.manual_seed(1)
    networks = build(GENERATOR), build(DISCRIMINATOR)
    return Game(*(Player(n, torch.optim.SGD(n.parameters(), lr=rate)) for n in networks))


def make_constant(discriminator: Player, logit: float) -> None:
    last = discriminator.network.verdict[-1]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.fill_(logit)


def test_standard_losses_of_a_constant_discriminator():
    game = sides()
    make_constant(game.discriminator, 0.7)
    losses = play(Standard(), game, Batch(torch.rand(6, 3, 16, 16)), 6)
    real, fake = log(1 + exp(-0.7)), log(1 + exp(0.7))
    assert losses["discriminator"].item() == pytest.approx(real + fake, rel=1e-5)
    assert losses["generator"].item() == pytest.approx(real, rel=1e-5)
    assert losses["real_called_real"].item() == pytest.approx(1 / (1 + exp(-0.7)), rel=1e-5)


def test_mixed_losses_of_a_constant_discriminator_with_a_short_batch():
    # 12 real and 32 generated images: labels go by position, so 20 generated ones are called real too.
    game = sides()
    make_constant(game.discriminator, 0.7)
    losses = play(Mixed(), game, Batch(torch.rand(12, 3, 16, 16)), 32)
    real, fake = log(1 + exp(-0.7)), log(1 + exp(0.7))
    assert losses["discriminator"].item() == pytest.approx((32 * real + 12 * fake) / 44, rel=1e-5)


@pytest.mark.parametrize("update", [Standard(), Mixed()])
def test_the_discriminator_learns_against_a_held_generator(update):
    game = sides(rate=0.05)
    for group in game.generator.optimizer.param_groups:
        group["lr"] = 0.0
    ramp = torch.linspace(-1, 1, 16)
    real = (ramp * torch.randn(16, 3, 1, 1)).expand(16, 3, 16, 16).contiguous()  # smooth, as noise is not
    first = play(update, game, Batch(real), 16)
    for _ in range(80):
        last = play(update, game, Batch(real), 16)
    assert last["discriminator"] < 0.5 * first["discriminator"]
    assert last["real_called_real"] > 0.8 > 0.4 > last["generated_called_real"]


@pytest.mark.parametrize("update", [Standard(), Mixed()])
def test_the_generator_learns_against_a_held_discriminator(update):
    game = sides(rate=0.5)
    for group in game.discriminator.optimizer.param_groups:
        group["lr"] = 0.0
    real = torch.rand(16, 3, 16, 16)
    losses = [play(update, game, Batch(real), 16)["generator"].item() for _ in range(40)]
    assert sum(losses[-5:]) < sum(losses[:5])


def test_mixed_takes_the_generated_images_from_inference_mode():
    game = sides()
    norm = game.generator.network.dense[2]
    before = norm.running_mean.clone()
    seen = []
    game.generator.network.register_forward_hook(
        lambda module, _, output: seen.append((module.training, norm.running_mean.clone()))
    )
    play(Mixed(), game, Batch(torch.rand(4, 3, 16, 16)), 4)
    assert [training for training, _ in seen] == [False, True]
    assert torch.equal(seen[0][1], before)
    assert not torch.equal(norm.running_mean, before)


def test_mixed_generator_step_leaves_the_discriminators_statistics_but_keeps_its_dropout():
    game = sides()
    norm, dropout = game.discriminator.network.convolutions[1], game.discriminator.network.verdict[1]
    modes = []
    game.discriminator.network.register_forward_hook(lambda *_: modes.append((norm.training, dropout.training)))
    play(Mixed(), game, Batch(torch.rand(4, 3, 16, 16)), 4)
    assert modes == [(True, True), (False, True)]
    assert norm.num_batches_tracked == 1


def test_standard_never_normalises_real_and_generated_images_together():
    game = sides()
    sizes = []
    game.discriminator.network.register_forward_hook(lambda _, inputs, __: sizes.append(len(inputs[0])))
    play(Standard(), game, Batch(torch.rand(5, 3, 16, 16)), 7)
    assert sizes == [5, 7, 7]


@pytest.mark.parametrize("update", [Standard(), Mixed()])
def test_the_generators_step_computes_no_gradient_for_the_discriminator(update):
    game, kept = sides(), []
    weights = list(game.discriminator.network.parameters())
    game.discriminator.optimizer.register_step_pre_hook(lambda *_: kept.extend(one.grad.clone() for one in weights))
    play(update, game, Batch(torch.rand(4, 3, 16, 16)), 4)
    for weight, gradient in zip(weights, kept, strict=True):  # after the generator's step those of its own are left
        assert torch.equal(weight.grad, gradient)
        assert weight.requires_grad


def test_clipping_limits_each_element():
    network = nn.Linear(2, 1, bias=False)
    nn.init.zeros_(network.weight)
    player = Player(network, torch.optim.SGD(network.parameters(), lr=1.0), clip=1.0)
    player.descend((network.weight * torch.tensor([[5.0, 0.25]])).sum())
    assert network.weight.tolist() == [[-1.0, -0.25]]


STACK = Stack(GENERATOR, DeepConvRefiner(32, None, 4, 4, (4,), 0.0, BatchNorm()), hold="nothing")


def stacked_game(rate: float) -> Game:
    torch.manual_seed(1)
    judges = [DeepConvDiscriminator(size, (4, 8), 5, 2, False, False, BatchNorm(), dropout=0.0) for size in (32, 16)]
    networks = [build(specification) for specification in (STACK, *judges)]
    return Game(*(Player(network, torch.optim.SGD(network.parameters(), lr=rate)) for network in networks))


def weights_after(rule: Intermediate | Standard) -> list[torch.Tensor]:
    game = stacked_game(rate=0.1)
    torch.manual_seed(2)
    for _ in range(3):
        play(rule, game, Batch(torch.rand(6, 3, 32, 32, generator=torch.Generator().manual_seed(3))), 6)
    return [weight.detach() for weight in game.generator.network.parameters()]


def test_watching_stage_1_changes_nothing():
    plain, watched, judged = (weights_after(rule) for rule in (Standard(), Intermediate(0.0), Intermediate(1.0)))
    assert all(torch.equal(a, b) for a, b in zip(plain, watched, strict=True))
    first = len(list(build(STACK).first.parameters()))
    assert not any(torch.equal(a, b) for a, b in zip(plain[:first], judged[:first], strict=True))


def test_the_gradients_that_meet_in_stage_1_are_compared_and_added():
    game = stacked_game(rate=0.0)
    torch.manual_seed(4)
    losses = play(Intermediate(0.5), game, Batch(torch.rand(6, 3, 32, 32)), 6)
    first = game.generator.network.first
    moved = torch.cat([weight.grad.flatten() for weight in first.parameters()])

    torch.manual_seed(4)  # the same latents, and the two losses apart
    torch.rand(6, 3, 32, 32)
    small, image = game.generator.network.stages(torch.randn(6, 100))
    own, through = (
        torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(first.parameters()), retain_graph=True)])
        for loss in (
            nn.functional.softplus(-game.first_discriminator.network(small)).mean(),
            nn.functional.softplus(-game.discriminator.network(image)).mean(),
        )
    )
    assert torch.allclose(moved, through + 0.5 * own, rtol=1e-4, atol=1e-7)
    cosine = (own @ through / own.norm() / through.norm()).item()
    assert losses["gradient_cosine"].item() == pytest.approx(cosine, rel=1e-4)
    assert losses["gradient_ratio"].item() == pytest.approx((through.norm() / own.norm()).item(), rel=1e-4)
