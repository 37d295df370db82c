"""What runs cost."""

from __future__ import annotations

from statistics import mean

import pandas as pd

from stackrepro.report.cells import from_runs
from stackrepro.runs import StoredRun


def cost(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """What training cost: a row for each experiment, times as means over its seeds.

    The share of the discriminator includes making the images that it learns from; snapshots and checkpoints are left
    out of all times. Seconds compare only between runs of one machine that was as busy.
    """
    rows = []
    for name, group in runs.items():
        training = [run.result["training"] for run in group]
        seconds = {part: mean(t["seconds"][part] for t in training) for part in training[0]["seconds"]}
        total, updates = sum(seconds.values()), group[0].record["configuration"]["updates"]
        rows.append(
            {
                "model": name,
                "weights trained": f"{group[0].result['counts']['generator']['trainable']:,}",
                "updates": f"{updates:,}",
                "minutes": f"{total / 60:.1f}",
                "ms an update": f"{1000 * total / updates:.1f}",
                "images/s": f"{mean(t['images_per_second'] for t in training):,.0f}",
                **{part: f"{value / total:.0%}" for part, value in seconds.items()},
            }
        )
    return from_runs(rows, runs)
