"""The dense and the conv family: layers as the notebooks and as the text have them."""

import pytest
import torch

from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.models.summary import summarise


def kinds(name: str, arm: str, network: str = "generator") -> list[str]:
    return [layer.kind.split(" (")[0] for layer in summarise(getattr(resolve(name, arm, "paper"), network))]


def widths(name: str, arm: str, network: str = "generator") -> list[tuple[int, ...]]:
    layers = summarise(getattr(resolve(name, arm, "paper"), network))
    return [layer.output for layer in layers if layer.counts.parameters and not layer.kind.startswith("BatchNorm")]


def test_dense_64_of_the_notebooks():
    assert widths("birds/dense-64", "code") == [(256,), (512,), (1024,), (12_288,)]
    block = ["Dense + bias", "LeakyReLU 0.2", "BatchNorm"]
    assert kinds("birds/dense-64", "code") == ["Flatten", *block * 3, "Dense + bias", "Tanh", "Reshape"]
    block = ["Dense + bias", "LeakyReLU 0.2", "Dropout 0.3"]
    assert kinds("birds/dense-64", "code", "discriminator") == ["Flatten", *block * 2, "Dense + bias"]


def test_the_dense_stack_squeezes_the_small_image_to_128_numbers():
    assert widths("birds/dense-stack", "code") == [
        *[(256,), (512,), (1024,), (12_288,)],
        *[(128,), (256,), (512,), (1024,), (2048,), (49_152,)],
    ]


def test_the_text_gives_the_dense_discriminator_batch_norm_and_dropout():
    block = ["Dense + bias", "LeakyReLU 0.2", "BatchNorm", "Dropout 0.3"]
    assert kinds("birds/dense-128", "text", "discriminator") == ["Flatten", *block * 2, "Dense + bias"]
    assert widths("birds/dense-128", "text") == [(256,), (512,), (1024,), (49_152,)]


def test_conv_64_of_the_notebooks():
    assert [kind for kind in kinds("birds/conv-64", "code") if "onvolution" in kind] == [
        "Convolution 5x5, stride 1",
        "Transposed convolution 4x4, stride 2",
        "Convolution 5x5, stride 1",
        "Convolution 5x5, stride 1",
        "Convolution 7x7, stride 1",
    ]
    assert widths("birds/conv-64", "code")[1:] == [(256, 32, 32), *[(256, 64, 64)] * 3, (3, 64, 64)]
    sides = [layer[1] for layer in widths("birds/conv-64", "code", "discriminator")[:-1]]
    assert sides == [62, 30, 14, 6]
    sides = [layer[1] for layer in widths("birds/conv-128", "code", "discriminator")[:-1]]
    assert sides == [126, 62, 30, 14]


def test_the_text_has_five_convolutions_of_3_x_3_and_one_transposed():
    found = [kind for kind in kinds("birds/conv-64", "text") if "onvolution" in kind]
    assert found.count("Convolution 3x3, stride 1") == 5
    assert sum(kind.startswith("Transposed") for kind in found) == 1
    assert {layer[0] for layer in widths("birds/conv-64", "text")[1:-1]} == {256}


@pytest.mark.parametrize("family", ["dense", "conv"])
def test_a_wrong_shape_is_refused(family):
    second = build(resolve(f"birds/{family}-stack", "matched", "smoke").generator).second
    with pytest.raises(ValueError, match=r"expected \(N, 3, 16, 16\), got \(2, 3, 32, 32\)"):
        second(torch.zeros(2, 3, 32, 32))


@pytest.mark.parametrize("family", ["dense", "conv"])
def test_batch_norm_comes_before_the_activation_only_in_arm_matched(family):
    order = [kind for kind in kinds(f"birds/{family}-64", "matched") if kind in ("BatchNorm", "ReLU")]
    assert order[:2] == ["BatchNorm", "ReLU"]


def test_a_stack_lists_no_layer_that_its_second_stage_lacks():
    kinds = {layer.kind.split(" ")[0] for layer in summarise(resolve("birds/conv-stack", "code", "paper").generator)}
    assert kinds == {"Dense", "Reshape", "LeakyReLU", "Convolution", "Transposed", "Tanh"}
