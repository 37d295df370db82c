"""The training loop: one for every experiment."""

from __future__ import annotations

import time
from pathlib import Path

import torch
from safetensors.torch import save as serialise
from torch import Tensor, nn

from stackrepro import TRAINING_VERSION
from stackrepro.base.errors import UserError
from stackrepro.base.files import write_bytes, write_json
from stackrepro.base.progress import Progress
from stackrepro.base.stopping import Stop
from stackrepro.training import checkpoint
from stackrepro.training.batches import Batches
from stackrepro.training.configuration import Configuration
from stackrepro.training.health import health, read_losses
from stackrepro.training.losses import DIVERGED, LossRecord
from stackrepro.training.networks import build_networks
from stackrepro.training.sampling import (
    AVERAGE,
    DISPLAYS,
    LAST,
    Average,
    load_generator,
    sample,
    sampler,
    seed_for,
    write_grid,
)
from stackrepro.training.step import training_step

SECONDS_BETWEEN_CHECKPOINTS = 30.0
SHOWN = 64  # fixed latents, in each picture


def train(
    configuration: Configuration,
    batches: Batches,
    folder: Path,
    identity: str,
    device: torch.device,
    precision: str = "32-true",
    first: nn.Module | None = None,
) -> None:
    """Train from the last checkpoint in a folder, or from the beginning, to the last update.

    On Ctrl-C or SIGTERM the update is finished and a checkpoint written; then the signal does what it would have done.

    Args:
        batches: the real images.
        folder: gets checkpoints, losses, snapshots and, once the training is whole, `generator.safetensors`.
        identity: of the run, which a checkpoint must have, too.
        precision: "32-true" or "bf16-mixed".
        first: the trained first stage that a stack is built on; or, where the configuration has a condition, what makes
            the images that the generator reads when samples are made of it.

    Raises:
        UserError: a loss is no longer a finite number, an unusable checkpoint, no space left.
    """
    c = configuration
    (folder / DIVERGED).unlink(missing_ok=True)
    networks = build_networks(c, device)
    generator = networks.generator.network
    if first is not None and c.condition is None:
        generator.first.load_state_dict(first.state_dict())
    average = Average(generator)
    path, snapshots = folder / "checkpoint.pt", set(c.snapshots)
    kept = checkpoint.restore(path, identity, networks, average)
    done = kept.update
    # What was spent on the discriminator includes making the images that it learns from. On a GPU, which works on while
    # the program goes ahead, only the sum is exact. Snapshots and checkpoints don't count.
    seconds = {"data": 0.0, "discriminator": 0.0, "generator": 0.0} | kept.seconds
    losses = LossRecord(folder, done, c.updates, kept.pending)

    def save() -> None:
        # The record first, so that no checkpoint ever knows of a line that a power cut may take.
        progress = checkpoint.Progress(losses.count, seconds, losses.pending())
        checkpoint.save(path, identity, progress, networks, average)

    if done == 0:
        keep_snapshot(c, folder, 0, generator, first)
    saved = time.monotonic()
    with Progress(f"train {folder.name}", c.updates, done) as progress, Stop() as stop:
        for update in range(done, c.updates):
            torch.manual_seed(seed_for(c.seed, "update", update))
            started = time.perf_counter()
            batch = batches.at(update)
            read = time.perf_counter()
            # A cache of weights in few digits would outlive the optimizer's step, which changes the weights.
            with torch.autocast(device.type, torch.bfloat16, enabled=precision != "32-true", cache_enabled=False):
                found = training_step(c.update, networks, batch, c.batch)
            count = update + 1
            average.follow(count)
            losses.add(found, check=count in snapshots)
            seconds["data"] += read - started
            seconds["discriminator"] += networks.discriminator.stepped - read
            seconds["generator"] += time.perf_counter() - networks.discriminator.stepped
            progress.advance()
            if count in snapshots:
                keep_snapshot(c, folder, count, generator, first)
                write_weights(folder, f"snapshots/{AVERAGE}-{count:06d}", count, average.state())
            if stop.noted or time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                saved = time.monotonic()
                save()
            stop.deliver()
    save()
    training = {
        "seconds": seconds,
        "images_per_second": c.updates * c.batch / sum(seconds.values()),
        "health": health(read_losses(folder)),
        "training_version": TRAINING_VERSION,
    }
    write_json(folder / "training.json", training)
    averaged = load_generator(c, write_weights(folder, AVERAGE, c.updates, average.state()), device)
    draw(c, sampler(c, averaged, first, averaged=True), folder, AVERAGE, c.updates)
    write_weights(folder, LAST, c.updates, generator.state_dict())  # last: the training is whole once it is there
    checkpoint.previous(path).unlink(missing_ok=True)


def keep_snapshot(c: Configuration, folder: Path, update: int, generator: nn.Module, first: nn.Module | None) -> None:
    """Keep the generator after `update` updates, and what is then made of the first fixed latents."""
    write_weights(folder, f"snapshots/{LAST}-{update:06d}", update, generator.state_dict())
    draw(c, sampler(c, generator, first), folder, "grid", update)


def draw(c: Configuration, made: nn.Module, folder: Path, name: str, update: int) -> None:
    """Write what a sampler makes of the first 64 fixed latents as one picture, `samples/NAME-UPDATE.png`."""
    images = sample(made, SHOWN, c.value_range, DISPLAYS[c.display])
    write_grid(images, folder / "samples" / f"{name}-{update:06d}.png")


def write_weights(folder: Path, name: str, update: int, state: dict[str, Tensor]) -> Path:
    """Write the state of a network after `update` updates; a weight that is no finite number is a `UserError`."""
    path = folder / f"{name}.safetensors"
    if not all(tensor.isfinite().all() for tensor in state.values()):
        write_json(folder / DIVERGED, {"update": update})
        raise UserError(
            f"A weight of {path.parent.name}/{path.name} is not a finite number: the training has diverged and was "
            f"stopped there; earlier snapshots are kept."
        )
    write_bytes(path, serialise({key: tensor.contiguous().cpu() for key, tensor in state.items()}))
    return path
