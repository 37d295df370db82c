"""Variants of the birds' stacks, and of what they are compared with: stages, what is held, widths, budgets."""

from __future__ import annotations

from dataclasses import replace

from stackrepro.experiments import birds, birds_dconv
from stackrepro.experiments.configuration import Configuration
from stackrepro.experiments.variants.variant import Change, Variant, changed, named
from stackrepro.updates import Intermediate


def from_scratch(c: Configuration) -> Configuration:
    return replace(c, generator=replace(c.generator, hold="nothing"), stage1=None, updates=2 * c.updates)


def hold(what: str) -> Change:
    return lambda c: replace(c, generator=replace(c.generator, hold=what))


def second_stage(**changes: object) -> Change:
    return lambda c: replace(c, generator=replace(c.generator, second=replace(c.generator.second, **changes)))


def judged_between(weight: float) -> Change:
    return lambda c: replace(
        c, update=Intermediate(weight), first_discriminator=birds.dcgan_discriminator(c.generator.first.size)
    )


BACKPROPAGATED = named("dense-stack-bp", "conv-stack-bp", "dconv-stack-bp")

STACKS = (
    Variant(
        "stage1=loaded",
        "the released notebook loads no stage 1; the paper says that it is trained first",
        named("dconv-stack", "dconv-stack-bp"),
        ("code",),
        lambda c: replace(c, stage1=birds_dconv.code("64")),
    ),
    Variant(
        "stage1=random",
        "what a held first stage does that was never trained",
        named("dense-stack", "conv-stack"),
        ("text", "code", "matched"),
        changed(stage1=None),
    ),
    Variant(
        "stage1=random",
        "what a held first stage does that was never trained, as released",
        named("dconv-stack"),
        ("text", "matched"),
        changed(stage1=None),
    ),
    Variant(
        "stage1=scratch",
        "the stack's own network trained whole from random weights: depth without stacking",
        named("dense-stack", "conv-stack", "dconv-stack"),
        ("matched",),
        from_scratch,
    ),
    Variant(
        "hold=everything",
        "BatchNorm of the held stage held too, as the paper says, where the released flags leave it free",
        named("dense-stack", "dconv-stack"),
        ("code",),
        hold("everything"),
    ),
    Variant(
        "hold=kernels",
        "BatchNorm of the held stage left free, as the released flags do",
        named("dense-stack", "dconv-stack"),
        ("text", "matched"),
        hold("kernels"),
    ),
    Variant(
        "discriminator=stack",
        "the stack's larger discriminator for the single model",
        named("dconv-128"),
        ("code",),
        changed(discriminator=birds_dconv.code("stack").discriminator),
    ),
    Variant(
        "discriminator=single",
        "the single model's smaller discriminator for the stack",
        named("dconv-stack", "dconv-stack-bp"),
        ("code",),
        changed(discriminator=birds_dconv.code("128").discriminator),
    ),
    Variant(
        "widths=256-256",
        "the second stage as wide as its backpropagating twin's",
        named("dconv-stack"),
        ("code",),
        second_stage(channels=(256, 256)),
    ),
    Variant(
        "widths=128-64",
        "the second stage as narrow as its held twin's",
        named("dconv-stack-bp"),
        ("code",),
        second_stage(channels=(128, 64)),
    ),
    Variant(
        "doubling=5",
        "stage 2 doubles with a 5 x 5 kernel like the baseline, not with 4 x 4",
        named("dconv-stack", "dconv-stack-bp"),
        ("code", "matched"),
        second_stage(double_kernel=5),
    ),
    Variant(
        "updates=double",
        "the single baseline at the summed updates of a stack's two stages",
        named("dense-128", "conv-128", "dconv-128"),
        ("text", "code"),
        lambda c: replace(c, updates=2 * c.updates),
    ),
    Variant(
        "stage1-rate=tenth",
        "stage 1 moves ten times slower than stage 2, if its updates are what harms",
        BACKPROPAGATED,
        ("matched",),
        changed(stage1_rate=0.1),
    ),
    Variant(
        "intermediate=loss",
        "stage 1 answers for its own image too, so that it stays one",
        BACKPROPAGATED,
        ("matched",),
        judged_between(1.0),
    ),
    Variant(
        "intermediate=probe",
        "the same training, watched: do the two gradients that meet in stage 1 agree?",
        BACKPROPAGATED,
        ("matched",),
        judged_between(0.0),
    ),
    Variant(
        "updates=quadruple",
        "whether backpropagation only needs longer: stage 2 for four times the updates",
        BACKPROPAGATED,
        ("matched",),
        lambda c: replace(c, updates=4 * c.updates),
    ),
)
