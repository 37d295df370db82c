"""A chapter: its parameters, checked; its runs; and the line under its figures and tables that names them."""

from __future__ import annotations

import ast
import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from html import escape
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from IPython.display import HTML, display

from stackrepro.base import places
from stackrepro.base.cores import cores
from stackrepro.base.errors import AbsentError, UserError
from stackrepro.base.stopping import exit_on_sigterm
from stackrepro.data import Source, find
from stackrepro.evaluation.evaluate import ensure, finished
from stackrepro.experiments import TIERS, resolve
from stackrepro.experiments.registry import one_of
from stackrepro.report.lists import ARM, runs_of, split
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.store import OLDER_VERSION
from stackrepro.training.configuration import Configuration

DATASETS = ("birds", "faces")
MISSING = "<code>make book EXTENDED=1</code> makes them, and so does this:"
SAID = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Parameters:
    """What a chapter's parameters cell, or papermill, may set."""

    tier: str = "smoke"
    seeds: list[int] = field(default_factory=lambda: [0])
    data_root: str = ""
    unofficial: bool = False
    runs_root: str = ""
    device: str = "cpu"
    extended: bool = False


PARAMETERS = {each.name: None for each in fields(Parameters)}


@dataclass(frozen=True)
class Chapter:
    """An opened chapter: the tier, the seeds and the data that all its figures and tables are made from.

    `dataset` is what the chapter is about, `sources` holds all data sets by name. Its methods take names of experiments
    with an arm behind an @, such as birds/dconv-64@code, where it isn't `matched`.
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
    def scope(self) -> str:
        """What the captions of figures and tables begin with: tier, data, seeds."""
        return f"tier {self.tier} | {self.source.name} | seed {', '.join(map(str, self.seeds))}"

    @property
    def book_scope(self) -> str:
        """The same with all data sets, for a page about both."""
        names = " | ".join(source.name for source in self.sources.values())
        return self.scope.replace(self.source.name, names)

    def about(self, dataset: str) -> Chapter:
        """Return this chapter with another data set as what it is about, so that its scope is of these data."""
        return replace(self, dataset=dataset)

    def configuration(self, experiment: str, arm: str = ARM, tier: str | None = None) -> Configuration:
        """Return the configuration of an experiment at this chapter's tier, or at another."""
        return resolve(experiment, arm, tier or self.tier, self.seeds[0])

    def obtain(self, *names: str) -> dict[str, list[StoredRun]]:
        """Return a finished run for each experiment and seed; what is missing is trained and evaluated first."""
        with ThreadPoolExecutor(cores() if self.device == "cpu" else 1) as pool:
            list(pool.map(lambda run: in_own_process(run, self.runs_root, self.device), self._missing(*names)))
        return self.finished(*names)

    def finished(self, *names: str) -> dict[str, list[StoredRun]]:
        """Return the runs of those experiments whose seeds are all finished; nothing is trained."""
        groups = {name: [finished(run, self.runs_root) for run in self._runs(name)] for name in names}
        return {name: group for name, group in groups.items() if None not in group}

    def own(self, names: Sequence[str]) -> tuple[Chapter, dict[str, list[StoredRun]]]:
        """Return the chapter as it is about the data of these experiments, and its own finished runs of them.

        Of a comparison one side alone is none. With the parameter `extended` what is missing is made first.
        """
        runs = self.obtain(*names) if self.extended else self.finished(*names)
        about = self.about(self._runs(names[0])[0].source.dataset)
        return about, runs if compares(runs, names) else {}

    def show(
        self,
        names: Sequence[str],
        *draws: Callable[[Chapter, dict[str, list[StoredRun]]], object],
        known: Collection[str] = (),
    ) -> None:
        """Show each drawing of the chapter's `own` runs of these experiments, and the commands for what is missing.

        What is `known` to be published needs no command.
        """
        about, runs = self.own(names)
        for draw in draws if runs else ():
            display(draw(about, runs))
        lacking = [name for name in names if name not in known and self._missing(name)]
        if commands := "\n".join(run.command for run in self._missing(*lacking)):
            words = ", ".join(f"<code>{name}</code>" for name in lacking)
            told = f"<summary>No run yet: {words}</summary>{MISSING}<pre>\n{escape(commands)}</pre>"
            display(HTML(f'<details class="provenance">{told}</details>'))

    def _runs(self, name: str) -> list[Run]:
        return runs_of(*split(name), self.tier, self.seeds, self.sources)

    def _missing(self, *names: str) -> list[Run]:
        wanted = {run.name: run for name in names for run in self._runs(name)}
        return [run for run in wanted.values() if finished(run, self.runs_root) is None]


