"""The update rules against closed forms and against what the notebooks do."""

from math import exp, log

import pytest
import torch
from torch import nn

from stackrepro.models import BatchNorm, DeepConvDiscriminator, DeepConvGenerator, build
from stackrepro.updates import Player
from stackrepro.updates.mixed import mixed
from stackrepro.updates.standard import standard

GENERATOR = DeepConvGenerator(4, (8, 4), 0.0, BatchNorm(0.5, 1e-3))
DISCRIMINATOR = DeepConvDiscriminator(16, (4, 8), 5, 2, True, True, BatchNorm(0.5, 1e-3), dropout=0.5)


def sides(rate: float = 0.0) -> tuple[Player, Player]:
    torch.manual_seed(1)
    networks = build(GENERATOR), build(DISCRIMINATOR)
    return tuple(Player(n, torch.optim.SGD(n.parameters(), lr=rate), clip=None) for n in networks)


def make_constant(discriminator: Player, logit: float) -> None:
    last = discriminator.network.verdict[-1]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.fill_(logit)


def test_standard_losses_of_a_constant_discriminator():
    generator, discriminator = sides()
    make_constant(discriminator, 0.7)
    losses = standard(generator, discriminator, torch.rand(6, 3, 16, 16), 6)
    real, fake = log(1 + exp(-0.7)), log(1 + exp(0.7))
    assert losses["discriminator"].item() == pytest.approx(real + fake, rel=1e-5)
    assert losses["generator"].item() == pytest.approx(real, rel=1e-5)
    assert losses["real_called_real"].item() == pytest.approx(1 / (1 + exp(-0.7)), rel=1e-5)


def test_mixed_losses_of_a_constant_discriminator_with_a_short_batch():
    # 12 real and 32 generated images: labels go by position, so 20 generated ones are called real too.
    generator, discriminator = sides()
    make_constant(discriminator, 0.7)
    losses = mixed(generator, discriminator, torch.rand(12, 3, 16, 16), 32)
    real, fake = log(1 + exp(-0.7)), log(1 + exp(0.7))
    assert losses["discriminator"].item() == pytest.approx((32 * real + 12 * fake) / 44, rel=1e-5)


@pytest.mark.parametrize("update", [standard, mixed])
def test_the_discriminator_learns_against_a_held_generator(update):
    generator, discriminator = sides(rate=0.05)
    for group in generator.optimizer.param_groups:
        group["lr"] = 0.0
    ramp = torch.linspace(-1, 1, 16)
    real = (ramp * torch.randn(16, 3, 1, 1)).expand(16, 3, 16, 16).contiguous()  # smooth, as noise is not
    first = update(generator, discriminator, real, 16)
    for _ in range(80):
        last = update(generator, discriminator, real, 16)
    assert last["discriminator"] < 0.5 * first["discriminator"]
    assert last["real_called_real"] > 0.8 > 0.4 > last["generated_called_real"]


@pytest.mark.parametrize("update", [standard, mixed])
def test_the_generator_learns_against_a_held_discriminator(update):
    generator, discriminator = sides(rate=0.5)
    for group in discriminator.optimizer.param_groups:
        group["lr"] = 0.0
    real = torch.rand(16, 3, 16, 16)
    losses = [update(generator, discriminator, real, 16)["generator"].item() for _ in range(40)]
    assert sum(losses[-5:]) < sum(losses[:5])


def test_mixed_takes_the_generated_images_from_inference_mode():
    generator, discriminator = sides()
    norm = generator.network.dense[2]
    before = norm.running_mean.clone()
    seen = []
    generator.network.register_forward_hook(
        lambda module, _, output: seen.append((module.training, norm.running_mean.clone()))
    )
    mixed(generator, discriminator, torch.rand(4, 3, 16, 16), 4)
    assert [training for training, _ in seen] == [False, True]
    assert torch.equal(seen[0][1], before)
    assert not torch.equal(norm.running_mean, before)


def test_mixed_generator_step_leaves_the_discriminators_statistics_but_keeps_its_dropout():
    generator, discriminator = sides()
    norm, dropout = discriminator.network.convolutions[1], discriminator.network.verdict[1]
    modes = []
    discriminator.network.register_forward_hook(lambda *_: modes.append((norm.training, dropout.training)))
    mixed(generator, discriminator, torch.rand(4, 3, 16, 16), 4)
    assert modes == [(True, True), (False, True)]
    assert norm.num_batches_tracked == 1


def test_standard_never_normalises_real_and_generated_images_together():
    generator, discriminator = sides()
    sizes = []
    discriminator.network.register_forward_hook(lambda _, inputs, __: sizes.append(len(inputs[0])))
    standard(generator, discriminator, torch.rand(5, 3, 16, 16), 7)
    assert sizes == [5, 7, 7]


@pytest.mark.parametrize("update", [standard, mixed])
def test_the_generators_step_computes_no_gradient_for_the_discriminator(update):
    generator, discriminator = sides()
    update(generator, discriminator, torch.rand(4, 3, 16, 16), 4)
    kept = [weight.grad.clone() for weight in discriminator.network.parameters()]
    with discriminator.held():
        discriminator.network(generator.network(torch.randn(4, 100))).sum().backward()
    for weight, gradient in zip(discriminator.network.parameters(), kept, strict=True):
        assert torch.equal(weight.grad, gradient)
        assert weight.requires_grad


def test_clipping_limits_each_element():
    network = nn.Linear(2, 1, bias=False)
    nn.init.zeros_(network.weight)
    player = Player(network, torch.optim.SGD(network.parameters(), lr=1.0), clip=1.0)
    player.descend((network.weight * torch.tensor([[5.0, 0.25]])).sum())
    assert network.weight.tolist() == [[-1.0, -0.25]]
