"""Every experiment, registered once, and the way from its name to a configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from difflib import get_close_matches
from types import ModuleType

from stackrepro.base.errors import UserError
from stackrepro.experiments import birds_conv, birds_dconv, birds_dense, faces
from stackrepro.experiments.added import added
from stackrepro.experiments.configuration import Configuration
from stackrepro.experiments.experiment import Experiment
from stackrepro.experiments.tiers import TIERS, scale

ARMS = {
    "text": "as the paper says; gaps are filled by a stated rule and numbered in the deviation register",
    "code": "as the authors' released code does it, repaired only where it can't run",
    "matched": "all equal but the thing under test",
}


def family(module: ModuleType, words: str, section: str) -> list[Experiment]:
    """List the four models that paper A trained of one layer type."""
    short = module.__name__.rpartition("_")[2]
    models = {
        "64": (f"{words}, 64 px, also stage 1 of the stacks", section),
        "128": (f"{words}, 128 px, the single baseline", section),
        "stack": (f"{words} stack, 64 to 128 px, stage 1 held", "3.4"),
        "stack-bp": (f"{words} stack, backpropagation through both stages", "3.5"),
    }

    def build(model: str) -> Callable[[str], Configuration]:
        return lambda arm: getattr(module, arm)(model)

    return [
        Experiment(
            f"birds/{short}-{model}", title, f"paper A, section {place}; {module.NOTEBOOKS[model]}", build(model)
        )
        for model, (title, place) in models.items()
    ]


def registered(*experiments: Experiment) -> dict[str, Experiment]:
    """Return experiments by their names.

    Raises:
        UserError: two have the same name.
    """
    names = [experiment.name for experiment in experiments]
    if twice := {name for name in names if names.count(name) > 1}:
        raise UserError(f"Two experiments are called {', '.join(sorted(twice))}: give one of them another name.")
    return dict(zip(names, experiments, strict=True))


EXPERIMENTS = registered(
    *family(birds_dense, "dense", "3.3.1"),
    *family(birds_conv, "conv", "3.3.2"),
    *family(birds_dconv, "deep-conv", "3.3.3"),
    Experiment("faces/edges", "stage 1, noise to edges: a DCGAN", "paper B, Methods; baseline_dcgan.py", faces.edges),
    Experiment(
        "faces/gray", "stage 2, edges to gray: ResNet-6", "paper B, Methods; edges2grayscale_train.py", faces.gray
    ),
    Experiment("faces/rgb", "stage 3, gray to RGB, in the code only", "grayscale2rgb_train.py", faces.rgb),
    Experiment("faces/single", "control: noise to gray in one stage", "the control that paper B lacks", faces.single),
    Experiment("faces/joint", "proposal 2: latent relayed, stages trained at once", "paper B, Figure 8", faces.joint),
    *added(),
)


def resolve(name: str, arm: str, tier: str, seed: int = 0) -> Configuration:
    """Return the configuration of an experiment, with its variant if any, such as `birds/dconv-stack+stage1=random`.

    A variant that changes nothing at a tier is the experiment itself there, and has its name.

    Raises:
        UserError: unknown experiment, variant, arm or tier, or a seed that isn't a whole number from 0 to 2^31 - 1.
    """
    base, _, factor = name.partition("+")
    experiment = EXPERIMENTS[one_of("experiment", base, EXPERIMENTS)]
    one_of("arm", arm, ARMS)
    one_of("tier", tier, TIERS)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**31:
        raise UserError(f"The seed {seed!r} is not a whole number from 0 to 2147483647: choose one, such as 0.")
    unchanged = configuration = scale(experiment.build(arm), TIERS[tier])
    if factor:
        variants = {variant.name: variant for variant in experiment.variants if arm in variant.arms}
        variant = variants[one_of(f"variant of {base} in arm {arm}", factor, variants)]
        configuration = scale(variant.change(experiment.build(arm)), TIERS[tier])
        if configuration != unchanged:
            configuration = replace(configuration, experiment=name)
    return with_seed(configuration, seed)


def with_seed(configuration: Configuration, seed: int) -> Configuration:
    """Set the seed of a training and of the one it builds on: the stages of one stack share it."""
    first = configuration.stage1
    return replace(configuration, seed=seed, stage1=None if first is None else with_seed(first, seed))


def one_of(kind: str, name: str, known: dict) -> str:
    """Return `name` if it is a key of `known`.

    Raises:
        UserError: it isn't; the sentence offers the nearest name, or all of them.
    """
    if name in known:
        return name
    close = get_close_matches(str(name), known, n=1)
    remedy = f"did you mean {close[0]}?" if close else f"choose one of: {', '.join(known) or 'none'}."
    raise UserError(f"There is no {kind} {name!r}: {remedy}")
