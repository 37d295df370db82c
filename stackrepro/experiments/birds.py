"""The birds of paper A in three layer types, four models and three arms, and what was added to them; at tier paper.

Every line that departs from the paper or had to fill a gap names its entry in the deviation register (`D1` ...).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stackrepro.data import BirdView, View
from stackrepro.experiments import faces
from stackrepro.models.specs import (
    BatchNorm,
    ConvDiscriminator,
    ConvGenerator,
    DeepConvDiscriminator,
    DeepConvGenerator,
    DeepConvRefiner,
    DenseDiscriminator,
    DenseGenerator,
    Discriminator,
    Generator,
    ModernDiscriminator,
    ModernGenerator,
    Stack,
)
from stackrepro.training.configuration import BIRDS_BUDGET, Configuration, Optimizer
from stackrepro.training.rules import Mixed, Relativistic, Standard

# A model is a single generator of 64 or 128 pixels, or a stack of two with its first stage frozen or trained on.
SIDE = {"64": 64, "128": 128, "stack": 64, "stack-bp": 64}  # of what the latent becomes, in pixels
FROZEN = {"stack": "everything", "stack-bp": "nothing"}  # what of stage 1 is frozen
CODE_FROZEN = {"stack": "kernels", "stack-bp": "nothing"}  # what the released flags freeze; conv has no BatchNorm
Family = Callable[[str], Configuration]  # maps a model to its training

DCGAN_NORM = BatchNorm()
DCGAN_ADAM = Optimizer("adam", rate=2e-4, decay=0.999, epsilon=1e-8, beta1=0.5)
CODE_RMSPROP = Optimizer("rmsprop", rate=1e-4, decay=0.9, epsilon=1e-7, clip=1.0)  # D11
FAST_RMSPROP = replace(CODE_RMSPROP, rate=8e-4)
# Keras' epsilon. Its momentum counts the past: the dense notebooks' 0.8 is 0.2 here, the deep-conv ones' 0.5 is 0.5.
CODE_DENSE_NORM = BatchNorm(momentum=0.2, epsilon=1e-3)
CODE_DCONV_NORM = BatchNorm(momentum=0.5, epsilon=1e-3)


def keras_adam(rate: float, beta1: float) -> Optimizer:
    """Adam as the notebooks make it: all but rate and beta1 are Keras' defaults."""
    return Optimizer("adam", rate=rate, decay=0.999, epsilon=1e-7, beta1=beta1)


def dcgan_discriminator(size: int) -> DeepConvDiscriminator:
    """The mirror of the generator after Radford et al. 2016: no dropout, the layer at the image not normalised (D4)."""
    return DeepConvDiscriminator(size, (64, 128, 256, 512), 5, 2, False, False, DCGAN_NORM, dropout=0.0)


def stacked(model: str, first: Generator, second: Generator | DeepConvRefiner, frozen: dict[str, str]) -> Generator:
    """Return the generator of a model: `first` alone, or both, where the model is a stack."""
    return Stack(first, second, frozen[model]) if model in frozen else first


# The three arms, for any generator.


def text(name: str, generator: Generator, discriminator: Discriminator, family: Family | None) -> Configuration:
    """As sections 3.1 to 3.4 say; gaps are filled from DCGAN (Radford et al. 2016), budgets from the notebooks.

    The first stage of a stack is the family's model "64"; `family` None loads none.
    """
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
        stage1=family("64") if family and isinstance(generator, Stack) else None,
    )


def matched(name: str, generator: Generator, family: Family) -> Configuration:
    """Data, range, discriminator, optimizer and summed updates equal, for all families."""
    return replace(
        text(name, generator, dcgan_discriminator(generator.size), family),
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
    family: Family | None,
) -> Configuration:
    """As the notebooks do it; `optimizers` are the generator's and the discriminator's."""
    return replace(
        text(name, generator, discriminator, family),
        arm="code",
        generator_optimizer=optimizers[0],
        discriminator_optimizer=optimizers[1],
        update=Mixed(),
        initial_weights="keras",
        reshuffle=False,
        partial_batch=True,
    )


# Dense layers (section 3.3.1).

HIDDEN = (256, 512, 1024)  # for both sizes (D14)
CODE_HIDDEN_128 = (128, 256, 512, 1024, 2048)
DISCRIMINATOR_HIDDEN = (256, 64)
CODE_DENSE_UPDATES = 73_600  # 200 epochs of 368 batches: the last 12 images are cut off


