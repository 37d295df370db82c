"""The recipes of the metrics: which network, which resize, how many images, against what; and what flags rows carry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import numpy as np

from stackrepro.base.errors import UserError
from stackrepro.evaluation.features import DIMENSIONS, RESIZES, at_size

SCHEMA = 3  # raise it when the layout of a result changes, or what one of its measures means
SPLIT_SEED = 2015


class Flag(NamedTuple):
    """What a flag of a measured row says, and what is to be done about it."""

    meaning: str
    advice: str

    def __str__(self) -> str:
        return f"{self.meaning}: {self.advice}"


FLAGS = {
    "rank-deficient": Flag(
        "a side has no more images than the features have dimensions, so that the Fréchet distance is biased upwards",
        "compare it only at the same number of images, and read KID beside it",
    ),
    "bent-line": Flag(
        "the value at n to infinity is extrapolated from parts with no more images than the features have dimensions, "
        "where the line bends",
        "take it for a rough one, which may err to either side",
    ),
    "out-of-domain": Flag(
        "the images are edges, for which Inception was not made", "read the measures of pixels beside it"
    ),
    "fewer-images": Flag(
        "there are fewer real images than the protocol names", "compare it only with results of the same data"
    ),
    "mixed-channels": Flag(
        "some images are gray and others have colours, and gray is repeated in three channels",
        "compare sets of one kind",
    ),
    "16-bit": Flag(
        "some images have 16 bits a channel and were clipped at level 255, as pytorch-fid does", "save them with 8"
    ),
    "unknown-protocol": Flag(
        "the statistics file says neither its images' number nor their resize, so nothing assures that they were made "
        "by this protocol",
        "give the images themselves",
    ),
    "sub-folders": Flag("sub-folders hold images that were not measured", "give --recursive to measure them, too"),
}


OF_FRECHET = ("rank-deficient", "bent-line")  # which say nothing about other measures of the same features


@dataclass(frozen=True)
class Protocol:
    """A full recipe; the weights and the network's arithmetic are pytorch-fid's in all of them.

    `dims` chooses the Inception features, `samples` is the number of generated images and of the real ones of the
    baseline, `reference` the number of real images to compare with, None for all. `resize` is how images reach the
    network's 299 pixels: by pytorch-fid's bilinear filter inside it, or by clean-fid's before it. With a `size` both
    sides are first brought to so many pixels, so that models of different sizes compare; None leaves the model's.
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
    says. `last` is the number of images of the last iterate beside it, `untrained` that of the untrained generator,
    `beside` that of all other rows at the model's own size, and of that one if it isn't given. None is as many as the
    trained generator has. A smaller number raises Fréchet distances, so that beside a trained generator's these rows
    compare by KID, which has no such bias.

    With `halfway` the average at half of the updates is measured, too, of models that are larger than the common size.
    With `held_out` the baseline is images of persons held out, where the data tell persons, and the row of that name
    has all of them, up to the protocol's number. `other_domain` tells whether the out-of-domain images are always the
    drawn ones ("drawn"), or real ones that lie beside real ones ("beside"). `varied` is the number of images of each
    pass of the sensitivity, None for as many as the trajectory has, 0 for no passes, and `qualities` are the JPEG
    files' that it writes.
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


PLANS = {
    # As `small`, in small numbers.
    "smoke": Plan(
        SMOKE, (replace(SMOKE, size=16),), SMOKE, full=False,
        beside=8, untrained=6, last=8, halfway=True, held_out=True, other_domain="drawn",
    ),
    # To train takes a minute or two, so that only what tables show is measured, and kept points when asked for.
    "quick": Plan(
        QUICK, (replace(QUICK, size=16),), QUICK, full=False,
        beside=32, last=32, other_domain="drawn", varied=0, qualities=(),
    ),
    "small": Plan(
        SMALL, (replace(SMALL, size=16), replace(SMALL, dims=192)), replace(SMALL, dims=192, samples=256), full=True,
        beside=512, untrained=64, last=256, halfway=True, held_out=True, other_domain="drawn",
    ),
    # Ten kept points through pool3 would take longer than all other measures together.
    "reduced": Plan(
        REDUCED, (replace(REDUCED, size=32), replace(REDUCED, resize="clean")),
        Protocol(dims=192, samples=1024, reference=None), full=True, beside=512, qualities=(75, 90),
    ),
    "paper": Plan(
        PAPER, (replace(PAPER, size=64), replace(PAPER, resize="clean")), PAPER, full=True, qualities=(75, 90),
    ),
}  # fmt: skip


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
    """Indices of real images: those of the reference, and the real-vs-real baseline's with what it is compared with.

    The baseline shares no image with `baseline_reference`. That is the reference itself, but when the reference is all
    images and the baseline some of them: then it is the reference without the baseline.
    """

    reference: np.ndarray
    baseline: np.ndarray
    baseline_reference: np.ndarray


def split(count: int, protocol: Protocol) -> Split:
    """Deal `count` real images by a permutation with a fixed seed, so that nobody picks.

    The baseline has as many images as the protocol has samples, but at most half of what there is, and the reference
    yields to it.

    Raises:
        UserError: fewer than 4 images, since each side of a distance needs 2.
    """
    if count < 4:
        raise UserError(f"There are only {count} real images to measure with: give at least 4.")
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    baseline = min(protocol.samples, count // 2)
    rest = order[: count - baseline][: protocol.reference]
    return Split(order if protocol.reference is None else rest, order[count - baseline :], rest)


def split_by_person(trained_on: np.ndarray, held_out: np.ndarray, protocol: Protocol) -> Split:
    """Deal indices of real images so that the baseline shows other persons than the reference; nobody picks.

    The baseline has as many of `held_out` as the protocol has samples, or all.

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


ADDED = ("untrained", "last", "halfway", "held_out", "other_domain")  # to the record of a plan, after the first results


def protocol_record(protocol: Protocol) -> dict[str, Any]:
    """Return what a result keeps of a protocol."""
    return {"name": protocol.name} | {key: getattr(protocol, key) for key in ("dims", "samples", "reference")}


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return what a result keeps of the plan that it was measured by: the standard protocol, the others, the counts.

    What was added later is left out while it has its default, so that results of before keep theirs.
    """
    return {
        **protocol_record(plan.standard),
        "others": [protocol_record(protocol) for protocol in plan.others],
        "trajectory": protocol_record(plan.trajectory),
        "beside": plan.beside or plan.standard.samples,
        "varied": plan.passes,
        "qualities": list(plan.qualities),
        **{name: value for name in ADDED if (value := getattr(plan, name)) != getattr(Plan, name)},
    }
