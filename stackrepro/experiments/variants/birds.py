"""Variants of the birds: one changed factor each, for the discrepancies and claims that ask for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stackrepro.experiments import birds, birds_dconv, birds_dense
from stackrepro.experiments.configuration import Configuration, Optimizer
from stackrepro.experiments.variants.variant import Variant, changed
from stackrepro.updates import Intermediate, Standard


def named(*models: str) -> tuple[str, ...]:
    return tuple(f"birds/{model}" for model in models)


def from_scratch(c: Configuration) -> Configuration:
    return replace(c, generator=replace(c.generator, hold="nothing"), stage1=None, updates=2 * c.updates)


def hold(what: str) -> Callable[[Configuration], Configuration]:
    return lambda c: replace(c, generator=replace(c.generator, hold=what))


def optimizers(generator: Optimizer, discriminator: Optimizer) -> Callable[[Configuration], Configuration]:
    return lambda c: replace(c, generator_optimizer=generator, discriminator_optimizer=discriminator)


def optimizers_of(other: Configuration) -> Callable[[Configuration], Configuration]:
    return optimizers(other.generator_optimizer, other.discriminator_optimizer)


def discriminator_of(other: Configuration) -> Callable[[Configuration], Configuration]:
    return lambda c: replace(c, discriminator=other.discriminator)


def second_stage(**changes: object) -> Callable[[Configuration], Configuration]:
    return lambda c: replace(c, generator=replace(c.generator, second=replace(c.generator.second, **changes)))


def judged_between(weight: float) -> Callable[[Configuration], Configuration]:
    return lambda c: replace(
        c, update=Intermediate(weight), first_discriminator=birds.dcgan_discriminator(c.generator.first.size)
    )


BACKPROPAGATED = named("dense-stack-bp", "conv-stack-bp", "dconv-stack-bp")

BIRDS = (
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
        discriminator_of(birds_dconv.code("stack")),
    ),
    Variant(
        "discriminator=single",
        "the single model's smaller discriminator for the stack",
        named("dconv-stack", "dconv-stack-bp"),
        ("code",),
        discriminator_of(birds_dconv.code("128")),
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
        "optimizer=adam",
        "the optimizer of dconv_128",
        named("dconv-64"),
        ("code",),
        optimizers_of(birds_dconv.code("128")),
    ),
    Variant(
        "optimizer=rmsprop",
        "the optimizer of dconv_64",
        named("dconv-128"),
        ("code",),
        optimizers_of(birds_dconv.code("64")),
    ),
    Variant(
        "optimizer=dense-128",
        "the rates and beta1 of dense_128",
        named("dense-64"),
        ("code",),
        optimizers_of(birds_dense.code("128")),
    ),
    Variant(
        "optimizer=dense-64",
        "the rates and beta1 of dense_64",
        named("dense-128"),
        ("code",),
        optimizers_of(birds_dense.code("64")),
    ),
    Variant(
        "range=0-1",
        "the paper's range of pixels, of which tanh reaches twice the width",
        named("dconv-64"),
        ("matched",),
        changed(value_range=(0.0, 1.0)),
    ),
    Variant(
        "range=minus1-1",
        "pixels in the range that tanh reaches",
        named("dconv-64"),
        ("text", "code"),
        changed(value_range=(-1.0, 1.0)),
    ),
    Variant(
        "output=sigmoid",
        "the paper's range of pixels with an output that reaches just that",
        named("dconv-64"),
        ("text", "code"),
        lambda c: replace(c, generator=replace(c.generator, output="sigmoid")),
    ),
    Variant(
        "partial=drop",
        "without the short last batch of an epoch, which calls 20 generated images real",
        named(*(f"{kind}-{model}" for kind in ("conv", "dconv") for model in ("64", "128"))),
        ("code",),
        changed(partial_batch=False),
    ),
    Variant(
        "batch=separate",
        "real and generated images in batches of their own, generated in training mode",
        named("dense-64", "conv-64", "dconv-64", "dconv-128"),
        ("code",),
        changed(update=Standard()),
    ),
    Variant(
        "dropout=0",
        "without the dropout that the paper says helps the dense discriminator",
        named("dense-64", "dense-128"),
        ("text", "code"),
        lambda c: replace(c, discriminator=replace(c.discriminator, dropout=0.0)),
    ),
    Variant(
        "crop=none",
        "the whole photograph instead of the bounding box",
        named("dconv-64"),
        ("matched",),
        lambda c: replace(c, view=replace(c.view, crop="none")),
    ),
    Variant(
        "crop=square",
        "a square around the bounding box, which keeps the bird's proportions",
        named("dconv-64"),
        ("matched",),
        lambda c: replace(c, view=replace(c.view, crop="square")),
    ),
    Variant(
        "images=quarter",
        "whether too few images make a generator repeat itself: a random quarter of them",
        named("dconv-64"),
        ("matched",),
        changed(images=1 / 4),
    ),
    Variant(
        "images=sixteenth",
        "whether too few images make a generator repeat itself: a random sixteenth of them",
        named("dconv-64"),
        ("matched",),
        changed(images=1 / 16),
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
    Variant(
        "display=wrap",
        "values below 0 shown as bright ones, as the notebooks' grids do",
        named("conv-128", "conv-stack", "dconv-64", "dconv-128", "dconv-stack"),
        ("text", "code"),
        changed(display="wrap"),
    ),
    Variant(
        "sampling=recalibrated",
        "samples by BatchNorm statistics that were averaged anew after the training",
        named("dconv-64", "dconv-128", "dconv-stack"),
        ("code", "matched"),
        changed(sampling_norm="recalibrated"),
    ),
    Variant(
        "sampling=batch",
        "samples by the BatchNorm statistics of their batch, which is what the generator is trained by",
        named("dconv-64", "dconv-128"),
        ("code", "matched"),
        changed(sampling_norm="batch"),
    ),
)
