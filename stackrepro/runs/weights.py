"""The weights of a run: trained where they are missing, found where they lie, and made into what draws its images."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import nn

from stackrepro.base.files import read_json, sha256_of_file, write_json
from stackrepro.base.lock import locked
from stackrepro.base.places import results_root
from stackrepro.data import prepare, training_rows
from stackrepro.runs.provenance import provenance
from stackrepro.runs.run import Run
from stackrepro.runs.store import StoredRun
from stackrepro.training import loop
from stackrepro.training.batches import Batches
from stackrepro.training.devices import device_named, prepare_process
from stackrepro.training.sampling import AVERAGE, LAST, load_generator, recalibrate, sampler

STAGE1 = {"last": LAST, "average": AVERAGE}  # by `Configuration.stage1_weights`


def train(run: Run, root: Path, device: str = "cpu") -> Path:
    """Train a run, and before it the run of its first stage, unless they are trained already; return its folder.

    A first stage serves from results/, too, if its weights are published as they were trained. A training that was cut
    off goes on from its last checkpoint, with the numbers it would have had. On Ctrl-C or SIGTERM it finishes the
    update, writes a checkpoint and ends as the signal says.

    Raises:
        UserError: a loss is no longer a finite number, unusable data, device or checkpoint, no space left.
    """
    c, folder = run.configuration, run.folder(root)
    if run.stage1 is not None and not weights_file(run.stage1, root, STAGE1[c.stage1_weights]).exists():
        train(run.stage1, root, device)
    with locked(folder):
        if not weights_file(run, root, LAST, published=False).exists():
            place = device_named(device)
            prepare_process(run.threads)
            arrays = prepare(run.source, c.views)
            write_json(folder / "run.json", provenance(run, str(place), folder / "run.json"))
            batches = Batches(arrays, training_rows(run.source), c, place)
            loop.train(c, batches, folder, run.identity, place, run.precision, first_stage(run, root, place))
            for sentence in StoredRun(folder).troubles:
                print(f"{run.name}: {sentence}.", file=sys.stderr, flush=True)
    return folder


def first_stage(run: Run, root: Path, device: torch.device) -> nn.Module | None:
    """Return the trained first stage of a run, or None: what a stack is built on, or what draws what a stage reads."""
    if run.stage1 is None:
        return None
    name = STAGE1[run.configuration.stage1_weights]
    if run.configuration.condition is not None:
        return trained_sampler(run.stage1, root, device, name)
    network = load_generator(run.stage1.configuration, weights_file(run.stage1, root, name), device)
    if name == AVERAGE:
        recalibrate(network)
    return network


def trained_sampler(
    run: Run, root: Path, device: torch.device, name: str = LAST, generator: nn.Module | None = None
) -> nn.Module:
    """Return what draws a run's images, from the weights that it has kept by a name such as `snapshots/average-000576`.

    A `generator` on the device stands in for the one of these weights.

    Raises:
        UserError: the weights, or those of a stage before it, are missing or damaged.
    """
    c = run.configuration
    if generator is None:
        generator = load_generator(c, weights_file(run, root, name), device)
    first = None if c.condition is None else first_stage(run, root, device)
    return sampler(c, generator, first, averaged=Path(name).name.startswith(AVERAGE))


def weights_file(run: Run, root: Path, name: str, published: bool = True) -> Path:
    """Return where a run's weights lie: under `root`, or in results/ if they are published as they were trained."""
    own, other = (run.folder(place) / f"{name}.safetensors" for place in (root, results_root()))
    if published and not own.exists() and other.exists():
        recorded = read_json(other.with_name("result.json")).get(f"{name}_sha256")
        if recorded == sha256_of_file(other):
            return other
    return own


def shown(run: Run, root: Path, update: int | None = None, last: bool = False) -> str:
    """Name the weights that stand for a run, trained or kept after `update` updates: its average, or the last iterate.

    The last iterate stands where there is no average: before the first update, in runs of before averages were kept, or
    if it is asked for.
    """
    names = [name if update is None else f"snapshots/{name}-{update:06d}" for name in (AVERAGE, LAST)]
    return names[0] if not last and weights_file(run, root, names[0]).exists() else names[1]
