"""The update rules against closed forms, against a plain loop, and against what the notebooks do."""

from copy import deepcopy
from dataclasses import replace
from math import exp, log
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits, normalize, softplus

from stackrepro.experiments import resolve
from stackrepro.models import build, specs
from stackrepro.training import rules
from stackrepro.training.networks import Batch, Networks, Optimized, build_networks
from stackrepro.training.step import training_step
from stackrepro.training.wasserstein import gradient_penalty

PIXELS = 16
CALLED_REAL, CALLED_GENERATED = log(1 + exp(-0.7)), log(1 + exp(0.7))  # what a logit of 0.7 costs, by its label


class ToyGenerator(nn.Module):
    """Latent (N, 8) to 'images' (N, 1, 1, 16), with BatchNorm as the real one has."""

    def __init__(self) -> None:
        super().__init__()
        self.specification = SimpleNamespace(latent=8)
        self.layers = nn.Sequential(nn.Linear(8, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Linear(32, PIXELS))

    def forward(self, latent: Tensor) -> Tensor:
        return self.layers(latent).reshape(-1, 1, 1, PIXELS)


class Constant(nn.Module):
    """A generator of given images (N, 1, 1, 16), whatever the latent; its one weight is a shift of all their pixels."""

    def __init__(self, images: Tensor) -> None:
        super().__init__()
        self.specification, self.images = SimpleNamespace(latent=8), images
        self.shift = nn.Parameter(torch.zeros(()))

    def forward(self, latent: Tensor) -> Tensor:
        assert latent.shape == (len(self.images), 8)
        return self.images + self.shift


def toy_critic(norm: bool = False, dropout: float = 0.0) -> nn.Sequential:
    """Return a critic of 'images' (N, 1, 1, 16)."""
    inside = [nn.BatchNorm1d(32)] if norm else []
    ends = nn.LeakyReLU(0.2), nn.Dropout(dropout), nn.Linear(32, 1)
    return nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, 32), *inside, *ends)


def make_constant(network: nn.Module, logit: float) -> None:
    """Let a discriminator answer every image alike."""
    last = [module for module in network.modules() if isinstance(module, nn.Linear | nn.Conv2d)][-1]
    last.weight.data.zero_()
    if last.bias is not None:
        last.bias.data.fill_(logit)


def moved(network: nn.Module, rate: float = 0.0, kind: str = "sgd") -> Optimized:
    """Join a network with an optimizer; by default one that moves nothing."""
    optimizer = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop}[kind]
    return Optimized(network, optimizer(network.parameters(), lr=rate))


