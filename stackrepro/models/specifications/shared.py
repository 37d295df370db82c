"""What the specifications of both papers share."""

from __future__ import annotations

from dataclasses import dataclass

LATENT = 100  # both papers' codes draw 100 standard normal numbers
NARROWEST = 2  # no tier makes a layer narrower than this


def narrowed(widths: tuple[int, ...], divisor: int) -> tuple[int, ...]:
    """Divide each width, stopping at `NARROWEST`."""
    return tuple(max(NARROWEST, width // divisor) for width in widths)


@dataclass(frozen=True)
class BatchNorm:
    """`momentum` is PyTorch's: the weight of the newest batch (Keras counts the other way round)."""

    momentum: float = 0.1
    epsilon: float = 1e-5
