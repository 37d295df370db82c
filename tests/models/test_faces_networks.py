"""Paper B's networks against the layers and counts of the authors' code."""

from dataclasses import replace

import pytest
import torch

from stackrepro.models import (
    BatchNorm,
    DCGANDiscriminator,
    DCGANGenerator,
    PatchDiscriminator,
    ResNetGenerator,
    StageLatent,
    build,
)
from stackrepro.models.summary import inputs, sum_counts, summarise

NORM = BatchNorm()
EDGES = DCGANGenerator((2048, 1024, 512, 256, 128), 1, NORM)
JUDGE = DCGANDiscriminator(128, (32, 64, 128, 256, 512), 1, NORM)
WIDE_JUDGE = replace(JUDGE, channels=(128, 256, 512, 1024, 2048))
GRAY = ResNetGenerator(128, 1, 1, width=64, blocks=6, dropout=0.0)
PAIR_JUDGE = PatchDiscriminator(128, 1, 1, (64, 128, 256), 512, NORM)


@pytest.mark.parametrize(
    ("specification", "parameters"),
    [
        (EDGES, 47_851_264),
        (JUDGE, 2_795_904),
        (WIDE_JUDGE, 44_606_976),
        (replace(EDGES, image_channels=3), 47_855_360),
        (replace(JUDGE, image_channels=3), 2_796_928),
        (replace(JUDGE, norm=None), 2_795_904 - (64 + 128 + 256 + 512)),  # a bias for each scale and shift
        (GRAY, 7_825_153),
        (replace(GRAY, image_channels=3), 7_831_427),
        (replace(GRAY, blocks=9), 11_365_633),
        (replace(GRAY, dropout=0.5), 7_825_153),
        (PAIR_JUDGE, 2_764_609),
        (replace(PAIR_JUDGE, image_channels=3), 2_766_657),
    ],
)
def test_counts_of_the_released_code(specification, parameters):
    assert sum_counts(summarise(specification)).parameters == parameters


def weighted(specification) -> list[tuple[str, tuple[int, ...], int]]:
    """Return kind, output and parameters of each convolution and dense layer."""
    layers = [layer for layer in summarise(specification) if layer.kind.startswith(("Conv", "Trans", "Dense"))]
    return [(layer.kind, layer.output, layer.counts.parameters) for layer in layers]


def test_layers_of_the_dcgan():
    doubling = "Transposed convolution 4x4, stride 2"
    assert weighted(EDGES) == [
        ("Transposed convolution 4x4, stride 1", (2048, 4, 4), 3_276_800),
        (doubling, (1024, 8, 8), 33_554_432),
        (doubling, (512, 16, 16), 8_388_608),
        (doubling, (256, 32, 32), 2_097_152),
        (doubling, (128, 64, 64), 524_288),
        (doubling, (1, 128, 128), 2_048),
    ]
    halving = "Convolution 4x4, stride 2"
    assert weighted(JUDGE) == [
        (halving, (32, 64, 64), 512),
        (halving, (64, 32, 32), 32_768),
        (halving, (128, 16, 16), 131_072),
        (halving, (256, 8, 8), 524_288),
        (halving, (512, 4, 4), 2_097_152),
        ("Convolution 4x4, stride 1", (1, 1, 1), 8_192),
    ]
    assert sum(layer.kind.startswith("BatchNorm") for layer in summarise(JUDGE)) == 4


def test_layers_of_the_resnet():
    found = weighted(GRAY)
    assert found[:3] == [
        ("Convolution 7x7, stride 1, reflected border + bias", (64, 128, 128), 3_200),
        ("Convolution 3x3, stride 2 + bias", (128, 64, 64), 73_856),
        ("Convolution 3x3, stride 2 + bias", (256, 32, 32), 295_168),
    ]
    assert found[3:15] == [("Convolution 3x3, stride 1, reflected border + bias", (256, 32, 32), 590_080)] * 12
    assert found[15:] == [
        ("Transposed convolution 3x3, stride 2 + bias", (128, 64, 64), 295_040),
        ("Transposed convolution 3x3, stride 2 + bias", (64, 128, 128), 73_792),
        ("Convolution 7x7, stride 1, reflected border + bias", (1, 128, 128), 3_137),
    ]
    kinds = [layer.kind.split(" ")[0] for layer in summarise(replace(GRAY, dropout=0.5))]
    block = ["Convolution", "InstanceNorm", "ReLU", "Dropout", "Convolution", "InstanceNorm"]
    assert kinds[9:45] == block * 6


