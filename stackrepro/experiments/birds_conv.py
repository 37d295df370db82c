"""The convolutional birds of paper A (section 3.3.2), at the paper tier, in the three arms."""

from __future__ import annotations

from dataclasses import replace

from stackrepro.experiments import birds
from stackrepro.experiments.configuration import Configuration
from stackrepro.models import ConvDiscriminator, ConvGenerator, Stack

SEED, WIDTH = 128, 256
CODE_SLOPE = 0.3  # Keras' default

NOTEBOOKS = {"64": "conv_64", "128": "conv_128", "stack": "conv_128_stack", "stack-bp": "conv_128_stack_bp"}
FIRST = {"64": 64, "128": 128, "stack": 64, "stack-bp": 64}


def text(model: str) -> Configuration:
    """As section 3.3.2 says: 5 convolutions of 256 maps, 3 x 3, around one transposed convolution (D16, D17)."""
    generator = ConvGenerator(
        FIRST[model], SEED, WIDTH, before=1, after=3, kernel=3, image_kernel=3, slope=CODE_SLOPE, norm=None
    )
    stage1 = None
    if model in birds.HOLDS:
        generator = Stack(generator, replace(generator, size=128, seed=None), birds.HOLDS[model])  # D18
        stage1 = text("64")
    return birds.text(f"conv-{model}", generator, birds.dcgan_discriminator(generator.size), stage1)


def matched(model: str) -> Configuration:
    """The generator's layers differ from the other families', and nothing else (D19)."""
    generator = ConvGenerator(
        FIRST[model], SEED, WIDTH, before=1, after=2, kernel=5, image_kernel=5, slope=0.0, norm=birds.DCGAN_NORM
    )  # D19
    if model not in birds.HOLDS:
        return birds.matched(f"conv-{model}", generator)
    stack = Stack(generator, replace(generator, size=128, seed=None), birds.HOLDS[model])
    return birds.matched(f"conv-{model}", stack, matched("64"))


def code(model: str) -> Configuration:
    """As the notebooks do it."""
    generator = ConvGenerator(
        FIRST[model], SEED, WIDTH, before=1, after=2, kernel=5, image_kernel=7, slope=CODE_SLOPE, norm=None
    )
    stage1 = None
    if model in birds.HOLDS:
        # No BatchNorm, so holding the kernels holds everything.
        hold = "kernels" if model == "stack" else "nothing"
        generator = Stack(generator, replace(generator, size=128, seed=None), hold)
        stage1 = code("64")
    discriminator = ConvDiscriminator(generator.size, width=128, halvings=3, dropout=0.3, slope=CODE_SLOPE)
    optimizers = (birds.CODE_RMSPROP, replace(birds.CODE_RMSPROP, rate=8e-4))
    return birds.code(f"conv-{model}", generator, discriminator, optimizers, stage1)  # D21
