"""What an update costs: stacks against single models, joint training against the stages apart, on one CPU thread.

Run `python benchmarks/stack_cost.py` on an idle core; it takes some nine minutes and 4.5 GB, and writes
results/timing.json, which results/README.md explains. The models of a comparison take turns in one process, update by
update as a training makes them. Their images are noise and their stage 1 is untrained, since neither values of pixels
nor of weights change the time; what a training freezes is frozen.
"""

import argparse
import platform
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from torch.backends.cpu import get_cpu_capability
from train_step import ours
from turns import TURNS
from work import multiply_adds

from stackrepro.base.files import digest, write_json
from stackrepro.base.places import results_root
from stackrepro.experiments import resolve
from stackrepro.runs.provenance import commit
from stackrepro.training.configuration import Configuration
from stackrepro.training.devices import prepare_process

TIER = "small"  # timed beside the paper's widths
UPDATES_A_TURN = {"paper": 2, TIER: 40}
MODELS = ("64", "128", "stack", "stack-bp")
BIRDS = tuple(tuple(f"birds/{kind}-{model}" for model in MODELS) for kind in ("dense", "conv", "dconv"))
DENSE, CONV, DCONV = BIRDS
FACES = ("faces/edges", "faces/gray", "faces/gray+latent=own", "faces/joint")
# What takes turns, its tier, and images an update, None for the training's own. At the paper's widths they are few
# where 32 would take a minute. Faces train with batches of their own, and a larger one makes an image cheaper; so they
# are timed at one batch for all, too.
COMPARISONS = (
    (DENSE, "paper", 32),
    (CONV, "paper", 2),
    (DCONV, "paper", 2),
    (FACES, "paper", 2),
    *((models, TIER, None) for models in (*BIRDS, FACES)),
    (FACES, TIER, 8),
)
# Seconds an image of the first over those of the others together.
RATIOS = (
    *((stack, (single,)) for _, single, stack, _ in BIRDS),
    *((through, (stack,)) for *_, stack, through in BIRDS),
    ("faces/joint", ("faces/edges", "faces/gray")),
    ("faces/joint", ("faces/edges", "faces/gray+latent=own")),
)
IMAGES = 128  # a multiple of each batch, so that none is cut short


def updates_of(c: Configuration) -> Callable[[int], object]:
    """Return the update of a training on noise."""
    random = np.random.default_rng(0)
    shapes = {view: (IMAGES, view.size, view.size, view.channels) for view in c.views}
    return ours(c, {view: random.integers(0, 256, shape, dtype=np.uint8) for view, shape in shapes.items()})


def seconds(update: Callable[[int], object], number: int) -> float:
    """Return the processor's seconds for one update, which other work on the machine changes less than the clock's."""
    since = time.process_time()
    update(number)
    return time.process_time() - since


def timed(models: list[Configuration]) -> list[dict]:
    """Time models in turns; return an entry of timing.json for each."""
    updates = [updates_of(c) for c in models]
    for update in updates:
        update(0)  # also allocates what the optimizers keep
    count = UPDATES_A_TURN[models[0].tier]
    smallest: list[list[float]] = [[] for _ in models]
    for turn in range(TURNS):
        for update, found in zip(updates, smallest, strict=True):
            found.append(min(seconds(update, turn * count + number) for number in range(1, count + 1)))
    return [
        {
            "experiment": c.experiment,
            "arm": c.arm,
            "tier": c.tier,
            "batch": c.batch,
            "updates": TURNS * count,
            "seconds": found,
            "minimum": min(found),
            "multiply_adds": multiply_adds(c),
        }
        for c, found in zip(models, smallest, strict=True)
    ]


def show(entries: list[dict]) -> None:
    """Print one comparison, and its ratios by seconds and by multiply-adds an image."""
    for entry in entries:
        name = f"{entry['experiment']}, {entry['tier']}, batch {entry['batch']}"
        turns = " ".join(f"{found:9.5f}" for found in entry["seconds"])
        print(f"{name:42} {turns} s, {entry['multiply_adds'] / 1e9:8.3f} G multiply-adds")
    found = {entry["experiment"]: entry for entry in entries}
    for first, others in RATIOS:
        if first in found:
            ratios = [
                found[first][field] / found[first]["batch"] / sum(found[x][field] / found[x]["batch"] for x in others)
                for field in ("minimum", "multiply_adds")
            ]
            print(f"{first} : {' + '.join(others)} = {ratios[0]:.2f}, by multiply-adds {ratios[1]:.2f}", flush=True)


def main() -> None:
    """Time all comparisons, print them, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=results_root() / "timing.json", help="the file to write")
    out = parser.parse_args().out
    prepare_process(threads=1)
    processor = f"{platform.system()} {platform.machine()} {get_cpu_capability()}"
    record = {
        "machine": f"{processor}, host {digest(platform.node())[:8]}",  # as run.json has it
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "commit": commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": "python benchmarks/stack_cost.py",
        "timed": [],
    }
    for names, tier, batch in COMPARISONS:
        models = [resolve(name, "matched", tier) for name in names]
        entries = timed([c if batch is None else replace(c, batch=batch) for c in models])
        show(entries)
        record["timed"] += entries
    write_json(out, record)


if __name__ == "__main__":
    main()
