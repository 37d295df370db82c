"""The deep-conv family against the parameter counts that the authors' Keras notebooks have."""

import pytest
import torch

from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.models.layers import initialise
from stackrepro.models.summary import stages, sum_counts, summarise

# (experiment, network) -> (total with running statistics, running statistics), worked out with Keras' rules.
KERAS_COUNTS = {
    ("birds/dconv-64", "generator"): (5_128_640, 1_920),
    ("birds/dconv-64", "discriminator"): (4_310_913, 1_920),
    ("birds/dconv-128", "generator"): (7_586_240, 1_920),
    ("birds/dconv-128", "discriminator"): (4_323_201, 1_920),
    ("birds/dconv-stack", "generator"): (7_228_032, 3_328),
    ("birds/dconv-stack", "discriminator"): (15_880_704, 4_864),
}


@pytest.mark.parametrize(("experiment", "network"), KERAS_COUNTS)
def test_counts_of_the_released_notebooks(experiment, network):
    counts = sum_counts(summarise(getattr(resolve(experiment, "code", "paper"), network)))
    assert (counts.total, counts.running_statistics) == KERAS_COUNTS[experiment, network]


def test_the_released_stack_trains_its_second_stage_and_the_first_ones_scales_and_shifts():
    parts = stages(summarise(resolve("birds/dconv-stack", "code", "paper").generator))
    assert sum_counts(parts["stage 1"]).trainable == 1_920
    assert sum_counts(parts["stage 1"]).trainable + sum_counts(parts["stage 2"]).trainable == 2_099_904


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


def test_matched_stack_and_baseline_share_everything_but_the_generator():
    stack, single = (resolve(f"birds/{name}", "matched", "paper") for name in ("dconv-stack", "dconv-128"))
    for field in ("view", "value_range", "discriminator", "generator_optimizer", "discriminator_optimizer", "update"):
        assert getattr(stack, field) == getattr(single, field), field
    assert stack.updates + stack.stage1.updates == single.updates
    assert stack.stage1 == resolve("birds/dconv-64", "matched", "paper")


def test_a_paper_tier_description_allocates_no_weight():
    with torch.device("meta"):
        network = build(resolve("birds/dconv-stack", "code", "paper").generator)
    assert {parameter.device.type for parameter in network.parameters()} == {"meta"}


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
