"""From a finished run to what is committed of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stackrepro.base.errors import UserError
from stackrepro.base.files import remove, write_atomic
from stackrepro.runs.card import model_card
from stackrepro.runs.export import BITS, for_release
from stackrepro.runs.recorded import recorded
from stackrepro.runs.store import StoredRun


def publish(item: StoredRun, target: Path, bits: int | None = BITS[0]) -> Path:
    """Put what may be published of a finished run into a folder under `target`, and return that folder.

    It gets the records, the losses, the first and the last generated grid, the generator in as few bits as don't show,
    `bits` at least, and a model card; with `bits` None neither generator nor card.

    Raises:
        UserError: the run isn't finished, its weights are missing, its experiment has been redefined since, or the run
            whose images it reads isn't published, with its weights unless `bits` is None.
    """
    check_finished(item)
    run = recorded(item)
    before = None if run.configuration.condition is None else run.stage1
    needed, how = ("result.json", "") if bits is None else ("generator.safetensors", " with its weights")
    if before is not None and not (before.folder(target) / needed).is_file():
        raise UserError(
            f"{run.name} reads images of {before.name}, which isn't published{how}: first finish that with "
            f"`{before.command}` and publish it."
        )
    released = None if bits is None else for_release(run, item, bits)
    folder = target / item.folder.name
    with replacing(folder) as temporary:
        (temporary / "samples").mkdir(parents=True)
        for file in ("run.json", "result.json", "losses.jsonl"):
            shutil.copy2(item.folder / file, temporary / file)
        grids = item.grids()
        for update in (min(grids), max(grids)):  # all that lie between would be most of the repository
            shutil.copy2(grids[update], temporary / "samples" / grids[update].name)
        if released is not None:
            weights, precision = released
            (temporary / "generator.safetensors").write_bytes(weights)
            card = model_card(run, item, "generator.safetensors", precision)
            (temporary / "model-card.md").write_text(card, encoding="utf-8")
    return folder


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
