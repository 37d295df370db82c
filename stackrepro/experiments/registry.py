"""Every experiment, registered once, and the way from its name to a configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from stackrepro.base.errors import UserError
from stackrepro.experiments import birds, faces
from stackrepro.experiments.tiers import TIERS, scale
from stackrepro.experiments.variants import VARIANTS, Variant
from stackrepro.training.configuration import Configuration

ARMS = {
    "text": "as the paper says; gaps are filled by a stated rule and numbered in the deviation register",
    "code": "as the authors' released code does it, repaired only where it can't run",
    "matched": "all equal but the thing under test",
}


@dataclass(frozen=True)
class Experiment:
    """One model that a paper trained, or one of your own. `build` maps an arm to the configuration at the paper tier.

    The name is that of the data set, a stroke, and a name of the experiment's own. `arms` are those that it has.
    """

    name: str
    title: str
    source: str
    build: Callable[[str], Configuration]
    arms: tuple[str, ...] = tuple(ARMS)

    @property
    def variants(self) -> list[Variant]:
        """The variants of this experiment."""
        return [variant for variant in VARIANTS if self.name in variant.experiments]


def family(kind: str, words: str, section: str) -> list[Experiment]:
    """List the four models that paper A trained of one layer type."""
    models = {
        "64": (f"{words}, 64 px, also stage 1 of the stacks", section, "64"),
        "128": (f"{words}, 128 px, the single baseline", section, "128"),
        "stack": (f"{words} stack, 64 to 128 px, stage 1 frozen", "3.4", "128_stack"),
        "stack-bp": (f"{words} stack, backpropagation through both stages", "3.5", "128_stack_bp"),
    }

    def build(model: str) -> Callable[[str], Configuration]:
        return lambda arm: birds.FAMILIES[kind][arm](model)

    return [
        Experiment(
            f"birds/{kind}-{model}",
            title,
            f"paper A, section {place}; {kind}_{notebook.replace('stack', 'Stack') if kind == 'dconv' else notebook}",
            build(model),
        )
        for model, (title, place, notebook) in models.items()
    ]


MATCHED = ("matched",)
OF_PAPER_B = (
    Experiment("faces/edges", "stage 1, noise to edges: a DCGAN", "paper B, Methods; baseline_dcgan.py", faces.edges),
    Experiment(
        "faces/gray", "stage 2, edges to gray: ResNet-6", "paper B, Methods; edges2grayscale_train.py", faces.gray
    ),
    Experiment(
        "faces/rgb", "stage 3, gray to RGB, in the code only", "grayscale2rgb_train.py", faces.rgb, ("code", "matched")
    ),
    Experiment(
        "faces/single", "control: noise to gray in one stage", "the control that paper B lacks", faces.single, MATCHED
    ),
    Experiment(
        "faces/joint", "proposal 2: latent relayed, stages trained at once", "paper B, Figure 8", faces.joint, MATCHED
    ),
)
ADDED = (
    Experiment("birds/edges", "paper B's stage 1 on birds", "paper B, Conclusion", birds.edges, MATCHED),
    Experiment("birds/gray", "paper B's stage 2 on birds", "paper B, Conclusion", birds.gray, MATCHED),
    Experiment("birds/gray-single", "paper B's control on birds", "paper B, Conclusion", birds.gray_single, MATCHED),
    Experiment(
        "birds/modern-64",
        "a small GAN of today, 64 px, at dconv-64's time",
        "not in a paper; R3GAN, arXiv:2501.05441",
        birds.modern,
        MATCHED,
    ),
)
OF_PAPER_A = (
    *family("dense", "dense", "3.3.1"),
    *family("conv", "conv", "3.3.2"),
    *family("dconv", "deep-conv", "3.3.3"),
)
EXPERIMENTS = {experiment.name: experiment for experiment in (*OF_PAPER_A, *OF_PAPER_B, *ADDED)}


def every_training() -> list[tuple[str, str]]:
    """List all that can be trained, as (experiment with its variant, arm)."""
    return [
        (name, arm)
        for e in EXPERIMENTS.values()
        for arm in e.arms
        for name in (e.name, *(f"{e.name}+{variant.name}" for variant in e.variants if variant.arm == arm))
    ]


def resolve(name: str, arm: str, tier: str, seed: int = 0) -> Configuration:
    """Return the configuration of an experiment, with its variant if any, such as `birds/dconv-stack+stage1=scratch`.

    A variant that changes nothing at a tier is the experiment itself there, and has its name.

    Raises:
        UserError: unknown experiment, variant, arm or tier, or a seed that isn't a whole number from 0 to 2^31 - 1.
    """
    base, _, factor = name.partition("+")
    experiment = EXPERIMENTS[one_of("experiment", base, EXPERIMENTS)]
    one_of("arm", arm, ARMS)
    one_of(f"arm of {base}", arm, experiment.arms)
    one_of("tier", tier, TIERS)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**31:
        raise UserError(f"The seed {seed!r} is not a whole number from 0 to 2147483647: choose one, such as 0.")
    unchanged = configuration = scale(experiment.build(arm), TIERS[tier])
    if factor:
        variants = {variant.name: variant for variant in experiment.variants if variant.arm == arm}
        variant = variants[one_of(f"variant of {base} in arm {arm}", factor, variants)]
        configuration = scale(variant.change(experiment.build(arm)), TIERS[tier])
        if configuration != unchanged:
            configuration = replace(configuration, experiment=name)
    return with_seed(configuration, seed)


def with_seed(configuration: Configuration, seed: int) -> Configuration:
    """Set the seed of a training and of the one it builds on: the stages of one stack share it."""
    first = configuration.stage1
    return replace(configuration, seed=seed, stage1=None if first is None else with_seed(first, seed))


def one_of(kind: str, name: str, known: Iterable[str]) -> str:
    """Return `name` if it is one of `known`.

    Raises:
        UserError: it isn't; the sentence offers the nearest name, or all of them.
    """
    if name in known:
        return name
    close = get_close_matches(str(name), known, n=1)
    remedy = f"did you mean {close[0]}?" if close else f"choose one of: {', '.join(known) or 'none'}."
    raise UserError(f"There is no {kind} {name!r}: {remedy}")
