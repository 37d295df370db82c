"""From a generator to pixels: both rules of display, and BatchNorm calibrated anew."""

import numpy as np
import pytest
import torch

from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.models.layers import initialise
from stackrepro.runs.randomness import fixed_latents
from stackrepro.runs.sampling import recalibrate, sample, to_pixels, to_wrapped_pixels


def image(*values):
    return torch.tensor(values, dtype=torch.float32).reshape(1, 1, 1, -1)


def test_values_outside_are_clipped_or_wrap_around():
    # -10.5, -1, 0, 100.75, 255 and 270 levels: the notebooks' display loses the fraction and counts modulo 256
    images = image(-10.5, -1, 0, 100.75, 255, 270) / 255
    images += torch.sign(images) * 1e-6  # to the far side of what float32 makes of whole levels
    assert to_pixels(images, (0.0, 1.0)).ravel().tolist() == [0, 0, 0, 101, 255, 255]
    assert to_wrapped_pixels(images, (0.0, 1.0)).ravel().tolist() == [246, 255, 0, 100, 255, 14]


def test_wrapping_is_what_numpy_does_with_the_notebooks_cast():
    images = torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(1)) * 2 - 1
    expected = (images.numpy() * np.float32(255)).astype(np.int64).astype(np.uint8).transpose(0, 2, 3, 1)
    np.testing.assert_array_equal(to_wrapped_pixels(images, (0.0, 1.0)), expected)
    assert to_wrapped_pixels(images[:, :1], (0.0, 1.0)).shape == (2, 8, 8, 1)


def generator(name, arm):
    torch.manual_seed(1)
    network = build(resolve(name, arm, "smoke").generator)
    initialise(network, "keras")
    return network.eval()


def norms(network):
    kinds = (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)
    return [module for module in network.modules() if isinstance(module, kinds)]


@pytest.mark.parametrize("name", ["birds/dconv-64", "birds/dense-64"])
def test_recalibration_forgets_what_the_training_left(name):
    fresh, spoiled = generator(name, "code"), generator(name, "code")
    for norm in norms(spoiled):
        norm.running_mean.fill_(7)
        norm.running_var.fill_(0.01)
    assert recalibrate(fresh)
    assert recalibrate(spoiled)
    np.testing.assert_array_equal(sample(fresh, 8, (-1.0, 1.0)), sample(spoiled, 8, (-1.0, 1.0)))


def test_the_statistics_are_the_average_over_batches_of_fixed_latents():
    network = generator("birds/dense-64", "code")
    seen = []
    hook = norms(network)[0].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0].clone()))
    recalibrate(network)
    hook.remove()
    first = norms(network)[0]
    assert [len(batch) for batch in seen] == [64] * 16
    torch.testing.assert_close(first.running_mean, torch.stack([batch.mean(0) for batch in seen]).mean(0))
    torch.testing.assert_close(first.running_var, torch.stack([batch.var(0) for batch in seen]).mean(0))
    latents = torch.from_numpy(fixed_latents(1024, 100))
    linear = next(module for module in network.modules() if isinstance(module, torch.nn.Linear))
    with torch.no_grad():
        expected = torch.nn.functional.leaky_relu(linear(latents), 0.2)
    torch.testing.assert_close(torch.cat(seen), expected)


def test_a_held_first_stage_keeps_its_statistics():
    network = generator("birds/dconv-stack", "matched")
    for norm in norms(network):
        norm.running_mean.fill_(7)
    assert recalibrate(network)
    assert all((norm.running_mean == 7).all() for norm in norms(network.first))
    assert not any((norm.running_mean == 7).all() for norm in norms(network.second))
    assert not network.training


def test_a_generator_without_batchnorm_has_nothing_to_recalibrate():
    network = generator("birds/conv-64", "code")
    before = sample(network, 2, (0.0, 1.0))
    assert not recalibrate(network)
    np.testing.assert_array_equal(sample(network, 2, (0.0, 1.0)), before)
