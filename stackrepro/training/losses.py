"""The record of a training's losses."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from stackrepro.base.errors import UserError
from stackrepro.base.files import flush, no_space_is_a_user_error, write_json, write_text

RECORDS = 400  # about how many points a loss curve gets
DIVERGED = "diverged.json"  # where a loss was no number any more; gone as soon as the training goes on


class LossRecord:
    """The losses, averaged over intervals, a JSON line each; about `RECORDS` lines for `updates` updates.

    It goes on behind `done` updates: what was written of later ones is dropped, what `pending` returned then is taken
    up, and if lines of earlier ones are lost, a `UserError` is raised.
    """

    def __init__(self, folder: Path, done: int, updates: int, pending: Sequence[Tensor] = ()) -> None:
        self.path, self.count, self.updates = folder / "losses.jsonl", done, updates
        self.every = max(1, updates // RECORDS)
        self.interval = list(pending)  # of each update that no line holds yet its losses, (losses,)
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines() if self.path.exists() else []
        wanted = [count for count in range(1, done + 1) if self.written_at(count)]
        kept = lines[: len(wanted)]
        if list(map(update_of, kept)) != wanted:
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

        With that, or where `check` asks for it, a loss so far that is no finite number raises a `UserError`: not at
        each update, since each look makes a GPU wait.
        """
        self.count += 1
        self.interval.append(torch.stack(list(losses.values())))
        ends = self.written_at(self.count)
        if ends or check:
            found = self.checked()
        if ends:
            means = {name: total / len(found) for name, total in zip(losses, sum(found).tolist(), strict=True)}
            self.interval = []
            with no_space_is_a_user_error(self.path), self.path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"update": self.count, **means}) + "\n")

    def checked(self) -> Tensor:
        """Return the losses of the interval so far, (updates, losses)."""
        device = self.interval[-1].device  # those out of a checkpoint lie on the CPU
        found = torch.stack([losses.to(device) for losses in self.interval])
        finite = found.isfinite().all(dim=1).tolist()
        if not all(finite):
            update = self.count - len(finite) + 1 + finite.index(False)
            write_json(self.path.with_name(DIVERGED), {"update": update})
            raise UserError(
                f"A loss of {self.path.parent.name} is no longer a finite number at update {update}: the training "
                f"has diverged and was stopped there; its earlier snapshots are kept."
            )
        return found

    def written_at(self, count: int) -> bool:
        """Tell whether an interval ends at this number of updates."""
        return count % self.every == 0 or count == self.updates


def update_of(line: str) -> int | None:
    """Return the update with which the record in a line ends, or None if it is none."""
    try:
        return json.loads(line)["update"]
    except (ValueError, LookupError, TypeError):
        return None
