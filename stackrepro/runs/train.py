"""The training loop: one for every experiment."""

import io
import json
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

import torch
from safetensors.torch import save as serialise
from torch import Tensor, nn

from stackrepro.base.errors import UserError
from stackrepro.base.files import flush, no_space_is_a_user_error, write_bytes, write_json, write_text
from stackrepro.base.progress import Progress
from stackrepro.base.stopping import Stop
from stackrepro.data import prepare, training_rows
from stackrepro.runs import checkpoint
from stackrepro.runs.batches import Batches
from stackrepro.runs.clock import Clock
from stackrepro.runs.collapse import collapse
from stackrepro.runs.devices import arithmetic, device_named, prepare_process
from stackrepro.runs.feeding import sampler
from stackrepro.runs.lock import locked
from stackrepro.runs.players import start
from stackrepro.runs.provenance import current_source, import_all_of, provenance
from stackrepro.runs.randomness import seed_for
from stackrepro.runs.run import Run
from stackrepro.runs.sampling import DISPLAYS, load_weights, sample
from stackrepro.runs.whole_batch import unshared
from stackrepro.updates.play import play
from stackrepro.updates.processes import agreed, average, rank, world_size

RECORDS = 400  # about how many points a loss curve gets
SECONDS_BETWEEN_CHECKPOINTS = 30.0
DIVERGED = "diverged.json"  # where a loss was no number any more; gone as soon as the training goes on
GRID_SIDE = 8  # a grid shows the first 64 fixed latents


def train(run: Run, root: Path, device: str = "cpu") -> Path:
    """Train a run, and before it the run of its first stage, unless they are trained already; return its folder.

    A training that was cut off goes on from its last checkpoint, with the numbers it would have had. On Ctrl-C or
    SIGTERM it finishes the update, writes a checkpoint and ends as the signal says. Where several processes share it
    (`devices.launched`), all call this, and the one of rank 0 writes the files, which all read.

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
    import_all_of(run)
    if writes:
        (folder / DIVERGED).unlink(missing_ok=True)
    game = start(run.configuration, device)
    if run.stage1 is not None and configuration.condition is None:
        load_weights(game.generator.network.first, run.stage1.folder(root) / "generator.safetensors")
    path, snapshots = folder / "checkpoint.pt", set(configuration.snapshots)
    kept = checkpoint.restore(path, run.identity, game)
    done, clock = kept.update, Clock(kept.seconds)
    losses = LossRecord(folder, done, configuration.updates, kept.pending)

    def save() -> None:
        # The record first, so that no checkpoint ever knows of a line that a power cut may take.
        progress = checkpoint.Progress(losses.count, clock.seconds, losses.pending())
        checkpoint.save(path, run.identity, progress, game)

    generator = game.generator.network
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
            losses.add(found, check=update + 1 in snapshots)
            clock.spent_on("discriminator", until=game.discriminator.stepped)
            clock.spent_on("generator")
            count = update + 1
            if writes:
                progress.advance()
                if count in snapshots:
                    keep_snapshot(run, root, count, generator)
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
    found = collapse(folder / "samples")
    if found["update"] is not None:
        sentence = f"{run.name} has collapsed at update {found['update']}: its pictures are all the same from there on."
        print(sentence, file=sys.stderr, flush=True)
    training = {
        "seconds": clock.seconds,
        "images_per_second": images_per_second,
        "collapse": found,
        "source": current_source(),
    }
    write_json(folder / "training.json", training)
    write_weights(folder / "generator.safetensors", generator)
    checkpoint.previous(path).unlink(missing_ok=True)


def write_weights(path: Path, network: nn.Module) -> None:
    """Write the state of a network atomically as safetensors.

    Raises:
        UserError: a weight is not a finite number.
    """
    if not is_finite(network):
        raise UserError(
            f"A weight of {path.parent.name}/{path.name} is not a finite number: the training has diverged and was "
            f"stopped there; earlier snapshots are kept."
        )
    write_bytes(path, serialise({name: tensor.contiguous().cpu() for name, tensor in network.state_dict().items()}))


def is_finite(network: nn.Module) -> bool:
    """Tell whether all of a network's state are finite numbers."""
    return all(tensor.isfinite().all() for tensor in network.state_dict().values())


def keep_snapshot(run: Run, root: Path, update: int, generator: nn.Module) -> None:
    """Keep the generator after `update` updates, and what the run then makes of the first fixed latents."""
    from PIL import Image

    folder, c = run.folder(root), run.configuration
    if not is_finite(generator):
        write_json(folder / DIVERGED, {"update": update})  # before `write_weights` refuses
    write_weights(folder / "snapshots" / f"generator-{update:06d}.safetensors", generator)
    if world_size() > 1:
        generator = unshared(generator)
    images = sample(sampler(run, root, generator), GRID_SIDE**2, c.value_range, DISPLAYS[c.display])
    _, size, _, channels = images.shape
    rows = images.reshape(GRID_SIDE, GRID_SIDE, size, size, channels).swapaxes(1, 2)
    grid = rows.reshape(GRID_SIDE * size, GRID_SIDE * size, channels)
    encoded = io.BytesIO()
    Image.fromarray(grid.squeeze(2) if channels == 1 else grid).save(encoded, "PNG")
    write_bytes(folder / "samples" / f"grid-{update:06d}.png", encoded.getvalue())


class LossRecord:
    """The losses, averaged over intervals, a JSON line each; about `RECORDS` lines for `updates` updates.

    It goes on behind `done` updates: what was written of later ones is dropped. `pending` is what `pending` returned
    then.

    Raises:
        UserError: lines of earlier updates are lost.
    """

    def __init__(self, folder: Path, done: int, updates: int, pending: Sequence[Tensor] = ()) -> None:
        self.path, self.count, self.updates = folder / "losses.jsonl", done, updates
        self.every = max(1, updates // RECORDS)
        self.interval = list(pending)  # of each update that no line holds yet its losses, (losses,)
        if rank() > 0:
            return
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines() if self.path.exists() else []
        wanted = [count for count in range(1, done + 1) if self.written_at(count)]
        kept = lines[: len(wanted)]
        if not all(map(belongs_to, kept, wanted)) or len(kept) < len(wanted):
            raise UserError(
                f"{self.path} lacks updates that the checkpoint beside it has behind it: delete the checkpoints in "
                f"{folder} to start this run from the beginning."
            )
        write_text(self.path, "".join(line + "\n" for line in kept))

    def pending(self) -> list[Tensor]:
        """Return the losses that no line holds yet, checked; the lines that there are have reached the disk then."""
        if self.interval:
            self.checked()
        flush(self.path)
        return self.interval

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
        device = self.interval[-1].device  # those out of a checkpoint lie on the CPU
        found = torch.stack([losses.to(device) for losses in self.interval])
        average([found])
        finite = found.isfinite().all(dim=1).tolist()
        if not all(finite):
            update = self.count - len(finite) + 1 + finite.index(False)
            if rank() == 0:
                write_json(self.path.with_name(DIVERGED), {"update": update})
            raise UserError(
                f"A loss of {self.path.parent.name} is no longer a finite number at update {update}: the training "
                f"has diverged and was stopped there; its earlier snapshots are kept."
            )
        return found

    def written_at(self, count: int) -> bool:
        """Tell whether an interval ends at this number of updates."""
        return count % self.every == 0 or count == self.updates


def belongs_to(line: str, update: int) -> bool:
    """Tell whether a line is a whole record that ends with this update."""
    try:
        return json.loads(line)["update"] == update
    except (ValueError, LookupError, TypeError):
        return False
