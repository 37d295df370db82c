"""Names to configurations: tiers, variants, identities, and what a wrong name says."""

from dataclasses import replace

import pytest

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, record, resolve
from stackrepro.experiments.configuration import differences
from stackrepro.experiments.tiers import stage_sizes
from stackrepro.models import build

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
        assert (configuration.experiment, configuration.arm, configuration.tier) == (name, arm, tier)
        assert configuration.view.size == configuration.generator.size == configuration.discriminator.size
        identities[name, arm] = digest(record(configuration))
    assert len(set(identities.values())) == len(NAMES)


@pytest.mark.parametrize(("name", "arm"), [(name, arm) for name, arm in NAMES if "+" in name])
def test_a_variant_differs_from_its_experiment_and_not_in_name_only(name, arm):
    variant, base = (resolve(n, arm, "paper") for n in (name, name.partition("+")[0]))
    assert replace(variant, experiment=base.experiment) != base


@pytest.mark.parametrize(
    ("tier", "sizes"), [("smoke", (16, 32)), ("quick", (16, 32)), ("reduced", (32, 64)), ("paper", (64, 128))]
)
def test_sizes_of_the_stages(tier, sizes):
    assert stage_sizes(resolve("birds/dconv-stack", "matched", tier)) == sizes
    assert stage_sizes(resolve("birds/dconv-64", "text", tier)) == sizes[:1]
    assert stage_sizes(resolve("birds/dconv-128", "code", tier)) == sizes[1:]


def test_each_halving_takes_the_layer_at_the_image_from_both_networks():
    reduced = resolve("birds/dconv-64", "matched", "reduced")
    assert reduced.generator.channels == (128, 64, 32)
    assert reduced.discriminator.channels == (32, 64, 128)
    quick = resolve("birds/dconv-128", "code", "quick")
    assert quick.generator.channels == (64, 32)
    assert quick.discriminator.channels == (32, 64)


def test_a_tier_changes_scale_only():
    paper, quick = resolve("birds/dconv-stack", "code", "paper"), resolve("birds/dconv-stack", "code", "quick")
    changed = {path.split(".")[-1] for path, _, _ in differences(record(paper), record(quick))}
    assert changed == {"tier", "size", "channels", "entry", "double", "closing", "updates"}


def test_variants_change_one_factor():
    stack = resolve("birds/dconv-stack", "matched", "paper")
    random = resolve("birds/dconv-stack+stage1=random", "matched", "paper")
    assert replace(random, experiment=stack.experiment, stage1=stack.stage1) == stack
    scratch = resolve("birds/dconv-stack+stage1=scratch", "matched", "paper")
    assert scratch.generator.hold == "nothing"
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
        (("birds/dconv-64", "matched", "huge"), "no tier 'huge': choose one of: smoke, quick, reduced, paper"),
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
def test_every_network_of_the_smoke_tier_is_built(name, arm):
    configuration = resolve(name, arm, "smoke")
    for specification in (configuration.generator, configuration.discriminator):
        assert sum(weight.numel() for weight in build(specification).parameters()) > 0
