"""One short file per update rule: what happens to the networks between one batch of real images and the next.

`rules` says which there are, as data. `play` carries one out.
"""

from stackrepro.updates.rules import (
    Intermediate,
    JointStack,
    Mixed,
    Paired,
    Relativistic,
    Rule,
    Standard,
    WassersteinClipped,
    WassersteinPenalty,
    WassersteinReleased,
)

__all__ = [
    "Intermediate",
    "JointStack",
    "Mixed",
    "Paired",
    "Relativistic",
    "Rule",
    "Standard",
    "WassersteinClipped",
    "WassersteinPenalty",
    "WassersteinReleased",
]
