"""The deep-conv birds of paper A (section 3.3.3), at the paper tier, in the three arms."""

from __future__ import annotations

from dataclasses import replace

from stackrepro.experiments import birds
from stackrepro.experiments.configuration import Configuration
from stackrepro.models import BatchNorm, DeepConvDiscriminator, DeepConvGenerator, DeepConvRefiner, Stack

CODE_NORM = BatchNorm(
    momentum=0.5, epsilon=birds.KERAS_EPSILON
)  # the notebooks' 0.5 counts the past, which is the same
GENERATOR_CHANNELS = (512, 256, 128, 64)
DISCRIMINATOR_CHANNELS = (64, 128, 256, 512)
LEAK = 0.2  # the paper: LeakyReLU, no slope given (D3)

NOTEBOOKS = {"64": "dconv_64", "128": "dconv_128", "stack": "dconv_128_Stack", "stack-bp": "dconv_128_Stack_bp"}
START = {"64": 4, "128": 8, "stack": 4, "stack-bp": 4}  # D2; the code's stacks say 8, which ends at 256 pixels (D9)


def text(model: str) -> Configuration:
    """As section 3.3.3 says: five layers in all, of which four are transposed convolutions (D1)."""
    generator = DeepConvGenerator(START[model], GENERATOR_CHANNELS, LEAK, birds.DCGAN_NORM)
    stage1 = None
    if model in birds.HOLDS:
        second = DeepConvRefiner(128, None, 256, 5, (128, 64), LEAK, birds.DCGAN_NORM)  # the baseline's layers (D6)
        generator, stage1 = Stack(generator, second, birds.HOLDS[model]), text("64")
    return birds.text(f"dconv-{model}", generator, birds.dcgan_discriminator(generator.size), stage1)


def matched(model: str) -> Configuration:
    """Stacking, or backpropagation through the stack, is all that differs."""
    generator = DeepConvGenerator(START[model], GENERATOR_CHANNELS, 0.0, birds.DCGAN_NORM)
    if model not in birds.HOLDS:
        return birds.matched(f"dconv-{model}", generator)
    second = DeepConvRefiner(128, 256, 256, 4, (128, 64), 0.0, birds.DCGAN_NORM)
    return birds.matched(f"dconv-{model}", Stack(generator, second, birds.HOLDS[model]), matched("64"))


def code(model: str) -> Configuration:
    """As the notebooks do it, repaired where they can't run.

    No stage 1 is loaded, as released (D12), and the two stacks differ in width (D22).
    """
    generator = DeepConvGenerator(START[model], GENERATOR_CHANNELS, 0.0, CODE_NORM)
    if model in birds.HOLDS:
        channels = (128, 64) if model == "stack" else (256, 256)
        second = DeepConvRefiner(128, 256, 256, 4, channels, 0.0, CODE_NORM)
        generator = Stack(generator, second, "kernels" if model == "stack" else "nothing")
        discriminator = DeepConvDiscriminator(
            128, (*DISCRIMINATOR_CHANNELS, 1024), 4, 1, False, False, CODE_NORM, dropout=0.3, closing=512
        )
    else:
        discriminator = DeepConvDiscriminator(
            generator.size, DISCRIMINATOR_CHANNELS, 5, 0, True, True, CODE_NORM, dropout=0.3
        )
    if model == "64":
        optimizers = (birds.CODE_RMSPROP, replace(birds.CODE_RMSPROP, rate=8e-4))
    else:
        optimizers = (birds.keras_adam(1.5e-4, beta1=0.5), birds.keras_adam(1.5e-4, beta1=0.5))
    return birds.code(f"dconv-{model}", generator, discriminator, optimizers)
