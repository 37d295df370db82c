"""From a finished run to what is committed of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stackrepro.base.errors import UserError
from stackrepro.base.files import remove, write_atomic
from stackrepro.experiments.reference import base_models, first_stages
from stackrepro.runs.card import model_card
from stackrepro.runs.export import PrecisionShows, as_safetensors
from stackrepro.runs.feeding import AVERAGE, LAST
from stackrepro.runs.recorded import recorded
from stackrepro.runs.run import Run
from stackrepro.runs.store import StoredRun


def publish(item: StoredRun, target: Path, records_only: bool = False) -> Path:
    """Put what may be published of a finished run into a folder under `target`, and return that folder.

    It gets the records, the losses, the first and the last generated grid and that of the average, and with weights a
    model card. Weights are those that `released` names; with `records_only` none but what later stages are built on.

    Raises:
        UserError: the run isn't finished, no commit is known of it, its weights are missing, its experiment has been
            redefined since, or the run whose images it reads isn't published.
    """
    check_finished(item)
    run = recorded(item)
    before = None if run.configuration.condition is None else run.stage1
    if before is not None and not before.result_path(target).is_file():
        raise UserError(
            f"{run.name} reads images of {before.name}, which isn't published: first finish that with "
            f"`{before.command}` and publish it."
        )
    weights = {name: content_of(run, item, name, exact) for name, exact in released(run, item, records_only).items()}
    folder = target / item.folder.name
    with replacing(folder) as temporary:
        (temporary / "samples").mkdir(parents=True)
        for file in ("run.json", "result.json", "losses.jsonl"):
            shutil.copy2(item.folder / file, temporary / file)
        grids = item.grids()  # all that lie between the first and the last would be most of the repository
        for picture in (grids[min(grids)], grids[max(grids)], *(item.folder / "samples").glob("average-*.png")):
            shutil.copy2(picture, temporary / "samples" / picture.name)
        for name, (content, _) in weights.items():
            (temporary / f"{name}.safetensors").write_bytes(content)
        if weights:
            main, (_, precision) = next(iter(weights.items()))
            card = model_card(run, item, f"{main}.safetensors", precision)
            (temporary / "model-card.md").write_text(card, encoding="utf-8")
    return folder


def released(run: Run, item: StoredRun, records_only: bool) -> dict[str, bool]:
    """Name the weights of a run that are published, the ones that stand for it first, and which of them exactly.

    Those that later stages of the list are built on are published as they were trained, of each seed: a clone that has
    only results/ goes on from them. Else weights of seed 0, fixed beforehand: the average, of base models the last
    iterate, too. Runs of before have no average.
    """
    c = run.configuration
    stage1 = c in first_stages()
    wanted = {LAST: not records_only}
    if (item.folder / f"{AVERAGE}.safetensors").exists():
        of_seed_0 = c.seed == 0 and not records_only
        wanted = {AVERAGE: stage1 or of_seed_0, LAST: of_seed_0 and c.experiment in base_models()}
    return {name: stage1 for name, is_wanted in wanted.items() if is_wanted}


def content_of(run: Run, item: StoredRun, name: str, exact: bool) -> tuple[bytes, str]:
    """Return a file of weights by their name, in half precision unless that shows or they must be exact, and which."""
    if not exact:
        with suppress(PrecisionShows):
            return as_safetensors(run, item, half=True, name=name), "kernels in half precision"
    return (item.folder / f"{name}.safetensors").read_bytes(), "single precision"


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """Yield a temporary path beside a folder, as `write_atomic` does; the folder may be there and is then replaced.

    No system call replaces a folder that isn't empty, so the old one steps aside, and back if anything goes wrong.
    """
    old = folder.with_name(f".{folder.name}.old")
    try:
        with write_atomic(folder) as temporary:
            yield temporary
            if folder.exists():
                remove(old)
                folder.rename(old)
    except BaseException:
        if old.exists() and not folder.exists():
            old.rename(folder)
        raise
    remove(old)


def check_finished(item: StoredRun) -> None:
    """Raise a `UserError` with the remedy if a run isn't finished, or if one of its commits isn't known."""
    if item.damaged or item.result is None:
        remedy = "delete its folder" if item.damaged else f"first finish it with `{item.record['command']}`"
        raise UserError(f"{item.folder.name} is {item.state}, not finished: {remedy}.")
    if any(start.get("commit") is None for start in item.record["starts"]):
        raise UserError(
            f"{item.folder.name} was trained by code of no known commit, so nobody could make it again: train it from "
            f"a clone of the repository with `{item.record['command']}`, and publish that."
        )
