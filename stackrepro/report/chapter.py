"""A chapter's parameters, checked, and its runs, obtained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from stackrepro.base import places
from stackrepro.base.errors import AbsentError, UserError
from stackrepro.data import Source, find
from stackrepro.evaluation.current import finished
from stackrepro.experiments import TIERS, Configuration, resolve
from stackrepro.experiments.registry import one_of
from stackrepro.report.obtain import obtain
from stackrepro.report.plan import ARM, runs_of
from stackrepro.runs import Run, StoredRun

DATASETS = ("birds", "faces")
NOT_PARAMETERS = {"In", "Out", "exit", "quit", "open", "get_ipython"}  # what IPython itself puts into a notebook


@dataclass(frozen=True)
class Parameters:
    """What a chapter's parameters cell may set."""

    tier: str
    seeds: list[int]
    data_root: str
    unofficial: bool
    runs_root: str
    device: str
    extended: bool


@dataclass(frozen=True)
class Chapter:
    """An opened chapter: the tier, the seeds and the data that all its figures and tables are made from.

    `dataset` is what the chapter is about, `sources` holds all data sets by name.
    """

    tier: str
    seeds: tuple[int, ...]
    dataset: str
    sources: dict[str, Source]
    runs_root: Path
    device: str
    extended: bool

    @property
    def source(self) -> Source:
        """The data set that the chapter is about."""
        return self.sources[self.dataset]

    @property
    def stamp(self) -> str:
        """What every figure and table wears: tier, data, seeds."""
        seeds = "seed " + ", ".join(map(str, self.seeds))
        return f"tier {self.tier} | {self.source.name} | {seeds}"

    @property
    def book_stamp(self) -> str:
        """What every page wears: tier, all data sets, seeds."""
        names = " | ".join(source.name for source in self.sources.values())
        return self.stamp.replace(self.source.name, names)

    def about(self, dataset: str) -> Chapter:
        """Return this chapter with another data set as what it is about, so that stamps are of these data."""
        return replace(self, dataset=dataset)

    def configuration(self, experiment: str, arm: str = ARM, tier: str | None = None) -> Configuration:
        """Return the configuration of an experiment at this chapter's tier, or at another."""
        return resolve(experiment, arm, tier or self.tier, self.seeds[0])

    def obtain(self, *experiments: str, arm: str = ARM) -> dict[str, list[StoredRun]]:
        """Return a finished run for each experiment and seed; what is missing is trained and evaluated first."""
        return obtain({name: self._runs(name, arm) for name in experiments}, self.runs_root, self.device)

    def show(
        self, draw: Callable[[Chapter, dict[str, list[StoredRun]]], Any], *experiments: str, arm: str = ARM
    ) -> Any:
        """Draw experiments that a book trains only when asked to, or say which commands make what is missing.

        With the parameter `extended` they are trained and evaluated first.
        """
        groups = {name: self._runs(name, arm) for name in experiments}
        about = self.about(groups[experiments[0]][0].source.dataset)
        if self.extended:
            return draw(about, self.obtain(*experiments, arm=arm))
        found = {name: [finished(run, self.runs_root) for run in group] for name, group in groups.items()}
        if all(None not in group for group in found.values()):
            return draw(about, found)
        missing = [run for name, group in groups.items() for run in group if finished(run, self.runs_root) is None]
        return commands(missing)

    def _runs(self, experiment: str, arm: str) -> list[Run]:
        return runs_of(experiment, arm, self.tier, self.seeds, self.sources)


def commands(runs: list[Run]) -> Any:
    """Say that these runs aren't there, and which commands make them, as Markdown."""
    from IPython.display import Markdown

    lines = "\n".join(run.command for run in runs)
    return Markdown(
        f"Not part of this book's own run. `make book EXTENDED=1` makes what is missing here, and so do these commands:"
        f"\n\n```\n{lines}\n```"
    )


def open_chapter(names: dict[str, Any], dataset: str = "birds") -> Chapter:
    """Open a chapter with the parameters that stand in a notebook's `globals()`.

    Call it right behind the parameters cell. papermill only warns of a parameter that it doesn't know; here it fails.

    Raises:
        UserError: a parameter is unknown, missing, of the wrong type, or has an impossible value.
    """
    known = {field.name for field in fields(Parameters)}
    modules = {name for name, value in names.items() if type(value).__name__ in ("module", "function", "type")}
    given = {name for name in names if not name.startswith("_")} - NOT_PARAMETERS - modules
    for name in sorted(given - known):
        one_of("chapter parameter", name, dict.fromkeys(sorted(known)))
    if known - given:
        raise UserError(
            f"The parameters cell doesn't set {', '.join(sorted(known - given))}: set all of {sorted(known)}."
        )
    return check(Parameters(**{name: names[name] for name in known}), dataset)


def check(parameters: Parameters, dataset: str = "birds") -> Chapter:
    """Check the values of a chapter's parameters and find the data."""
    one_of("tier", parameters.tier, TIERS)
    seeds = parameters.seeds
    if not isinstance(seeds, list) or not seeds or not all(type(seed) is int and seed >= 0 for seed in seeds):
        raise UserError(f"seeds is {seeds!r}: give a list of whole numbers from 0 on, such as [0, 1, 2].")
    if len(set(seeds)) < len(seeds):
        raise UserError(f"seeds is {seeds!r}: give each seed once.")
    for name in ("data_root", "runs_root", "device"):
        if not isinstance(getattr(parameters, name), str):
            raise UserError(f"{name} is {getattr(parameters, name)!r}: give a text in quotes.")
    for name in ("unofficial", "extended"):
        if not isinstance(getattr(parameters, name), bool):
            raise UserError(f"{name} is {getattr(parameters, name)!r}: give True or False.")
    sources = found_or_drawn(places.data_root(parameters.data_root), parameters.unofficial)
    root = places.runs_root(parameters.runs_root)
    return Chapter(parameters.tier, tuple(seeds), dataset, sources, root, parameters.device, parameters.extended)


def found_or_drawn(root: Path | None, unofficial: bool) -> dict[str, Source]:
    """Find each data set in the data root; one that isn't there is drawn, and its stamps say so.

    Raises:
        UserError: neither is there, or one can't be used.
    """
    sources = {}
    for dataset in DATASETS:
        try:
            sources[dataset] = find(dataset, root, unofficial=unofficial)
        except AbsentError:
            sources[dataset] = find(dataset, None)
    if root is not None and all(source.synthetic for source in sources.values()):
        find(DATASETS[0], root)  # says what is missing
    return sources