def test_layers_of_the_patch_discriminator():
    assert weighted(PAIR_JUDGE) == [
        ("Convolution 4x4, stride 2 + bias", (64, 64, 64), 2_112),
        ("Convolution 4x4, stride 2", (128, 32, 32), 131_072),
        ("Convolution 4x4, stride 2", (256, 16, 16), 524_288),
        ("Convolution 4x4, stride 1", (512, 15, 15), 2_097_152),
        ("Convolution 4x4, stride 1 + bias", (1, 14, 14), 8_193),
    ]


def test_a_stages_latent_adds_eight_maps_at_the_bottleneck():
    layers = weighted(replace(GRAY, stage_latent=StageLatent(64, 8, 0.0)))
    assert layers[3] == ("Dense", (8 * 32 * 32,), 64 * 8 * 32 * 32)
    assert [output for _, output, _ in layers[4:16]] == [(264, 32, 32)] * 12
    assert layers[:3] == weighted(GRAY)[:3]
    assert layers[-2:] == weighted(GRAY)[-2:]


@pytest.mark.parametrize("halvings", [1, 2, 3, 4])
@pytest.mark.parametrize("latent", [None, StageLatent(64, 8, 0.0)])
def test_smaller_networks_run(halvings, latent):
    torch.manual_seed(0)
    size = 128 >> halvings
    generators = EDGES, replace(GRAY, image_channels=3, stage_latent=latent, dropout=0.5)
    for specification in (*generators, JUDGE, replace(JUDGE, norm=None), PAIR_JUDGE):
        small = specification.scaled(halvings, 32)
        output = build(small)(*(torch.randn(2, *shape) for shape in inputs(small)))
        if specification in generators:
            assert output.shape == (2, specification.image_channels, size, size)
            assert output.abs().max() <= 1
        elif specification is PAIR_JUDGE:
            assert output.shape == ((2, 1, 14, 14) if halvings < 4 else (2, 1, 6, 6))  # 8 pixels have no 14 patches
        else:
            assert output.shape == (2, 1)


def test_halving_takes_the_layer_nearest_to_the_image_from_each_network():
    assert EDGES.scaled(1, 4).channels == (128, 64, 32, 16)  # as wide as paper A's deep-conv networks there
    assert JUDGE.scaled(1, 4).channels == (16, 32, 64, 128)
    assert replace(JUDGE, share="quarter").scaled(1, 4).channels == (4, 8, 16, 32)
    assert JUDGE.scaled(0, 1) == JUDGE
    assert PAIR_JUDGE.scaled(1, 4).channels == (32, 64)
    assert [layer.output for layer in summarise(GRAY.scaled(2, 4)) if "Conv" in layer.kind][3] == (64, 8, 8)


def test_a_residual_block_adds_what_came_in():
    torch.manual_seed(0)
    block = build(GRAY.scaled(2, 16)).blocks[0]
    maps = torch.randn(2, 16, 8, 8)
    with torch.no_grad():
        assert torch.allclose(block(maps) - maps, block.layers(maps), atol=1e-6)
        # InstanceNorm makes what is added have mean 0 and variance 1 in each map.
        added = block.layers(maps)
    assert torch.allclose(added.mean(dim=(2, 3)), torch.zeros(2, 16), atol=1e-5)
    assert torch.allclose(added.var(dim=(2, 3), correction=0), torch.ones(2, 16), atol=1e-2)


def test_dropout_is_on_only_while_training():
    torch.manual_seed(0)
    image = torch.randn(1, 1, 32, 32)
    network = build(replace(GRAY, dropout=0.5).scaled(2, 16))
    assert not torch.equal(network(image), network(image))
    network.eval()
    assert torch.equal(network(image), network(image))


def test_wrong_inputs_are_refused():
    small = GRAY.scaled(2, 16)
    image = torch.zeros(1, 1, 32, 32)
    with pytest.raises(ValueError, match=r"expected \(N, 1, 32, 32\), got \(1, 3, 32, 32\)"):
        build(small)(torch.zeros(1, 3, 32, 32))
    with pytest.raises(ValueError, match="reads 0 numbers beside the image"):
        build(small)(image, torch.zeros(1, 64))
    with pytest.raises(ValueError, match="reads 64 numbers beside the image"):
        build(replace(small, stage_latent=StageLatent(64, 8, 0.0)))(image)
    with pytest.raises(ValueError, match=r"expected \(N, 1, 32, 32\), got \(1, 3, 32, 32\)"):
        build(PAIR_JUDGE.scaled(2, 16))(image, torch.zeros(1, 3, 32, 32))
