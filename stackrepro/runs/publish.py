"""From a finished run to what is committed of it, with its model card (Mitchell et al. 2019, arXiv:1810.03993)."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from stackrepro.base.errors import UserError
from stackrepro.base.files import write_atomic
from stackrepro.experiments import EXPERIMENTS
from stackrepro.experiments.references import base_models, first_stages
from stackrepro.runs.export import PrecisionShows, as_safetensors
from stackrepro.runs.run import Run
from stackrepro.runs.store import StoredRun, reopened
from stackrepro.training.sampling import AVERAGE, LAST

TEXTS = yaml.safe_load(Path(__file__).with_name("model_card.yaml").read_text(encoding="utf-8"))


def publish(item: StoredRun, target: Path, records_only: bool = False) -> Path:
    """Put what may be published of a finished run into a folder under `target`, and return that folder.

    It gets the records, the losses, the first and the last generated grid and that of the average, and with weights a
    model card. Weights are those that `released` names; with `records_only` none but what later stages are built on.

    Raises:
        UserError: the run isn't finished, no commit is known of it, its weights are missing, its experiment has been
            redefined since, or the run whose images it reads isn't published.
    """
    check_finished(item)
    run = reopened(item)
    before = None if run.configuration.condition is None else run.stage1
    if before is not None and not before.result_path(target).is_file():
        raise UserError(
            f"{run.name} reads images of {before.name}, which isn't published: first finish that with "
            f"`{before.command}` and publish it."
        )
    weights = {name: content_of(run, item, name, exact) for name, exact in released(run, item, records_only).items()}
    folder = target / item.folder.name
    with write_atomic(folder) as temporary:
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
    """Return a file of weights, in half precision unless that shows or they must be exact, and which it is."""
    if not exact:
        with suppress(PrecisionShows):
            return as_safetensors(run, item, half=True, name=name), "kernels in half precision"
    return (item.folder / f"{name}.safetensors").read_bytes(), "single precision"


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


def model_card(run: Run, item: StoredRun, file: str, precision: str, exported: bool = False) -> str:
    """Return the card, Markdown, of a generator that lies in `file` beside it with the numbers that `precision` names.

    A run that isn't evaluated has a card without measures. `exported` is for use elsewhere, not published in results/.
    """
    c, record = run.configuration, item.record
    base, _, factor = c.experiment.partition("+")
    experiment = EXPERIMENTS[base]
    changed = (f" One factor is changed, `{x.name}`: {x.why}." for x in experiment.variants if x.name == factor)
    before = "" if c.condition is None or run.stage1 is None else f" It reads images that `{run.stage1.name}` makes."
    known = {key: getattr(c, key) for key in ("experiment", "arm", "tier", "seed", "updates", "batch", "value_range")}
    known |= {"run": run.name, "file": file, "size": c.view.size}
    way = "onnx" if file.endswith(".onnx") else "exported" if exported else "published"
    return TEXTS["card"].format(
        **known,
        title=experiment.title[0].upper() + experiment.title[1:],
        source=experiment.source,
        changed="".join(changed),
        kind={"rgb": "colour images", "edges": "images of edges"}.get(c.view.kind, f"{c.view.kind} images"),
        before=before,
        precision=precision,
        data=record["data"]["name"],
        rule=c.update.name,
        command=record["command"],
        version=record["package_version"],
        commit=record["starts"][-1]["commit"],
        measures=measures(item.result),
        terms=TEXTS["terms"]["synthetic" if run.source.synthetic else c.view.dataset],
        loading=TEXTS["loading"][way].format(**known),
    )


def measures(result: dict[str, Any] | None) -> str:
    """Return the table of a result's distances with their protocol, numbers of images and flags."""
    if result is None:
        return "It has not been evaluated."
    lines = [
        f"Protocol `{result['protocol']['name']}`; tier {result['tier']}, {result['data']}.",
        "",
        "| images | Fréchet distance | KID | n | flags |",
        "|---|---|---|---|---|",
    ]
    for name, row in result["measures"].items():
        flags = ", ".join(row["flags"]) or "none"
        lines.append(f"| {name} | {row['frechet']:.3f} | {row['kid']:.5f} | {row['n']} | {flags} |")
    return "\n".join(lines)