def compares(runs: dict[str, list[StoredRun]], names: Sequence[str]) -> bool:
    """Tell whether there is something to show of these experiments: of several, two."""
    return len(runs) >= min(2, len(names))


def in_own_process(run: Run, root: Path, device: str) -> None:
    """Let a process of its own `ensure` a run, so that several are made at once, and this one needs no torch.

    If the run failed, its `UserError` is raised here; if the process was ended from outside, one that says so.
    """
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=make, args=(run, root, device, sender))
    process.start()
    sender.close()
    try:
        told = receiver.recv()
    except EOFError:  # it ended without a word
        told = f"{run.name} ended early; what it printed stands above."
    except BaseException:
        process.terminate()  # it writes a checkpoint and ends
        raise
    finally:
        process.join()
    if process.exitcode < 0:
        told = (
            f"{run.name} was ended by {signal.Signals(-process.exitcode).name}. The system does that where memory runs "
            f"short: give it more, and start the same again; it goes on from the last checkpoint."
        )
    if told:
        raise UserError(told)


def make(run: Run, root: Path, device: str, sender: Connection) -> None:
    """Ensure a run in this process, which ends with its parent, and send the sentence of an error."""

    def follow() -> None:
        multiprocessing.parent_process().join()
        signal.raise_signal(signal.SIGTERM)

    threading.Thread(target=follow, daemon=True).start()
    exit_on_sigterm()
    told = ""
    try:
        ensure(run, root, device)
    except UserError as error:
        told = str(error)
    sender.send(told)


def open_chapter(names: dict[str, Any], dataset: str = "birds") -> Chapter:
    """Open a chapter with the parameters that stand in a notebook's `globals()`; it may be opened again at any time.

    papermill only warns of a parameter that it doesn't know; here it is a `UserError`, as is an impossible value. Other
    names, of earlier cells or of IPython's start-up files, are nobody's parameters: what counts was assigned in the
    parameters cell or in the one that papermill puts behind it.
    """
    given = assigned(names["In"]) if "In" in names else PARAMETERS.keys() & names.keys()
    for name in sorted(given - PARAMETERS.keys()):
        one_of("chapter parameter", name, PARAMETERS)
    show_pictures()
    values = {name: as_meant(name, names[name]) for name in given if names[name] is not None}
    return check(Parameters(**values), dataset)


def assigned(history: Iterable[str]) -> set[str]:
    """Return the names that the last executed parameters cell assigns, and papermill's behind it, by IPython's `In`."""
    found: set[str] = set()
    for source in reversed(list(history)):
        try:
            statements = ast.parse(source).body
        except SyntaxError:
            continue
        targets = [target for each in statements if isinstance(each, ast.Assign) for target in each.targets]
        names = {target.id for target in targets if isinstance(target, ast.Name)}
        if source.lstrip().startswith("# Parameters"):
            found = found or names
        elif len(statements) == len(names) and len(names & PARAMETERS.keys()) > 2:
            return found | names
    return found


def as_meant(name: str, value: Any) -> Any:
    """Turn what papermill makes of a typed value into what the parameter is: `-p seeds 0`, `-p data_root 2024`."""
    if name == "seeds":
        if isinstance(value, str):
            words = value.strip("[]() ").replace(",", " ").split()
            value = [int(word) if word.isdecimal() else word for word in words]
        return [value] if type(value) is int else value
    if name in ("unofficial", "extended"):
        return SAID.get(str(value).lower(), value)
    return str(value) if type(value) is int else value


