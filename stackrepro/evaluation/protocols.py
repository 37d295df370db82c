"""The recipes of the metrics: which network, which resize, how many images, against what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.evaluation.images import RESIZES, at_size
from stackrepro.evaluation.inception import DIMENSIONS

SPLIT_SEED = 2015


@dataclass(frozen=True)
class Protocol:
    """A full recipe; the weights and the network's arithmetic are pytorch-fid's in all of them.

    `dims` chooses the Inception features, `samples` is the number of generated images and of the real ones of the
    floor, `reference` the number of real images to compare with, None for all that there are. `resize` is how images
    reach the network's 299 pixels: pytorch-fid's bilinear filter inside the network, or clean-fid's before it. With a
    `size` generated images are first brought to so many pixels a side and the reference is the real images prepared at
    that size, so that models of different sizes compare; None leaves all at the size of the model.
    """

    dims: int
    samples: int
    reference: int | None
    resize: Literal["pytorch-fid", "clean"] = "pytorch-fid"
    size: int | None = None

    @property
    def name(self) -> str:
        """The metric's name, such as `fid/pytorch-fid` for pool3 or `fid-192/pytorch-fid@16` at 16 pixels."""
        return metric_name(self.dims, self.resize) + ("" if self.size is None else f"@{self.size}")

    def pixels(self, images: np.ndarray) -> np.ndarray:
        """Turn uint8 images (N, H, W, 1 or 3) into what the network is fed: (N, h, w, 3), levels 0 to 255."""
        return RESIZES[self.resize](images if self.size is None else at_size(images, self.size))


def metric_name(dims: int, resize: str = "pytorch-fid") -> str:
    """Return `fid/pytorch-fid` for the standard FID of pool3, `fid-192/pytorch-fid` for that of 192 dimensions."""
    return f"fid/{resize}" if dims == 2048 else f"fid-{dims}/{resize}"


def protocol_named(name: str) -> Protocol:
    """Return the protocol of a name such as `fid-192/clean@64`, for images that are there already: with all of them.

    Raises:
        UserError: no such name.
    """
    metric, _, size = name.partition("@")
    recipes = {metric_name(dims, resize): (dims, resize) for dims in DIMENSIONS for resize in RESIZES}
    if metric not in recipes or ("@" in name and not (size.isascii() and size.isdecimal() and int(size) > 0)):
        raise UserError(
            f"There is no protocol {name}: choose one of {', '.join(recipes)}, and add @64 to bring all images to 64 "
            f"pixels a side first."
        )
    dims, resize = recipes[metric]
    return Protocol(dims, samples=0, reference=None, resize=resize, size=int(size) if size else None)


@dataclass(frozen=True)
class Plan:
    """What is measured at a tier.

    `standard` is the tier's metric; every row has it. `others` are measured beside it, of the trained generator alone.
    `trajectory` is for the kept points and the recalibrated generator, which are measured with each run if `full`, else
    when asked for, and for the images of the sensitivity that need a pass of their own.

    The trained generator is the average of its weights where the run has one, and has as many images as a protocol
    says. `last` is the number of images of the last iterate beside it, `beside` that of all other rows at the model's
    own size: held out, trained on, half-way and the ceilings; `untrained` that of the untrained generator, if it isn't
    the same. None is as many as the trained generator has. A smaller number raises Fréchet distances, of the reference
    runs by up to three tenths from 2304 to 576. Adequacy hardly minds, since it asks for half of the whole way. Beside
    a trained generator's these rows compare by KID, which has no such bias.

    With `halfway` the average at half of the updates is measured, too, of models that are larger than the common size.
    With `held_out` the floor is images of persons held out, where the data tell persons, and the row of that name has
    all of them, up to the protocol's number. `other_domain` tells whether the out-of-domain images are always the drawn
    ones ("drawn"), or real ones that lie beside real ones ("beside"). `varied` is the number of images of each pass of
    the sensitivity, None for as many as the trajectory has, 0 for no passes, and `qualities` are the JPEG files' that
    it writes.
    """

    standard: Protocol
    others: tuple[Protocol, ...]
    trajectory: Protocol
    full: bool
    beside: int | None = None
    untrained: int | None = None
    last: int | None = None
    halfway: bool = False
    held_out: bool = False
    other_domain: Literal["beside", "drawn"] = "beside"
    varied: int | None = None
    qualities: tuple[int, ...] = (75,)

    @property
    def common_size(self) -> int | None:
        """The side in pixels that models of all sizes are brought to, that of first stages; None for none."""
        return next((protocol.size for protocol in self.others if protocol.size is not None), None)

    @property
    def passes(self) -> int:
        """The number of images of each pass of the sensitivity."""
        return self.trajectory.samples if self.varied is None else min(self.varied, self.trajectory.samples)


SMOKE = Protocol(dims=192, samples=16, reference=28)
QUICK = Protocol(dims=192, samples=256, reference=1024)
SMALL = Protocol(dims=2048, samples=1024, reference=4096)  # KID decides, which needs no more images than features
# More images than pool3 has features, so that no covariance of the trained generator is singular.
REDUCED = Protocol(dims=2048, samples=2304, reference=None)
PAPER = Protocol(dims=2048, samples=10_000, reference=None)

