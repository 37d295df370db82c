"""Whether a training's game is alive: whether the discriminator still tells real images from generated ones.

A discriminator that answers both alike teaches the generator nothing, whatever the loss says. The rule was fixed before
the runs that it judges: over the last tenth of the loss curve the mean answer to real images exceeds that to generated
ones by 0.05. A critic, whose scores have no scale, is alive if it scores real images higher in nine tenths of the lines
there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

PARTS = 10  # the last of so many parts of the curve decides
FEWEST = 2 * PARTS  # lines below which a curve tells nothing
GAP = 0.05  # of probabilities
SHARE = 0.9  # of lines
ANSWERS = (  # each discriminator's columns of the loss curve, and whether they are probabilities
    ("real_called_real", "generated_called_real", True),
    ("first_real_called_real", "first_generated_called_real", True),
    ("score_of_real", "score_of_generated", False),
)


def health(losses: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Judge a training by its loss curve, a line for each interval.

    Returns:
        `alive`, None where the curve is too short or holds no answers; `died_at`, the update from which on it is dead
        to its end, or None; `gap`, the mean difference of the answers over the last tenth, of two discriminators the
        smaller one.
    """
    judged = [
        judge(losses, real, generated, probabilities)
        for real, generated, probabilities in ANSWERS
        if len(losses) >= FEWEST and real in losses[0]
    ]
    if not judged:
        return {"alive": None, "died_at": None, "gap": None}
    deaths = [one["died_at"] for one in judged if one["died_at"] is not None]
    return {"alive": not deaths, "died_at": min(deaths, default=None), "gap": min(one["gap"] for one in judged)}


def judge(losses: Sequence[dict[str, float]], real: str, generated: str, probabilities: bool) -> dict[str, Any]:
    """Judge one discriminator by the names of its answers; `died_at` is None for one that is alive at the end."""
    gaps = np.array([line[real] - line[generated] for line in losses])
    width = -(-len(gaps) // PARTS)
    told, least = (gaps, GAP) if probabilities else (gaps > 0, SHARE)
    windows = np.lib.stride_tricks.sliding_window_view(told, width).mean(
        axis=1
    )  # one ends at each line from `width` on
    living = np.flatnonzero(windows >= least)
    first_dead = 0 if len(living) == 0 else living[-1] + 1
    dead = first_dead < len(windows)
    return {
        "died_at": int(losses[first_dead + width - 1]["update"]) if dead else None,
        "gap": float(gaps[-width:].mean()),
    }
