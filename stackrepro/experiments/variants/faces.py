"""Variants of the faces: one changed factor each, for the discrepancies and claims that ask for it."""

from __future__ import annotations

from dataclasses import replace

from stackrepro.experiments import faces
from stackrepro.experiments.configuration import Configuration, Optimizer
from stackrepro.experiments.variants.variant import Change, Variant, changed
from stackrepro.models import StageLatent
from stackrepro.models.specifications.faces import Share
from stackrepro.updates import Paired, WassersteinClipped, WassersteinPenalty, WassersteinReleased

EDGES, GRAY = ("faces/edges",), ("faces/gray",)
WGAN_RMSPROP = Optimizer("rmsprop", rate=5e-5, decay=0.99, epsilon=1e-8)
PENALTY_ADAM = Optimizer("adam", rate=1e-4, decay=0.9, epsilon=1e-8, beta1=0.0)


def seen(name: str, **factors: object) -> Change:
    """Return a change of how images are seen, in all that a training reads; its first stage is the same variant."""

    def change(c: Configuration) -> Configuration:
        first = c.stage1
        return replace(
            c,
            view=replace(c.view, **factors),
            condition=None if c.condition is None else replace(c.condition, **factors),
            stage1=None if first is None else replace(change(first), experiment=f"{first.experiment}+{name}"),
        )

    return change


def critic(rule: WassersteinReleased | WassersteinClipped | WassersteinPenalty, optimizer: Optimizer) -> Change:
    """Return a change to a Wasserstein game; a penalised critic has no BatchNorm, the others keep the released one."""

    def change(c: Configuration) -> Configuration:
        judge = c.discriminator
        if isinstance(rule, WassersteinPenalty):
            judge = replace(judge, norm=None)
        return replace(
            c, update=rule, discriminator=judge, generator_optimizer=optimizer, discriminator_optimizer=optimizer
        )

    return change


def of(share: Share) -> Change:
    """Return a change to a discriminator of this share of the generator's widths."""
    return lambda c: replace(c, discriminator=replace(c.discriminator, share=share))


def dropout(rate: float) -> Change:
    """Return a change to the rate of dropout in the residual blocks."""
    return lambda c: replace(c, generator=replace(c.generator, dropout=rate))


def own_latent(correlation: float) -> Change:
    """Return a change to proposal 1 of Figure 8: the stage reads a latent beside the edges."""
    return lambda c: replace(c, generator=faces.resnet(latent=StageLatent(64, channels=8, correlation=correlation)))


def updates(share: float) -> Change:
    """Return a change to another number of updates."""
    return lambda c: replace(c, updates=round(share * c.updates))


def both(*changes: Change) -> Change:
    """Return one change after the other."""

    def change(c: Configuration) -> Configuration:
        for one in changes:
            c = one(c)
        return c

    return change


MATCHED = ("matched",)
NOT_CODE = ("text", "matched")
SEEN = (
    ("gray=red", "the red channel for gray, as the code has it", seen("gray=red", gray="red"), NOT_CODE),
    ("gray=luma", "gray by the weights of ITU-R 601, as Pillow has it", seen("gray=luma", gray="luma"), ("code",)),
    ("sobel=original", "edges before the image is scaled", seen("sobel=original", sobel="original"), ("matched",)),
    ("sobel=resized", "edges of the scaled image", seen("sobel=resized", sobel="resized"), ("text", "code")),
    ("stretch=no", "no image is stretched to its own range", seen("stretch=no", stretch=False), ("code", "matched")),
    ("jpeg=yes", "each image through a JPEG file, as the authors stored them", seen("jpeg=yes", jpeg=True), NOT_CODE),
    ("jpeg=no", "no JPEG files between the steps", seen("jpeg=no", jpeg=False), ("code",)),
    ("crop=none", "the whole frame instead of its middle", seen("crop=none", crop="none"), MATCHED),
)

