"""Runs whose data need not be here: all that sampling, exporting and measuring anew need is in their records."""

from __future__ import annotations

from pathlib import Path

from stackrepro.base.errors import UserError
from stackrepro.base.places import results_root
from stackrepro.data import Source
from stackrepro.experiments import ARMS, EXPERIMENTS, TIERS
from stackrepro.experiments.registry import one_of
from stackrepro.runs.run import Run
from stackrepro.runs.store import StoredRun, named, reopened, stored


def recorded(item: StoredRun) -> Run:
    """Return the run that a folder holds; its source names the data and can't be read.

    Raises:
        UserError: the record is damaged, or the experiment has been redefined since.
    """
    if item.damaged:
        raise UserError(f"A record in {item.folder} is broken: delete the folder and make it again.")
    data = item.record["data"]
    path = None if data["label"] == "synthetic" else Path(data["label"])  # not a place: drawn sets alone have none
    dataset = item.record["configuration"]["view"]["dataset"]
    return reopened(item, Source(dataset, data["name"], data["label"], data["fingerprint"], path, data["official"]))


def with_weights(name: str, arm: str, tier: str | None, seed: int, roots: list[Path]) -> StoredRun:
    """Return the run that `name` means and whose weights are kept, in the first of `roots` that has one.

    Args:
        name: an experiment, for which arm, tier and seed count, or as for `store.named`.
        tier: None means the highest there is.

    Raises:
        UserError: unknown names, no such run or several, or weights are missing, its own or those of a stage before it.
    """
    if name.partition("+")[0] in EXPERIMENTS:
        item = of_experiment(name, arm, tier, seed, roots)
    else:
        if "/" in name and not Path(name).exists():
            one_of("experiment", name.partition("+")[0], EXPERIMENTS)  # a misspelt one, most likely
        item = first_named(name, roots)
    check_weights(recorded(item), item.folder.parent)
    return item


def of_experiment(name: str, arm: str, tier: str | None, seed: int, roots: list[Path]) -> StoredRun:
    """Return the one run of an experiment whose generator is kept, by the order of tiers and then of `roots`."""
    one_of("arm", arm, ARMS)
    tiers = list(reversed(TIERS)) if tier is None else [one_of("tier", tier, TIERS)]
    kept = {root: [item for item in stored(root) if not item.damaged and generator_of(item)] for root in roots}
    for candidate in tiers:
        wanted = {"experiment": name, "arm": arm, "tier": candidate, "seed": seed}
        for items in kept.values():
            found = [x for x in items if wanted.items() <= x.record["configuration"].items()]
            if len(found) > 1:
                names = ", ".join(item.folder.name for item in found)
                raise UserError(f"{name} was trained on several data sets or threads: name one of {names}.")
            if found:
                return found[0]
    options = f"--arm {arm} --tier {tier or 'quick'} --seed {seed}"
    places = " and ".join(map(str, roots))
    raise UserError(f"No weights of {name} are in {places}: make them with `stackrepro run {name} {options}`.")


def first_named(name: str, roots: list[Path]) -> StoredRun:
    """Return what `store.named` finds in the first root that holds such a name; raises as that does for the first."""
    for root in roots:
        runs = [item for item in stored(root) if not item.damaged]
        if any(item.folder.name == name or item.record["identity"].startswith(name) for item in runs):
            return named(name, root)
    return named(name, roots[0])


def generator_of(item: StoredRun) -> bool:
    """Tell whether a folder holds the weights of a trained generator; of some runs the average alone is published."""
    return (item.folder / "generator.safetensors").is_file() or (
        item.result is not None and (item.folder / "average.safetensors").is_file()
    )


def check_weights(run: Run, root: Path) -> None:
    """Raise a `UserError` with the command that makes it if a generator is missing that makes the run's images."""
    if not any(generator_of(StoredRun(run.folder(place))) for place in (root, results_root())):
        raise UserError(f"The weights of {run.name} are not in {root}: make them with `{run.command}`.")
    if run.stage1 is not None and run.configuration.condition is not None:
        check_weights(run.stage1, root)
