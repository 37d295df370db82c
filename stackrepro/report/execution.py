"""The page of the executions: each run with all that is needed to judge it and to make it again."""

from __future__ import annotations

from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML

from stackrepro.base.places import results_root
from stackrepro.report.chapter import Chapter
from stackrepro.report.ledger import own_runs
from stackrepro.report.provenance import anchor, commit_of
from stackrepro.runs import StoredRun, stored


def own(chapter: Chapter) -> list[StoredRun]:
    """List the finished runs of a chapter's tier, seeds and data sets, each once."""
    return list({run.folder.name: run for run in reversed(finished(own_runs(chapter)))}.values())[::-1]


def published(chapter: Chapter) -> list[StoredRun]:
    """List the published runs, but for those that `own` lists already."""
    names = {run.folder.name for run in own(chapter)}
    return [run for run in finished(stored(results_root())) if run.folder.name not in names]


def finished(runs: list[StoredRun]) -> list[StoredRun]:
    return [run for run in runs if not run.damaged and run.result is not None]


def entries(runs: list[StoredRun]) -> HTML:
    """Show an entry for each run, which opens with a click or by a link from a figure or a table."""
    if not runs:
        return HTML("<p>None.</p>")
    return HTML("".join(map(entry, runs)))


def entry(run: StoredRun) -> str:
    """Return a run's entry as HTML. A link to what a closed entry holds opens it, so the id is inside."""
    facts = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in described(run).items())
    summary = f"{escape(run.folder.name)} | {run.state} | {duration(run)}"
    return f'<details class="run"><summary>{summary}</summary><dl id="{anchor(run)}">{facts}</dl></details>'


def described(run: StoredRun) -> dict[str, str]:
    """Return what is to be told of a run, by name, as HTML."""
    record, result = run.record, run.result
    last = record["starts"][-1]
    updates = record["configuration"]["updates"]
    facts = {
        "data": f"{record['data']['name']}, fingerprint {record['data']['fingerprint'][:16]}",
        "device": f"{last['device']}, threads: {record['threads']}",
        "machine": "; ".join(over_starts(run, "machine")),
        "versions": "; ".join(map(in_words, over_starts(run, "versions"))),
        "started": ", ".join(start["time"] for start in record["starts"]),
        "training": f"{updates:,} updates in {duration(run)}, {1000 * seconds(run) / updates:.1f} ms an update",
        "throughput": f"{result['training']['images_per_second']:,.1f} images/s",
        "evaluated": result["evaluated"],
        "generator (SHA-256)": result["generator_sha256"][:16],
        "state": run.state,
        "commit": last["commit"] or commit_of(run),
    }
    return {
        **{name: escape(value) for name, value in facts.items()},
        "command": f"<code>{escape(record['command'])}</code>",
    }


def over_starts(run: StoredRun, name: str) -> list[Any]:
    """List what a run's starts say of `machine` or `versions`, each different one once, that of the last start last."""
    said = [start.get(name, run.record[name]) for start in run.record["starts"]]
    return [value for place, value in enumerate(said) if value not in said[place + 1 :]]


def in_words(versions: dict[str, str]) -> str:
    """Write the versions of libraries."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())


def seconds(run: StoredRun) -> float:
    """Return the time that the updates of a run took."""
    return sum(run.result["training"]["seconds"].values())


def duration(run: StoredRun) -> str:
    """Write that time in seconds or in minutes."""
    return f"{seconds(run):.1f} s" if seconds(run) < 60 else f"{seconds(run) / 60:.1f} min"


def machines(runs: list[StoredRun]) -> pd.DataFrame:
    """Where runs were last started: a row for each set of machine, device, threads, versions and commit."""
    found: dict[tuple[str, ...], int] = {}
    for run in runs:
        record = run.record
        machine, versions = (over_starts(run, name)[-1] for name in ("machine", "versions"))
        device, threads = record["starts"][-1]["device"], str(record["threads"])
        key = (machine, device, threads, in_words(versions), commit_of(run))
        found[key] = found.get(key, 0) + 1
    columns = ["machine", "device", "threads", "versions", "commit"]
    return pd.DataFrame([{"runs": count, **dict(zip(columns, key, strict=True))} for key, count in found.items()])