FACES = (
    *(Variant(name, why, EDGES + GRAY, arms, change) for name, why, change, arms in SEEN),
    Variant(
        "discriminator=quarter", "a discriminator a quarter as wide as the generator", EDGES, MATCHED, of("quarter")
    ),
    Variant("discriminator=half", "a discriminator half as wide as the generator", EDGES, MATCHED, of("half")),
    Variant("discriminator=whole", "a discriminator as wide as the generator", EDGES, MATCHED, of("whole")),
    Variant("images=quarter", "a quarter of the images at equal updates", EDGES, MATCHED, changed(images=1 / 4)),
    Variant("updates=quarter", "all images, for a quarter of the updates", EDGES, MATCHED, updates(1 / 4)),
    Variant("updates=quadruple", "20 epochs, as the script of the distances has them", EDGES, MATCHED, updates(4)),
    Variant(
        "images=quarter-epochs",
        "a quarter of the images at equal epochs, which is a quarter of the updates",
        EDGES,
        MATCHED,
        both(changed(images=1 / 4), updates(1 / 4)),
    ),
    Variant(
        "update=wgan-released",
        "the Wasserstein game as released, whose generator moves the wrong way",
        EDGES,
        ("code", "matched"),
        critic(WassersteinReleased(), WGAN_RMSPROP),
    ),
    Variant(
        "update=wgan",
        "the Wasserstein game with clipped weights",
        EDGES,
        MATCHED,
        critic(WassersteinClipped(), WGAN_RMSPROP),
    ),
    Variant(
        "update=wgan-gp",
        "the Wasserstein game with gradient penalty, which the paper proposes",
        EDGES,
        MATCHED,
        critic(WassersteinPenalty(), PENALTY_ADAM),
    ),
    Variant(
        "sampling=running",
        "samples by BatchNorm's running statistics",
        EDGES,
        ("code",),
        changed(sampling_norm="running"),
    ),
    Variant(
        "sampling=batch", "samples by the statistics of their batch", EDGES, NOT_CODE, changed(sampling_norm="batch")
    ),
    Variant("dropout=0.2", "dropout in the residual blocks", GRAY, MATCHED, dropout(0.2)),
    Variant("dropout=0.5", "dropout in the residual blocks, as the paper proposes", GRAY, MATCHED, dropout(0.5)),
    Variant("batch=4", "four images at once, at equal updates", GRAY, MATCHED, changed(batch=4)),
    Variant("batch=4-images", "four at once, at equal images", GRAY, MATCHED, both(changed(batch=4), updates(1 / 4))),
    Variant("batch=16", "sixteen images at once, at equal updates", GRAY, MATCHED, changed(batch=16)),
    Variant(
        "batch=16-images",
        "sixteen images at once, at equal images",
        GRAY,
        MATCHED,
        both(changed(batch=16), updates(1 / 16)),
    ),
    Variant("epochs=1.73", "1.73 budgets, as many as the authors' stack loads", GRAY, MATCHED, updates(1.73)),
    Variant("epochs=5", "five budgets, as many as the released script is set to", GRAY, MATCHED, updates(5)),
    Variant(
        "feed=stretched",
        "edges of stage 1 stretched like real ones, as one of the authors' runners does",
        GRAY,
        (*NOT_CODE, "code"),
        changed(feed="stretched"),
    ),
    Variant("feed=jpeg", "edges of stage 1 stretched and through JPEG", GRAY, MATCHED, changed(feed="jpeg")),
    Variant(
        "stage1-sampling=batch",
        "stage 1 normalises by the statistics of each batch of samples, as the authors' runners do",
        GRAY,
        NOT_CODE,
        lambda c: replace(
            c, stage1=replace(c.stage1, experiment=f"{c.stage1.experiment}+sampling=batch", sampling_norm="batch")
        ),
    ),
    Variant("latent=own", "proposal 1: a latent of its own for stage 2", GRAY, MATCHED, own_latent(0.0)),
    Variant("latent=correlated", "proposal 1 with a latent near the first stage's", GRAY, MATCHED, own_latent(0.9)),
    Variant(
        "latent=own-l1=10",
        "a latent of its own, with less of the loss that asks for one answer",
        GRAY,
        MATCHED,
        both(own_latent(0.0), changed(update=Paired(l1=10.0))),
    ),
    Variant("l1=10", "a tenth of the weight of the L1 distance", GRAY, MATCHED, changed(update=Paired(l1=10.0))),
)
