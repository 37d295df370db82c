"""Names to configurations: tiers, variants, identities, and what a wrong name says."""

from typing import Any

import pytest
import torch
from torch import Tensor

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, record, resolve
from stackrepro.experiments.configuration import differences
from stackrepro.experiments.tiers import stage_sizes
from stackrepro.runs.players import start
from stackrepro.updates.game import Batch
from stackrepro.updates.play import play
from stackrepro.updates.player import Player

# Each is the experiment itself at tier paper, or below it.
SHARES_OF_THE_BASE = ("faces/edges+discriminator=quarter", "faces/edges+discriminator=whole")
NAMES = [
    (f"{experiment.name}{suffix}", arm)
    for experiment in EXPERIMENTS.values()
    for suffix, arms in [("", ARMS), *((f"+{v.name}", v.arms) for v in experiment.variants)]
    for arm in arms
]


@pytest.mark.parametrize("tier", TIERS)
def test_every_experiment_resolves_in_every_arm_with_an_identity_of_its_own(tier):
    identities = {}
    for name, arm in NAMES:
        configuration = resolve(name, arm, tier, 3)
        if name == SHARES_OF_THE_BASE[tier != "paper"]:
            assert configuration == resolve("faces/edges", arm, tier, 3)
            continue
        assert (configuration.experiment, configuration.arm, configuration.tier) == (name, arm, tier)
        assert configuration.view.size == configuration.generator.size == configuration.discriminator.size
        identities[name, arm] = digest(nameless(record(configuration)))
    assert len(set(identities.values())) == len(identities) == len(NAMES) - 1


def nameless(value: Any) -> Any:
    """Return a record without the names of experiments, so that what does nothing can't pass for another training."""
    return (
        {key: nameless(part) for key, part in value.items() if key != "experiment"}
        if isinstance(value, dict)
        else value
    )


@pytest.mark.parametrize(
    ("tier", "sizes"),
    [("smoke", (16, 32)), ("quick", (16, 32)), ("small", (16, 32)), ("reduced", (32, 64)), ("paper", (64, 128))],
)
def test_sizes_of_the_stages(tier, sizes):
    assert stage_sizes(resolve("birds/dconv-stack", "matched", tier)) == sizes
    assert stage_sizes(resolve("birds/dconv-64", "text", tier)) == sizes[:1]
    assert stage_sizes(resolve("birds/dconv-128", "code", tier)) == sizes[1:]


def test_each_halving_takes_the_layer_at_the_image_from_both_networks():
    reduced = resolve("birds/dconv-64", "matched", "reduced")
    assert reduced.generator.channels == (64, 32, 16)
    assert reduced.discriminator.channels == (16, 32, 64)
    quick = resolve("birds/dconv-128", "code", "quick")
    assert quick.generator.channels == (64, 32)
    assert quick.discriminator.channels == (32, 64)


def test_faces_are_narrowed_by_a_divisor_of_their_own():
    edges, gray = (resolve(f"faces/{name}", "matched", "reduced").generator for name in ("edges", "gray"))
    assert edges.channels == (128, 64, 32, 16)
    assert gray.width == 16


def test_the_dear_convolutions_are_narrowed_twice_as_much():
    paper, reduced = (resolve("birds/conv-64", "code", tier) for tier in ("paper", "reduced"))
    assert (paper.generator.width, reduced.generator.width) == (256, 16)
    assert (paper.discriminator.width, reduced.discriminator.width) == (128, 8)


def test_a_tier_changes_scale_only():
    paper, quick = resolve("birds/dconv-stack", "code", "paper"), resolve("birds/dconv-stack", "code", "quick")
    changed = {path.split(".")[-1] for path, _, _ in differences(record(paper), record(quick))}
    assert changed == {"tier", "size", "channels", "entry", "double", "closing", "updates"}


