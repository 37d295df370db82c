"""Variants: an experiment with one changed factor, for the discrepancies and claims that ask for it.

Commands and results carry a variant's name, so that it stays as it is, such as `hold=everything`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from stackrepro.experiments import birds
from stackrepro.models.specs import StageLatent
from stackrepro.training.configuration import Configuration, Optimizer
from stackrepro.training.rules import (
    Intermediate,
    Paired,
    Rule,
    Standard,
    WassersteinClipped,
    WassersteinPenalty,
    WassersteinReleased,
)

Change = Callable[[Configuration], Configuration]


@dataclass(frozen=True)
class Variant:
    """One changed factor of some experiments, in the arm that the question is about."""

    name: str
    why: str
    arm: str
    experiments: tuple[str, ...]
    change: Change


def changed(**fields: object) -> Change:
    """Return a change that sets fields of a configuration."""
    return lambda c: replace(c, **fields)


def seen(**factors: object) -> Change:
    """Return a change of how images are seen."""
    return lambda c: replace(c, view=replace(c.view, **factors))


def of_generator(**fields: object) -> Change:
    """Return a change that sets fields of the generator."""
    return lambda c: replace(c, generator=replace(c.generator, **fields))


def of_discriminator(**fields: object) -> Change:
    """Return a change that sets fields of the discriminator."""
    return lambda c: replace(c, discriminator=replace(c.discriminator, **fields))


def updates(factor: float) -> Change:
    """Return a change to another number of updates."""
    return lambda c: replace(c, updates=round(factor * c.updates))


def both(first: Change, second: Change) -> Change:
    """Return one change after the other."""
    return lambda c: second(first(c))


def from_scratch(c: Configuration) -> Configuration:
    """Train the stack whole from random weights, with the budget of both stages."""
    return replace(c, generator=replace(c.generator, freeze="nothing"), stage1=None, updates=2 * c.updates)


def judged_between(weight: float) -> Change:
    """Return a change to a stack whose stage 1 answers, by this weight, for its own image too."""

    def change(c: Configuration) -> Configuration:
        judge = birds.dcgan_discriminator(c.generator.first.size)
        return replace(c, update=Intermediate(weight), first_discriminator=judge)

    return change


def critic(rule: Rule, optimizer: Optimizer) -> Change:
    """Return a change to Wasserstein's losses; a penalised critic has no BatchNorm, the others the released one."""

    def change(c: Configuration) -> Configuration:
        judge = replace(c.discriminator, norm=None) if isinstance(rule, WassersteinPenalty) else c.discriminator
        return replace(
            c, update=rule, discriminator=judge, generator_optimizer=optimizer, discriminator_optimizer=optimizer
        )

    return change


def own_latent(correlation: float) -> Change:
    """Return a change to proposal 1 of Figure 8: the stage reads a latent beside the edges."""
    return of_generator(stage_latent=StageLatent(64, channels=8, correlation=correlation))


DCONV_ADAM = birds.dconv_code("128").generator_optimizer
WGAN_RMSPROP = Optimizer("rmsprop", rate=5e-5, decay=0.99, epsilon=1e-8)
PENALTY_ADAM = Optimizer("adam", rate=1e-4, decay=0.9, epsilon=1e-8, beta1=0.0)

