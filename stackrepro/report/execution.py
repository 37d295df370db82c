"""The page of the executions: each run with all that is needed to judge it and to make it again; and the last soak."""

from __future__ import annotations

from collections import Counter
from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML, Markdown

from stackrepro.base.files import read_json
from stackrepro.base.places import results_root
from stackrepro.report.chapter import Chapter, anchor, commit_of
from stackrepro.report.ledger import own_runs
from stackrepro.report.tables import styled
from stackrepro.runs import StoredRun, stored


def own(chapter: Chapter) -> list[StoredRun]:
    """List the finished runs of a chapter's tier, seeds and data sets, each once."""
    return list({run.folder.name: run for run in reversed(finished(own_runs(chapter)))}.values())[::-1]


def published(chapter: Chapter) -> list[StoredRun]:
    """List the published runs, but for those that `own` lists already."""
    names = {run.folder.name for run in own(chapter)}
    return [run for run in finished(stored(results_root())) if run.folder.name not in names]


def finished(runs: list[StoredRun]) -> list[StoredRun]:
    """Leave out what is damaged, or has no result."""
    return [run for run in runs if not run.damaged and run.result is not None]


def by_experiment(runs: list[StoredRun]) -> dict[str, list[StoredRun]]:
    """Group runs by experiment, with the arm behind an @ where it isn't `matched`."""
    groups: dict[str, list[StoredRun]] = {}
    for run in runs:
        arm = run.result["arm"]
        groups.setdefault(run.result["experiment"] + (f"@{arm}" if arm != "matched" else ""), []).append(run)
    return groups


def entries(runs: list[StoredRun]) -> HTML:
    """Show an entry for each run, which opens with a click or by a link from a figure or a table.

    A link to what a closed entry holds opens it, so the id is inside.
    """
    written = []
    for run in runs:
        facts = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>" for name, value in described(run).items())
        summary = f"{escape(run.folder.name)} | {run.state} | {duration(run)}"
        written.append(
            f'<details class="run"><summary>{summary}</summary><dl id="{anchor(run)}">{facts}</dl></details>'
        )
    return HTML("".join(written) or "<p>None.</p>")


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
    command = f"<code>{escape(record['command'])}</code>"
    return {name: escape(value) for name, value in facts.items()} | {"command": command}


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
    columns = ["machine", "device", "threads", "versions", "commit"]
    found: Counter[tuple[str, ...]] = Counter()
    for run in runs:
        machine, versions = (over_starts(run, name)[-1] for name in ("machine", "versions"))
        device, threads = run.record["starts"][-1]["device"], str(run.record["threads"])
        found[machine, device, threads, in_words(versions), commit_of(run)] += 1
    return pd.DataFrame([{"runs": count, **dict(zip(columns, key, strict=True))} for key, count in found.items()])


def soak() -> Any:
    """Return the outcome of the last `make soak` as a table, with date, commit and mismatches, or say there is none."""
    path = results_root() / "soak.json"
    if not path.exists():
        return Markdown("No outcome of a soak is kept here. `make soak` makes one.")
    outcome = read_json(path)
    cases = outcome["kills_by_case"].items()
    rows = [(case, moment, count) for case, kills in cases for moment, count in kills.items()]
    caption = (
        f"Soak of {outcome['date'][:10]}, commit {(outcome['commit'] or 'unknown')[:8]}: {outcome['kills']} of "
        f"{outcome['kills_asked']} kills, {outcome['files_compared']} files compared, "
        f"mismatches: {'; '.join(outcome['mismatches']) or 'none'}"
    )
    return styled(pd.DataFrame(rows, columns=["work", "killed", "kills"]), caption)
