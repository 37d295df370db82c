"""Tables of the runs themselves: what they cost, where and by which command they were made."""

from __future__ import annotations

from statistics import mean

import pandas as pd

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
    return pd.DataFrame(rows)


def machines(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """Where runs were trained: a row for each set of machine, device, threads, versions and commit."""
    found: dict[tuple[str, ...], int] = {}
    for run in (run for group in runs.values() for run in group):
        record = run.record
        last = record["starts"][-1]
        versions = ", ".join(f"{name} {version}" for name, version in record["versions"].items())
        commit = (last["commit"] or "no checkout")[:10]
        key = (record["machine"], last["device"], str(record["threads"]), versions, commit)
        found[key] = found.get(key, 0) + 1
    columns = ["machine", "device", "threads", "versions", "commit"]
    return pd.DataFrame([{"runs": count, **dict(zip(columns, key, strict=True))} for key, count in found.items()])


def commands(runs: dict[str, list[StoredRun]]) -> pd.DataFrame:
    """The command that made each run, and the hash of the generator that it ended with."""
    rows = [
        {"command": run.record["command"], "generator (SHA-256)": run.result["generator_sha256"][:16]}
        for run in (run for group in runs.values() for run in group)
    ]
    return pd.DataFrame(rows)
