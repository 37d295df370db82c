"""Names to configurations: records, tiers, variants, identities, and what a wrong name says."""

import json
from typing import Any

import pytest
import torch

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest
from stackrepro.base.places import repository
from stackrepro.experiments import TIERS, resolve
from stackrepro.experiments.references import REFERENCES, base_models, first_stages
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


@pytest.mark.parametrize("run", sorted((repository() / "results").glob("*/run.json")), ids=lambda run: run.parent.name)
def test_what_is_published_is_made_of_the_same_configuration_today(run):
    kept = json.loads(run.read_text(encoding="utf-8"))["configuration"]
    assert record(resolve(kept["experiment"], kept["arm"], kept["tier"], kept["seed"])) == kept


def test_records_keep_the_name_that_freezing_had():
    made = record(resolve("birds/dconv-stack+hold=everything", "code", "smoke"))["generator"]
    assert (made["type"], made["hold"], "freeze" in made) == ("Stack", "everything", False)


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
    edges, gray = (resolve(f"faces/{name}", "matched", "reduced") for name in ("edges", "gray"))
    assert (edges.generator.channels, edges.discriminator.channels) == ((128, 64, 32, 16), (16, 32, 64, 128))
    assert (gray.generator.width, gray.discriminator.channels, gray.discriminator.closing) == (16, (32, 64), 128)
    quarter = resolve("faces/edges+discriminator=quarter", "matched", "reduced")
    assert quarter.discriminator.channels == (4, 8, 16, 32)
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


def test_a_stack_from_scratch_has_the_budget_of_both_stages_and_a_loaded_one_the_notebooks_stage_1():
    scratch = resolve("birds/dconv-stack+stage1=scratch", "matched", "paper")
    assert (scratch.generator.freeze, scratch.stage1) == ("nothing", None)
    assert scratch.updates == resolve("birds/dconv-128", "matched", "paper").updates
    loaded = resolve("birds/dconv-stack+stage1=loaded", "code", "paper")
    assert loaded.stage1 == resolve("birds/dconv-64", "code", "paper")


def test_snapshots_are_halvings_of_the_budget_and_the_untrained_generator():
    assert resolve("birds/dconv-64", "matched", "quick").snapshots == (0, 3, 6, 12, 25, 50, 100, 200, 400, 800)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("birds/dconv-46", "matched", "quick"), "no experiment 'birds/dconv-46': did you mean birds/dconv-64"),
        (("birds/dconv-64", "matchde", "quick"), "no arm 'matchde': did you mean matched"),
        (("faces/single", "text", "quick"), "no arm of faces/single 'text': choose one of: matched"),
        (("birds/dconv-64", "matched", "huge"), "no tier 'huge': choose one of: smoke, quick, small, reduced"),
        (("birds/dconv-stack+stage1=loaded", "matched", "quick"), "no variant of birds/dconv-stack in arm matched"),
        (("birds/dconv-64", "matched", "quick", -1), "seed -1 is not a whole number"),
    ],
)
def test_a_wrong_name_ends_in_a_sentence_with_the_remedy(arguments, words):
    with pytest.raises(UserError, match=r"did you mean|choose") as caught:
        resolve(*arguments)
    assert words in str(caught.value)


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


def test_each_run_of_the_list_stands_once_behind_its_first_stage_and_in_the_order_of_its_blocks():
    assert len(set(REFERENCES)) == len(REFERENCES)
    blocks = [x.block for x in REFERENCES]
    assert blocks == sorted(blocks)
    assert set(blocks) == set(range(1, 8))
    made, seeds = set(), {}
    for x in REFERENCES:
        c = x.configuration
        assert c.stage1 is None or c.stage1 in made & first_stages()
        made.add(c)
        seeds.setdefault((x.block, x.experiment, x.arm, x.tier, x.data), set()).add(x.seed)
    assert all(found >= {0, 1, 2} for found in seeds.values())


def test_base_models_are_the_twelve_birds_and_the_three_faces():
    models = ("64", "128", "stack", "stack-bp")
    birds = {f"birds/{kind}-{model}" for kind in ("dense", "conv", "dconv") for model in models}
    assert set(base_models()) == birds | {"faces/edges", "faces/gray", "faces/single"}
