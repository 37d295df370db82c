"""What all faces of paper B share, at the paper tier.

Every line that departs from the paper or had to fill a gap names its entry in the deviation register (`E1` ...).
"""

from __future__ import annotations

from dataclasses import replace

from stackrepro.data import FaceView
from stackrepro.experiments.configuration import Configuration, Optimizer
from stackrepro.models import (
    BatchNorm,
    DCGANDiscriminator,
    DCGANGenerator,
    Discriminator,
    Generator,
    PatchDiscriminator,
    ResNetGenerator,
    Stack,
    StageLatent,
)
from stackrepro.models.specifications.shared import LATENT
from stackrepro.updates import JointStack, Paired, Rule, Standard

SIZE = 128
NORM = BatchNorm()
ADAM = Optimizer("adam", rate=2e-4, decay=0.999, epsilon=1e-8, beta1=0.5)
BATCH = 128
JOINT_BATCH = 16  # more than stage 2's 1, so that stage 1's BatchNorm has something to average
EDGES_BUDGET = 7_915  # five epochs of 1,583 batches: the folder that the authors' stack loads (E3)
GRAY_BUDGET = 202_599  # one epoch of all images at batch 1, as the paper says (E5)


def view(kind: str, arm: str) -> FaceView:
    """Return how an arm sees the faces.

    The text has gray by Pillow (ITU-R 601) and edges before the scaling to 128 pixels; the code has the red channel,
    and stretched JPEG files between the steps. In arm `matched` edges belong to the pixels of the gray image, and reach
    from black to white (E1). All show the middle of the frame (E4).
    """
    if arm == "code":
        return FaceView(kind, SIZE, gray="red", sobel="original", stretch=kind != "rgb", jpeg=True)
    if arm == "text":
        return FaceView(kind, SIZE, sobel="original")
    return FaceView(kind, SIZE, stretch=kind == "edges")


def dcgan() -> DCGANGenerator:
    """The authors' generator, 47.9 million weights (their baseline_dcgan.py before it became a WGAN; E2)."""
    return DCGANGenerator((2048, 1024, 512, 256, 128), 1, NORM)


def dcgan_discriminator() -> DCGANDiscriminator:
    """The authors' discriminator, a quarter as wide as the generator; below tier paper it is as wide (E21)."""
    return DCGANDiscriminator(SIZE, (32, 64, 128, 256, 512), 1, NORM)


def resnet(image: int = 1, latent: StageLatent | None = None) -> ResNetGenerator:
    """The conditional ResNet-6, 7.8 million weights, from one channel to those of the image (E9)."""
    return ResNetGenerator(SIZE, 1, image, width=64, blocks=6, dropout=0.0, stage_latent=latent)


def patch_discriminator(image: int = 1) -> PatchDiscriminator:
    """PatchGAN on a condition of one channel and the image, of 70 x 70 pixels a patch."""
    return PatchDiscriminator(SIZE, 1, image, (64, 128, 256), 512, NORM)


def training(
    name: str,
    arm: str,
    kind: str,
    generator: Generator | ResNetGenerator,
    discriminator: Discriminator,
    rule: Rule,
    budget: int,
    **more: object,
) -> Configuration:
    """Join what a training needs; all faces share range, initial weights and the order of images (E12)."""
    return Configuration(
        experiment=f"faces/{name}",
        arm=arm,
        tier="paper",
        seed=0,
        view=view(kind, arm),
        value_range=(-1.0, 1.0),
        generator=generator,
        discriminator=discriminator,
        update=rule,
        initial_weights="dcgan",
        reshuffle=True,
        partial_batch=False,
        budget=budget,
        **{
            "generator_optimizer": ADAM,
            "discriminator_optimizer": ADAM,
            "batch": 1 if isinstance(rule, Paired) else BATCH,
            "updates": budget,
            **more,
        },
    )


def sampling(arm: str) -> str:
    """How BatchNorm works while a DCGAN's samples are made; the authors' runners stay in training mode (E7)."""
    return "batch" if arm == "code" else "running"


def edges(arm: str) -> Configuration:
    """Stage 1, noise to edges: the DCGAN that most likely made the paper's figures."""
    return training(
        "edges",
        arm,
        "edges",
        dcgan(),
        dcgan_discriminator(),
        Standard(),
        EDGES_BUDGET,
        sampling_norm=sampling(arm),
    )


def gray(arm: str) -> Configuration:
    """Stage 2, edges to gray, trained on real edges; its samples are made from the edges of stage 1."""
    return training(
        "gray",
        arm,
        "gray",
        resnet(),
        patch_discriminator(),
        Paired(),
        GRAY_BUDGET,
        condition=view("edges", arm),
        stage1=edges(arm),  # its edges are read as they come (E6)
    )


def rgb(arm: str) -> Configuration:
    """Stage 3, gray to RGB, which exists in the authors' code only (E14)."""
    optimizer = replace(ADAM, amsgrad=arm == "code")
    return training(
        "rgb",
        arm,
        "rgb",
        resnet(3),
        patch_discriminator(3),
        Paired(),
        GRAY_BUDGET,
        condition=view("gray", arm),
        stage1=gray(arm),
        generator_optimizer=optimizer,
        discriminator_optimizer=optimizer,
    )


def single(arm: str) -> Configuration:
    """The control that the paper lacks: one DCGAN from noise to gray, at twice the updates of stage 1 (E15)."""
    return training(
        "single",
        arm,
        "gray",
        dcgan(),
        dcgan_discriminator(),
        Standard(),
        EDGES_BUDGET,
        updates=2 * EDGES_BUDGET,
        sampling_norm=sampling(arm),
    )


def joint(arm: str) -> Configuration:
    """Proposal 2 of Figure 8: stage 2 reads the edges and stage 1's latent; both are trained at once.

    Losses, batch and budget fill gaps (E8).
    """
    generator = Stack(dcgan(), resnet(latent=StageLatent(LATENT, channels=8, correlation=1.0)), hold="nothing")
    return training(
        "joint",
        arm,
        "gray",
        generator,
        patch_discriminator(),
        JointStack(),
        EDGES_BUDGET,
        condition=view("edges", arm),
        first_discriminator=dcgan_discriminator(),
        batch=JOINT_BATCH,
    )
