"""All runs that there are: in the runs root, and published in results/."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from stackrepro import MEASURING_VERSION, TRAINING_VERSION
from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json
from stackrepro.base.places import results_root
from stackrepro.data import Source
from stackrepro.experiments import resolve
from stackrepro.runs.health import health
from stackrepro.runs.lock import is_locked
from stackrepro.runs.run import Run

REPEATS_ITSELF = 0.05  # recall below which a generator has only few images, whatever the latent
NEEDED = {
    "run.json": {"name", "identity", "command", "configuration", "data", "threads"},
    "result.json": {"experiment", "arm", "tier", "seed", "protocol", "measures", "training"},
}
OLDER_VERSION, DEAD_GAME, REPEATS = "older version", "dead game", "repeats itself"  # flags of a run


@dataclass(frozen=True)
class StoredRun:
    """A run's folder, read. In results/ it holds what was published of it."""

    folder: Path

    @cached_property
    def record(self) -> dict[str, Any]:
        """The content of `run.json`: configuration, data, versions, command."""
        return read_json(self.folder / "run.json")

    @cached_property
    def result(self) -> dict[str, Any] | None:
        """The content of `result.json`, None if the run isn't evaluated yet."""
        path = self.folder / "result.json"
        return read_json(path) if path.exists() else None

    @property
    def state(self) -> str:
        """One of finished, older version (finished before the numbers changed), running, trained, diverged (a loss was
        no number any more), unfinished, damaged.
        """
        if self.damaged:
            return "damaged"
        if self.result is not None:
            return "finished" if self._versions == (TRAINING_VERSION, MEASURING_VERSION) else OLDER_VERSION
        if is_locked(self.folder):
            return "running"
        if (self.folder / "generator.safetensors").exists():
            return "trained"
        return "unfinished" if self.diverged is None else "diverged"

    @cached_property
    def _versions(self) -> tuple[int, int]:
        """The training's and the measurement's version; results from before they were recorded are of version 1."""
        return self.result["training"].get("training_version", 1), self.result.get("measuring_version", 1)

    @property
    def progress(self) -> dict[str, Any]:
        """How far the training is: `updates` done and `total`, and the `seconds` that they took.

        Of a training that isn't finished, updates are those of the last line of the loss curve, and seconds those
        behind the last checkpoint, where it goes on.
        """
        total = self.record["configuration"]["updates"]
        if self.training is not None:
            return {"updates": total, "total": total, "seconds": sum(self.training["seconds"].values())}
        updates, seconds = self._done
        return {"updates": updates, "total": total, "seconds": seconds}

    @cached_property
    def _done(self) -> tuple[int, float]:
        kept, updates = self.folder / "progress.json", 0
        if (self.folder / "losses.jsonl").exists():
            updates = max((record["update"] for record in self.losses()), default=0)
        return updates, sum(read_json(kept)["seconds"].values()) if kept.exists() else 0.0

    @cached_property
    def training(self) -> dict[str, Any] | None:
        """What a finished training tells of itself, None before that."""
        if self.result is not None:
            return self.result["training"]
        path = self.folder / "training.json"
        return read_json(path) if path.exists() else None

    @cached_property
    def health(self) -> dict[str, Any]:
        """Whether the game of a finished training was alive to its end: see `health`."""
        known = None if self.training is None else self.training.get("health")
        over = self.training is not None and (self.folder / "losses.jsonl").exists()
        return known or health(self.losses() if over else [])

    @property
    def recall(self) -> float | None:
        """The recall of the generator's average, or of its last iterate where no average was measured."""
        rows = {} if self.result is None else self.result["measures"]
        return rows.get("average", rows.get("generated", {})).get("recall")

    @property
    def troubles(self) -> list[str]:
        """What a reader of the run's pictures and numbers must know: that its game died, that it repeats itself."""
        told = {DEAD_GAME: lambda: f"its game died by update {self.health['died_at']:,}"}
        told[REPEATS] = lambda: f"it repeats itself (recall {self.recall:.3f})"
        return [told[flag]() for flag in self.flags if flag in told]

    @property
    def flags(self) -> list[str]:
        """The same and whether it is of an older version, a few words each."""
        raised = {
            OLDER_VERSION: self.result is not None and self.state == OLDER_VERSION,
            DEAD_GAME: self.health["died_at"] is not None,
            REPEATS: self.recall is not None and self.recall < REPEATS_ITSELF,
        }
        return [flag for flag, is_so in raised.items() if is_so]

    @property
    def diverged(self) -> int | None:
        """The update at which the last attempt was stopped, since a loss was no number any more, or None."""
        path = self.folder / "diverged.json"
        return read_json(path)["update"] if path.exists() and self.training is None else None

    @cached_property
    def damaged(self) -> bool:
        """Whether a record can't be read or lacks what every record has."""
        try:
            lacks = NEEDED["run.json"] - self.record.keys()
            if self.result is not None:
                lacks |= NEEDED["result.json"] - self.result.keys()
                _ = self._versions
            elif self.training is None:
                _ = self._done, self.diverged  # read what the list tells of it
            return bool(lacks)
        except (UserError, AttributeError, LookupError, TypeError, ValueError):
            return True

    def losses(self) -> list[dict[str, float]]:
        """The loss curve: a record for each interval of updates."""
        text = (self.folder / "losses.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines() if line.endswith("}")]  # the last may be in the making

    def picture(self, update: str = "last") -> tuple[int, str, Path]:
        """Return a picture of the first fixed latents: the updates behind it, of which weights it is, and its path.

        Args:
            update: "last" for the trained generator, the average of its weights where that was kept, or "first" for the
                untrained one.
        """
        averages = sorted((self.folder / "samples").glob("average-*.png"))
        if update == "last" and averages:
            return int(averages[-1].stem.split("-")[1]), "averaged", averages[-1]
        grids = self.grids()
        count = max(grids) if update == "last" else min(grids)
        return count, "", grids[count]

    def grids(self) -> dict[int, Path]:
        """The pictures of the first fixed latents, by the number of updates behind them."""
        return {int(path.stem.split("-")[1]): path for path in sorted((self.folder / "samples").glob("grid-*.png"))}


