"""What all birds of paper A share, at the paper tier.

Every line that departs from the paper or had to fill a gap names its entry in the deviation register (`D1` ...).
"""

from __future__ import annotations

from dataclasses import replace

from stackrepro.data import BirdView
from stackrepro.experiments.configuration import BIRDS_BUDGET, Configuration, Optimizer
from stackrepro.models import BatchNorm, DeepConvDiscriminator, Discriminator, Generator
from stackrepro.updates import Mixed, Standard

DCGAN_NORM = BatchNorm()
DCGAN_ADAM = Optimizer("adam", rate=2e-4, decay=0.999, epsilon=1e-8, beta1=0.5)
CODE_RMSPROP = Optimizer("rmsprop", rate=1e-4, decay=0.9, epsilon=1e-7, clip=1.0)  # D11
KERAS_EPSILON = 1e-3  # of BatchNorm

HOLDS = {"stack": "everything", "stack-bp": "nothing"}  # what of stage 1 is held, by the model's name


def keras_adam(rate: float, beta1: float) -> Optimizer:
    """Adam as the notebooks make it: all but rate and beta1 are Keras' defaults."""
    return Optimizer("adam", rate=rate, decay=0.999, epsilon=1e-7, beta1=beta1)


def text(
    name: str, generator: Generator, discriminator: Discriminator, stage1: Configuration | None = None
) -> Configuration:
    """As sections 3.1 to 3.4 say; gaps are filled from DCGAN (Radford et al. 2016), budgets from the notebooks."""
    return Configuration(
        experiment=f"birds/{name}",
        arm="text",
        tier="paper",
        seed=0,
        view=BirdView(generator.size, crop="box"),  # D10
        value_range=(0.0, 1.0),  # section 3.1, although tanh reaches down to -1 (D7)
        generator=generator,
        discriminator=discriminator,
        generator_optimizer=DCGAN_ADAM,  # "either Adam or RMSprop" (D5)
        discriminator_optimizer=DCGAN_ADAM,
        update=Standard(),
        initial_weights="dcgan",  # D5
        batch=32,  # D8
        updates=BIRDS_BUDGET,  # D8
        reshuffle=True,
        partial_batch=False,
        stage1=stage1,
    )


def matched(name: str, generator: Generator, stage1: Configuration | None = None) -> Configuration:
    """Data, range, discriminator, optimizer and summed updates equal, for all families."""
    return replace(
        text(name, generator, dcgan_discriminator(generator.size), stage1),
        arm="matched",
        value_range=(-1.0, 1.0),
        # A stack spends one budget on each stage, so its single counterpart gets two; half-way lies a snapshot (D13).
        updates=2 * BIRDS_BUDGET if name.endswith("-128") else BIRDS_BUDGET,
    )


def code(
    name: str,
    generator: Generator,
    discriminator: Discriminator,
    optimizers: tuple[Optimizer, Optimizer],
    stage1: Configuration | None = None,
) -> Configuration:
    """As the notebooks do it; `optimizers` are the generator's and the discriminator's."""
    return replace(
        text(name, generator, discriminator, stage1),
        arm="code",
        generator_optimizer=optimizers[0],
        discriminator_optimizer=optimizers[1],
        update=Mixed(),
        initial_weights="keras",
        reshuffle=False,
        partial_batch=True,
    )


def dcgan_discriminator(size: int) -> DeepConvDiscriminator:
    """The mirror of the generator after Radford et al. 2016: no dropout, the layer at the image not normalised (D4)."""
    return DeepConvDiscriminator(size, (64, 128, 256, 512), 5, 2, False, False, DCGAN_NORM, dropout=0.0)
