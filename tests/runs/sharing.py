"""Trains some experiments in as many processes as it is told: `python sharing.py PROCESSES BIRDS FACES RUNS`."""

import sys
from dataclasses import replace
from pathlib import Path

from stackrepro.data import find
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.runs.devices import launched
from stackrepro.runs.train import train

UPDATES = 5
SHARED = (  # experiment, arm, images a batch
    ("birds/dconv-64", "matched", 32),
    ("birds/dconv-stack", "matched", 32),  # BatchNorm of the held stage held too
    ("birds/dconv-stack", "code", 32),
    ("birds/dconv-stack-bp", "matched", 32),
    ("birds/dconv-stack-bp+intermediate=loss", "matched", 32),
    ("birds/dense-64", "code", 32),
    ("birds/conv-64", "code", 32),
    ("faces/edges+update=wgan-gp", "matched", 4),
    ("faces/edges+update=wgan-released", "matched", 32),
    ("faces/gray+dropout=0.5", "matched", 4),
    ("faces/joint", "matched", 16),
)


def shared(birds: Path, faces: Path) -> dict[str, Run]:
    """Return the runs by the name of their experiment and arm."""
    runs = {}
    for experiment, arm, batch in SHARED:
        c = replace(resolve(experiment, arm, "smoke", 0), batch=batch, updates=UPDATES)
        if c.stage1 is not None:
            c = replace(c, stage1=replace(c.stage1, batch=batch, updates=UPDATES))
        root = birds if experiment.startswith("birds/") else faces
        runs[f"{experiment} {arm}"] = Run(c, find(c.view.dataset, root, unofficial=True))
    return runs


if __name__ == "__main__":
    processes, birds, faces, root = int(sys.argv[1]), *map(Path, sys.argv[2:])
    with launched("cpu", processes, 1) as device:
        for run in shared(birds, faces).values():
            train(run, root, device)
