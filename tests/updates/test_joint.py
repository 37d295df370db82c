"""The joint stack: which loss sees which image, and whose weights it reaches."""

from dataclasses import replace

import pytest
import torch
from toys import player

from stackrepro.models import (
    BatchNorm,
    DCGANDiscriminator,
    DCGANGenerator,
    PatchDiscriminator,
    ResNetGenerator,
    Stack,
    StageLatent,
    build,
)
from stackrepro.updates import JointStack
from stackrepro.updates.game import Batch, Game
from stackrepro.updates.play import play

NORM = BatchNorm()
STACK = Stack(
    DCGANGenerator((8, 4), 1, NORM, latent=10), ResNetGenerator(16, 1, 1, 4, 1, 0.0, StageLatent(10, 2, 1.0)), "nothing"
)
PAIRS, EDGES = PatchDiscriminator(16, 1, 1, (), 4, NORM), DCGANDiscriminator(16, (4, 8), 1, NORM)


def game_for(stack: Stack = STACK) -> Game:
    torch.manual_seed(1)
    return Game(*(player(build(specification)) for specification in (stack, PAIRS, EDGES)))


def deal() -> Batch:
    draw = torch.Generator().manual_seed(2)
    real, condition = torch.rand(2, 5, 1, 16, 16, generator=draw) * 2 - 1
    return Batch(real, condition)


def test_what_each_network_is_shown():
    game, batch = game_for(), deal()
    shown = {name: [] for name in ("first", "second", "edges", "pairs")}
    stack = game.generator.network
    for name, network in (("first", stack.first), ("second", stack.second)):
        network.register_forward_hook(lambda _, inputs, output, name=name: shown[name].append((*inputs, output)))
    for name, side in (("edges", game.first_discriminator), ("pairs", game.discriminator)):
        side.network.register_forward_hook(lambda _, inputs, __, name=name: shown[name].append(inputs))
    play(JointStack(), game, batch, 5)

    ((latent, edges),) = shown["first"]
    (from_edges, relayed, gray), (from_real, fresh, translated) = shown["second"]
    assert torch.equal(from_edges, edges)
    assert torch.equal(relayed, latent)
    assert torch.equal(from_real, batch.condition)
    assert not torch.equal(fresh, latent)
    on_real, on_edges, on_translated = (batch.condition, batch.real), (edges, gray), (batch.condition, translated)
    for found, expected in (
        (shown["edges"], [(batch.condition,), (edges,), (edges,)]),
        (shown["pairs"], [on_real, on_edges, on_translated, on_edges, on_translated]),
    ):
        assert len(found) == len(expected)
        for images, those in zip(found, expected, strict=True):
            assert all(torch.equal(a, b) for a, b in zip(images, those, strict=True))


def test_the_generators_loss_is_the_sum_of_both_paths():
    losses = {name: value.item() for name, value in play(JointStack(l1=10.0), game_for(), deal(), 5).items()}
    total = losses["first_generator"] + losses["generated_path"] + losses["real_path"] + 10 * losses["generator_l1"]
    assert losses["generator"] == pytest.approx(total, rel=1e-5)


def gradients(rule: JointStack, stack: Stack = STACK) -> dict[str, torch.Tensor]:
    game = game_for(stack)
    play(rule, game, deal(), 5)
    return {name: weight.grad for name, weight in game.generator.network.named_parameters() if weight.grad is not None}


def test_the_distance_moves_stage_2_alone_and_the_adversarial_losses_both_stages():
    with_l1, without = gradients(JointStack(100.0)), gradients(JointStack(0.0))
    first = [name for name in without if name.startswith("first.")]
    second = [name for name in without if name.startswith("second.")]
    assert len(first) + len(second) == len(list(build(STACK).parameters()))
    assert all(torch.equal(with_l1[name], without[name]) for name in first)
    assert any(not torch.equal(with_l1[name], without[name]) for name in second)
    assert all(without[name].abs().max() > 0 for name in first)


def test_stage_1_learns_from_stage_2s_image_too():
    game, batch = game_for(), deal()
    with torch.no_grad():  # a discriminator of edges that has no opinion gives no gradient
        game.first_discriminator.network.verdict[0].weight.zero_()
    play(JointStack(), game, batch, 5)
    assert all(weight.grad.abs().max() > 0 for weight in game.generator.network.first.parameters())


def test_a_held_stage_1_stays_as_it_is():
    found = gradients(JointStack(), replace(STACK, hold="everything"))
    assert found
    assert all(name.startswith("second.") for name in found)
