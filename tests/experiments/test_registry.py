"""Names to configurations: records, tiers, variants, identities, and what a wrong name says."""

from typing import Any

import pytest
import torch

from stackrepro.base.files import digest
from stackrepro.experiments import TIERS, resolve
from stackrepro.experiments.references import base_models
from stackrepro.experiments.registry import every_training
from stackrepro.experiments.tiers import stage_sizes
from stackrepro.training.configuration import differences, record
from stackrepro.training.networks import Batch, build_networks
from stackrepro.training.step import training_step

NAMES = every_training()
# Each is the experiment itself at tier paper, or below it.
SHARES_OF_THE_BASE = ("faces/edges+discriminator=quarter", "faces/edges+discriminator=whole")


def nameless(value: Any) -> Any:
    """Return a record without the names of experiments, so that what does nothing can't pass for another training."""
    if not isinstance(value, dict):
        return value
    return {key: nameless(part) for key, part in value.items() if key != "experiment"}


@pytest.mark.parametrize("tier", TIERS)
def test_every_training_resolves_with_an_identity_of_its_own(tier):
    identities = set()
    for name, arm in NAMES:
        c = resolve(name, arm, tier, 3)
        if name == SHARES_OF_THE_BASE[tier != "paper"]:
            assert c == resolve("faces/edges", arm, tier, 3)
            continue
        assert (c.experiment, c.arm, c.tier, c.seed) == (name, arm, tier, 3)
        assert c.view.size == c.generator.size == c.discriminator.size
        if c.stage1 is not None:
            assert c.stage1 == resolve(c.stage1.experiment, arm, tier, 3)
        identities.add(digest(nameless(record(c))))
    assert len(identities) == len(NAMES) - 1


@pytest.mark.parametrize(
    ("tier", "sizes"),
    [("smoke", (16, 32)), ("quick", (16, 32)), ("small", (16, 32)), ("reduced", (32, 64)), ("paper", (64, 128))],
)
def test_a_tier_scales_sizes_and_updates(tier, sizes):
    stack, single = (resolve(f"birds/dconv-{model}", "matched", tier) for model in ("stack", "128"))
    assert stage_sizes(stack) == sizes
    assert stage_sizes(resolve("birds/dconv-64", "text", tier)) == sizes[:1]
    assert stage_sizes(resolve("birds/dconv-128", "code", tier)) == sizes[1:]
    assert single.updates == 2 * stack.updates
    assert stack.stage1_weights == ("average" if tier == "small" else "last")


