"""What may be removed of the runs and the cache: only what can be made again and serves nobody any more."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from stackrepro.base.errors import UserError
from stackrepro.base.files import digest, leftovers, remove
from stackrepro.base.places import cache_root, results_root
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, record, resolve
from stackrepro.runs.lock import is_locked, locked
from stackrepro.runs.store import OLDER_VERSION, StoredRun, stored

DAY = 86_400.0  # seconds; no file of the cache is that long in the making


@dataclass(frozen=True)
class Waste:
    """A file or a folder that may be removed, why, and how many bytes it takes. `run` is the folder of its run."""

    kind: str
    path: Path
    size: int
    run: Path | None


def waste(root: Path, stale: bool = False) -> list[Waste]:
    """List what may go.

    Kinds: `temporary` (what a killed process had in the making), `checkpoint` (of a run that is trained and measured),
    `old result` (one that was replaced), `orphan` (a whole run that no experiment of today's registry makes, such as
    one of an earlier definition), and with `stale` also `older version` (a whole run from before the package's numbers
    changed). What a process works on, a damaged record, and a finished run of today are never among them.

    Raises:
        UserError: `root` is the folder of the published results.
    """
    if root.resolve() == results_root().resolve():
        raise UserError(f"{root} holds published results, which are never removed: name a folder of runs.")
    runs = [run for run in stored(root) if not is_locked(run.folder)]
    found = {run.folder: list(of_a_run(run, stale)) for run in runs}
    kept = [run for run in stored(root) if not run.damaged and not goes(run, found.get(run.folder, []))]
    needed = {digest(first) for run in kept for first in first_stages(run.record["configuration"])}
    for run in runs:  # all stages before one stay as long as it does
        if goes(run, found[run.folder]) and digest(run.record["configuration"]) in needed:
            found[run.folder] = []
    return [*of_the_cache(cache_root()), *(one for parts in found.values() for one in parts)]


def first_stages(configuration: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the records of the trainings that one was built on: its first stage, the first stage of that, and on."""
    while (configuration := configuration["stage1"]) is not None:
        yield configuration


def goes(run: StoredRun, found: list[Waste]) -> bool:
    """Tell whether all of a run is among what was found."""
    return any(one.path == run.folder for one in found)


def of_a_run(run: StoredRun, stale: bool) -> Iterator[Waste]:
    """Yield what may go of one run: all of it, or parts."""
    state = run.state
    whole = OLDER_VERSION if stale and state == OLDER_VERSION else ""
    if state != "damaged" and is_orphan(run):
        whole = "orphan"
    if whole:
        yield item(whole, run.folder, run.folder)
        return
    for path in leftovers(run.folder):
        yield item("temporary", path, run.folder)
    if state in ("finished", OLDER_VERSION):
        for path in (run.folder / "checkpoint.pt", run.folder / "checkpoint.previous.pt"):
            if path.exists():
                yield item("checkpoint", path, run.folder)
        old = run.folder / "result.old.json"
        if old.exists():
            yield item("old result", old, run.folder)


def of_the_cache(place: Path) -> Iterator[Waste]:
    """Yield what was half-written more than a day ago."""
    for folder in ("features", "fingerprints", "inception", "prepared", "synthetic"):
        yield from (item("temporary", path) for path in leftovers(place / folder) if not is_recent(path))


def is_recent(path: Path) -> bool:
    return time.time() - path.stat().st_mtime < DAY


def is_orphan(run: StoredRun) -> bool:
    """Tell whether no experiment of today's registry makes this run, for itself or as its first stage."""
    kept = run.record["configuration"]
    return digest(kept) not in made_today(kept["tier"], kept["seed"])


@cache
def made_today(tier: str, seed: int) -> frozenset[str]:
    """Return the digests of all configurations that the registry makes at a tier from a seed; none if unknown."""
    found = set()
    for experiment in EXPERIMENTS.values() if tier in TIERS else ():
        for suffix, arms in [("", ARMS), *((f"+{variant.name}", variant.arms) for variant in experiment.variants)]:
            for arm in arms:
                made = record(resolve(f"{experiment.name}{suffix}", arm, tier, seed))
                found |= {digest(one) for one in (made, *first_stages(made))}
    return frozenset(found)


def item(kind: str, path: Path, run: Path | None = None) -> Waste:
    paths = path.rglob("*") if path.is_dir() else [path]
    return Waste(kind, path, sum(part.lstat().st_size for part in paths if not part.is_dir()), run)


def clean(found: list[Waste]) -> list[Waste]:
    """Remove what `waste` has listed, each under the lock of its run, and return what is gone.

    A run that a process has begun to work on meanwhile is left alone.
    """
    gone = []
    for one in found:
        if one.run is None:
            remove(one.path)
        elif is_locked(one.run):
            continue
        else:
            with locked(one.run):
                still = of_a_run(StoredRun(one.run), stale=one.kind == OLDER_VERSION)
                if one.path.exists() and one.path not in [again.path for again in still]:
                    continue  # it has become wanted since
                remove(one.path)
        gone.append(one)
    return gone
