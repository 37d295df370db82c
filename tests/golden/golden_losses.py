"""Losses of the first updates of small trainings on fixed images: each family of networks, each update rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor, nn

from stackrepro.data import BirdView, FaceView, View
from stackrepro.models.specs import (
    BatchNorm,
    ConvDiscriminator,
    ConvGenerator,
    DCGANDiscriminator,
    DCGANGenerator,
    DeepConvDiscriminator,
    DeepConvGenerator,
    DeepConvRefiner,
    DenseDiscriminator,
    DenseGenerator,
    ModernDiscriminator,
    ModernGenerator,
    PatchDiscriminator,
    ResNetGenerator,
    Stack,
    StageLatent,
)
from stackrepro.training.batches import Batches
from stackrepro.training.configuration import Configuration, Optimizer
from stackrepro.training.devices import prepare_process
from stackrepro.training.networks import build_networks
from stackrepro.training.rules import (
    Intermediate,
    JointStack,
    Mixed,
    Paired,
    Relativistic,
    Standard,
    WassersteinClipped,
    WassersteinPenalty,
    WassersteinReleased,
)
from stackrepro.training.sampling import Average, fixed_latents, recalibrate, seed_for
from stackrepro.training.step import training_step

UPDATES = 3
IMAGES = 45  # the last batch of an epoch of 8 is a part of one where those are used; Wasserstein's 5 batches fit once
KERAS_NORM = BatchNorm(momentum=0.5, epsilon=1e-3)

ADAM = Optimizer("adam", rate=2e-4, decay=0.999, epsilon=1e-8, beta1=0.5)
RMSPROP = Optimizer("rmsprop", rate=1e-4, decay=0.9, epsilon=1e-7, clip=1.0)

DENSE = DenseGenerator(16, (8, 16, 32), slope=0.2, norm=BatchNorm(), norm_last=True)
CONV = ConvGenerator(16, 8, 8, before=1, after=2, kernel=5, image_kernel=7, slope=0.3, norm=None)
DCONV = DeepConvGenerator(4, (16, 8), slope=0.0, norm=BatchNorm())
REFINER = DeepConvRefiner(32, entry=8, double=8, double_kernel=4, channels=(8, 8), slope=0.0, norm=KERAS_NORM)
JUDGE = DeepConvDiscriminator(16, (8, 16), 5, 2, bias=False, first_norm=False, norm=BatchNorm(), dropout=0.0)
JUDGE_32 = replace(JUDGE, size=32, channels=(8, 16, 32))
EDGES = DCGANGenerator((32, 16, 8), 1, BatchNorm())
CRITIC = DCGANDiscriminator(32, (8, 16, 32), 1, BatchNorm())
GRAY = ResNetGenerator(32, 1, 1, width=4, blocks=2, dropout=0.5)
PAIRS = PatchDiscriminator(32, 1, 1, channels=(8,), closing=16, norm=BatchNorm())

BIRDS = Configuration(
    experiment="golden",
    arm="matched",
    tier="smoke",
    seed=7,  # with it no activation lies so near to zero that rounding decides whether a gradient passes
    view=BirdView(16),
    value_range=(-1.0, 1.0),
    generator=DCONV,
    discriminator=JUDGE,
    generator_optimizer=ADAM,
    discriminator_optimizer=ADAM,
    update=Standard(),
    initial_weights="dcgan",
    batch=8,
    updates=UPDATES,
    reshuffle=True,
    partial_batch=False,
)
BIRDS_32 = replace(BIRDS, view=BirdView(32), discriminator=JUDGE_32)
FACES = replace(BIRDS, view=FaceView("edges", 32, stretch=True), generator=EDGES, discriminator=CRITIC)
GRAY_FACES = replace(FACES, view=FaceView("gray", 32), condition=FACES.view, discriminator=PAIRS)
KERAS = {
    "update": Mixed(),
    "initial_weights": "keras",
    "value_range": (0.0, 1.0),
    "reshuffle": False,
    "partial_batch": True,
}

# Written out, so that what the registry makes of an experiment may change without them.
TRAININGS = {
    "dense": replace(
        BIRDS, generator=DENSE, discriminator=DenseDiscriminator(16, (16, 8), BatchNorm(), dropout=0.3), images=0.5
    ),
    "conv, mixed": replace(
        BIRDS,
        generator=CONV,
        discriminator=ConvDiscriminator(16, 8, halvings=1, dropout=0.3, slope=0.3),
        generator_optimizer=RMSPROP,
        discriminator_optimizer=replace(RMSPROP, rate=8e-4),
        **KERAS,
    ),
    "dconv": BIRDS,
    "dconv, mixed": replace(
        BIRDS,
        generator=replace(DCONV, norm=KERAS_NORM, output="sigmoid"),
        discriminator=DeepConvDiscriminator(16, (8, 16), 4, 1, False, True, KERAS_NORM, dropout=0.3, closing=8),
        generator_optimizer=replace(ADAM, amsgrad=True),
        **KERAS,
    ),
    "dense stack": replace(
        BIRDS_32,
        generator=Stack(DENSE, replace(DENSE, size=32, norm_last=False, reads="image"), freeze="everything"),
        initial_weights="keras",
    ),
    "conv stack": replace(
        BIRDS_32,
        generator=Stack(replace(CONV, norm=BatchNorm()), replace(CONV, size=32, seed=None), freeze="kernels"),
        initial_weights="keras",
    ),
    "dconv stack": replace(BIRDS_32, generator=Stack(DCONV, REFINER, freeze="everything")),
    "dconv stack-bp": replace(BIRDS_32, generator=Stack(DCONV, REFINER, freeze="nothing"), stage1_rate=0.1),
    "dconv stack-bp, intermediate": replace(
        BIRDS_32,
        generator=Stack(DCONV, REFINER, freeze="nothing"),
        first_discriminator=JUDGE,
        update=Intermediate(weight=0.5),
    ),
    "modern": replace(
        BIRDS,
        generator=ModernGenerator((16, 8, 8)),
        discriminator=ModernDiscriminator((8, 8, 16)),
        generator_optimizer=replace(ADAM, beta1=0.0),
        discriminator_optimizer=replace(ADAM, beta1=0.0),
        update=Relativistic(gamma=0.125),
        initial_weights="own",
    ),
    "edges": FACES,
    "edges, WGAN as released": replace(
        FACES,
        generator_optimizer=replace(RMSPROP, clip=None),
        discriminator_optimizer=replace(RMSPROP, clip=None),
        update=WassersteinReleased(clip=0.1),
        initial_weights="keras",
    ),
    "edges, WGAN": replace(FACES, update=WassersteinClipped(clip=0.03)),
    "edges, WGAN-GP": replace(
        FACES, discriminator=replace(CRITIC, norm=None), update=WassersteinPenalty(), initial_weights="keras"
    ),
    "gray": replace(GRAY_FACES, generator=GRAY, update=Paired(), batch=1),
    "gray with a latent": replace(
        GRAY_FACES, generator=replace(GRAY, dropout=0.0, stage_latent=StageLatent(8, 4, 0.0)), update=Paired()
    ),
    "joint": replace(
        GRAY_FACES,
        generator=Stack(EDGES, replace(GRAY, stage_latent=StageLatent(100, 4, 1.0)), freeze="nothing"),
        first_discriminator=CRITIC,
        update=JointStack(),
    ),
}


def losses(c: Configuration) -> dict[str, list[float]]:
    """Train as `runs.train` does, from the arrays on; list each loss update by update, and what is generated then.

    `generated` and `averaged` are the mean size and the standard deviation of what the last iterate makes of fixed
    latents, or of the first conditions, and the average with its BatchNorm recalibrated: no loss depends on BatchNorm's
    running statistics, but what is sampled does.
    """
    prepare_process(threads=1)
    arrays = {view: images(view, seed) for seed, view in enumerate(c.views)}
    batches, game = Batches(arrays, np.arange(IMAGES), c, torch.device("cpu")), build_networks(c)
    network = game.generator.network
    average = Average(network)
    found: dict[str, list[float]] = {}
    for update in range(c.updates):
        torch.manual_seed(seed_for(c.seed, "update", update))
        for name, loss in training_step(c.update, game, batches.at(update), c.batch).items():
            found.setdefault(name, []).append(loss.item())
        average.follow(update + 1)
    numbers = network.specification.latent
    read = [torch.from_numpy(fixed_latents(c.batch, numbers))] if numbers else []
    if c.condition is not None and not isinstance(c.generator, Stack):
        read = [batches.at(0).condition, *read]
    found["generated"] = seen(network, read)
    network.load_state_dict(average.state())
    recalibrate(network)
    return {**found, "averaged": seen(network, read)}


@torch.no_grad()
def seen(network: nn.Module, read: list[Tensor]) -> list[float]:
    made = network.eval()(*read)
    return [made.abs().mean().item(), made.std().item()]


def images(view: View, seed: int) -> np.ndarray:
    """Draw squares of random levels with a little noise, uint8 (IMAGES, size, size, channels)."""
    draw = np.random.default_rng(seed)
    coarse = draw.integers(20, 236, (IMAGES, 4, 4, view.channels)).repeat(view.size // 4, 1).repeat(view.size // 4, 2)
    return (coarse + draw.integers(-20, 21, (IMAGES, view.size, view.size, view.channels))).astype(np.uint8)
