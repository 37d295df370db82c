"""The training loop: one for every experiment."""

import io
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save as serialise
from torch import Tensor, nn

from stackrepro import TRAINING_VERSION
from stackrepro.base.errors import UserError
from stackrepro.base.files import write_bytes, write_json
from stackrepro.base.progress import Progress
from stackrepro.base.stopping import Stop
from stackrepro.data import prepare, training_rows
from stackrepro.runs import checkpoint
from stackrepro.runs.average import Average
from stackrepro.runs.batches import Batches
from stackrepro.runs.clock import Clock
from stackrepro.runs.devices import arithmetic, device_named, prepare_process
from stackrepro.runs.feeding import AVERAGE, LAST, has_stage1, sampler, trained_sampler, trained_stage1
from stackrepro.runs.health import health
from stackrepro.runs.lock import locked
from stackrepro.runs.losses import DIVERGED, LossRecord
from stackrepro.runs.players import start
from stackrepro.runs.provenance import provenance
from stackrepro.runs.randomness import seed_for
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import DISPLAYS, Render, sample
from stackrepro.runs.store import StoredRun
from stackrepro.runs.whole_batch import unshared
from stackrepro.updates.play import play
from stackrepro.updates.processes import agreed, rank, world_size

SECONDS_BETWEEN_CHECKPOINTS = 30.0
GRID_SIDE = 8  # a grid shows the first 64 fixed latents


def train(run: Run, root: Path, device: str = "cpu") -> Path:
    """Train a run, and before it the run of its first stage, unless they are trained already; return its folder.

    A first stage serves from results/, too, if its weights are published as they were trained.

    A training that was cut off goes on from its last checkpoint, with the numbers it would have had. On Ctrl-C or
    SIGTERM it finishes the update, writes a checkpoint and ends as the signal says. Where several processes share it
    (`devices.launched`), all call this, and the one of rank 0 writes the files, which all read; a signal then ends it
    without another checkpoint, unless an interval of losses ends just there.

    Raises:
        UserError: a loss is no longer a finite number, unusable data, device or checkpoint, no space left.
    """
    if run.stage1 is not None and not agreed(has_stage1(run, root)):
        train(run.stage1, root, device)
    folder = run.folder(root)
    with locked(folder) if rank() == 0 else nullcontext():
        if agreed(not weights_of(folder, LAST).exists()):
            place = device_named(device)
            prepare_process(run.threads)
            arrays = prepare(run.source, run.configuration.views)
            if rank() == 0:
                write_json(folder / "run.json", provenance(run, str(place), world_size(), folder / "run.json"))
            fit(run, folder, Batches(arrays, training_rows(run.source), run.configuration, place), place, root)
    return folder


