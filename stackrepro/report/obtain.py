"""Runs for a chapter: those that are finished are read, the others are made, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stackrepro.base.errors import UserError
from stackrepro.evaluation.current import finished
from stackrepro.runs import Run, StoredRun


def obtain(runs: dict[str, list[Run]], root: Path, device: str) -> dict[str, list[StoredRun]]:
    """Return the stored run of each run, by the same names; make the missing ones, as many at once as there are cores.

    Raises:
        UserError: a run failed; the sentence is its own.
    """
    missing = [run for group in runs.values() for run in group if finished(run, root) is None]
    at_once = (
        max(1, (os.cpu_count() or 1) // max((run.threads for run in missing), default=1)) if device == "cpu" else 1
    )
    with ThreadPoolExecutor(at_once) as pool:
        list(pool.map(lambda run: make(run, root, device), missing))
    return {name: [finished(run, root) for run in group] for name, group in runs.items()}


def make(run: Run, root: Path, device: str) -> None:
    """Train and evaluate a run in a process of its own, and pass its progress on."""
    c = run.configuration
    command = [sys.executable, "-m", "stackrepro", "run", c.experiment, "--arm", c.arm, "--tier", c.tier]
    command += ["--seed", str(c.seed), "--threads", str(run.threads), "--runs-root", str(root), "--device", device]
    if run.source.path is not None:
        # The chapter has checked already that the user lets an unofficial archive pass.
        command += ["--data-root", str(run.source.path), "--unofficial"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    last = ""
    for line in process.stderr:
        last = line.strip() or last
        print(line, end="", file=sys.__stderr__, flush=True)
    if process.wait() != 0:
        raise UserError(last.removeprefix("Error: ") or f"{run.name} ended with status {process.returncode}.")
