"""Whether a training is alive: whether the discriminator still tells real images from generated ones.

A discriminator that answers both alike teaches the generator nothing, whatever the loss says. The rule was fixed before
the runs that it judges: over the last tenth of the loss curve the mean answer to real images exceeds that to generated
ones by 0.05. A critic, whose scores have no scale, is alive if it scores real images higher in nine tenths of the lines
there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
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


def read_losses(folder: Path) -> list[dict[str, float]]:
    """Read the loss curve in a run's folder: a record for each interval of updates, none before the first."""
    path = folder / "losses.jsonl"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines() if line.endswith("}")]  # the last may be in the making


def health(losses: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Judge a training by its loss curve, a line for each interval.

    Returns:
        `alive`, None where the curve is too short or holds no answers; `died_at`, the update from which on it is dead
        to its end, or None; `gap`, the mean difference of the answers over the last tenth, of two discriminators the
        smaller one.
    """
    deaths, ends = [], []
    width = -(-len(losses) // PARTS)
    for real, generated, probabilities in ANSWERS:
        if len(losses) < FEWEST or real not in losses[0]:
            continue
        gaps = np.array([line[real] - line[generated] for line in losses])
        told, least = (gaps, GAP) if probabilities else (gaps > 0, SHARE)
        windows = np.lib.stride_tricks.sliding_window_view(told, width).mean(axis=1)  # one ends at each line from there
        living = np.flatnonzero(windows >= least)
        first_dead = living[-1] + 1 if len(living) else 0
        if first_dead < len(windows):
            deaths.append(int(losses[first_dead + width - 1]["update"]))
        ends.append(float(gaps[-width:].mean()))
    if not ends:
        return {"alive": None, "died_at": None, "gap": None}
    return {"alive": not deaths, "died_at": min(deaths, default=None), "gap": min(ends)}