def stored(root: Path) -> list[StoredRun]:
    """List the runs under `root`, by name."""
    folders = [path.parent for path in sorted(root.glob("*/run.json"))]
    return [StoredRun(folder) for folder in folders if not folder.name.startswith(".")]  # a dot: cut off in the making


def find(run: Run, root: Path) -> StoredRun | None:
    """Return a finished run, from the runs root or else from results/, or None."""
    for place in (root, results_root()):
        if run.result_path(place).exists():
            return StoredRun(run.folder(place))
    return None


def named(name: str, root: Path) -> StoredRun:
    """Return the one run that `name` means: a folder, a run's name, or the beginning of its identity.

    Raises:
        UserError: it means none, or several.
    """
    if (Path(name) / "run.json").is_file():
        return StoredRun(Path(name).resolve())
    runs = [run for run in stored(root) if not run.damaged]
    found = [run for run in runs if run.folder.name == name or run.record["identity"].startswith(name)]
    if len(found) != 1:
        count = "no run" if not found else f"{len(found)} runs"
        raise UserError(f"{name!r} means {count} in {root}: give one name that `stackrepro runs` lists.")
    return found[0]


def reopened(stored: StoredRun, source: Source) -> Run:
    """Return the run that a folder holds, so that work on it can go on.

    Raises:
        UserError: `source` isn't the data that it was trained on, or the experiment has been redefined since.
    """
    record = stored.record
    if source.fingerprint != record["data"]["fingerprint"]:
        raise UserError(
            f"{stored.folder.name} was trained on {record['data']['name']}, not on {source.name}: name its data root "
            f"with --data-root."
        )
    c = record["configuration"]
    run = Run(
        resolve(c["experiment"], c["arm"], c["tier"], c["seed"]),
        source,
        record["threads"],
        record.get("precision", "32-true"),
    )
    if stored.folder.name != run.name:
        raise UserError(f"{stored.folder} is a copy of {run.name}: give it that name again, or name the original.")
    if run.identity != record["identity"]:
        raise UserError(f"{c['experiment']} has been redefined since {stored.folder.name} was trained: train it again.")
    return run
