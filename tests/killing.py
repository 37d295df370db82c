"""Runs in real processes that are killed at random moments, and how they compare with one that never was."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from ctypes import c_int
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from stackrepro.base.files import leftovers, sha256_of_file
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.training.configuration import Configuration

PHASES = ("start", "drawing", "preparation", "training", "snapshot", "checkpoint", "evaluation", "result")
ORDER = dict(zip(PHASES, (0, 0, 1, 2, 2, 2, 3, 3), strict=True))  # what comes after what
LINGER = {"drawing": 0.4, "preparation": 0.2, "evaluation": 1.5}  # seconds that a phase may last; else 0.03
IMAGES = 72  # of the drawn sets, so that a kill costs little
UPDATES = 9
BATCH = 8
SPLIT_IN_THE_MAKING = ".held-out-*.partial.json"  # a few kB, and no lock tells whether one is left
NOT_COMPARED = {"checkpoint.pt", "checkpoint.previous.pt", "progress.json", ".lock", "lock"}
TIMES = {"seconds", "images_per_second", "evaluated", "starts", "time"}

# A server that has imported what is heavy, and forks a process for each attempt.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["onnxruntime", "scipy.linalg", "torch._dynamo", "stackrepro.evaluation.result"])


@dataclass(frozen=True)
class Place:
    """Where a case is worked on: a cache and a runs root of its own."""

    folder: Path

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def runs(self) -> Path:
        return self.folder / "runs"

    def make(self, inception: Path) -> Place:
        """Make it, with the Inception weights of another cache."""
        self.cache.mkdir(parents=True)
        (self.cache / "inception").symlink_to(inception, target_is_directory=True)
        return self


def run_named(experiment: str) -> Run:
    """Return a small run of an experiment on the drawn set as it is in this process."""
    from stackrepro.data import find

    c = small(resolve(experiment, "matched", "smoke"))
    return Run(c, find(c.view.dataset, None))


def small(c: Configuration) -> Configuration:
    """Return a configuration with its first stage's for few updates of few images."""
    stage1 = None if c.stage1 is None else small(c.stage1)
    return replace(c, updates=UPDATES, batch=min(c.batch, BATCH), stage1=stage1)


def work(experiment: str, place: Place, phase: c_int) -> None:
    """Train and evaluate in this process; `phase` tells the parent what is being done."""
    log = os.open(place.folder / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    os.environ["STACKREPRO_CACHE"] = str(place.cache)
    from stackrepro.data import sources
    from stackrepro.evaluation import evaluate, references, result
    from stackrepro.runs import weights as trainer
    from stackrepro.training import checkpoint, loop

    for drawn in sources.SETS.values():
        drawn.COUNT = IMAGES
    loop.SECONDS_BETWEEN_CHECKPOINTS = 0.0
    watched = [
        (sources, "synthetic_folder", "drawing"),
        (trainer, "prepare", "preparation"),
        (references, "prepare", "preparation"),
        (loop, "train", "training"),
        (loop, "keep_snapshot", "snapshot"),
        (checkpoint, "save", "checkpoint"),
        (result, "measure", "evaluation"),
        (result, "write_json", "result"),
    ]
    for module, name, called in watched:
        setattr(module, name, partial(tell, phase, PHASES.index(called), getattr(module, name)))
    evaluate.ensure(run_named(experiment), place.runs)


def tell(phase: c_int, number: int, function: Callable, *arguments: Any, **options: Any) -> Any:
    """Call a function, and let `phase` hold its number meanwhile."""
    before, phase.value = phase.value, number
    try:
        return function(*arguments, **options)
    finally:
        phase.value = before


def finish(experiment: str, place: Place) -> str:
    """Work until the end; return nothing, or what went wrong."""
    phase = processes.RawValue(c_int, 0)  # no lock, which a killed process would keep
    process = processes.Process(target=work, args=(experiment, place, phase))
    process.start()
    process.join()
    return "" if process.exitcode == 0 else fault(process.exitcode, place)


def fault(status: int, place: Place) -> str:
    lines = (place.folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()
    return f"{place.folder.name}: status {status}: {lines[-1] if lines else ''}"


def killed(experiment: str, place: Place, kills: int, dice: random.Random) -> tuple[Counter[str], str]:
    """Work with so many processes that are killed at random moments, then with one until the end.

    Each is killed some time after it has begun something; both are drawn by lot, and what comes first is killed first.

    Returns:
        how many were killed, by what they did; and nothing, or what went wrong.
    """
    counted: Counter[str] = Counter()
    lots = [-(-kills // len(PHASES[1:]))] * len(PHASES[1:])  # few kills hit different things, not by chance the last
    for wanted in sorted(dice.sample(PHASES[1:], kills, counts=lots), key=ORDER.get):
        phase = processes.RawValue(c_int, 0)
        process = processes.Process(target=work, args=(experiment, place, phase))
        process.start()
        longest = 1.0 if dice.random() < 0.25 else LINGER.get(wanted, 0.03)
        wait(process, phase, wanted, dice.uniform(0.0, longest))
        process.kill()
        process.join()
        if process.exitcode == 0:
            break  # it was faster
        if process.exitcode != -9:
            return counted, fault(process.exitcode, place)
        counted[PHASES[phase.value]] += 1
    return counted, finish(experiment, place)


def wait(process: Any, phase: c_int, wanted: str, seconds: float) -> None:
    """Wait until a process does what is wanted, or what comes after it, and so many seconds more, or until its end.

    What one before has already done isn't done again: without "what comes after it" that kill would never come.
    """
    while (now := PHASES[phase.value]) != wanted and ORDER[now] <= ORDER[wanted] and process.is_alive():
        time.sleep(0.001)
    process.join(seconds)


def differences(one: Path, other: Path) -> list[str]:
    """Compare two folders file by file, but for times and what only serves to go on; return what isn't equal."""
    names = [{str(path.relative_to(root)) for path in files(root)} for root in (one, other)]
    found = [f"only one has {name}" for name in sorted(names[0] ^ names[1])]
    found += [name for name in sorted(names[0] & names[1]) if content(one / name) != content(other / name)]
    return found + [f"left over: {path}" for path in leftovers(other) if not path.match(SPLIT_IN_THE_MAKING)]


def files(root: Path) -> list[Path]:
    """List the files of a folder that are to be compared; symbolic links aren't followed."""
    found = [p for p in root.rglob("*") if p.is_file() and p.name not in NOT_COMPARED and p.suffix != ".lock"]
    return [p for p in found if not p.match(SPLIT_IN_THE_MAKING)]


def content(path: Path) -> Any:
    """Return a JSON record without its times, or the hash of any other file."""
    if path.suffix != ".json":
        return sha256_of_file(path)
    return timeless(json.loads(path.read_text(encoding="utf-8")))


def timeless(value: Any) -> Any:
    """Return JSON without the fields that hold times."""
    if isinstance(value, dict):
        return {key: timeless(inner) for key, inner in value.items() if key not in TIMES}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value
