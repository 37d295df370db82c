"""The deep-conv birds of paper A, at the paper tier, in the three arms.

Every line that departs from the paper or had to fill a gap names its entry in the deviation register (`D1` ...).
"""

from __future__ import annotations

from dataclasses import replace

from stackrepro.data import View
from stackrepro.experiments.configuration import Configuration, Optimizer
from stackrepro.experiments.tiers import PAPER_UPDATES
from stackrepro.models import BatchNorm, DeepConvDiscriminator, DeepConvGenerator, DeepConvRefiner, Stack

KERAS_NORM = BatchNorm(momentum=0.5, epsilon=1e-3)  # the notebooks' momentum 0.5 counts the past, PyTorch's the new
DCGAN_NORM = BatchNorm()

GENERATOR_CHANNELS = (512, 256, 128, 64)
DISCRIMINATOR_CHANNELS = (64, 128, 256, 512)

DCGAN_ADAM = Optimizer("adam", rate=2e-4, decay=0.999, epsilon=1e-8, beta1=0.5)
CODE_ADAM = Optimizer("adam", rate=1.5e-4, decay=0.999, epsilon=1e-7, beta1=0.5)
CODE_RMSPROP = Optimizer("rmsprop", rate=1e-4, decay=0.9, epsilon=1e-7, clip=1.0)


def text(model: str) -> Configuration:
    """As sections 3.1 to 3.4 say; their gaps are filled from DCGAN (Radford et al. 2016), which the appendix names."""
    leak = 0.2  # the paper: LeakyReLU, no slope given (D3)
    start = 8 if model == "dconv-128" else 4  # D2
    # Five layers in all and four filter counts agree on one dense and four transposed layers (D1).
    generator = DeepConvGenerator(start, GENERATOR_CHANNELS, leak, DCGAN_NORM)
    if model == "dconv-stack":
        second = DeepConvRefiner(128, None, 256, 5, (128, 64), leak, DCGAN_NORM)  # the baseline's layers (D6)
        generator = Stack(generator, second, hold="everything")
    return Configuration(
        experiment=f"birds/{model}",
        arm="text",
        tier="paper",
        seed=0,
        view=View("birds", generator.size, crop="box"),
        value_range=(0.0, 1.0),  # section 3.1, although tanh reaches down to -1 (D7)
        generator=generator,
        discriminator=dcgan_discriminator(generator.size),  # D4
        generator_optimizer=DCGAN_ADAM,  # "either Adam or RMSprop" (D5)
        discriminator_optimizer=DCGAN_ADAM,
        update="standard",
        initial_weights="dcgan",  # D5
        batch=32,  # D8
        updates=PAPER_UPDATES,  # D8
        reshuffle=True,
        partial_batch=False,
        stage1=text("dconv-64") if model == "dconv-stack" else None,
    )


def matched(model: str) -> Configuration:
    """Data, range, discriminator, optimizer, widths and summed updates equal: stacking is all that differs."""
    start = 8 if model == "dconv-128" else 4
    generator = DeepConvGenerator(start, GENERATOR_CHANNELS, 0.0, DCGAN_NORM)
    if model == "dconv-stack":
        generator = Stack(generator, DeepConvRefiner(128, 256, 256, 4, (128, 64), 0.0, DCGAN_NORM), hold="everything")
    return replace(
        text(model),
        arm="matched",
        value_range=(-1.0, 1.0),
        generator=generator,
        # The stack spends one budget on each stage, so its single counterpart gets two; half-way lies a snapshot.
        updates=2 * PAPER_UPDATES if model == "dconv-128" else PAPER_UPDATES,
        stage1=matched("dconv-64") if model == "dconv-stack" else None,
    )


def code(model: str) -> Configuration:
    """As the notebooks dconv_64, dconv_128 and dconv_128_Stack do it, repaired only where they can't run."""
    start = 8 if model == "dconv-128" else 4  # the stack's notebook says 8, which ends at 256 pixels (D9)
    generator = DeepConvGenerator(start, GENERATOR_CHANNELS, 0.0, KERAS_NORM)
    if model == "dconv-stack":
        generator = Stack(generator, DeepConvRefiner(128, 256, 256, 4, (128, 64), 0.0, KERAS_NORM), hold="kernels")
        discriminator = DeepConvDiscriminator(
            128, (*DISCRIMINATOR_CHANNELS, 1024), 4, 1, False, False, KERAS_NORM, dropout=0.3, closing=512
        )
    else:
        discriminator = DeepConvDiscriminator(
            generator.size, DISCRIMINATOR_CHANNELS, 5, 0, True, True, KERAS_NORM, dropout=0.3
        )
    rmsprop = model == "dconv-64"
    return Configuration(
        experiment=f"birds/{model}",
        arm="code",
        tier="paper",
        seed=0,
        view=View("birds", generator.size, crop="box"),  # D10
        value_range=(0.0, 1.0),
        generator=generator,
        discriminator=discriminator,
        generator_optimizer=CODE_RMSPROP if rmsprop else CODE_ADAM,  # D11
        discriminator_optimizer=replace(CODE_RMSPROP, rate=8e-4) if rmsprop else CODE_ADAM,
        update="mixed",
        initial_weights="keras",
        batch=32,
        updates=PAPER_UPDATES,
        reshuffle=False,
        partial_batch=True,
    )  # no stage 1 is loaded, as released (D12)


def dcgan_discriminator(size: int) -> DeepConvDiscriminator:
    """The mirror of the generator after Radford et al. 2016: no dropout, the layer at the image not normalised."""
    return DeepConvDiscriminator(size, DISCRIMINATOR_CHANNELS, 5, 2, False, False, DCGAN_NORM, dropout=0.0)


def load_stage1(configuration: Configuration) -> Configuration:
    """Start the first stage from the trained 64-pixel model of the same arm."""
    return replace(configuration, stage1=BUILDERS[configuration.arm]("dconv-64"))


def random_stage1(configuration: Configuration) -> Configuration:
    """Hold a first stage that was never trained."""
    return replace(configuration, stage1=None)


def from_scratch(configuration: Configuration) -> Configuration:
    """Train the stack's own network whole, from random weights, for the updates of both stages."""
    generator = replace(configuration.generator, hold="nothing")
    return replace(configuration, generator=generator, stage1=None, updates=2 * configuration.updates)


BUILDERS = {"text": text, "code": code, "matched": matched}
