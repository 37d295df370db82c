"""The training loop: one for every experiment."""

import json
import time
from contextlib import nullcontext
from pathlib import Path

import torch
from safetensors.torch import save as serialise
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.base.files import no_space_is_a_user_error, write_atomic, write_bytes, write_json, write_text
from stackrepro.base.progress import Progress
from stackrepro.data import prepare, training_rows
from stackrepro.runs import checkpoint
from stackrepro.runs.batches import Batches
from stackrepro.runs.clock import Clock
from stackrepro.runs.devices import arithmetic, device_named, prepare_process
from stackrepro.runs.feeding import sampler
from stackrepro.runs.lock import locked
from stackrepro.runs.players import start
from stackrepro.runs.provenance import current_source, provenance
from stackrepro.runs.randomness import seed_for
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import DISPLAYS, load_weights, sample
from stackrepro.runs.whole_batch import unshared
from stackrepro.updates.play import play
from stackrepro.updates.processes import agreed, average, rank, world_size

RECORDS = 400  # about how many points a loss curve gets
SECONDS_BETWEEN_CHECKPOINTS = 30.0
GRID_SIDE = 8  # a grid shows the first 64 fixed latents


def train(run: Run, root: Path, device: str = "cpu") -> Path:
    """Train a run, and before it the run of its first stage, unless they are trained already; return its folder.

    A training that was cut off goes on from its last checkpoint, with the numbers it would have had. Where several
    processes share it (`devices.launched`), all call this, and the one of rank 0 writes the files, which all read.

    Raises:
        UserError: a loss is no longer a finite number, unusable data, device or checkpoint, no space left.
    """
    if run.stage1 is not None:
        train(run.stage1, root, device)
    folder = run.folder(root)
    with locked(folder) if rank() == 0 else nullcontext():
        if agreed(not (folder / "generator.safetensors").exists()):
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
    game = start(run.configuration, device)
    if run.stage1 is not None and configuration.condition is None:
        load_weights(game.generator.network.first, run.stage1.folder(root) / "generator.safetensors")
    path, snapshots = folder / "checkpoint.pt", set(configuration.snapshots)
    done, seconds = checkpoint.restore(path, run.identity, game)
    clock = Clock(seconds)
    losses = LossRecord(folder, done, configuration.updates)
    generator = game.generator.network
    if done == 0 and writes:
        keep_snapshot(run, root, 0, generator)
    saved = time.monotonic()
    with Progress(f"train {run.name}", configuration.updates, done) if writes else nullcontext() as progress:
        for update in range(done, configuration.updates):
            torch.manual_seed(seed_for(configuration.seed, "update", update))
            clock.start()
            batch = batches.at(update)
            clock.spent_on("data")
            with arithmetic(run.precision, device):
                found = play(configuration.update, game, batch, configuration.batch)
            losses.add(found, check=update + 1 in snapshots)
            clock.spent_on("discriminator", until=game.discriminator.stepped)
            clock.spent_on("generator")
            if not writes:
                continue
            count = update + 1
            progress.advance()
            if count in snapshots:
                keep_snapshot(run, root, count, generator)
            # Only where the record is empty may a checkpoint lie: it then needs no part of the record.
            if losses.written_at(count) and time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                saved = time.monotonic()
                checkpoint.save(path, run.identity, count, clock.seconds, game)
    if not writes:
        return
    checkpoint.save(path, run.identity, configuration.updates, clock.seconds, game)
    images_per_second = configuration.updates * configuration.batch / sum(clock.seconds.values())
    training = {"seconds": clock.seconds, "images_per_second": images_per_second, "source": current_source()}
    write_json(folder / "training.json", training)
    write_weights(folder / "generator.safetensors", generator)


def write_weights(path: Path, network: nn.Module) -> None:
    """Write the state of a network atomically as safetensors.

    Raises:
        UserError: a weight is not a finite number.
    """
    if not all(tensor.isfinite().all() for tensor in network.state_dict().values()):
        raise UserError(
            f"A weight of {path.parent.name}/{path.name} is not a finite number: the training has diverged and was "
            f"stopped there; earlier snapshots are kept."
        )
    write_bytes(path, serialise({name: tensor.contiguous().cpu() for name, tensor in network.state_dict().items()}))


def keep_snapshot(run: Run, root: Path, update: int, generator: nn.Module) -> None:
    """Keep the generator after `update` updates, and what the run then makes of the first fixed latents."""
    from PIL import Image

    folder, c = run.folder(root), run.configuration
    write_weights(folder / "snapshots" / f"generator-{update:06d}.safetensors", generator)
    if world_size() > 1:
        generator = unshared(generator)
    images = sample(sampler(run, root, generator), GRID_SIDE**2, c.value_range, DISPLAYS[c.display])
    _, size, _, channels = images.shape
    rows = images.reshape(GRID_SIDE, GRID_SIDE, size, size, channels).swapaxes(1, 2)
    with write_atomic(folder / "samples" / f"grid-{update:06d}.png") as temporary:
        grid = rows.reshape(GRID_SIDE * size, GRID_SIDE * size, channels)
        Image.fromarray(grid.squeeze(2) if channels == 1 else grid).save(temporary)


class LossRecord:
    """The losses, averaged over intervals, a JSON line each; about `RECORDS` lines for `updates` updates."""

    def __init__(self, folder: Path, done: int, updates: int) -> None:
        self.path, self.count, self.updates, self.every = (
            folder / "losses.jsonl",
            done,
            updates,
            max(1, updates // RECORDS),
        )
        self.interval: list[Tensor] = []  # an update's losses each
        if rank() == 0:
            lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
            kept = [line for line in lines if line.endswith("}") and json.loads(line)["update"] <= done]
            write_text(self.path, "".join(line + "\n" for line in kept))

    def add(self, losses: dict[str, Tensor], check: bool = False) -> None:
        """Count one update's losses, and write a line if it ends an interval.

        With that, or where `check` asks for it, it is checked that all losses so far are finite numbers: not at each
        update, since each look makes a GPU wait.

        Raises:
            UserError: a loss is not a finite number; the sentence names the update.
        """
        self.count += 1
        self.interval.append(torch.stack(list(losses.values())))
        ends = self.written_at(self.count)
        if ends or check:
            found = self.checked()
        if ends:
            totals = sum(found).tolist()
            means = {name: total / len(self.interval) for name, total in zip(losses, totals, strict=True)}
            self.interval = []
            if rank() == 0:
                with no_space_is_a_user_error(self.path), self.path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"update": self.count, **means}) + "\n")

    def checked(self) -> Tensor:
        """Return the losses of the interval so far, (updates, losses), each the mean over all processes."""
        found = torch.stack(self.interval)
        average([found])
        finite = found.isfinite().all(dim=1).tolist()
        if not all(finite):
            update = self.count - len(finite) + 1 + finite.index(False)
            raise UserError(
                f"A loss of {self.path.parent.name} is no longer a finite number at update {update}: the training "
                f"has diverged and was stopped there; its earlier snapshots are kept."
            )
        return found

    def written_at(self, count: int) -> bool:
        """Tell whether an interval ends at this number of updates."""
        return count % self.every == 0 or count == self.updates