def show_pictures() -> None:
    """Let a notebook show figures, and draw them alike, whatever MPLBACKEND and a matplotlibrc say."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and getattr(shell, "kernel", None) is not None:
        os.environ.pop("MPLBACKEND", None)  # with the name of no backend matplotlib isn't even imported
        import matplotlib

        matplotlib.rcdefaults()
        matplotlib.style.use("stackrepro.report.figures")
        shell.enable_matplotlib("inline")


def check(parameters: Parameters, dataset: str = "birds") -> Chapter:
    """Check the values of a chapter's parameters and find the data."""
    one_of("tier", parameters.tier, TIERS)
    seeds = parameters.seeds
    if not isinstance(seeds, list) or not seeds or not all(type(seed) is int and seed >= 0 for seed in seeds):
        raise UserError(f"seeds is {seeds!r}: give whole numbers from 0 on, such as [0, 1, 2].")
    if len(set(seeds)) < len(seeds):
        raise UserError(f"seeds is {seeds!r}: give each seed once.")
    for name, value in vars(parameters).items():
        if name in ("data_root", "runs_root", "device") and not isinstance(value, str):
            raise UserError(f"{name} is {value!r}: give a text in quotes, to papermill by `-r {name} TEXT`.")
        if name in ("unofficial", "extended") and not isinstance(value, bool):
            raise UserError(f"{name} is {value!r}: give True or False.")
    sources = found_or_drawn(places.data_root(parameters.data_root), parameters.unofficial)
    root = places.runs_root(parameters.runs_root)
    return Chapter(parameters.tier, tuple(seeds), dataset, sources, root, parameters.device, parameters.extended)


def found_or_drawn(root: Path | None, unofficial: bool) -> dict[str, Source]:
    """Find each data set in the data root; one that isn't there is drawn, but if neither is there, that is an error."""
    sources = {}
    for dataset in DATASETS:
        try:
            sources[dataset] = find(dataset, root, unofficial=unofficial)
        except AbsentError:
            sources[dataset] = find(dataset, None)
    if root is not None and all(source.synthetic for source in sources.values()):
        find(DATASETS[0], root)  # says what is missing
    return sources


# The line under a figure or a table: functions that draw from runs call `note`, and when the cell is done, what was
# noted stands under its outputs, with a link to the page that lists all runs. Outside a notebook nothing happens.
PAGE = "execution.html"  # beside the other chapters
_noted: dict[str, StoredRun] = {}  # by the name of the folder, until the cell is done


def note(runs: dict[str, list[StoredRun]]) -> None:
    """Remember for the line under the cell's outputs that they are made from these runs."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None:
        _noted.update((run.folder.name, run) for group in runs.values() for run in group)
        shell.events.register("post_run_cell", show)  # a function that is registered already isn't registered twice


def show(cell: Any) -> None:
    """Display the line under the outputs of a cell, unless the cell has failed; IPython calls it behind each cell."""
    runs = list(_noted.values())
    _noted.clear()
    if runs and cell.success:
        display(HTML(caption(runs)))


def caption(runs: list[StoredRun]) -> str:
    """Return the line for these runs as HTML: itself for one run, else a list that opens with a click."""
    if len(runs) == 1:
        return f'<div class="provenance">{line(runs[0])}</div>'
    flags = Counter(flag for run in runs for flag in run.flags)
    words = [f"{len(runs)} runs", "commit " + ", ".join(sorted({commit_of(run) for run in runs}))]
    words += [f"{flag}: {count}" for flag, count in flags.items()]
    items = "".join(f"<li>{line(run)}</li>" for run in runs)
    return f'<details class="provenance"><summary>{escape(" | ".join(words))}</summary><ul>{items}</ul></details>'


def line(run: StoredRun) -> str:
    """Return the name of a run with a link to its entry, its command, its commit, and if its version is older."""
    link = f'run <a href="{PAGE}#{anchor(run)}">{escape(run.folder.name)}</a>'
    flags = ([OLDER_VERSION] if run.state == OLDER_VERSION else []) + list(run.troubles)
    words = [f"<code>{escape(run.record['command'])}</code>", escape(f"commit {commit_of(run)}"), *map(escape, flags)]
    return " | ".join([link, *words])


def anchor(run: StoredRun) -> str:
    """Return the id of a run's entry on the page that lists all runs."""
    return escape(f"run-{run.folder.name}")


def commit_of(run: StoredRun) -> str:
    """Return the commit that a run was last started from: its first 7 digits, and a + if files differed from it."""
    commit = run.record["starts"][-1].get("commit")
    return "unknown" if commit is None else commit[:7] + ("+" if commit.endswith("+changes") else "")