def dense_text(model: str) -> Configuration:
    """LeakyReLU, then BatchNorm, in both networks; dropout in the discriminator."""
    first = DenseGenerator(SIDE[model], HIDDEN, 0.2, DCGAN_NORM, norm_last=True)
    generator = stacked(model, first, replace(first, size=128, reads="image"), FROZEN)  # D18
    discriminator = DenseDiscriminator(generator.size, DISCRIMINATOR_HIDDEN, DCGAN_NORM, dropout=0.3)  # D15
    return text(f"dense-{model}", generator, discriminator, dense_text)


def dense_matched(model: str) -> Configuration:
    """The generator's layers differ from the other families', and nothing else (D19)."""
    first = DenseGenerator(SIDE[model], HIDDEN, 0.0, DCGAN_NORM, norm_last=False)
    generator = stacked(model, first, replace(first, size=128, reads="image"), FROZEN)
    return matched(f"dense-{model}", generator, dense_matched)


def dense_code(model: str) -> Configuration:
    """As the notebooks do it."""
    first = DenseGenerator(
        SIDE[model], CODE_HIDDEN_128 if model == "128" else HIDDEN, 0.2, CODE_DENSE_NORM, norm_last=True
    )
    second = replace(first, size=128, hidden=CODE_HIDDEN_128, reads="image")
    generator = stacked(model, first, second, CODE_FROZEN)
    discriminator = DenseDiscriminator(generator.size, DISCRIMINATOR_HIDDEN, None, dropout=0.3)
    rates = (1.5e-4, 1.5e-4, 0.5) if model == "64" else (3e-4, 1e-4, 0.9)
    optimizers = keras_adam(rates[0], beta1=rates[2]), keras_adam(rates[1], beta1=rates[2])
    return replace(
        code(f"dense-{model}", generator, discriminator, optimizers, dense_code),
        value_range=(-1.0, 1.0),  # the arrays come scaled; what undoes it on display tells the range (D20)
        partial_batch=False,
        updates=CODE_DENSE_UPDATES,
    )


# Convolutions (section 3.3.2).

SEED, WIDTH = 128, 256
KERAS_SLOPE = 0.3  # Keras' default


def conv_text(model: str) -> Configuration:
    """Five convolutions of 256 maps, 3 x 3, around one transposed convolution (D16, D17)."""
    first = ConvGenerator(SIDE[model], SEED, WIDTH, 1, 3, kernel=3, image_kernel=3, slope=KERAS_SLOPE, norm=None)
    generator = stacked(model, first, replace(first, size=128, seed=None), FROZEN)  # D18
    return text(f"conv-{model}", generator, dcgan_discriminator(generator.size), conv_text)


def conv_matched(model: str) -> Configuration:
    """The generator's layers differ from the other families', and nothing else (D19)."""
    first = ConvGenerator(SIDE[model], SEED, WIDTH, 1, 2, kernel=5, image_kernel=5, slope=0.0, norm=DCGAN_NORM)
    generator = stacked(model, first, replace(first, size=128, seed=None), FROZEN)
    return matched(f"conv-{model}", generator, conv_matched)


def conv_code(model: str) -> Configuration:
    """As the notebooks do it (D21)."""
    first = ConvGenerator(SIDE[model], SEED, WIDTH, 1, 2, kernel=5, image_kernel=7, slope=KERAS_SLOPE, norm=None)
    generator = stacked(model, first, replace(first, size=128, seed=None), CODE_FROZEN)
    discriminator = ConvDiscriminator(generator.size, width=128, halvings=3, dropout=0.3, slope=KERAS_SLOPE)
    return code(f"conv-{model}", generator, discriminator, (CODE_RMSPROP, FAST_RMSPROP), conv_code)


# Transposed convolutions: deep-conv (section 3.3.3).

DCONV_CHANNELS = (512, 256, 128, 64)
LEAK = 0.2  # the paper: LeakyReLU, no slope given (D3)


