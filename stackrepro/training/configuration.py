"""All that a training depends on but its data: one immutable, typed value."""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any, Literal

from stackrepro.data import View
from stackrepro.models.specs import Network
from stackrepro.training.rules import Rule

Feed = Literal["raw", "stretched", "jpeg"]  # how images go from one stage to the next
BIRDS_BUDGET = 73_800  # 200 epochs of 369 batches, as the conv and deep-conv notebooks of paper A call them


@dataclass(frozen=True)
class Optimizer:
    """Adam or RMSprop. `decay` is the weight of the past in Adam's beta2 or RMSprop's rho; `beta1` is Adam's alone.

    `clip` limits each element of the gradient before the step, None leaves it. `amsgrad` is Adam's variant that never
    forgets its largest squared gradient.
    """

    name: Literal["adam", "rmsprop"]
    rate: float
    decay: float
    epsilon: float
    beta1: float | None = None
    clip: float | None = None
    amsgrad: bool = False


@dataclass(frozen=True)
class Configuration:
    """One training, complete.

    `experiment` carries the variant, as in `birds/dconv-stack+stage1=scratch`. `value_range` is what pixels 0 and 255
    become for the networks. `updates` counts the generator's updates. With `reshuffle` each epoch has an order of its
    own, without it all have the first one's. With `partial_batch` an epoch ends with a smaller batch when `batch`
    doesn't divide the number of images, without it those images wait for another epoch. `stage1` is the training whose
    generator becomes the first stage, None for a single generator or a stage that isn't loaded. `stage1_rate` is the
    share of the generator's rate that the weights of a trained first stage get. `first_discriminator` judges the image
    of stage 1 where the update rule asks for it. `images` is the share of the training images that are used.

    `condition` is the view that an image-to-image generator, alone or as part of joint stages, reads in training, None
    for one that reads a latent alone. Its samples are made from what `stage1` draws: each image as it comes ("raw"), or
    stretched to its own range ("stretched"), or that and a JPEG round trip ("jpeg"), as `feed` says. `sampling_norm`
    tells how BatchNorm works while samples are made: by its running statistics, or by those of each batch of 64.
    `display` tells what becomes of values outside the range. `stage1_weights` says which weights of a trained first
    stage a later one is built on and reads images of: the last iterate, or the average with BatchNorm recalibrated.

    `budget` is the number of updates that the paper spends on such a training, which a tier replaces by its own.
    """

    experiment: str
    arm: str
    tier: str
    seed: int
    view: View
    value_range: tuple[float, float]
    generator: Network
    discriminator: Network
    generator_optimizer: Optimizer
    discriminator_optimizer: Optimizer
    update: Rule
    initial_weights: Literal["dcgan", "keras", "own"]
    batch: int
    updates: int
    reshuffle: bool
    partial_batch: bool
    stage1: Configuration | None = None
    stage1_rate: float = 1.0
    first_discriminator: Network | None = None
    images: float = 1.0
    condition: View | None = None
    feed: Feed = "raw"
    sampling_norm: Literal["running", "batch"] = "running"
    display: Literal["clip", "wrap"] = "clip"
    budget: int = BIRDS_BUDGET
    stage1_weights: Literal["last", "average"] = "last"

    @property
    def views(self) -> tuple[View, ...]:
        """What the training reads of its data set."""
        return (self.view,) if self.condition is None else (self.view, self.condition)

    @property
    def snapshots(self) -> tuple[int, ...]:
        """The updates after which the generator is kept: none, then a 256th, a 128th, ... half, all of them."""
        return tuple(sorted({0} | {max(1, self.updates >> halvings) for halvings in range(9)}))


# Fields that have a default and are recorded all the same, since the first results recorded them. Any other field with
# a default is left out of the record while it has it, so that a field that is added later moves no run's identity.
ALWAYS_RECORDED = {
    "BatchNorm": {"momentum", "epsilon"},
    "BirdView": {"crop", "kind", "dataset"},
    "Configuration": {
        *("stage1", "stage1_rate", "first_discriminator", "images", "condition"),
        *("feed", "sampling_norm", "display", "budget"),
    },
    "ConvGenerator": {"latent"},
    "DCGANDiscriminator": {"slope"},
    "DCGANGenerator": {"latent"},
    "DeepConvDiscriminator": {"closing", "slope"},
    "DeepConvGenerator": {"latent", "output", "kernel"},
    "DeepConvRefiner": {"kernel"},
    "DenseDiscriminator": {"slope"},
    "DenseGenerator": {"latent", "reads"},
    "FaceView": {"gray", "sobel", "stretch", "jpeg", "crop", "dataset"},
    "JointStack": {"l1"},
    "Optimizer": {"beta1", "clip", "amsgrad"},
    "Paired": {"l1", "adversarial"},
    "PatchDiscriminator": {"slope"},
    "ResNetGenerator": {"stage_latent"},
    "WassersteinClipped": {"critic_steps", "clip"},
    "WassersteinPenalty": {"critic_steps", "penalty"},
    "WassersteinReleased": {"critic_steps", "clip"},
}


RECORDED_AS = {"freeze": "hold"}  # fields that records call by another name than the code does, for good


def record(value: Any) -> Any:
    """Turn a configuration, or a part of it, into JSON; each part names its type, so that none passes for another."""
    if is_dataclass(value):
        always = ALWAYS_RECORDED.get(type(value).__name__, set())
        parts = {
            RECORDED_AS.get(field.name, field.name): record(getattr(value, field.name))
            for field in fields(value)
            if field.name in always or field.default is MISSING or getattr(value, field.name) != field.default
        }
        return {"type": type(value).__name__, **parts}
    if isinstance(value, tuple):
        return [record(item) for item in value]
    return value


def differences(before: Any, after: Any, path: str = "") -> list[tuple[str, Any, Any]]:
    """List what differs between two records, as (path of the field, value before, value after)."""
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return [] if before == after else [(path, before, after)]
    keys = dict.fromkeys([*before, *after])
    below = (differences(before.get(key), after.get(key), f"{path}.{key}" if path else key) for key in keys)
    return [row for rows in below for row in rows]