OPTIMIZERS = {"generator_optimizer", "discriminator_optimizer"}
SEEN = {"view", "condition", "stage1"}  # an image is seen alike in all that a stage and the one before it read
FACTORS = {  # what stands before the "=" of a variant's name: the fields that it may change
    "optimizer": OPTIMIZERS,
    "batch": {"batch", "updates", "update"},
    "dropout": {"discriminator", "generator"},
    "updates": {"updates"},
    "stage1": {"stage1", "updates", "generator"},
    "hold": {"generator"},
    "stage1-rate": {"stage1_rate"},
    "stage1-sampling": {"stage1"},
    "intermediate": {"update", "first_discriminator"},
    "partial": {"partial_batch"},
    "display": {"display"},
    "range": {"value_range"},
    "output": {"generator"},
    "images": {"images", "updates"},
    "sampling": {"sampling_norm"},
    "discriminator": {"discriminator"},
    "widths": {"generator"},
    "doubling": {"generator"},
    "update": {"update", "discriminator", *OPTIMIZERS},
    "epochs": {"updates"},
    "feed": {"feed"},
    "latent": {"generator", "update"},
    "l1": {"update"},
    **dict.fromkeys(("crop", "gray", "sobel", "stretch", "jpeg"), SEEN),
}
ALONE = {
    "epochs",
    "images=quarter",
    "images=sixteenth",
    "batch=4",
    "batch=16",
    "dropout",
    "latent=own",
    "stage1=random",
}


@pytest.mark.parametrize(("name", "arm"), [(name, arm) for name, arm in NAMES if "+" in name])
def test_a_variant_changes_what_it_is_named_after_and_nothing_else(name, arm):
    base, _, variant = name.partition("+")
    tier = "small" if name == SHARES_OF_THE_BASE[0] else "paper"
    before, after = (record(resolve(one, arm, tier)) for one in (base, name))
    changed = {path.partition(".")[0] for path, *_ in differences(before, after)} - {"experiment"}
    factor = variant.partition("=")[0]
    assert changed
    assert changed <= FACTORS[factor]
    if {variant, factor} & ALONE:
        assert len(changed) == 1


def test_a_stage_from_scratch_has_the_budget_of_both():
    scratch = resolve("birds/dconv-stack+stage1=scratch", "matched", "paper")
    assert (scratch.generator.hold, scratch.stage1) == ("nothing", None)
    assert scratch.updates == resolve("birds/dconv-128", "matched", "paper").updates
    assert resolve("birds/dconv-stack", "code", "paper").stage1 is None
    loaded = resolve("birds/dconv-stack+stage1=loaded", "code", "paper")
    assert loaded.stage1 == resolve("birds/dconv-64", "code", "paper")


def test_the_stages_of_a_stack_share_the_seed():
    assert resolve("birds/dconv-stack", "matched", "quick", 7).stage1.seed == 7


def test_snapshots_are_halvings_of_the_budget_and_the_untrained_generator():
    configuration = resolve("birds/dconv-64", "matched", "paper")
    assert configuration.snapshots[0] == 0
    assert configuration.snapshots[-1] == configuration.updates
    assert configuration.updates // 2 in configuration.snapshots
    assert len(configuration.snapshots) == 10


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("birds/dconv-46", "matched", "quick"), "no experiment 'birds/dconv-46': did you mean birds/dconv-64"),
        (("birds/dconv-64", "matchde", "quick"), "no arm 'matchde': did you mean matched"),
        (("birds/dconv-64", "matched", "huge"), "no tier 'huge': choose one of: smoke, quick, small, reduced"),
        (("birds/dconv-stack+stage1=loaded", "matched", "quick"), "no variant of birds/dconv-stack in arm matched"),
        (("birds/dconv-64", "matched", "quick", -1), "seed -1 is not a whole number"),
        (("birds/dconv-64", "matched", "quick", True), "seed True is not a whole number"),
    ],
)
def test_a_wrong_name_ends_in_a_sentence_with_the_remedy(arguments, words):
    with pytest.raises(UserError, match=r"did you mean|choose|such as") as caught:
        resolve(*arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize(("name", "arm"), NAMES)
def test_every_training_of_the_smoke_tier_moves_both_players(name, arm):
    c = resolve(name, arm, "smoke")
    torch.manual_seed(0)
    game, size, low = start(c), c.view.size, c.value_range[0]
    dealt = c.batch * getattr(c.update, "real_batches", 1)
    images = {view: torch.rand(dealt, view.channels, size, size) * (1 - low) + low for view in c.views}
    before = {role: [weight.detach().clone() for weight in trained(player)] for role, player in game.players.items()}
    losses = play(c.update, game, Batch(images[c.view], images.get(c.condition)), c.batch)
    assert all(loss.isfinite() for loss in losses.values())
    for role, player in game.players.items():
        moved = [not torch.equal(*pair) for pair in zip(before[role], trained(player), strict=True)]
        assert any(moved), f"no weight of the {role} moves"


def trained(player: Player) -> list[Tensor]:
    """List the weights that a player's optimizer moves."""
    return [weight for group in player.optimizer.param_groups for weight in group["params"]]
