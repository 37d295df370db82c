"""Every experiment, registered once, and the way from its name to a configuration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches

from stackrepro.base.errors import UserError
from stackrepro.experiments import birds_dconv
from stackrepro.experiments.configuration import Configuration
from stackrepro.experiments.tiers import TIERS, scale

ARMS = {
    "text": "as the paper says; gaps are filled by a stated rule and numbered in the deviation register",
    "code": "as the authors' released code does it, repaired only where it can't run",
    "matched": "all equal but the thing under test",
}


@dataclass(frozen=True)
class Variant:
    """One changed factor of an experiment, in the arms where it differs from the experiment itself."""

    name: str
    why: str
    arms: tuple[str, ...]
    change: Callable[[Configuration], Configuration]


@dataclass(frozen=True)
class Experiment:
    """One model that a paper trained. `build` maps an arm to the configuration at the paper tier."""

    name: str
    title: str
    source: str
    build: Callable[[str], Configuration]
    variants: tuple[Variant, ...] = ()


def deep_conv(model: str, title: str, source: str, variants: tuple[Variant, ...] = ()) -> Experiment:
    return Experiment(f"birds/{model}", title, source, lambda arm: birds_dconv.BUILDERS[arm](model), variants)


EXPERIMENTS = {
    experiment.name: experiment
    for experiment in (
        deep_conv("dconv-64", "deep-conv, 64 px, also stage 1 of the stack", "paper A, section 3.3.3; dconv_64"),
        deep_conv("dconv-128", "deep-conv, 128 px, the single baseline", "paper A, section 3.3.3; dconv_128"),
        deep_conv(
            "dconv-stack",
            "deep-conv stack, 64 to 128 px, stage 1 held",
            "paper A, section 3.4; dconv_128_Stack",
            (
                Variant(
                    "stage1=loaded",
                    "the released notebook loads no stage 1; the paper says that it is trained first",
                    ("code",),
                    birds_dconv.load_stage1,
                ),
                Variant(
                    "stage1=random",
                    "what a held but untrained stage 1 does, as released",
                    ("text", "matched"),
                    birds_dconv.random_stage1,
                ),
                Variant(
                    "stage1=scratch",
                    "the stack's own network trained whole from random weights: depth without stacking",
                    ("matched",),
                    birds_dconv.from_scratch,
                ),
            ),
        ),
    )
}


def resolve(name: str, arm: str, tier: str, seed: int = 0) -> Configuration:
    """Return the configuration of an experiment, with its variant if any, such as `birds/dconv-stack+stage1=random`.

    Raises:
        UserError: unknown experiment, variant, arm or tier, or a seed that isn't a whole number from 0 to 2^31 - 1.
    """
    base, _, factor = name.partition("+")
    experiment = EXPERIMENTS[one_of("experiment", base, EXPERIMENTS)]
    one_of("arm", arm, ARMS)
    one_of("tier", tier, TIERS)
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**31:
        raise UserError(f"The seed {seed!r} is not a whole number from 0 to 2147483647: choose one, such as 0.")
    configuration = experiment.build(arm)
    if factor:
        variants = {variant.name: variant for variant in experiment.variants if arm in variant.arms}
        variant = variants[one_of(f"variant of {base} in arm {arm}", factor, variants)]
        configuration = replace(variant.change(configuration), experiment=name)
    return with_seed(scale(configuration, TIERS[tier]), seed)


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