def fit(run: Run, folder: Path, batches: Batches, device: torch.device, root: Path) -> None:
    """Train from the last checkpoint, or from the beginning, to the last update."""
    configuration, writes = run.configuration, rank() == 0
    if writes:
        (folder / DIVERGED).unlink(missing_ok=True)
    game = start(run.configuration, device)
    if run.stage1 is not None and configuration.condition is None:
        game.generator.network.first.load_state_dict(trained_stage1(run, root, device).state_dict())
    generator = game.generator.network
    average = Average(generator)
    path, snapshots = folder / "checkpoint.pt", set(configuration.snapshots)
    kept = checkpoint.restore(path, run.identity, game, average)
    done, clock = kept.update, Clock(kept.seconds)
    losses = LossRecord(folder, done, configuration.updates, kept.pending)

    def save() -> None:
        # The record first, so that no checkpoint ever knows of a line that a power cut may take.
        progress = checkpoint.Progress(losses.count, clock.seconds, losses.pending())
        checkpoint.save(path, run.identity, progress, game, average)

    if done == 0 and writes:
        keep_snapshot(run, root, 0, generator)
    saved = time.monotonic()
    shown = Progress(f"train {run.name}", configuration.updates, done) if writes else nullcontext()
    with shown as progress, Stop() as stop:
        for update in range(done, configuration.updates):
            torch.manual_seed(seed_for(configuration.seed, "update", update))
            clock.start()
            batch = batches.at(update)
            clock.spent_on("data")
            with arithmetic(run.precision, device):
                found = play(configuration.update, game, batch, configuration.batch)
            count = update + 1
            average.follow(count)
            losses.add(found, check=count in snapshots)
            clock.spent_on("discriminator", until=game.discriminator.stepped)
            clock.spent_on("generator")
            if writes:
                progress.advance()
                if count in snapshots:
                    keep_snapshot(run, root, count, generator)
                    write_weights(weights_of(folder, AVERAGE, count), average.state())
                # Several processes have the means of an interval only where it ends.
                possible = world_size() == 1 or losses.written_at(count)
                if possible and (stop.asked or time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS):
                    saved = time.monotonic()
                    save()
            if stop.asked:
                stop.deliver()
    if not writes:
        return
    save()
    images_per_second = configuration.updates * configuration.batch / sum(clock.seconds.values())
    training = {
        "seconds": clock.seconds,
        "images_per_second": images_per_second,
        "health": health(StoredRun(folder).losses()),
        "training_version": TRAINING_VERSION,
    }
    write_json(folder / "training.json", training)
    write_weights(weights_of(folder, AVERAGE), average.state())
    images = sample(trained_sampler(run, root, device, AVERAGE), GRID_SIDE**2, configuration.value_range, display(run))
    write_grid(folder / "samples" / f"average-{configuration.updates:06d}.png", images)
    write_weights(weights_of(folder, LAST), generator.state_dict())  # last: the training is whole once it is there
    checkpoint.previous(path).unlink(missing_ok=True)
    for sentence in StoredRun(folder).troubles:
        print(f"{run.name}: {sentence}.", file=sys.stderr, flush=True)


def weights_of(folder: Path, name: str, update: int | None = None) -> Path:
    """Return where a run keeps weights: those of its end, or those after `update` updates."""
    return folder / (f"{name}.safetensors" if update is None else f"snapshots/{name}-{update:06d}.safetensors")


def display(run: Run) -> Render:
    """Return how a run's images are shown."""
    return DISPLAYS[run.configuration.display]


def write_weights(path: Path, state: dict[str, Tensor]) -> None:
    """Write the state of a network atomically as safetensors.

    Raises:
        UserError: a weight is not a finite number.
    """
    if not is_finite(state):
        raise UserError(
            f"A weight of {path.parent.name}/{path.name} is not a finite number: the training has diverged and was "
            f"stopped there; earlier snapshots are kept."
        )
    write_bytes(path, serialise({name: tensor.contiguous().cpu() for name, tensor in state.items()}))


def is_finite(state: dict[str, Tensor]) -> bool:
    """Tell whether all of a network's state are finite numbers."""
    return all(tensor.isfinite().all() for tensor in state.values())


def keep_snapshot(run: Run, root: Path, update: int, generator: nn.Module) -> None:
    """Keep the generator after `update` updates, and what the run then makes of the first fixed latents."""
    folder, state = run.folder(root), generator.state_dict()
    if not is_finite(state):
        write_json(folder / DIVERGED, {"update": update})  # before `write_weights` refuses
    write_weights(weights_of(folder, LAST, update), state)
    if world_size() > 1:
        generator = unshared(generator)
    images = sample(sampler(run, root, generator), GRID_SIDE**2, run.configuration.value_range, display(run))
    write_grid(folder / "samples" / f"grid-{update:06d}.png", images)


def write_grid(path: Path, images: np.ndarray) -> None:
    """Write the first 64 images, uint8 (64, size, size, channels), as one picture."""
    from PIL import Image

    _, size, _, channels = images.shape
    rows = images.reshape(GRID_SIDE, GRID_SIDE, size, size, channels).swapaxes(1, 2)
    grid = rows.reshape(GRID_SIDE * size, GRID_SIDE * size, channels)
    encoded = io.BytesIO()
    Image.fromarray(grid.squeeze(2) if channels == 1 else grid).save(encoded, "PNG")
    write_bytes(path, encoded.getvalue())