def step(rule, networks: Networks, real: Tensor, condition: Tensor | None = None) -> dict[str, float]:
    """Carry out one update, with as many images generated as there are real ones a batch; return its losses."""
    losses = training_step(rule, networks, Batch(real, condition), len(real) // rule.real_batches)
    return {name: value.item() for name, value in losses.items()}


def real_images(count: int) -> Tensor:
    """Draw 'real images' (N, 1, 1, 16) around 2."""
    return 2 + torch.randn(count, 1, 1, PIXELS)


def gradients(network: nn.Module) -> Tensor:
    """Join the gradients of a network's weights."""
    return torch.cat([weight.grad.flatten() for weight in network.parameters()])


def inputs_of(network: nn.Module) -> list[tuple[Tensor, ...]]:
    """Return a list that gets what a network is given from now on."""
    seen: list[tuple[Tensor, ...]] = []
    network.register_forward_hook(lambda _, inputs, __: seen.append(inputs))
    return seen


def toys(rate: float = 0.0, norm: bool = False, dropout: float = 0.0, kind: str = "sgd") -> Networks:
    torch.manual_seed(1)
    return Networks(moved(ToyGenerator(), rate, kind), moved(toy_critic(norm, dropout), rate, kind))


def test_an_adversarial_update_is_that_of_a_plain_loop():
    c = resolve("birds/dconv-64", "matched", "smoke", seed=3)
    networks = build_networks(c)
    generator, discriminator = (
        deepcopy(one.network).to(memory_format=torch.contiguous_format) for one in networks.by_name().values()
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
        losses = step(c.update, networks, real.contiguous(memory_format=torch.channels_last))

        torch.manual_seed(update)
        judging.zero_grad()
        on_real = binary_cross_entropy_with_logits(discriminator(real), ones)
        generated = generator(torch.randn(c.batch, c.generator.latent))
        on_generated = binary_cross_entropy_with_logits(discriminator(generated.detach()), zeros)
        (on_real + on_generated).backward()
        judging.step()
        generating.zero_grad()
        fooled = binary_cross_entropy_with_logits(discriminator(generated), ones)
        fooled.backward()
        generating.step()
        assert losses["discriminator"] == pytest.approx((on_real + on_generated).item(), rel=1e-4)
        assert losses["generator"] == pytest.approx(fooled.item(), rel=1e-4)


def test_standard_and_mixed_losses_of_a_constant_discriminator():
    networks = toys(norm=True)
    make_constant(networks.discriminator.network, 0.7)
    seen = inputs_of(networks.discriminator.network)
    losses = step(rules.Standard(), networks, real_images(6))
    assert losses["discriminator"] == pytest.approx(CALLED_REAL + CALLED_GENERATED, rel=1e-5)
    assert losses["generator"] == pytest.approx(CALLED_REAL, rel=1e-5)
    assert losses["real_called_real"] == pytest.approx(1 / (1 + exp(-0.7)), rel=1e-5)
    assert [len(images) for (images,) in seen] == [6, 6, 6], "normalised apart"
    # 12 real and 32 generated images: labels go by position, so 20 generated ones are called real too.
    losses = training_step(rules.Mixed(), networks, Batch(real_images(12)), 32)
    assert losses["discriminator"].item() == pytest.approx((32 * CALLED_REAL + 12 * CALLED_GENERATED) / 44, rel=1e-5)


def test_mixed_uses_moving_averages_where_keras_does():
    networks = toys(norm=True, dropout=0.5)
    made, judge, modes = networks.generator.network, networks.discriminator.network, []
    statistics, before = made.layers[1], made.layers[1].running_mean.clone()
    made.register_forward_hook(lambda *_: modes.append((made.training, torch.equal(statistics.running_mean, before))))
    judge.register_forward_hook(lambda *_: modes.append((judge[2].training, judge[4].training)))
    step(rules.Mixed(), networks, real_images(4))
    # predict; the discriminator's step; the generator's step, in which specs.BatchNorm rests and dropout doesn't
    assert modes == [(False, True), (True, True), (True, False), (False, True)]
    assert judge[2].num_batches_tracked == 1


# Two stages, 8 to 16 pixels and on 16 pixels; a discriminator of condition and image, and two of an image.
NORM = specs.BatchNorm()
EDGES, JUDGE = specs.DCGANGenerator((8, 4), 1, NORM, latent=10), specs.DCGANDiscriminator(16, (4, 8), 1, NORM)
GRAY = specs.ResNetGenerator(16, 1, 1, width=4, blocks=1, dropout=0.0)
PAIRS = specs.PatchDiscriminator(16, 1, 1, (), 4, NORM)
JOINT = specs.Stack(EDGES, replace(GRAY, stage_latent=specs.StageLatent(10, 2, 1.0)), "nothing")


def built(*specifications) -> Networks:
    torch.manual_seed(1)
    return Networks(*(moved(build(specification)) for specification in specifications))


def pairs(count: int) -> Tensor:
    return torch.rand(2, count, 1, 16, 16, generator=torch.Generator().manual_seed(2)) * 2 - 1


class TwoStages(nn.Module):
    """A toy stack: what stage 1 makes, and twice its side behind it."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(8, 16), nn.ConvTranspose2d(1, 1, 2, 2)
        self.specification = ToyGenerator().specification

    def stages(self, latent: Tensor) -> tuple[Tensor, Tensor]:
        small = self.first(latent).tanh().reshape(-1, 1, 4, 4)
        return small, self.second(small)


def test_the_gradients_that_meet_in_stage_1_are_compared_and_added():
    torch.manual_seed(1)
    judges = [nn.Sequential(nn.Flatten(), nn.Linear(size, 8), nn.Tanh(), nn.Linear(8, 1)) for size in (64, 16)]
    networks, real = Networks(*map(moved, (TwoStages(), *judges))), torch.rand(6, 1, 8, 8)
    torch.manual_seed(4)
    losses = step(rules.Intermediate(0.5), networks, real)
    first = networks.generator.network.first
    torch.manual_seed(4)  # the same latents, and the two losses apart
    small, image = networks.generator.network.stages(torch.randn(6, 8))
    own, through = (
        torch.cat([g.flatten() for g in torch.autograd.grad(loss, list(first.parameters()), retain_graph=True)])
        for loss in (
            softplus(-networks.first_discriminator.network(small)).mean(),
            softplus(-networks.discriminator.network(image)).mean(),
        )
    )
    assert torch.allclose(gradients(first), through + 0.5 * own, rtol=1e-4, atol=1e-7)
    assert losses["gradient_cosine"] == pytest.approx((own @ through / own.norm() / through.norm()).item(), rel=1e-4)
    assert losses["gradient_ratio"] == pytest.approx((through.norm() / own.norm()).item(), rel=1e-4)


def test_paired_losses_of_a_constant_discriminator_and_the_distance():
    networks, (real, condition) = built(GRAY, PAIRS), pairs(1)
    make_constant(networks.discriminator.network, 0.7)
    with torch.no_grad():
        distance = (networks.generator.network(condition) - real).abs().mean().item()
    losses = step(rules.Paired(l1=30.0, adversarial=2.0), networks, real, condition)
    assert losses["discriminator"] == pytest.approx(CALLED_REAL + CALLED_GENERATED, rel=1e-5)
    assert losses["generator_adversarial"] == pytest.approx(CALLED_REAL, rel=1e-5)
    assert losses["generator_l1"] == pytest.approx(distance, rel=1e-5)
    assert losses["generator"] == pytest.approx(2 * CALLED_REAL + 30 * distance, rel=1e-5)


def test_what_each_network_of_a_joint_stack_is_shown():
    networks, (real, condition) = built(JOINT, PAIRS, JUDGE), pairs(5)
    stack, made = networks.generator.network, {}
    for name, stage in (("first", stack.first), ("second", stack.second)):
        stage.register_forward_hook(lambda _, i, o, name=name: made.setdefault(name, []).append((*i, o)))
    judged = inputs_of(networks.first_discriminator.network), inputs_of(networks.discriminator.network)
    losses = step(rules.JointStack(l1=10.0), networks, real, condition)

    ((latent, edges),) = made["first"]
    (from_edges, relayed, gray), (from_real, fresh, translated) = made["second"]
    assert torch.equal(from_edges, edges)
    assert torch.equal(relayed, latent)
    assert torch.equal(from_real, condition)
    assert not torch.equal(fresh, latent)
    on_edges, on_translated = (edges, gray), (condition, translated)
    wanted = [(condition,), (edges,), (edges,)], [(condition, real), *2 * [on_edges, on_translated]]
    for found, expected in zip(judged, wanted, strict=True):
        for images, those in zip(found, expected, strict=True):
            assert all(torch.equal(a, b) for a, b in zip(images, those, strict=True))
    total = losses["first_generator"] + losses["generated_path"] + losses["real_path"] + 10 * losses["generator_l1"]
    assert losses["generator"] == pytest.approx(total, rel=1e-5)


class Quadratic(nn.Module):
    """A discriminator with the score a |x|² / 2, whose slope is a |x|."""

    def __init__(self, a: float) -> None:
        super().__init__()
        self.a = nn.Parameter(torch.tensor(a))

    def forward(self, image: Tensor) -> Tensor:
        return self.a * image.flatten(1).square().sum(dim=1, keepdim=True) / 2


def test_the_relativistic_penalties_are_taken_at_the_images_and_reach_the_weights():
    # Three real images of |x|² = 4 and generated ones of |x|² = 9: R1 is 4 a², R2 9 a². The pairs' scores differ by
    # (4 - 9) a / 2, so the loss is softplus(2.5 a) + gamma / 2 (4 a² + 9 a²), with the slope
    # 2.5 sigmoid(2.5 a) + 13 gamma a.
    a, gamma, rate = 0.4, 0.5, 0.01
    unit = normalize(torch.randn(3, PIXELS), dim=1).reshape(-1, 1, 1, PIXELS)
    networks = Networks(moved(Constant(3 * unit)), moved(Quadratic(a), rate))
    losses = step(rules.Relativistic(gamma), networks, 2 * unit)
    slope = 2.5 * torch.tensor(2.5 * a).sigmoid().item() + 13 * gamma * a
    after = networks.discriminator.network.a.item()
    assert after == pytest.approx(a - rate * slope, rel=1e-5)
    expected = {
        "penalty_on_real": gamma / 2 * 4 * a**2,
        "penalty_on_generated": gamma / 2 * 9 * a**2,
        "score_of_real": 2 * a,
        "score_of_generated": 4.5 * a,
        "discriminator": softplus(torch.tensor(2.5 * a)).item() + gamma / 2 * 13 * a**2,
        # the generator's loss is that of the discriminator as it has become, on the same images
        "generator": softplus(torch.tensor(-2.5 * after)).item(),
    }
    assert losses == pytest.approx(expected, rel=1e-5)


def test_the_released_generators_gradient_accumulates_all_losses():
    # With nothing moving, each update adds the critic's losses' gradients, 5 times +g on average, and its own -g: with
    # the same latents each time (a generator that reads constants) that is 4 g more each update, exactly.
    generator = nn.Sequential(nn.Linear(8, PIXELS), nn.Unflatten(1, (1, 1, PIXELS)))
    generator.specification = ToyGenerator().specification
    generator.register_forward_pre_hook(lambda _, inputs: torch.ones_like(inputs[0]))
    torch.manual_seed(1)
    networks = Networks(moved(generator, kind="rmsprop"), moved(toy_critic(), kind="rmsprop"))
    networks.discriminator.network(generator(torch.ones(4, 8))).mean().backward()
    slope = generator[0].weight.grad.clone()
    for update in (1, 2, 3):
        losses = step(rules.WassersteinReleased(critic_steps=5, clip=10.0), networks, real_images(4))
        assert torch.allclose(generator[0].weight.grad, 4 * update * slope, rtol=1e-4, atol=1e-7)
        assert losses["gradient_cosine"] == pytest.approx(-1, abs=1e-5)


@pytest.mark.parametrize("rule", [rules.WassersteinReleased(), rules.WassersteinClipped()])
def test_the_released_clip_takes_batch_norms_scale_and_the_corrected_one_leaves_it(rule):
    networks = toys(1e-4, norm=True, kind="rmsprop")
    step(rule, networks, real_images(16 * rule.real_batches))
    critic = networks.discriminator.network
    assert (critic[2].weight.abs().max() <= 0.01) == isinstance(rule, rules.WassersteinReleased)
    assert all(weight.abs().max() <= 0.01 for layer in (1, -1) for weight in critic[layer].parameters())


@pytest.mark.parametrize("rule", [rules.WassersteinReleased(), rules.WassersteinClipped(), rules.WassersteinPenalty()])
def test_which_images_the_critic_sees(rule):
    networks = toys()
    seen = inputs_of(networks.discriminator.network)
    step(rule, networks, torch.arange(4.0 * rule.real_batches).reshape(-1, 1, 1, 1).expand(-1, 1, 1, PIXELS) + 100)
    real = [images[:, 0, 0, 0].tolist() for (images,) in seen if images.min() >= 100]
    if isinstance(rule, rules.WassersteinReleased):
        assert real == [[100, 101, 102, 103]] * 5
    else:
        assert real == [[100 + number, 105 + number, 110 + number, 115 + number] for number in range(5)]
    assert len(seen) == 5 * (3 if isinstance(rule, rules.WassersteinPenalty) else 2) + 1


def test_the_penalty_of_a_linear_critic_is_a_closed_form():
    critic = nn.Sequential(nn.Flatten(), nn.Linear(PIXELS, 1))
    critic[1].weight.data = torch.arange(PIXELS)[None] / 10  # its slope, squared: (0² + ... + 15²) / 100 = 12.4
    networks = Networks(moved(ToyGenerator()), moved(critic))
    losses = step(rules.WassersteinPenalty(penalty=7.0), networks, real_images(40))
    assert losses["penalty"] == pytest.approx(7 * (12.4**0.5 - 1) ** 2, rel=1e-5)
    distance = losses["score_of_real"] - losses["score_of_generated"]
    assert losses["discriminator"] == pytest.approx(losses["penalty"] - distance, rel=1e-5)


def test_the_gradient_penalty_is_taken_between_real_and_generated_images():
    # The critic |x|² / 2 has slope |x|: 1 at every real and at every generated image here, |2 u - 1| at the point
    # between with share u. Over uniform u the mean of (|2 u - 1| - 1)² is 1/3; at the images themselves it is 0.
    real = normalize(torch.randn(20_000, PIXELS), dim=1).reshape(-1, 1, 1, PIXELS)
    torch.manual_seed(0)
    assert gradient_penalty(Quadratic(1.0), real, -real).item() == pytest.approx(1 / 3, abs=0.01)
    assert gradient_penalty(Quadratic(1.0), real, real).item() == pytest.approx(0, abs=1e-10)
