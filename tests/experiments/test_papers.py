"""The arms against what the authors' notebooks and scripts set, and against what the papers say."""

import pytest

from stackrepro.experiments import resolve
from stackrepro.models.specs import BatchNorm
from stackrepro.models.summary import sum_counts, summarise
from stackrepro.training.configuration import Optimizer, differences, record
from stackrepro.training.rules import JointStack, Mixed, Paired, Standard

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
def test_birds_of_the_notebooks(model):
    c = resolve(f"birds/{model}", "code", "paper")
    family = model.partition("-")[0]
    assert (c.generator_optimizer, c.discriminator_optimizer) == OPTIMIZERS[model]
    assert (c.update, c.initial_weights, c.batch, c.reshuffle) == (Mixed(), "keras", 32, False)
    assert c.value_range == ((-1.0, 1.0) if family == "dense" else (0.0, 1.0))
    assert (c.partial_batch, c.updates) == ((False, 200 * 368) if family == "dense" else (True, 200 * 369))
    loads = "stack" in model and family != "dconv"
    assert c.stage1 == (resolve(f"birds/{family}-64", "code", "paper") if loads else None)
    assert c.discriminator.dropout == 0.3


def test_constants_of_the_notebooks_layers():
    dense, conv, dconv = (resolve(f"birds/{family}-64", "code", "paper") for family in FAMILIES)
    assert dense.generator.norm == BatchNorm(momentum=0.2, epsilon=1e-3)  # Keras: 0.8 of the past
    assert dconv.generator.norm == dconv.discriminator.norm == BatchNorm(momentum=0.5, epsilon=1e-3)
    assert conv.generator.norm is None
    slopes = [(c.generator.slope, c.discriminator.slope) for c in (dense, conv, dconv)]
    assert slopes == [(0.2, 0.2), (0.3, 0.3), (0.0, 0.2)]


@pytest.mark.parametrize("model", OPTIMIZERS)
def test_birds_of_the_other_arms(model):
    text, matched = (resolve(f"birds/{model}", arm, "paper") for arm in ("text", "matched"))
    for c in (text, matched):
        assert (c.update, c.initial_weights, c.batch) == (Standard(), "dcgan", 32)
        assert (c.reshuffle, c.partial_batch, c.view.crop) == (True, False, "box")
        assert c.generator_optimizer == c.discriminator_optimizer == Optimizer("adam", 2e-4, 0.999, 1e-8, beta1=0.5)
        stage1 = resolve(f"birds/{model.partition('-')[0]}-64", c.arm, "paper")
        assert c.stage1 == (stage1 if "stack" in model else None)
    assert (text.value_range, matched.value_range) == ((0.0, 1.0), (-1.0, 1.0))
    assert (text.updates, matched.updates) == (73_800, 147_600 if model.endswith("128") else 73_800)


@pytest.mark.parametrize("family", FAMILIES)
def test_matched_models_share_all_but_the_generator_and_their_summed_updates(family):
    single, stack, full = (resolve(f"birds/{family}-{m}", "matched", "paper") for m in ("128", "stack", "stack-bp"))
    other = resolve("birds/dconv-128", "matched", "paper")
    allowed = {"experiment", "generator", "updates", "stage1"}
    for model in (single, stack, full):
        changed = differences(record(other), record(model))
        assert {path.partition(".")[0] for path, *_ in changed} <= allowed
    for stacked in (stack, full):
        assert stacked.updates + stacked.stage1.updates == single.updates
        assert (stacked.generator.first, stacked.generator.second) == (stack.generator.first, stack.generator.second)
    assert (stack.generator.freeze, full.generator.freeze) == ("everything", "nothing")


# Generator and discriminator, parameters without running statistics.
FACES = {
    "edges": (47_851_264, 2_795_904),
    "gray": (7_825_153, 2_764_609),
    "rgb": (7_831_427, 2_766_657),
    "single": (47_851_264, 2_795_904),
    "edges+discriminator=whole": (47_851_264, 44_606_976),
}


def test_networks_rules_and_budgets_of_the_faces():
    found = {name: resolve(f"faces/{name}", "matched", "paper") for name in (*FACES, "joint")}
    for name, counts in FACES.items():
        networks = found[name].generator, found[name].discriminator
        assert tuple(sum_counts(summarise(network)).parameters for network in networks) == counts
    rules = [Standard(), Paired(100.0, 1.0), Paired(), Standard(), Standard(), JointStack()]
    assert [c.update for c in found.values()] == rules
    assert {name: (c.batch, c.updates) for name, c in found.items() if "+" not in name} == {
        "edges": (128, 5 * 1_583),
        "gray": (1, 202_599),
        "rgb": (1, 202_599),
        "single": (128, 2 * 5 * 1_583),
        "joint": (16, 5 * 1_583),
    }
    quick = [resolve(f"faces/{name}", "matched", "quick") for name in ("edges", "gray", "single")]
    assert [(c.batch, c.updates) for c in quick] == [(32, 800), (1, 800), (32, 1_600)]


def test_how_each_arm_sees_faces():
    code = resolve("faces/gray", "code", "paper")
    for view, kind in zip(code.views, ("gray", "edges"), strict=True):
        assert (view.kind, view.gray, view.sobel, view.stretch, view.jpeg) == (kind, "red", "original", True, True)
    rgb = resolve("faces/rgb", "code", "paper")
    assert (rgb.view.stretch, rgb.condition.stretch, rgb.stage1) == (False, True, code)
    assert (rgb.generator_optimizer.amsgrad, code.generator_optimizer.amsgrad) == (True, False)
    text = resolve("faces/gray", "text", "paper").condition
    assert (text.gray, text.sobel, text.stretch, text.jpeg) == ("luma", "original", False, False)
    matched = resolve("faces/gray", "matched", "paper").views
    seen = [(view.gray, view.sobel, view.stretch, view.jpeg) for view in matched]
    assert seen == [("luma", "resized", False, False), ("luma", "resized", True, False)]
    assert [resolve("faces/edges", arm, "paper").sampling_norm for arm in ("code", "matched")] == ["batch", "running"]
