"""The dense birds of paper A (section 3.3.1), at the paper tier, in the three arms."""

from __future__ import annotations

from dataclasses import replace

from stackrepro.experiments import birds
from stackrepro.experiments.configuration import Configuration
from stackrepro.models import BatchNorm, DenseDiscriminator, DenseGenerator, Stack

HIDDEN = (256, 512, 1024)  # section 3.3.1, for both sizes (D14)
CODE_HIDDEN_128 = (128, 256, 512, 1024, 2048)
CODE_NORM = BatchNorm(momentum=0.2, epsilon=birds.KERAS_EPSILON)  # the notebooks' 0.8 counts the past
DISCRIMINATOR_HIDDEN = (256, 64)
CODE_UPDATES = 73_600  # 200 epochs of 368 batches: the last 12 images are cut off

NOTEBOOKS = {"64": "dense_64", "128": "dense_128", "stack": "dense_128_stack", "stack-bp": "dense_128_stack_bp"}
FIRST = {"64": 64, "128": 128, "stack": 64, "stack-bp": 64}


def text(model: str) -> Configuration:
    """As section 3.3.1 says: LeakyReLU, then BatchNorm, in both networks; dropout in the discriminator."""
    generator = DenseGenerator(FIRST[model], HIDDEN, 0.2, birds.DCGAN_NORM, norm_last=True)
    stage1 = None
    if model in birds.HOLDS:
        generator = Stack(generator, replace(generator, size=128, reads="image"), birds.HOLDS[model])  # D18
        stage1 = text("64")
    discriminator = DenseDiscriminator(generator.size, DISCRIMINATOR_HIDDEN, birds.DCGAN_NORM, dropout=0.3)  # D15
    return birds.text(f"dense-{model}", generator, discriminator, stage1)


def matched(model: str) -> Configuration:
    """The generator's layers differ from the other families', and nothing else (D19)."""
    generator = DenseGenerator(FIRST[model], HIDDEN, 0.0, birds.DCGAN_NORM, norm_last=False)  # D19
    if model not in birds.HOLDS:
        return birds.matched(f"dense-{model}", generator)
    stack = Stack(generator, replace(generator, size=128, reads="image"), birds.HOLDS[model])
    return birds.matched(f"dense-{model}", stack, matched("64"))


def code(model: str) -> Configuration:
    """As the notebooks do it."""
    hidden = CODE_HIDDEN_128 if model == "128" else HIDDEN
    generator = DenseGenerator(FIRST[model], hidden, 0.2, CODE_NORM, norm_last=True)
    stage1 = None
    if model in birds.HOLDS:
        second = DenseGenerator(128, CODE_HIDDEN_128, 0.2, CODE_NORM, norm_last=True, reads="image")
        generator = Stack(generator, second, "kernels" if model == "stack" else "nothing")
        stage1 = code("64")
    discriminator = DenseDiscriminator(generator.size, DISCRIMINATOR_HIDDEN, None, dropout=0.3)
    if model == "64":
        optimizers = (birds.keras_adam(1.5e-4, beta1=0.5), birds.keras_adam(1.5e-4, beta1=0.5))
    else:
        optimizers = (birds.keras_adam(3e-4, beta1=0.9), birds.keras_adam(1e-4, beta1=0.9))
    return replace(
        birds.code(f"dense-{model}", generator, discriminator, optimizers, stage1),
        value_range=(-1.0, 1.0),  # the arrays come scaled; what undoes it on display tells the range (D20)
        partial_batch=False,
        updates=CODE_UPDATES,
    )
