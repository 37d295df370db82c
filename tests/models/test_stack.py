"""What of a first stage moves in one update, by the three ways to hold it."""

import pytest
import torch
from torch import nn

from stackrepro.experiments import Optimizer, resolve
from stackrepro.models import build
from stackrepro.runs.players import player
from stackrepro.updates.game import Batch, Game
from stackrepro.updates.play import play

SGD_LIKE = Optimizer("rmsprop", rate=1e-2, decay=0.9, epsilon=1e-7)


def changed_tensors(name: str, arm: str) -> tuple[set[str], set[str]]:
    """Do two updates; return the names of all and of the changed tensors of stage 1, buffers included."""
    torch.manual_seed(0)
    configuration = resolve(name, arm, "smoke")
    game = Game(player(build(configuration.generator), SGD_LIKE), player(build(configuration.discriminator), SGD_LIKE))
    before = {key: value.clone() for key, value in game.generator.network.first.state_dict().items()}
    size = configuration.view.size
    for _ in range(2):
        play(configuration.update, game, Batch(torch.rand(8, 3, size, size)), 8)
    after = game.generator.network.first.state_dict()
    return set(before), {key for key in before if not torch.equal(before[key], after[key])}


FAMILIES = ("dense", "conv", "dconv")


@pytest.mark.parametrize("arm", ["text", "matched"])
@pytest.mark.parametrize("family", FAMILIES)
def test_a_held_first_stage_stays_bit_identical(family, arm):
    every, changed = changed_tensors(f"birds/{family}-stack", arm)
    assert every
    assert not changed


@pytest.mark.parametrize("family", FAMILIES)
def test_the_released_flags_hold_dense_and_convolution_layers_only(family):
    every, changed = changed_tensors(f"birds/{family}-stack", "code")
    first = build(resolve(f"birds/{family}-stack", "code", "smoke").generator).first
    norms = [name for name, module in first.named_modules() if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d)]
    assert changed == {key for key in every if key.rpartition(".")[0] in norms}
    assert bool(norms) == (family != "conv")


@pytest.mark.parametrize(
    "name", [f"birds/{family}-stack-bp" for family in FAMILIES] + ["birds/dconv-stack+stage1=scratch"]
)
def test_full_backpropagation_gives_every_weight_of_the_first_stage_a_gradient(name):
    torch.manual_seed(0)
    generator = build(resolve(name, "matched", "smoke").generator)
    generator(torch.randn(4, 100)).square().mean().backward()
    gradients = {key: weight.grad for key, weight in generator.first.named_parameters()}
    assert all(gradient is not None for gradient in gradients.values())
    # A bias before a BatchNorm is taken out again by it: its gradient is zero but for rounding.
    assert [key for key, gradient in gradients.items() if gradient.abs().max() == 0] == []


def test_a_held_stage_is_in_inference_mode_whatever_the_whole_is():
    generator = build(resolve("birds/dconv-stack", "matched", "smoke").generator).train()
    assert generator.second.training
    assert not generator.first.training
    assert not any(module.training for module in generator.first.modules())


def test_the_stack_is_its_second_stage_after_its_first():
    torch.manual_seed(0)
    generator = build(resolve("birds/dconv-stack", "matched", "smoke").generator).eval()
    latent = torch.randn(2, 100)
    assert torch.equal(generator(latent), generator.second(generator.first(latent)))
