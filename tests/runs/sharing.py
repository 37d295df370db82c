"""Trains some experiments in as many processes as it is told: `python sharing.py PROCESSES BIRDS FACES RUNS [first]`.

With "first" it trains the first of them alone.

Backpropagation through a stack of small networks enlarges differences in rounding a thousandfold within a few updates.
So those runs compute with twice the digits: what then still differs isn't rounding.
"""

import sys
from dataclasses import replace
from pathlib import Path

import torch

from stackrepro.data import find
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.runs import batches as batching
from stackrepro.runs.devices import launched
from stackrepro.runs.train import train

UPDATES = 4
SHARED = (  # experiment, arm, tier, images a batch; each update rule, and each way to hold a first stage
    ("birds/dconv-64", "matched", "smoke", 32),
    ("birds/dconv-stack", "matched", "smoke", 32),
    ("birds/dconv-stack", "code", "smoke", 32),
    ("birds/dense-64", "code", "smoke", 32),
    ("faces/edges+update=wgan-gp", "matched", "smoke", 4),
    ("faces/edges+update=wgan-released", "matched", "smoke", 32),
    ("faces/gray+dropout=0.5", "matched", "smoke", 4),
    ("faces/joint", "matched", "smoke", 16),
)
SHARED_WITH_MORE_DIGITS = (
    ("birds/dconv-stack-bp", "matched", "smoke", 32),
    ("birds/dconv-stack-bp+intermediate=loss", "matched", "smoke", 32),
)


def shared(which: tuple, birds: Path, faces: Path) -> list[Run]:
    """Return the runs, all short."""
    runs = []
    for experiment, arm, tier, batch in which:
        c = replace(resolve(experiment, arm, tier, 0), batch=batch, updates=UPDATES)
        if c.stage1 is not None:
            c = replace(c, stage1=replace(c.stage1, batch=batch, updates=UPDATES))
        runs.append(Run(c, find(c.view.dataset, birds if experiment.startswith("birds/") else faces, unofficial=True)))
    return runs


if __name__ == "__main__":
    processes, birds, faces, root = int(sys.argv[1]), *map(Path, sys.argv[2:5])
    only_first = sys.argv[5:] == ["first"]
    with launched("cpu", processes, 1) as device:
        for run in shared(SHARED[:1] if only_first else SHARED, birds, faces):
            train(run, root, device)
        if only_first:
            sys.exit()
        as_tensor = batching.as_tensor
        batching.as_tensor = lambda *arguments: as_tensor(*arguments).double()
        torch.set_default_dtype(torch.float64)
        for run in shared(SHARED_WITH_MORE_DIGITS, birds, faces):
            train(run, root / "more-digits", device)
