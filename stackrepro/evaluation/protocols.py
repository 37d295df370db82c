"""The recipes of the metrics: which network, how many images, against what."""

from dataclasses import dataclass

import numpy as np

from stackrepro.base.errors import UserError

SPLIT_SEED = 2015


@dataclass(frozen=True)
class Protocol:
    """A full recipe; the weights, the resize and the arithmetic are pytorch-fid's in all of them.

    `dims` chooses the Inception features, `samples` is the number of generated images and of the real ones of the
    floor, `reference` the number of real images to compare with, None for all that there are.
    """

    dims: int
    samples: int
    reference: int | None

    @property
    def name(self) -> str:
        """The metric's name, such as `fid/pytorch-fid` for pool3."""
        return metric_name(self.dims)


def metric_name(dims: int) -> str:
    """Return `fid/pytorch-fid` for the standard FID of pool3, `fid-192/pytorch-fid` for that of 192 dimensions."""
    return "fid/pytorch-fid" if dims == 2048 else f"fid-{dims}/pytorch-fid"


PROTOCOLS = {
    "smoke": Protocol(dims=192, samples=16, reference=32),
    "quick": Protocol(dims=192, samples=256, reference=1024),
    "reduced": Protocol(dims=2048, samples=2048, reference=None),
    "paper": Protocol(dims=2048, samples=10_000, reference=None),
}


def protocol_for(tier: str) -> Protocol:
    """Return the protocol of a tier.

    Raises:
        UserError: no such tier.
    """
    if tier not in PROTOCOLS:
        raise UserError(f"There is no tier {tier}: choose one of {', '.join(PROTOCOLS)}.")
    return PROTOCOLS[tier]


@dataclass(frozen=True)
class Split:
    """Indices of real images: those of the reference, and the floor's with the ones that it is compared with.

    The floor shares no image with `floor_reference`. That is the reference itself when the protocol names a number of
    images; when the reference is all images it is the reference without the floor.
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
