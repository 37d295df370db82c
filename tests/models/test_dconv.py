"""The deep-conv family: shapes, the text's reading, initial weights."""

import pytest
import torch

from stackrepro.experiments import resolve
from stackrepro.models import build, summary
from stackrepro.models.layers import initialise
from stackrepro.models.summary import summarise


def test_layer_shapes_of_the_released_64_pixel_models():
    configuration = resolve("birds/dconv-64", "code", "paper")
    generator = [x.output for x in summarise(configuration.generator) if x.kind.startswith("Transposed")]
    assert generator == [(256, 8, 8), (128, 16, 16), (64, 32, 32), (3, 64, 64)]
    discriminator = [x.output for x in summarise(configuration.discriminator) if x.kind.startswith("Conv")]
    assert discriminator == [(64, 30, 30), (128, 13, 13), (256, 5, 5), (512, 1, 1)]


def test_layer_shapes_of_the_released_stack():
    configuration = resolve("birds/dconv-stack", "code", "paper")
    convolutions = [x.output for x in summarise(configuration.generator) if "onvolution" in x.kind]
    assert convolutions[3:] == [
        (3, 64, 64),
        (256, 64, 64),
        (256, 128, 128),
        (128, 128, 128),
        (64, 128, 128),
        (3, 128, 128),
    ]
    discriminator = [x.output for x in summarise(configuration.discriminator) if x.kind.startswith("Conv")]
    sides = [(64, 64), (128, 32), (256, 16), (512, 8), (1024, 4), (512, 4)]
    assert discriminator == [(width, side, side) for width, side in sides]


def test_text_arm_has_what_section_3_3_3_says():
    layers = summarise(resolve("birds/dconv-64", "text", "paper").generator)
    transposed = [x for x in layers if x.kind.startswith("Transposed")]
    assert [x.output[0] for x in transposed] == [256, 128, 64, 3]
    assert {x.kind for x in transposed} == {"Transposed convolution 5x5, stride 2"}
    assert sum(x.kind.startswith("Dense") for x in layers) == 1
    assert sum(x.kind.startswith("LeakyReLU") for x in layers) == 4
    assert layers[-1].kind == "Tanh"


def test_a_paper_tier_description_allocates_no_weight(monkeypatch):
    made = []
    monkeypatch.setattr(summary, "build", lambda specification: made.append(build(specification)) or made[-1])
    summarise(resolve("birds/dconv-stack", "code", "paper").generator)
    assert {weight.device.type for network in made for weight in network.parameters()} == {"meta"}


def test_a_wrong_shape_is_refused():
    generator = build(resolve("birds/dconv-64", "matched", "smoke").generator)
    with pytest.raises(ValueError, match=r"expected \(N, 100\), got \(2, 99\)"):
        generator(torch.zeros(2, 99))


@pytest.mark.parametrize(
    ("scheme", "spread"), [("dcgan", 0.02), ("keras", (6 / (5 * 5 * (512 + 256))) ** 0.5 / 3**0.5)]
)
def test_initial_weights_have_the_spread_of_their_scheme(scheme, spread):
    torch.manual_seed(0)
    generator = build(resolve("birds/dconv-64", "code", "paper").generator)
    initialise(generator, scheme)
    kernel = generator.doublings[0].weight
    assert kernel.std().item() == pytest.approx(spread, rel=0.01)
    assert kernel.mean().item() == pytest.approx(0, abs=spread / 100)
    scale = generator.dense[2].weight
    assert scale.std().item() == pytest.approx(0.02 if scheme == "dcgan" else 0.0, rel=0.1)


def test_a_sigmoid_reaches_only_the_papers_range():
    torch.manual_seed(0)
    latent = torch.randn(8, 100)
    specification = resolve("birds/dconv-64+output=sigmoid", "text", "smoke").generator
    image = build(specification)(latent)
    assert 0 <= image.min() < 0.5 < image.max() <= 1
    assert resolve("birds/dconv-64", "text", "smoke").generator.output == "tanh"
