"""All 12 models against the parameter counts that the authors' Keras notebooks have."""

import pytest

from stackrepro.experiments import EXPERIMENTS, resolve
from stackrepro.models.summary import stages, sum_counts, summarise

# experiment -> generator in all (with running statistics), of which trainable; discriminator in all. Worked out with
# Keras' rules from the notebooks' layers.
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


def test_the_paper_has_twelve_models():
    assert {name for name, e in EXPERIMENTS.items() if e.source.startswith("paper A")} == KERAS_COUNTS.keys()


@pytest.mark.parametrize("experiment", KERAS_COUNTS)
def test_counts_of_the_released_notebooks(experiment):
    configuration = resolve(experiment, "code", "paper")
    generator = sum_counts(summarise(configuration.generator))
    discriminator = sum_counts(summarise(configuration.discriminator))
    assert (generator.total, generator.trainable, discriminator.total) == KERAS_COUNTS[experiment]


def test_running_statistics_of_the_deep_conv_models():
    counts = sum_counts(summarise(resolve("birds/dconv-64", "code", "paper").generator))
    assert counts.running_statistics == 1_920
    assert sum_counts(summarise(resolve("birds/dconv-64", "code", "paper").discriminator)).running_statistics == 1_920


@pytest.mark.parametrize(("family", "first"), [("dense", 3_584), ("conv", 0), ("dconv", 1_920)])
def test_what_the_released_flags_leave_trainable_in_stage_1(family, first):
    configuration = resolve(f"birds/{family}-stack", "code", "paper")
    parts = stages(summarise(configuration.generator))
    assert sum_counts(parts["stage 1"]).trainable == first
    assert sum_counts(parts["stage 2"]).trainable == KERAS_COUNTS[f"birds/{family}-stack"][1] - first


@pytest.mark.parametrize("family", ["dense", "conv", "dconv"])
def test_matched_models_share_all_but_the_generator_and_the_summed_updates_are_equal(family):
    single, stack, full = (resolve(f"birds/{family}-{m}", "matched", "paper") for m in ("128", "stack", "stack-bp"))
    reference = resolve("birds/dconv-128", "matched", "paper")
    shared = (
        "view",
        "value_range",
        "discriminator",
        "generator_optimizer",
        "discriminator_optimizer",
        "update",
        "batch",
    )
    for model in (single, stack, full):
        for field in shared:
            assert getattr(model, field) == getattr(reference, field), field
    for stacked in (stack, full):
        assert stacked.updates + stacked.stage1.updates == single.updates
        assert stacked.stage1 == resolve(f"birds/{family}-64", "matched", "paper")
        assert (stacked.generator.first, stacked.generator.second) == (stack.generator.first, stack.generator.second)