# (arm, experiments ...): {name: (why, change)}
FACTORS: dict[tuple[str, ...], dict[str, tuple[str, Change]]] = {
    # what the dense discriminator gains by dropout
    ("text", "birds/dense-64", "birds/dense-128"): {
        "dropout=0": (
            "without the dropout that the paper says helps the dense discriminator",
            of_discriminator(dropout=0.0),
        )
    },
    # optimizers, ranges and batches of the notebooks
    ("code", "birds/dconv-64"): {
        "optimizer=adam": (
            "the optimizer of dconv_128",
            changed(generator_optimizer=DCONV_ADAM, discriminator_optimizer=DCONV_ADAM),
        ),
        "range=minus1-1": ("pixels in the range that tanh reaches", changed(value_range=(-1.0, 1.0))),
        "output=sigmoid": (
            "the paper's range of pixels with an output that reaches just that",
            of_generator(output="sigmoid"),
        ),
        "batch=separate": (
            "the standard rule: batches of their own for real and generated images, both networks in training mode",
            changed(update=Standard()),
        ),
    },
    # photographs, and how many of them
    ("matched", "birds/dconv-64"): {
        "crop=none": ("the whole photograph instead of the bounding box", seen(crop="none")),
        "crop=square": ("a square around the bounding box: it keeps the bird's proportions", seen(crop="square")),
        "images=quarter": (
            "whether too few images make a generator repeat itself: a random quarter of them",
            changed(images=1 / 4),
        ),
        "images=sixteenth": (
            "whether too few images make a generator repeat itself: a random sixteenth of them",
            changed(images=1 / 16),
        ),
    },
    ("code", "birds/dconv-128", "birds/dconv-stack"): {
        "display=wrap": ("values below 0 shown as bright ones, as the notebooks' grids do", changed(display="wrap"))
    },
    # what is trained before the stack, and what of it is frozen
    ("code", "birds/dconv-stack"): {
        "stage1=loaded": (
            "the released notebook loads no stage 1; the paper says that it is trained first",
            lambda c: replace(c, stage1=birds.dconv_code("64")),
        ),
        "hold=everything": (
            "BatchNorm of the frozen stage frozen too, as the paper says, where the released flags leave it free",
            of_generator(freeze="everything"),
        ),
    },
    ("matched", "birds/dense-stack", "birds/conv-stack", "birds/dconv-stack"): {
        "stage1=scratch": (
            "the stack's own network trained whole from random weights: depth without stacking",
            from_scratch,
        )
    },
    # why backpropagation through both stages may harm
    ("matched", "birds/conv-stack-bp", "birds/dconv-stack-bp"): {
        "stage1-rate=tenth": (
            "stage 1 moves ten times slower than stage 2, if its updates are what harms",
            changed(stage1_rate=0.1),
        ),
        "intermediate=loss": ("stage 1 answers for its own image too, so that it stays one", judged_between(1.0)),
        "intermediate=probe": (
            "the same training, watched: do the two gradients that meet in stage 1 agree?",
            judged_between(0.0),
        ),
        "updates=quadruple": (
            "whether backpropagation only needs longer: stage 2 for four times the updates",
            updates(4),
        ),
    },
    # how faces are seen; stage 1's discriminator, images and updates; other rules
    ("matched", "faces/edges"): {
        "gray=red": ("the red channel for gray, as the code has it", seen(gray="red")),
        "sobel=original": ("edges before the image is scaled", seen(sobel="original")),
        "stretch=no": ("no image is stretched to its own range", seen(stretch=False)),
        "jpeg=yes": ("each image through a JPEG file, as the authors stored them", seen(jpeg=True)),
        "crop=none": ("the whole frame instead of its middle", seen(crop="none")),
        "discriminator=quarter": (
            "a discriminator a quarter as wide as the generator",
            of_discriminator(share="quarter"),
        ),
        "discriminator=half": ("a discriminator half as wide as the generator", of_discriminator(share="half")),
        "discriminator=whole": ("a discriminator as wide as the generator", of_discriminator(share="whole")),
        "images=quarter": ("a quarter of the images at equal updates", changed(images=1 / 4)),
        "updates=quarter": ("all images, for a quarter of the updates", updates(1 / 4)),
        "images=quarter-epochs": (
            "a quarter of the images at equal epochs, which is a quarter of the updates",
            both(changed(images=1 / 4), updates(1 / 4)),
        ),
        "update=wgan-released": (
            "Wasserstein's losses as released, whose generator moves the wrong way",
            critic(WassersteinReleased(), WGAN_RMSPROP),
        ),
        "update=wgan": ("Wasserstein's losses with clipped weights", critic(WassersteinClipped(), WGAN_RMSPROP)),
        "update=wgan-gp": (
            "Wasserstein's losses with gradient penalty, which the paper proposes",
            critic(WassersteinPenalty(), PENALTY_ADAM),
        ),
    },
    ("code", "faces/edges"): {
        "sampling=running": ("samples by BatchNorm's running statistics", changed(sampling_norm="running"))
    },
    # stage 2: dropout, batches, updates, what lies between the stages, latents, the weight of L1
    ("matched", "faces/gray"): {
        "dropout=0.2": ("dropout in the residual blocks", of_generator(dropout=0.2)),
        "dropout=0.5": ("dropout in the residual blocks, as the paper proposes", of_generator(dropout=0.5)),
        "batch=4": ("four images at once, at equal updates", changed(batch=4)),
        "batch=4-images": ("four at once, at equal images", both(changed(batch=4), updates(1 / 4))),
        "batch=16": ("sixteen images at once, at equal updates", changed(batch=16)),
        "batch=16-images": ("sixteen images at once, at equal images", both(changed(batch=16), updates(1 / 16))),
        "epochs=1.73": ("1.73 budgets, as many as the authors' stack loads", updates(1.73)),
        "epochs=5": ("five budgets, as many as the released script is set to", updates(5)),
        "feed=stretched": (
            "edges of stage 1 stretched like real ones, as one of the authors' runners does",
            changed(feed="stretched"),
        ),
        "feed=jpeg": ("edges of stage 1 stretched and through JPEG", changed(feed="jpeg")),
        "latent=own": ("proposal 1: a latent of its own for stage 2", own_latent(0.0)),
        "latent=correlated": ("proposal 1 with a latent near the first stage's", own_latent(0.9)),
        "latent=own-l1=10": (
            "a latent of its own, with less of the loss that asks for one answer",
            both(own_latent(0.0), changed(update=Paired(l1=10.0))),
        ),
        "l1=10": ("a tenth of the weight of the L1 distance", changed(update=Paired(l1=10.0))),
    },
}

VARIANTS = tuple(
    Variant(name, why, arm, tuple(experiments), change)
    for (arm, *experiments), factors in FACTORS.items()
    for name, (why, change) in factors.items()
)
