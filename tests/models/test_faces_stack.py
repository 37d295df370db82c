"""Stacks whose stages have one size: images of all stages, and which latent reaches which stage."""

from dataclasses import replace

import pytest
import torch

from stackrepro.models import BatchNorm, DCGANGenerator, ResNetGenerator, Stack, StageLatent, build
from stackrepro.models.summary import stages, sum_counts, summarise

EDGES = DCGANGenerator((2048, 1024, 512, 256, 128), 1, BatchNorm())
GRAY = ResNetGenerator(128, 1, 1, width=64, blocks=6, dropout=0.0)
RGB = replace(GRAY, image_channels=3)
TWO = Stack(EDGES, GRAY, "nothing")
THREE = Stack(TWO, RGB, "everything")


def test_three_stages_are_counted_apart():
    parts = stages(summarise(THREE))
    counts = {stage: sum_counts(part) for stage, part in parts.items()}
    assert {stage: count.parameters for stage, count in counts.items()} == {
        "stage 1": 47_851_264,
        "stage 2": 7_825_153,
        "stage 3": 7_831_427,
    }
    assert [count.trainable for count in counts.values()] == [0, 0, 7_831_427]


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


def with_latent(numbers: int, correlation: float) -> Stack:
    return replace(TWO, second=replace(GRAY, stage_latent=StageLatent(numbers, 8, correlation))).scaled(2, 32)


def test_a_latent_of_its_own_leaves_stage_1_as_it_is():
    torch.manual_seed(0)
    network = build(with_latent(64, 0.0)).eval()
    assert network.specification.latent == 164
    latent = torch.randn(2, 164)
    other = torch.cat([latent[:, :100], torch.randn(2, 64)], dim=1)
    (edges, gray), (edges_again, another) = network.stages(latent), network.stages(other)
    assert torch.equal(edges, edges_again)
    assert torch.equal(gray, network.second(edges, latent[:, 100:]))
    assert not torch.allclose(gray, another, atol=1e-3)


def test_the_relayed_latent_is_the_stacks():
    torch.manual_seed(0)
    network = build(with_latent(100, 1.0)).eval()
    assert network.specification.latent == 100
    latent = torch.randn(2, 100)
    edges, gray = network.stages(latent)
    assert torch.equal(gray, network.second(edges, latent))


def test_a_correlated_latent_has_its_correlation_and_is_standard_normal():
    torch.manual_seed(0)
    network = build(with_latent(64, 0.6))
    latent = torch.randn(4000, 164)
    (second,) = network.beside(latent)
    assert second.std().item() == pytest.approx(1, abs=0.01)
    correlations = (second * latent[:, :64]).mean().item(), (second * latent[:, 100:]).mean().item()
    assert correlations == pytest.approx((0.6, 0.8), abs=0.01)


def test_a_latent_that_is_too_long_is_refused():
    with pytest.raises(ValueError, match=r"expected \(N, 164\), got \(2, 165\)"):
        build(with_latent(64, 0.0))(torch.zeros(2, 165))


def test_gradients_reach_stage_1_through_stage_2_unless_it_is_held():
    torch.manual_seed(0)
    for hold, reached in (("nothing", True), ("everything", False)):
        network = build(replace(with_latent(64, 0.0), hold=hold))
        network(torch.randn(2, 164)).square().mean().backward()
        gradients = [weight.grad is not None for weight in network.first.parameters()]
        assert gradients == [reached] * len(gradients)
        assert all(weight.grad is not None for weight in network.second.parameters())
