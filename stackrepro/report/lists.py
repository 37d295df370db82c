"""Which runs the chapters show, and the lists of runs that one can ask for. Imports no torch.

A chapter names its runs in a cell of its own with the tag `needs`, and nothing else does. The cell is read as text, by
whoever schedules runs; nothing in it is executed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.data import Source
from stackrepro.experiments import resolve
from stackrepro.experiments.references import REFERENCES, SECOND
from stackrepro.experiments.registry import every_training
from stackrepro.runs import Run
from stackrepro.training.configuration import Configuration

ARM = "matched"  # of a name without an arm
CELL = re.compile(r"""^# %%[^\n]*["']needs["'][^\n]*\n(.*?)(?=^# %%|\Z)""", re.MULTILINE | re.DOTALL)
LISTS = {
    "book": "what every book trains",
    "extended": "that and all else that its chapters show",
    "reference": "what is to be published with the book, in that order, with tiers and seeds of its own",
    "frames": "the part of it that reads whole photographs, which lie in a data root of their own",
    "conditional": "what is to be published only if a condition has come true",
    "second": "the second rung of the conv and deep-conv birds, which was added later",
    "all": "every experiment in every arm with every variant",
}

# Each tier's memory in megabytes and time in minutes. Memory: updates at the paper tier's own batches were measured on
# a CPU at 1.1 GB (birds/dconv-128), 2.5 (faces/edges), 3.2 (birds/dconv-stack-bp) and 3.8 (faces/joint); the rest is
# headroom, and room for the distances of 10,000 features. Time: what is cut off goes on when it is tried again.
TIER_NEEDS = {
    "smoke": (2_000, 10),
    "quick": (3_000, 30),
    "small": (4_000, 120),
    "reduced": (6_000, 480),
    "paper": (12_000, 2_880),
}


def split(name: str) -> tuple[str, str]:
    """Split `birds/dconv-64@code` into experiment and arm; without an arm it is `matched`."""
    experiment, _, arm = name.partition("@")
    return experiment, arm or ARM


def scripts() -> dict[str, Path]:
    """Return the scripts of the chapters by name."""
    return {path.stem: path for path in sorted((places.repository() / "notebooks").glob("*.py"))}


def read_cell(script: Path) -> dict[str, list[str] | str]:
    """Read the lists of a script's cell with the tag `needs`, if it has one; anything else there is a `UserError`."""
    text = script.read_text(encoding="utf-8")
    cell = CELL.search(text)
    found: dict[str, list[str] | str] = {}
    for statement in ast.parse(cell[1]).body if cell else ():
        try:
            (target,) = statement.targets
            found[target.id] = value = ast.literal_eval(statement.value)
            is_list = isinstance(value, list) and all(isinstance(name, str) for name in value)
            if not is_list and (target.id, value) != ("needs", "all"):
                raise ValueError
        except (AttributeError, ValueError) as error:
            line = text.count("\n", 0, cell.start(1)) + statement.lineno
            raise UserError(
                f"{script.name}, line {line}: the cell with the tag `needs` holds lists of names only, such as "
                f'needs = ["birds/dconv-64", "birds/dconv-64@code"], or needs = "all".'
            ) from error
    return found


def needed(chapter: str | None = None) -> list[str]:
    """List the names that a chapter needs, or all chapters, each once."""
    found = [read_cell(script).get("needs", []) for name, script in scripts().items() if chapter in (None, name)]
    if found == ["all"]:
        return needed()
    return list(dict.fromkeys(name for names in found if names != "all" for name in names))


def shown(chapter: str | None = None) -> list[str]:
    """List the names that a chapter needs or offers, or all chapters, each once."""
    cells = [read_cell(script) for name, script in scripts().items() if chapter in (None, name)]
    offered = [name for cell in cells for key, names in cell.items() if key != "needs" for name in names]
    return list(dict.fromkeys(needed(chapter) + offered))


def runs_of(name: str, arm: str, tier: str, seeds: Sequence[int], sources: dict[str, Source]) -> list[Run]:
    """List the runs of one experiment on its data set, one for each seed."""
    configurations = [resolve(name, arm, tier, seed) for seed in seeds]
    return [Run(configuration, sources[configuration.view.dataset]) for configuration in configurations]


def listed(which: str, tier: str, seeds: Sequence[int] = (0,)) -> list[Configuration]:
    """List the configurations of one of LISTS, without first stages; what is to be published has its tier and seed."""
    if which in ("reference", "frames", "conditional"):
        kinds = ["conditional" if x.only_if else "frames" if x.data == "frames" else "reference" for x in REFERENCES]
        return [x.configuration for x, kind in zip(REFERENCES, kinds, strict=True) if kind == which]
    if which == "second":
        return [x.configuration for x in SECOND]
    pairs = every_training() if which == "all" else map(split, needed() if which == "book" else shown())
    return [resolve(name, arm, tier, seed) for name, arm in pairs for seed in seeds]


def listed_runs(which: str, tier: str, seeds: Sequence[int], sources: dict[str, Source]) -> list[Run]:
    """List the runs of one of LISTS, each once and behind that of its first stage."""
    return [Run(c, sources[c.view.dataset]) for c in first_stages_first(listed(which, tier, seeds))]


def first_stages_first(wanted: Iterable[Configuration]) -> list[Configuration]:
    """List configurations once each, and before each that of its first stage, and before that the one of its own."""
    found: dict[Configuration, None] = {}
    for c in wanted:
        chain = [c]
        while chain[-1].stage1 is not None:
            chain.append(chain[-1].stage1)
        found |= dict.fromkeys(reversed(chain))
    return list(found)


def tier_needs(configuration: Configuration, device: str) -> dict[str, int]:
    """Return megabytes of memory, minutes, and away from the CPU the number of GPUs, by Snakemake's names for them."""
    memory, minutes = TIER_NEEDS[configuration.tier]
    return {"mem_mb": memory, "runtime": minutes} | ({} if device == "cpu" else {"gpu": 1})
