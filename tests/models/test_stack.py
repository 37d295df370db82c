"""What of a first stage moves in one update, by the three ways to hold it."""

import pytest
import torch

from stackrepro.experiments import Optimizer, resolve
from stackrepro.models import build
from stackrepro.runs.train import player
from stackrepro.updates import UPDATES

SGD_LIKE = Optimizer("rmsprop", rate=1e-2, decay=0.9, epsilon=1e-7)


def changed_tensors(name: str, arm: str) -> tuple[set[str], set[str]]:
    """Do two updates; return the names of all and of the changed tensors of stage 1, buffers included."""
    torch.manual_seed(0)
    configuration = resolve(name, arm, "smoke")
    generator = player(build(configuration.generator), SGD_LIKE)
    discriminator = player(build(configuration.discriminator), SGD_LIKE)
    before = {key: value.clone() for key, value in generator.network.first.state_dict().items()}
    size = configuration.view.size
    for _ in range(2):
        UPDATES[configuration.update](generator, discriminator, torch.rand(8, 3, size, size), 8)
    after = generator.network.first.state_dict()
    return set(before), {key for key in before if not torch.equal(before[key], after[key])}


@pytest.mark.parametrize("arm", ["text", "matched"])
def test_a_held_first_stage_stays_bit_identical(arm):
    every, changed = changed_tensors("birds/dconv-stack", arm)
    assert every
    assert not changed


def test_the_released_flags_hold_the_kernels_only():
    every, changed = changed_tensors("birds/dconv-stack", "code")
    kernels = {"dense.0.weight", "image.0.weight", *(key for key in every if key.startswith("doublings.0."))}
    assert every - changed == kernels
    assert "dense.2.running_mean" in changed
    assert "dense.2.weight" in changed


def test_from_scratch_every_weight_of_the_first_stage_gets_a_gradient():
    torch.manual_seed(0)
    generator = build(resolve("birds/dconv-stack+stage1=scratch", "matched", "smoke").generator)
    generator(torch.randn(4, 100)).square().mean().backward()
    gradients = [weight.grad for weight in generator.first.parameters()]
    assert all(gradient is not None and gradient.abs().max() > 0 for gradient in gradients)


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
