"""The networks: layers and counts of the authors' notebooks and scripts, shapes that are held to, initial weights."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from stackrepro.experiments import EXPERIMENTS, resolve
from stackrepro.models import build, summary
from stackrepro.models.layers import Layers, Residual, ShapeError, initialise
from stackrepro.models.specs import ResNetGenerator, StageLatent
from stackrepro.models.summary import stages, sum_counts, summarise

GRAY = ResNetGenerator(128, 1, 1, width=64, blocks=6, dropout=0.0)
LATENT = StageLatent(64, 8, 0.0)

# Paper A's 12 models: generator in all (with running statistics), of which trainable; discriminator in all. Worked out
# with Keras' rules from the notebooks' layers.
KERAS_COUNTS = {
    "birds/dense-64": (13_285_120, 13_281_536, 3_162_497),
    "birds/dense-128": (103_530_368, 103_522_432, 12_599_681),
    "birds/dense-stack": (118_375_552, 105_086_080, 12_599_681),
    "birds/dense-stack-bp": (118_375_552, 118_364_032, 12_599_681),
    "birds/conv-64": (18_289_408, 18_289_408, 450_945),
    "birds/conv-128": (57_611_008, 57_611_008, 471_425),
    "birds/conv-stack": (22_671_616, 4_382_208, 471_425),
    "birds/conv-stack-bp": (22_671_616, 22_671_616, 471_425),
    "birds/dconv-64": (5_128_640, 5_126_720, 4_310_913),
    "birds/dconv-128": (7_586_240, 7_584_320, 4_323_201),
    "birds/dconv-stack": (7_228_032, 2_099_904, 15_880_704),
    "birds/dconv-stack-bp": (9_496_512, 9_492_544, 15_880_704),
}


def test_counts_of_paper_as_notebooks():
    assert {name for name, e in EXPERIMENTS.items() if e.source.startswith("paper A")} == KERAS_COUNTS.keys()
    for name, counts in KERAS_COUNTS.items():
        c = resolve(name, "code", "paper")
        generator, discriminator = (sum_counts(summarise(network)) for network in (c.generator, c.discriminator))
        assert (generator.total, generator.trainable, discriminator.total) == counts, name
    for family, trainable in (("dense", 3_584), ("conv", 0), ("dconv", 1_920)):  # BatchNorm's alone
        parts = stages(summarise(resolve(f"birds/{family}-stack", "code", "paper").generator))
        assert sum_counts(parts["stage 1"]).trainable == trainable
        assert sum_counts(parts["stage 2"]).trainable == KERAS_COUNTS[f"birds/{family}-stack"][1] - trainable


# Generators of the paper's text, with running statistics: inputs, with the bias if any, or kernel, times outputs.
TEXT_COUNTS = {
    "dense-128": 101 * 256 + 257 * 512 + 513 * 1024 + 1025 * 49_152 + 4 * (256 + 512 + 1024),
    "conv-64": 100 * 131_072 + 9 * 128 * 256 + 16 * 256**2 + 3 * 9 * 256**2 + 9 * 256 * 3,
    "dconv-64": 100 * 8192 + 25 * (512 * 256 + 256 * 128 + 128 * 64 + 64 * 3) + 4 * (512 + 256 + 128 + 64),
}


@pytest.mark.parametrize("model", TEXT_COUNTS)
def test_counts_of_the_papers_text(model):
    layers = summarise(resolve(f"birds/{model}", "text", "paper").generator)
    assert sum_counts(layers).total == TEXT_COUNTS[model]


@pytest.mark.parametrize(
    ("name", "arm", "network", "block"),
    [
        ("birds/dense-64", "code", "generator", ["Dense", "LeakyReLU 0.2", "BatchNorm"]),
        ("birds/dense-64", "matched", "generator", ["Dense", "BatchNorm", "ReLU"]),
        ("birds/dense-128", "text", "discriminator", ["Dense", "LeakyReLU 0.2", "BatchNorm", "Dropout 0.3"]),
        ("birds/dense-64", "code", "discriminator", ["Dense", "LeakyReLU 0.2", "Dropout 0.3"]),
        ("birds/conv-64", "code", "generator", ["Dense", "Reshape", "LeakyReLU 0.3", "Convolution", "LeakyReLU 0.3"]),
        ("birds/conv-64", "matched", "generator", ["Dense", "Reshape", "BatchNorm", "ReLU", "Convolution"]),
        ("birds/dconv-64", "text", "generator", ["Dense", "Reshape", "BatchNorm", "LeakyReLU 0.2", "Transposed"]),
        ("birds/dconv-64", "code", "discriminator", ["Convolution", "BatchNorm", "LeakyReLU 0.2", "Convolution"]),
        ("birds/dconv-64", "matched", "discriminator", ["Convolution", "LeakyReLU 0.2", "Convolution", "BatchNorm"]),
    ],
)
def test_order_of_the_first_layers(name, arm, network, block):
    kinds = [layer.kind for layer in summarise(getattr(resolve(name, arm, "paper"), network))]
    kinds = [kind if kind.startswith(("Leaky", "Dropout")) else kind.split(" ")[0] for kind in kinds]
    assert kinds[kinds[0] == "Flatten" :][: len(block)] == block


def test_a_description_at_tier_paper_allocates_no_weight(monkeypatch):
    made = []
    monkeypatch.setattr(summary, "build", lambda specification: made.append(build(specification)) or made[-1])
    summarise(resolve("birds/dconv-stack", "code", "paper").generator)
    assert {weight.device.type for network in made for weight in network.parameters()} == {"meta"}


def test_layers_are_held_to_the_shapes_that_they_say():
    images = torch.zeros(2, 3, 8, 8)
    right = Layers(3, 8, 8).add(nn.Conv2d(3, 4, 3), nn.ReLU(), gives=(4, 6, 6))
    assert right(images).shape == (2, 4, 6, 6)
    with pytest.raises(ShapeError, match=r"expected \(N, 3, 8, 8\), got \(2, 3, 8, 9\)"):
        right(torch.zeros(2, 3, 8, 9))
    with pytest.raises(ShapeError, match=r"expected \(N, 4, 8, 8\), got \(2, 4, 6, 6\)"):
        Layers(3, 8, 8).add(nn.Conv2d(3, 4, 3), gives=(4, 8, 8)).add(nn.Conv2d(4, 4, 3), gives=(4, 4, 4))(images)


@pytest.mark.parametrize(
    ("network", "given", "words"),
    [
        (lambda: build(resolve("birds/dconv-64", "matched", "smoke").generator), [(2, 99)], r"\(N, 100\)"),
        (lambda: build(resolve("birds/dense-stack", "matched", "smoke").generator).second, [(2, 3, 32, 32)], "16, 16"),
        (lambda: build(GRAY.scaled(2, 16)), [(1, 3, 32, 32)], r"\(N, 1, 32, 32\)"),
        (lambda: build(GRAY.scaled(2, 16)), [(1, 1, 32, 32), (1, 64)], "reads 0 numbers"),
        (lambda: build(replace(GRAY, stage_latent=LATENT).scaled(2, 16)), [(1, 1, 32, 32)], "reads 64 numbers"),
    ],
)
def test_what_a_network_does_not_take_is_refused(network, given, words):
    with pytest.raises(ValueError, match=words):
        network()(*(torch.zeros(shape) for shape in given))


@pytest.mark.parametrize(("scheme", "spread"), [("dcgan", 0.02), ("keras", (2 / (5 * 5 * (512 + 256))) ** 0.5)])
def test_initial_weights_have_the_spread_of_their_scheme(scheme, spread):
    torch.manual_seed(0)
    generator = build(resolve("birds/dconv-64", "code", "paper").generator)
    initialise(generator, scheme)
    kernel, scale = generator.doublings[0].weight, generator.dense[2].weight
    assert kernel.std().item() == pytest.approx(spread, rel=0.01)
    assert kernel.mean().item() == pytest.approx(0, abs=spread / 100)
    assert scale.mean().item() == pytest.approx(1, abs=0.01)
    assert scale.std().item() == pytest.approx(0.02 if scheme == "dcgan" else 0.0, rel=0.1)


def test_a_sigmoid_reaches_only_the_papers_range():
    torch.manual_seed(0)
    image = build(resolve("birds/dconv-64+output=sigmoid", "code", "smoke").generator)(torch.randn(8, 100))
    assert 0 <= image.min() < 0.5 < image.max() <= 1


def test_the_gan_of_today_starts_linear_with_weights_of_its_own():
    c = resolve("birds/modern-64", "matched", "small")
    torch.manual_seed(3)
    generator = build(c.generator)
    initialise(generator, c.initial_weights)
    latent = torch.randn(5, 100)
    assert torch.allclose(generator(2 * latent), 2 * generator(latent), atol=1e-5)
    assert sum(isinstance(module, Residual) for module in generator.modules()) == 3
    # 3 x 3 of 64 maps: sqrt(2 / 1.04 / 576) with Fixup's share of three blocks; the basis has one input a pixel
    assert generator.layers[0].layers[2].weight.std().item() == pytest.approx(
        (2 / 1.04 / 576) ** 0.5 * 3**-0.25, rel=0.02
    )
    assert generator.basis[2].weight.std().item() == pytest.approx(1, rel=0.06)
