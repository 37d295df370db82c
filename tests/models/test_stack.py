"""Stacks: what of a first stage moves, by the three ways to freeze it, and which latent reaches which stage."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.models.specs import BatchNorm, DCGANGenerator, ResNetGenerator, Stack, StageLatent

EDGES = DCGANGenerator((2048, 1024, 512, 256, 128), 1, BatchNorm())
GRAY = ResNetGenerator(128, 1, 1, width=64, blocks=6, dropout=0.0)
TWO = Stack(EDGES, GRAY, "nothing")
THREE = Stack(TWO, replace(GRAY, image_channels=3), "everything")
FAMILIES = ("dense", "conv", "dconv")


def moved(stack: nn.Module) -> set[str]:
    """Do two steps of gradient descent; name the tensors of stage 1 that changed, running statistics included."""
    torch.manual_seed(0)
    stack.train()
    before = {key: value.clone() for key, value in stack.first.state_dict().items()}
    optimizer = torch.optim.SGD([weight for weight in stack.parameters() if weight.requires_grad], lr=1e-2)
    for _ in range(2):
        optimizer.zero_grad()
        (stack(torch.randn(8, stack.specification.latent)) - 1).square().sum().backward()
        optimizer.step()
    return {key for key, value in stack.first.state_dict().items() if not torch.equal(before[key], value)}


@pytest.mark.parametrize("family", FAMILIES)
def test_what_of_a_first_stage_moves(family):
    torch.manual_seed(0)
    specification = resolve(f"birds/{family}-stack", "matched", "smoke").generator
    assert specification.freeze == "everything"
    frozen = build(specification)
    assert moved(frozen) == set()
    assert not any(weight.requires_grad for weight in frozen.first.parameters()), "it counts as trained"
    frozen.train()
    assert frozen.second.training
    assert not any(module.training for module in frozen.first.modules())
    flags = build(replace(specification, freeze="kernels"))  # as the released flags do
    norms = nn.BatchNorm1d, nn.BatchNorm2d
    named = {name for name, module in flags.first.named_modules() if isinstance(module, norms)}
    assert moved(flags) == {key for key in flags.first.state_dict() if key.rpartition(".")[0] in named} != set()
    free = build(resolve(f"birds/{family}-stack-bp", "matched", "smoke").generator)
    trained = moved(free)
    # a bias before a BatchNorm is taken out again by it: its gradient is zero but for rounding
    assert trained >= {key for key in free.first.state_dict() if not key.endswith("bias")}
    assert resolve(f"birds/{family}-stack", "code", "paper").generator.freeze == "kernels"


def test_each_stage_reads_the_image_before_it():
    torch.manual_seed(0)
    network = build(THREE.scaled(2, 32)).eval()
    latent = torch.randn(2, 100)
    edges, gray, rgb = network.stages(latent)
    assert [image.shape for image in (edges, gray, rgb)] == [(2, 1, 32, 32), (2, 1, 32, 32), (2, 3, 32, 32)]
    assert torch.equal(edges, network.first.first(latent))
    assert torch.equal(gray, network.first.second(edges))
    assert torch.equal(rgb, network.second(gray))
    assert torch.equal(network(latent), rgb)


def with_latent(numbers: int, correlation: float) -> nn.Module:
    torch.manual_seed(0)
    second = replace(GRAY, stage_latent=StageLatent(numbers, 8, correlation))
    return build(replace(TWO, second=second).scaled(2, 32)).eval()


def test_a_latent_of_its_own_leaves_stage_1_as_it_is():
    network, latent = with_latent(64, 0.0), torch.randn(2, 164)
    other = torch.cat([latent[:, :100], torch.randn(2, 64)], dim=1)
    (edges, gray), (edges_again, another) = network.stages(latent), network.stages(other)
    assert torch.equal(edges, edges_again)
    assert torch.equal(gray, network.second(edges, latent[:, 100:]))
    assert not torch.allclose(gray, another, atol=1e-3)
    with pytest.raises(ValueError, match=r"expected \(N, 164\), got \(2, 165\)"):
        network(torch.zeros(2, 165))


def test_the_relayed_latent_is_the_stacks():
    network, latent = with_latent(100, 1.0), torch.randn(2, 100)
    edges, gray = network.stages(latent)
    assert torch.equal(gray, network.second(edges, latent))


def test_a_correlated_latent_has_its_correlation_and_is_standard_normal():
    network, latent = with_latent(64, 0.6), torch.randn(4000, 164)
    (second,) = network.beside(latent)
    assert second.std().item() == pytest.approx(1, abs=0.01)
    correlations = (second * latent[:, :64]).mean().item(), (second * latent[:, 100:]).mean().item()
    assert correlations == pytest.approx((0.6, 0.8), abs=0.01)