def dconv(model: str, slope: float, norm: BatchNorm) -> DeepConvGenerator:
    """Four doublings from 4 x 4, for 128 pixels from 8 x 8 (D2); the code's stacks say 8 and end at 256 (D9)."""
    return DeepConvGenerator(SIDE[model] // 16, DCONV_CHANNELS, slope, norm)


def dconv_text(model: str) -> Configuration:
    """Five layers in all, of which four are transposed convolutions (D1)."""
    second = DeepConvRefiner(128, None, 256, 5, (128, 64), LEAK, DCGAN_NORM)  # the baseline's layers (D6)
    generator = stacked(model, dconv(model, LEAK, DCGAN_NORM), second, FROZEN)
    return text(f"dconv-{model}", generator, dcgan_discriminator(generator.size), dconv_text)


def dconv_matched(model: str) -> Configuration:
    """Stacking, or backpropagation through the stack, is all that differs."""
    second = DeepConvRefiner(128, 256, 256, 4, (128, 64), 0.0, DCGAN_NORM)
    return matched(f"dconv-{model}", stacked(model, dconv(model, 0.0, DCGAN_NORM), second, FROZEN), dconv_matched)


def dconv_code(model: str) -> Configuration:
    """As the notebooks do it, repaired where they can't run.

    No stage 1 is loaded, as released (D12), and the two stacks differ in width (D22).
    """
    norm = CODE_DCONV_NORM
    second = DeepConvRefiner(128, 256, 256, 4, (128, 64) if model == "stack" else (256, 256), 0.0, norm)
    generator = stacked(model, dconv(model, 0.0, norm), second, CODE_FROZEN)
    widths = DCONV_CHANNELS[::-1]
    if isinstance(generator, Stack):
        judge = DeepConvDiscriminator(128, (*widths, 1024), 4, 1, False, False, norm, dropout=0.3, closing=512)
    else:
        judge = DeepConvDiscriminator(generator.size, widths, 5, 0, True, True, norm, dropout=0.3)
    adam = keras_adam(1.5e-4, beta1=0.5)
    optimizers = (CODE_RMSPROP, FAST_RMSPROP) if model == "64" else (adam, adam)
    return code(f"dconv-{model}", generator, judge, optimizers, family=None)


FAMILIES: dict[str, dict[str, Family]] = {
    "dense": {"text": dense_text, "code": dense_code, "matched": dense_matched},
    "conv": {"text": conv_text, "code": conv_code, "matched": conv_matched},
    "dconv": {"text": dconv_text, "code": dconv_code, "matched": dconv_matched},
}


# What no paper trained: a positive control, and paper B's method on birds.

# R3GAN's last beta2. Its rate at first, 2e-4, is for ten times as many updates of larger batches: in a pilot at tier
# small such a training ended in coloured blobs, with five times the rate in shapes of birds (D29).
MODERN_ADAM = Optimizer("adam", rate=1e-3, decay=0.99, epsilon=1e-8, beta1=0.0)
MODERN_CHANNELS = (512, 256, 128, 64, 32)  # 4 to 64 pixels; at tier small the pair has 0.63 times dconv-64's weights
# R3GAN begins at 2 for faces of 64 px and ends at a tenth of it. A tier takes it with the number of pixels: 0.5 at 32
# px, which is R3GAN's beginning for ImageNet there, and 0.125 at 16 px.
MODERN_GAMMA = 2.0
# An update takes so many times as long as one of dconv-64: at tier small on one thread of a CPU, 120 of
# each by turns, the least processor time was 67.7 and 15.7 ms. At tier reduced it was 4.8 times.
MODERN_COST = 4.3


def modern(arm: str) -> Configuration:
    """A small GAN of today on the data of paper A's stage 1, in the same time: view, order and batch of dconv-64."""
    c = dconv_matched("64")
    return replace(
        c,
        experiment="birds/modern-64",
        arm=arm,
        generator=ModernGenerator(MODERN_CHANNELS),
        discriminator=ModernDiscriminator(MODERN_CHANNELS[::-1]),
        generator_optimizer=MODERN_ADAM,
        discriminator_optimizer=MODERN_ADAM,
        update=Relativistic(MODERN_GAMMA),
        initial_weights="own",
        updates=round(c.updates / MODERN_COST),
    )


BY_EDGES = {"faces/edges": "birds/edges", "faces/gray": "birds/gray", "faces/single": "birds/gray-single"}


def on_birds(c: Configuration) -> Configuration:
    """Replace the faces of a training, and of the one before it, by birds of the same kind and size."""

    def bird(view: View) -> BirdView:
        return BirdView(view.size, kind=view.kind)  # birds have no arms of how edges are made

    return replace(
        c,
        experiment=BY_EDGES[c.experiment],
        view=bird(c.view),
        condition=c.condition and bird(c.condition),
        stage1=c.stage1 and on_birds(c.stage1),
    )


# Whether paper B's method carries over to another data set, as it claims.


def edges(arm: str) -> Configuration:
    """Stage 1, noise to edges."""
    return on_birds(faces.edges(arm))


def gray(arm: str) -> Configuration:
    """Stage 2, edges to gray."""
    return on_birds(faces.gray(arm))


def gray_single(arm: str) -> Configuration:
    """The single-stage control."""
    return on_birds(faces.single(arm))
