"""Arm `code` against what the authors' notebooks set, and the other arms against what they promise."""

import pytest

from stackrepro.experiments import Optimizer, resolve
from stackrepro.models import BatchNorm
from stackrepro.updates import Mixed, Standard

FAMILIES = ("dense", "conv", "dconv")
MODELS = ("64", "128", "stack", "stack-bp")


def adam(rate: float, beta1: float) -> Optimizer:
    return Optimizer("adam", rate=rate, beta1=beta1, decay=0.999, epsilon=1e-7)


def rmsprop(rate: float) -> Optimizer:
    return Optimizer("rmsprop", rate=rate, decay=0.9, epsilon=1e-7, clip=1.0)


# Model -> (generator's optimizer, discriminator's), read off the notebooks.
OPTIMIZERS = {
    "dense-64": (adam(1.5e-4, 0.5), adam(1.5e-4, 0.5)),
    **{f"dense-{model}": (adam(3e-4, 0.9), adam(1e-4, 0.9)) for model in MODELS[1:]},
    **{f"conv-{model}": (rmsprop(1e-4), rmsprop(8e-4)) for model in MODELS},
    "dconv-64": (rmsprop(1e-4), rmsprop(8e-4)),
    **{f"dconv-{model}": (adam(1.5e-4, 0.5), adam(1.5e-4, 0.5)) for model in MODELS[1:]},
}


@pytest.mark.parametrize("model", OPTIMIZERS)
def test_optimizers_of_the_notebooks(model):
    c = resolve(f"birds/{model}", "code", "paper")
    assert (c.generator_optimizer, c.discriminator_optimizer) == OPTIMIZERS[model]


@pytest.mark.parametrize("model", OPTIMIZERS)
def test_data_loop_and_initial_weights_of_the_notebooks(model):
    c = resolve(f"birds/{model}", "code", "paper")
    dense = model.startswith("dense")
    assert (c.update, c.initial_weights, c.batch, c.reshuffle) == (Mixed(), "keras", 32, False)
    assert c.value_range == ((-1.0, 1.0) if dense else (0.0, 1.0))
    assert (c.partial_batch, c.updates) == ((False, 200 * 368) if dense else (True, 200 * 369))
    assert (c.stage1 is not None) == ("stack" in model and not model.startswith("dconv"))


def test_constants_of_the_notebooks_layers():
    dense, conv, dconv = (resolve(f"birds/{family}-64", "code", "paper") for family in FAMILIES)
    assert dense.generator.norm == BatchNorm(momentum=0.2, epsilon=1e-3)  # Keras: 0.8 of the past
    assert dconv.generator.norm == dconv.discriminator.norm == BatchNorm(momentum=0.5, epsilon=1e-3)
    assert (dense.generator.slope, dense.discriminator.slope) == (0.2, 0.2)
    assert (conv.generator.slope, conv.discriminator.slope) == (0.3, 0.3)
    assert (dconv.generator.slope, dconv.discriminator.slope) == (0.0, 0.2)
    for configuration in (dense, conv, dconv, resolve("birds/dconv-stack", "code", "paper")):
        assert configuration.discriminator.dropout == 0.3


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("model", MODELS)
def test_ranges_and_loops_of_the_other_arms(family, model):
    text, matched = (resolve(f"birds/{family}-{model}", arm, "paper") for arm in ("text", "matched"))
    assert text.value_range == (0.0, 1.0)
    assert matched.value_range == (-1.0, 1.0)
    for c in (text, matched):
        assert (c.update, c.initial_weights, c.reshuffle, c.partial_batch) == (Standard(), "dcgan", True, False)
        assert c.generator_optimizer == Optimizer("adam", rate=2e-4, beta1=0.5, decay=0.999, epsilon=1e-8)
        assert (c.stage1 is not None) == ("stack" in model)


def test_the_slope_of_the_text():
    assert resolve("birds/dconv-64", "text", "paper").generator.slope == 0.2


@pytest.mark.parametrize("tier", ["smoke", "quick", "reduced"])
def test_a_tier_scales_each_configurations_own_updates_and_its_first_stage(tier):
    single, stack = (resolve(f"birds/dconv-{model}", "matched", tier) for model in ("128", "stack"))
    assert single.updates == 2 * stack.updates
    assert stack.stage1 == resolve("birds/dconv-64", "matched", tier)
