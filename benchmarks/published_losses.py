"""Whether today's code trains as the code did that the published birds came from: their first losses, made again.

Run `python benchmarks/published_losses.py --data-root FOLDER [NAME...]`, with the folder that holds CUB-200-2011 and,
if not all shall be made, parts of the runs' names; it takes about five minutes of a core. Each published run is trained
anew for the updates of the first line of its loss curve. The table shows the losses that were recorded and those of
today. It ends with status 1 if one differs by more than 1 %, or by more than 5 % for a stack on a trained stage 1,
whose published weights are rounded.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from stackrepro.base.places import results_root
from stackrepro.data import find, prepare, training_rows
from stackrepro.runs import Run, stored
from stackrepro.runs.store import reopened
from stackrepro.training.batches import Batches
from stackrepro.training.devices import prepare_process
from stackrepro.training.networks import build_networks
from stackrepro.training.sampling import load_weights, seed_for
from stackrepro.training.step import training_step

BOUND, BOUND_ON_ROUNDED = 1e-2, 5e-2


def first_losses(run: Run, updates: int) -> dict[str, float]:
    """Train a run for so many updates, on the published stage 1 if it has one; return the mean of each loss."""
    c = run.configuration
    prepare_process(run.threads)
    batches = Batches(prepare(run.source, c.views), training_rows(run.source), c, torch.device("cpu"))
    game = build_networks(c)
    if run.stage1 is not None:
        load_weights(game.generator.network.first, run.stage1.folder(results_root()) / "generator.safetensors")
    totals: dict[str, float] = {}
    for update in range(updates):
        torch.manual_seed(seed_for(c.seed, "update", update))
        for name, loss in training_step(c.update, game, batches.at(update), c.batch).items():
            totals[name] = totals.get(name, 0.0) + loss.item()
    return {name: total / updates for name, total in totals.items()}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-root", type=Path, required=True)
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args(arguments)
    source = find("birds", options.data_root, unofficial=True)
    worst = {BOUND: 0.0, BOUND_ON_ROUNDED: 0.0}
    print(f"{'run':62} {'loss':24} {'recorded':>10} {'today':>10} {'difference':>10}")
    for item in stored(results_root()):
        name = item.folder.name
        of_these_data = item.record["data"]["fingerprint"] == source.fingerprint
        if not of_these_data or not any(part in name for part in options.names or [name]):
            continue
        kept = item.losses()[0]
        run, updates = reopened(item, source), kept.pop("update")
        bound = BOUND if run.stage1 is None else BOUND_ON_ROUNDED
        found = first_losses(run, updates)
        for loss, recorded in kept.items():
            difference = abs(found[loss] / recorded - 1)
            worst[bound] = max(worst[bound], difference)
            verdict = "" if difference <= bound else f"  beyond {bound:.0%}"
            print(f"{name:62} {loss:24} {recorded:10.6f} {found[loss]:10.6f} {difference:10.1e}{verdict}", flush=True)
    print(f"largest difference: {worst[BOUND]:.1e}; of stacks on a trained stage 1 {worst[BOUND_ON_ROUNDED]:.1e}")
    return int(any(difference > bound for bound, difference in worst.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
