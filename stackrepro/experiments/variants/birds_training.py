"""Variants of how the birds are trained and shown: optimizers, ranges, batches, data, sampling."""

from __future__ import annotations

from dataclasses import replace

from stackrepro.experiments import birds_dconv, birds_dense
from stackrepro.experiments.configuration import Configuration
from stackrepro.experiments.variants.variant import Change, Variant, changed, named
from stackrepro.updates import Standard


def optimizers_of(other: Configuration) -> Change:
    return changed(generator_optimizer=other.generator_optimizer, discriminator_optimizer=other.discriminator_optimizer)


TRAINING = (
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
        "the standard rule: batches of their own for real and generated images, both networks in training mode",
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