def test_a_tier_scales_widths():
    reduced = resolve("birds/dconv-64", "matched", "reduced")
    assert (reduced.generator.channels, reduced.discriminator.channels) == ((64, 32, 16), (16, 32, 64))
    quick = resolve("birds/dconv-128", "code", "quick")
    assert (quick.generator.channels, quick.discriminator.channels) == ((64, 32), (32, 64))
    conv = resolve("birds/conv-64", "code", "reduced")  # dear, so narrowed twice as much
    assert (conv.generator.width, conv.discriminator.width) == (256 // 16, 128 // 16)
    gammas = [resolve("birds/modern-64", "matched", tier).update.gamma for tier in ("paper", "reduced", "small")]
    assert gammas == [2.0, 0.5, 0.125]


def test_a_tier_changes_scale_only():
    paper, quick = (record(resolve("birds/dconv-stack", "code", tier)) for tier in ("paper", "quick"))
    changed = {path.split(".")[-1] for path, _, _ in differences(paper, quick)}
    assert changed == {"tier", "size", "channels", "entry", "double", "closing", "updates"}


OPTIMIZERS = {"generator_optimizer", "discriminator_optimizer"}
FACTORS = {  # what stands before the "=" of a variant's name: the fields that it may change
    "optimizer": OPTIMIZERS,
    "batch": {"batch", "updates", "update"},
    "dropout": {"discriminator", "generator"},
    "updates": {"updates"},
    "stage1": {"stage1", "updates", "generator"},
    "hold": {"generator"},
    "stage1-rate": {"stage1_rate"},
    "intermediate": {"update", "first_discriminator"},
    "display": {"display"},
    "range": {"value_range"},
    "output": {"generator"},
    "images": {"images", "updates"},
    "sampling": {"sampling_norm"},
    "discriminator": {"discriminator"},
    "update": {"update", "discriminator", *OPTIMIZERS},
    "epochs": {"updates"},
    "feed": {"feed"},
    "latent": {"generator", "update"},
    "l1": {"update"},
    **{factor: {"view"} for factor in ("crop", "gray", "sobel", "stretch", "jpeg")},
}
ALONE = {"images=quarter", "images=sixteenth", "batch=4", "batch=16", "dropout", "latent=own"}


@pytest.mark.parametrize(("name", "arm"), [(name, arm) for name, arm in NAMES if "+" in name])
def test_a_variant_changes_what_it_is_named_after_and_nothing_else(name, arm):
    base, _, variant = name.partition("+")
    tier = "small" if name == SHARES_OF_THE_BASE[0] else "paper"
    before, after = (record(resolve(one, arm, tier)) for one in (base, name))
    changed = {path.partition(".")[0] for path, *_ in differences(before, after)} - {"experiment"}
    factor = variant.partition("=")[0]
    assert changed
    assert changed <= FACTORS[factor]
    assert len(changed) == 1 or not {variant, factor} & ALONE


def test_a_loaded_stage_1_is_that_of_the_notebooks():
    loaded = resolve("birds/dconv-stack+stage1=loaded", "code", "paper")
    assert loaded.stage1 == resolve("birds/dconv-64", "code", "paper")


def test_snapshots_are_halvings_of_the_budget_and_the_untrained_generator():
    assert resolve("birds/dconv-64", "matched", "quick").snapshots == (0, 3, 6, 12, 25, 50, 100, 200, 400, 800)


def one_of_each_change() -> list:
    """List a training for each combination of networks, rule and start, whatever is seen, or for how long."""
    found = {}
    for name, arm in NAMES:
        c = resolve(name, arm, "smoke")
        generator = [getattr(c.generator, field, None) for field in ("first", "second", "freeze", "stage_latent")]
        networks = type(c.generator), *map(type, generator[:2]), *generator[2:], type(c.discriminator)
        way = *networks, c.update, c.initial_weights, c.stage1_rate
        found.setdefault(way, pytest.param(c, id=f"{name}-{arm}"))
    return list(found.values())


@pytest.mark.parametrize("c", one_of_each_change())
def test_a_smoke_training_moves_all_networks(c):
    torch.manual_seed(0)
    networks, size, low = build_networks(c), c.view.size, c.value_range[0]
    count = c.batch * c.update.real_batches
    images = {view: torch.rand(count, view.channels, size, size) * (1 - low) + low for view in c.views}
    trained = {
        role: [weight for group in one.optimizer.param_groups for weight in group["params"]]
        for role, one in networks.by_name().items()
    }
    before = {role: [weight.detach().clone() for weight in weights] for role, weights in trained.items()}
    losses = training_step(c.update, networks, Batch(images[c.view], images.get(c.condition)), c.batch)
    assert all(loss.isfinite() for loss in losses.values())
    for role, weights in trained.items():
        moved = [not torch.equal(*pair) for pair in zip(before[role], weights, strict=True)]
        assert any(moved), f"no weight of the {role} moves"


def test_base_models_are_the_twelve_birds_and_the_three_faces():
    models = ("64", "128", "stack", "stack-bp")
    birds = {f"birds/{kind}-{model}" for kind in ("dense", "conv", "dconv") for model in models}
    assert set(base_models()) == birds | {"faces/edges", "faces/gray", "faces/single"}
