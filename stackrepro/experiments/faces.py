"""What all faces of paper B share, at the paper tier.

Every line that departs from the paper or had to fill a gap names its entry in the deviation register (`E1` ...).
"""

from __future__ import annotations

from dataclasses import replace

from stackrepro.data import FaceView
from stackrepro.models.specs import (
    LATENT,
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
from stackrepro.training.configuration import Configuration, Optimizer
from stackrepro.training.rules import JointStack, Paired, Rule, Standard

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
    networks: tuple[Generator | ResNetGenerator, Discriminator],
    rule: Rule,
    budget: int,
    optimizer: Optimizer = ADAM,
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
        generator=networks[0],
        discriminator=networks[1],
        generator_optimizer=optimizer,
        discriminator_optimizer=optimizer,
        update=rule,
        initial_weights="dcgan",
        reshuffle=True,
        partial_batch=False,
        budget=budget,
        **{"batch": BATCH, "updates": budget, **more},
    )


def from_noise(name: str, arm: str, kind: str, budgets: int = 1) -> Configuration:
    """A DCGAN from noise to images of a kind; the authors' runners draw samples in training mode (E7)."""
    networks = dcgan(), dcgan_discriminator()
    more = {"updates": budgets * EDGES_BUDGET, "sampling_norm": "batch" if arm == "code" else "running"}
    return training(name, arm, kind, networks, Standard(), EDGES_BUDGET, **more)


def edges(arm: str) -> Configuration:
    """Stage 1, noise to edges: the DCGAN that most likely made the paper's figures."""
    return from_noise("edges", arm, "edges")


def single(arm: str) -> Configuration:
    """The control that the paper lacks: one DCGAN from noise to gray, at twice the updates of stage 1 (E15)."""
    return from_noise("single", arm, "gray", budgets=2)


def gray(arm: str) -> Configuration:
    """Stage 2, edges to gray, trained on real edges; samples are made from stage 1's edges as they come (E6)."""
    networks = resnet(), patch_discriminator()
    more = {"batch": 1, "condition": view("edges", arm), "stage1": edges(arm)}
    return training("gray", arm, "gray", networks, Paired(), GRAY_BUDGET, **more)


def rgb(arm: str) -> Configuration:
    """Stage 3, gray to RGB, which exists in the authors' code only (E14)."""
    networks, optimizer = (resnet(3), patch_discriminator(3)), replace(ADAM, amsgrad=arm == "code")
    more = {"batch": 1, "condition": view("gray", arm), "stage1": gray(arm)}
    return training("rgb", arm, "rgb", networks, Paired(), GRAY_BUDGET, optimizer, **more)


def joint(arm: str) -> Configuration:
    """Proposal 2 of Figure 8: stage 2 reads the edges and stage 1's latent; both are trained at once.

    Losses, batch and budget fill gaps (E8).
    """
    generator = Stack(dcgan(), resnet(latent=StageLatent(LATENT, channels=8, correlation=1.0)), freeze="nothing")
    networks = generator, patch_discriminator()
    more = {"batch": JOINT_BATCH, "condition": view("edges", arm), "first_discriminator": dcgan_discriminator()}
    return training("joint", arm, "gray", networks, JointStack(), EDGES_BUDGET, **more)
