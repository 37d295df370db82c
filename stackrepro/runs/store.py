"""All runs that there are: in the runs root, and published in results/."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from stackrepro import MEASURING_VERSION, TRAINING_VERSION
from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json
from stackrepro.base.lock import is_locked
from stackrepro.base.places import results_root
from stackrepro.data import Source
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS, resolve
from stackrepro.experiments.registry import one_of
from stackrepro.runs.run import Run
from stackrepro.training.health import health, read_losses

LOW_RECALL = 0.05  # a generator repeats itself below it, or all of its images lie off the real ones
NEEDED = {
    "run.json": {"name", "identity", "command", "configuration", "data", "threads"},
    "result.json": {"experiment", "arm", "tier", "seed", "protocol", "measures", "training"},
}
OLDER_VERSION, DEAD, LOW = "older version", "dead training", "low recall"  # flags of a run


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
        return self._read("result.json")

    def _read(self, name: str) -> Any:
        path = self.folder / name
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

    @cached_property
    def progress(self) -> dict[str, Any]:
        """How far the training is: `updates` done and `total`, and the `seconds` that they took.

        Of a training that isn't finished, updates are those of the last line of the loss curve, and seconds those
        behind the last checkpoint, where it goes on.
        """
        updates = total = self.record["configuration"]["updates"]
        kept = self.training
        if kept is None:
            updates = max((line["update"] for line in self.losses()), default=0)
            kept = self._read("progress.json") or {"seconds": {}}
        return {"updates": updates, "total": total, "seconds": float(sum(kept["seconds"].values()))}

    @cached_property
    def training(self) -> dict[str, Any] | None:
        """What a finished training tells of itself, None before that."""
        return self._read("training.json") if self.result is None else self.result["training"]

    @cached_property
    def health(self) -> dict[str, Any]:
        """Whether a finished training was alive to its end: see `health`."""
        training = self.training
        return health([]) if training is None else training.get("health") or health(self.losses())

    @property
    def recall(self) -> float | None:
        """The recall of the generator's average, or of its last iterate where no average was measured."""
        rows = {} if self.result is None else self.result["measures"]
        return rows.get("average", rows.get("generated", {})).get("recall")

    @property
    def flags(self) -> list[str]:
        """What a reader of the run's pictures and numbers must know: its version, a dead training, low recall."""
        raised = {
            OLDER_VERSION: self.result is not None and self.state == OLDER_VERSION,
            DEAD: self.health["died_at"] is not None,
            LOW: self.recall is not None and self.recall < LOW_RECALL,
        }
        return [flag for flag, is_so in raised.items() if is_so]

    @property
    def troubles(self) -> list[str]:
        """The same in clauses, but for the version."""
        dead = [f"its training died by update {self.health['died_at']:,}"] if DEAD in self.flags else []
        return dead + ([f"its recall is low ({self.recall:.3f})"] if LOW in self.flags else [])

    @property
    def diverged(self) -> int | None:
        """The update at which the last attempt was stopped, since a loss was no number any more, or None."""
        kept = self._read("diverged.json")
        return None if kept is None or self.training is not None else kept["update"]

    @cached_property
    def damaged(self) -> bool:
        """Whether a record can't be read or lacks what every record has."""
        try:
            lacks = NEEDED["run.json"] - self.record.keys()
            if self.result is not None:
                lacks |= NEEDED["result.json"] - self.result.keys()
                _ = self._versions
            elif self.training is None:
                _ = self.progress, self.diverged  # read what the list tells of it
            return bool(lacks)
        except (UserError, AttributeError, LookupError, TypeError, ValueError):
            return True

    @property
    def has_generator(self) -> bool:
        """Whether weights of a trained generator lie here; of some runs the average alone is published."""
        averaged = self.result is not None and (self.folder / "average.safetensors").is_file()
        return averaged or (self.folder / "generator.safetensors").is_file()

    def losses(self) -> list[dict[str, float]]:
        """The loss curve: a record for each interval of updates, none before the first."""
        return read_losses(self.folder)

    def picture(self, update: str = "last") -> tuple[int, str, Path]:
        """Return a picture of the first fixed latents: the updates behind it, of which weights it is, and its path.

        `update` is "last" for the trained generator, averaged where that was kept, or "first" for the untrained one.
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


def stored(*roots: Path, **wanted: Any) -> list[StoredRun]:
    """List the runs under the roots, root by root and there by name.

    `wanted` are fields that a run's configuration must have, such as `experiment`, `arm`, `tier` and `seed`. A run
    whose records can't be read has none.
    """
    folders = [path.parent for root in roots for path in sorted(root.glob("*/run.json"))]
    runs = [StoredRun(folder) for folder in folders if not folder.name.startswith(".")]  # a dot: cut off in the making
    if not wanted:
        return runs
    return [x for x in runs if not x.damaged and wanted.items() <= x.record["configuration"].items()]


def find(run: Run, root: Path) -> StoredRun | None:
    """Return a finished run, from the runs root or else from results/, or None."""
    for place in (root, results_root()):
        if run.result_path(place).exists():
            return StoredRun(run.folder(place))
    return None


def named(name: str, *roots: Path) -> StoredRun:
    """Return the run that `name` means, a folder, a name or the start of an identity, in the first root that has it.

    Raises:
        UserError: it means none, or several.
    """
    if (Path(name) / "run.json").is_file():
        return StoredRun(Path(name).resolve())
    for root in roots:
        runs = [run for run in stored(root) if not run.damaged]
        found = [run for run in runs if run.folder.name == name or run.record["identity"].startswith(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UserError(f"{name!r} means {len(found)} runs in {root}: give one name that `stackrepro runs` lists.")
    raise UserError(f"{name!r} means no run in {roots[0]}: give one name that `stackrepro runs` lists.")


def with_weights(name: str, arm: str, tier: str | None, seed: int, *roots: Path) -> StoredRun:
    """Return the run that `name` means and whose weights are kept, in the first of `roots` that has one.

    Args:
        name: an experiment, for which arm, tier and seed count, or as for `named`.
        tier: None means the highest there is.

    Raises:
        UserError: unknown names, no such run or several, or weights are missing, its own or those of a stage before it.
    """
    base = name.partition("+")[0]
    if base in EXPERIMENTS:
        item = _of_experiment(name, arm, tier, seed, roots)
    else:
        if "/" in name and not Path(name).exists():
            one_of("experiment", base, EXPERIMENTS)  # a misspelt one, most likely
        item = named(name, *roots)
    run: Run | None = reopened(item)
    places = (item.folder.parent, results_root())
    while run is not None:  # the run itself, and each stage that its images are made from
        if not any(StoredRun(run.folder(place)).has_generator for place in places):
            raise UserError(f"The weights of {run.name} are not in {places[0]}: make them with `{run.command}`.")
        run = None if run.configuration.condition is None else run.stage1
    return item


def _of_experiment(name: str, arm: str, tier: str | None, seed: int, roots: tuple[Path, ...]) -> StoredRun:
    """Return the one run of an experiment whose generator is kept, by the order of tiers and then of `roots`."""
    one_of("arm", arm, ARMS)
    for candidate in reversed(TIERS) if tier is None else [one_of("tier", tier, TIERS)]:
        for root in roots:
            found = stored(root, experiment=name, arm=arm, tier=candidate, seed=seed)
            found = [item for item in found if item.has_generator]
            if len(found) > 1:
                names = ", ".join(item.folder.name for item in found)
                raise UserError(f"{name} was trained on several data sets or threads: name one of {names}.")
            if found:
                return found[0]
    options = f"--arm {arm} --tier {tier or 'quick'} --seed {seed}"
    places = " and ".join(map(str, roots))
    raise UserError(f"No weights of {name} are in {places}: make them with `stackrepro run {name} {options}`.")


def reopened(item: StoredRun, source: Source | None = None) -> Run:
    """Return the run that a folder holds, so that work on it can go on.

    Without its data the run's source only names them and can't be read, which is enough to make images, to export and
    to measure by published references.

    Raises:
        UserError: without data the record is damaged; `source` isn't what the run was trained on; the folder is a
            copy; or the experiment has been redefined since.
    """
    if source is None and item.damaged:
        raise UserError(f"A record in {item.folder} is broken: delete the folder and make it again.")
    record, name = item.record, item.folder.name
    c, data = record["configuration"], record["data"]
    if source is None:
        path = None if data["label"] == "synthetic" else Path(data["label"])  # not a place: drawn sets alone have none
        known = (data["name"], data["label"], data["fingerprint"], path, data["official"])
        source = Source(c["view"]["dataset"], *known)
    if source.fingerprint != data["fingerprint"]:
        raise UserError(
            f"{name} was trained on {data['name']}, not on {source.name}: name its data root with --data-root."
        )
    configuration = resolve(c["experiment"], c["arm"], c["tier"], c["seed"])
    run = Run(configuration, source, record["threads"], record.get("precision", "32-true"))
    if name != run.name:
        raise UserError(f"{item.folder} is a copy of {run.name}: give it that name again, or name the original.")
    if run.identity != record["identity"]:
        raise UserError(f"{c['experiment']} has been redefined since {name} was trained: train it again.")
    return run
