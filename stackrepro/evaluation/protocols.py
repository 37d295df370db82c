"""The recipes of the metrics: which network, which resize, how many images, against what; and what flags rows carry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import yaml

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


DATA = yaml.safe_load(Path(__file__).with_name("protocols.yaml").read_text(encoding="utf-8"))
FLAGS = {name: Flag(**words) for name, words in DATA["flags"].items()}
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
        metric = "fid" if self.dims == 2048 else f"fid-{self.dims}"
        return f"{metric}/{self.resize}" + ("" if self.size is None else f"@{self.size}")

    def pixels(self, images: np.ndarray) -> np.ndarray:
        """Turn uint8 images (N, H, W, 1 or 3) into what the network is fed: (N, h, w, 3), levels 0 to 255."""
        return RESIZES[self.resize](images if self.size is None else at_size(images, self.size))


def protocol_named(name: str) -> Protocol:
    """Return the protocol of a name such as `fid-192/clean@64`, for images that are there already: with all of them.

    Raises a `UserError`: no such name.
    """
    metric, at, size = name.partition("@")
    every = (Protocol(dims, 0, None, resize) for dims in DIMENSIONS for resize in RESIZES)
    recipes = {protocol.name: protocol for protocol in every}
    if metric not in recipes or (at and not (size.isascii() and size.isdecimal() and int(size) > 0)):
        raise UserError(
            f"There is no protocol {name}: choose one of {', '.join(recipes)}, and add @64 to bring all images to 64 "
            f"pixels a side first."
        )
    return replace(recipes[metric], size=int(size) if size else None)


@dataclass(frozen=True)
class Plan:
    """What is measured at a tier: an entry of protocols.yaml, which explains the fields."""

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


def plan_of(found: dict[str, Any]) -> Plan:
    """Make a plan of an entry of protocols.yaml."""
    standard = Protocol(**found["standard"])
    others = tuple(replace(standard, **changes) for changes in found["others"])
    qualities = tuple(found.get("qualities", Plan.qualities))
    trajectory = replace(standard, **found["trajectory"])
    return Plan(**found | {"standard": standard, "others": others, "trajectory": trajectory, "qualities": qualities})


PLANS = {tier: plan_of(found) for tier, found in DATA["plans"].items()}


def plan_for(tier: str, dataset: str = "birds") -> Plan:
    """Return what is measured at a tier, or raise a `UserError`: no such tier.

    Models of faces have one size, and so no common one. Their later stages are measured in the space of the stage
    before, too; to make room for that, `reduced` gives them clean-fid's resize in the sensitivity alone.
    """
    if tier not in PLANS:
        raise UserError(f"There is no tier {tier}: choose one of {', '.join(PLANS)}.")
    plan = PLANS[tier]
    if dataset == "birds":
        return plan
    kept = () if tier == "reduced" else (protocol for protocol in plan.others if protocol.size is None)
    return replace(plan, others=tuple(kept))


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
    yields to it. Raises a `UserError` for fewer than 4 images, since each side of a distance needs 2.
    """
    if count < 4:
        raise UserError(f"There are only {count} real images to measure with: give at least 4.")
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    baseline = min(protocol.samples, count // 2)
    rest = order[: count - baseline][: protocol.reference]
    return Split(order if protocol.reference is None else rest, order[count - baseline :], rest)


def split_by_person(trained_on: np.ndarray, held_out: np.ndarray, protocol: Protocol) -> Split:
    """Deal indices of real images so that the baseline, of `held_out`, shows other persons than the reference.

    Raises a `UserError` for fewer than 2 images on a side.
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