# What a run costs in images through pool3, of which a core manages 6 to 10 a second. Real images, the floors and the
# ceilings are done once for each view of a data set. All else goes through the 192 early features, four to ten times as
# fast. `average` stands for the last iterate where there is no average.
#   small    birds at the common size    average 1024, last 256, untrained 64                          1344
#            larger birds                the same, half-way 512; common size: average, half-way 2 x 1024    3904
#            faces of one stage          average 1024, last 256, untrained 64                          1344
#            faces of a later stage      the same, turned back 1280, held out up to 1024, trained on 512    4160
#   reduced  birds at the common size    average, clean 2 x 2304, untrained 512                        5120
#            larger birds                the same and the common size 3 x 2304, untrained 512          7424
#            faces of one stage          average 2304, untrained 512                                   2816
#            faces of a later stage      average, turned back 2 x 2304, three rows of 512              6144
PLANS = {
    # As `small`, in small numbers.
    "smoke": Plan(
        SMOKE,
        (replace(SMOKE, size=16),),
        SMOKE,
        full=False,
        beside=8,
        untrained=6,
        last=8,
        halfway=True,
        held_out=True,
        other_domain="drawn",
    ),
    # To train takes a minute or two, so that only what tables show is measured, and kept points when asked for.
    "quick": Plan(
        QUICK,
        (replace(QUICK, size=16),),
        QUICK,
        full=False,
        beside=32,
        last=32,
        other_domain="drawn",
        varied=0,
        qualities=(),
    ),
    "small": Plan(
        SMALL,
        (replace(SMALL, size=16), replace(SMALL, dims=192)),
        replace(SMALL, dims=192, samples=256),
        full=True,
        beside=512,
        untrained=64,
        last=256,
        halfway=True,
        held_out=True,
        other_domain="drawn",
    ),
    # Ten snapshots through pool3 would take longer than all other measures together.
    "reduced": Plan(
        REDUCED,
        (replace(REDUCED, size=32), replace(REDUCED, resize="clean")),
        Protocol(dims=192, samples=1024, reference=None),
        full=True,
        beside=512,
        qualities=(75, 90),
    ),
    "paper": Plan(
        PAPER, (replace(PAPER, size=64), replace(PAPER, resize="clean")), PAPER, full=True, qualities=(75, 90)
    ),
}


def plan_for(tier: str, dataset: str = "birds") -> Plan:
    """Return what is measured at a tier.

    Models of faces have one size, and so no common one. Their later stages are measured in the space of the stage
    before, too; to make room for that, `reduced` gives them clean-fid's resize in the sensitivity alone.

    Raises:
        UserError: no such tier.
    """
    if tier not in PLANS:
        raise UserError(f"There is no tier {tier}: choose one of {', '.join(PLANS)}.")
    plan = PLANS[tier]
    if dataset == "birds":
        return plan
    kept = () if tier == "reduced" else (protocol for protocol in plan.others if protocol.size is None)
    return replace(plan, others=tuple(kept))


def protocol_for(tier: str) -> Protocol:
    """Return the standard protocol of a tier; raises as `plan_for`."""
    return plan_for(tier).standard


@dataclass(frozen=True)
class Split:
    """Indices of real images: those of the reference, and the floor's with the ones that it is compared with.

    The floor shares no image with `floor_reference`. That is the reference itself, but when the reference is all
    images and the floor some of them: then it is the reference without the floor.
    """

    reference: np.ndarray
    floor: np.ndarray
    floor_reference: np.ndarray


def split(count: int, protocol: Protocol) -> Split:
    """Deal `count` real images by a permutation with a fixed seed, so that nobody picks.

    The floor has as many images as the protocol has samples, but at most half of what there is, and the reference
    yields to it.

    Raises:
        UserError: fewer than 4 images, since each side of a distance needs 2.
    """
    if count < 4:
        raise UserError(f"There are only {count} real images to measure with: give at least 4.")
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    floor = min(protocol.samples, count // 2)
    rest = order[: count - floor][: protocol.reference]
    return Split(order if protocol.reference is None else rest, order[count - floor :], rest)


def split_by_person(trained_on: np.ndarray, held_out: np.ndarray, protocol: Protocol) -> Split:
    """Deal indices of real images so that the floor shows other persons than the reference; nobody picks here either.

    The floor has as many of `held_out` as the protocol has samples, or all.

    Raises:
        UserError: fewer than 2 images on a side.
    """
    if min(len(trained_on), len(held_out)) < 2:
        raise UserError(
            f"There are {len(trained_on)} real images to train on and {len(held_out)} of persons held out: give at "
            f"least 2 of each."
        )
    random = np.random.default_rng(SPLIT_SEED)
    reference = random.permutation(trained_on)[: protocol.reference]
    return Split(reference, random.permutation(held_out)[: protocol.samples], reference)
