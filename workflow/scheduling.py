"""What `make book` and `make runs` share: their options, the data of many runs, Snakemake, and what is told of it."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from stackrepro.base import places
from stackrepro.base.errors import UserError
from stackrepro.base.lock import locked
from stackrepro.base.stopping import STOPPED, Terminated, exit_on_sigterm
from stackrepro.data import Source, prepare
from stackrepro.evaluation.evaluate import finished
from stackrepro.experiments import TIERS
from stackrepro.report.chapter import Parameters
from stackrepro.runs import Run


def parser_of(description: str) -> argparse.ArgumentParser:
    """Return a parser with the options that say which runs, on what data, and where."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tier", default="quick", help=f"the scale of the runs: {', '.join(TIERS)} (default: quick)")
    parser.add_argument(
        "--data",
        default=os.environ.get("DATA") or None,
        metavar="FOLDER",
        help="the data root; naming it allows an unofficial archive",
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="a run of each experiment for each seed")
    parser.add_argument("--device", default="cpu", help="where to train: cpu, cuda, cuda:1, mps, auto")
    return parser


def parameters_of(options: argparse.Namespace, extended: bool = False) -> Parameters:
    """Turn those options into the parameters of a chapter, which aren't checked yet.

    Raises:
        UserError: a name that Snakemake can't use.
    """
    runs_root = str(places.runs_root())
    if set("{}") & set(runs_root):
        raise UserError(f"Snakemake can't use {runs_root}, whose name has braces: move it with STACKREPRO_RUNS.")
    return Parameters(
        tier=options.tier,
        seeds=options.seeds,
        data_root=str(places.data_root(options.data) or ""),
        unofficial=options.data is not None,
        runs_root=runs_root,
        device=options.device,
        extended=extended,
    )


def prepare_all(runs: Iterable[Run], sources: Mapping[str, Source]) -> None:
    """Decode each data set once for all sizes, before many processes want them."""
    wanted = list(runs)
    for source in sources.values():
        views = [view for run in wanted if run.source == source for view in run.configuration.views]
        prepare(source, list(dict.fromkeys(views)))


def outdated(runs: Iterable[Run], root: Path) -> list[Run]:
    """List the runs whose results are damaged or were measured by another plan than today's."""
    return [run for run in runs if run.result_path(root).exists() and finished(run, root) is None]


def set_aside(runs: Iterable[Run], root: Path) -> None:
    """Rename the results of `outdated` runs, so that these are measured again."""
    for run in outdated(runs, root):
        with locked(run.folder(root)):
            for one in outdated([run], root):  # another process may have measured it while this one waited
                result = one.result_path(root)
                result.rename(result.with_suffix(".old.json"))


def snakemake(
    arguments: Iterable[str | Path], folder: Path, shared: tuple[int, ...] = (), steps: Steps | None = None
) -> int:
    """Run Snakemake in a folder and return its exit status.

    Its own lock is left out, since it would outlive a scheduler that is killed. A run's lock keeps two processes from
    training it.

    Args:
        shared: descriptors that it inherits.
        steps: is told what it prints.
    """
    command = [sys.executable, "-m", "snakemake", *arguments, "--nolock"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    pipe = None if steps is None else subprocess.PIPE
    # In a group of its own, so that a signal reaches Snakemake and all its jobs once, wherever it came from.
    process = subprocess.Popen(
        command, cwd=folder, env=environment, pass_fds=shared, process_group=0, stdout=pipe, text=True
    )
    # If this process is killed, even with SIGKILL, the pipe to the watcher closes, and it stops the group.
    watcher = subprocess.Popen(
        ["sh", "-c", f"read _; kill -TERM -{process.pid}"], stdin=subprocess.PIPE, start_new_session=True
    )
    try:
        for line in process.stdout or ():
            steps.read(line)
        return process.wait()
    except (KeyboardInterrupt, Terminated) as stopped:
        number = signal.SIGTERM if isinstance(stopped, Terminated) else signal.SIGINT
        os.killpg(process.pid, number)
        process.wait()  # the jobs write their checkpoints, and Snakemake tidies up
        raise
    finally:
        watcher.kill()
        watcher.wait()


class Steps:
    """Tells which of how many steps is being done and what is left in time.

    On a terminal it is one line that is written over, elsewhere a line for each step.
    """

    def __init__(self, at_once: int, typical: Mapping[str, float | None]) -> None:
        """Begin to count.

        Args:
            at_once: how many steps are done at once.
            typical: seconds that a step of each kind takes, None where nobody knows before the first one is done.
        """
        self.at_once, self.typical = at_once, typical
        self.planned: Counter[str] = Counter()
        self.running: dict[str, float] = {}
        self.seconds: dict[str, list[float]] = {kind: [] for kind in typical}

    def read(self, line: str) -> None:
        """Take a line of the workflow: `@planned KIND ...`, `@begin KIND NAME`, `@end KIND NAME`; print any other."""
        word, _, rest = line.strip().partition(" ")
        ended = ""
        if word == "@planned":
            self.planned = Counter(kind for kind in rest.split() if kind in self.typical)
        elif word == "@begin":
            self.running[rest] = time.monotonic()
        elif word == "@end":
            took = time.monotonic() - self.running.pop(rest)
            self.seconds[rest.split()[0]].append(took)
            ended = f"{self.count}: {rest} in {in_words(took)}{self.left}"
        else:
            print(line, end="", flush=True)
        if sys.stdout.isatty():
            width = shutil.get_terminal_size().columns - 1
            told = f"{self.count} done{self.left}; {', '.join(self.running)}"
            print(f"\r{told[:width]:{width}}", end="\r", flush=True)
        elif ended:
            print(ended, flush=True)

    @property
    def count(self) -> str:
        return f"{sum(map(len, self.seconds.values()))} of {self.planned.total()}"

    @property
    def left(self) -> str:
        """What is left in time, in words; nothing at the end, or where nobody knows."""
        total = 0.0
        for kind, count in self.planned.items():
            took = self.seconds[kind]
            each = sum(took) / len(took) if took else self.typical[kind]
            if count > len(took):
                if each is None:
                    return ""
                total += each * max(1, (count - len(took)) / self.at_once)
        return f", about {in_words(total)} left" if total else ""

    def summary(self) -> str:
        """Tell how many steps of each kind were done and how long they took, each by itself."""
        took = {kind: seconds for kind, seconds in self.seconds.items() if seconds}
        return ", ".join(f"{kind} ({len(each)}) in {in_words(sum(each))}" for kind, each in took.items())


def in_words(seconds: float) -> str:
    """Write seconds, or minutes where they are many."""
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def status_of(work: Callable[[], int]) -> int:
    """Do some work and return its exit status; what is for people to mend, and a signal, end in a sentence."""
    exit_on_sigterm()
    try:
        return work()
    except UserError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        if error.filename is None:
            raise
        print(f"Error: {error.strerror}: {error.filename}; choose a place that can be used.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(STOPPED, file=sys.stderr)
        return 130
    except Terminated as stopped:
        print(STOPPED, file=sys.stderr)
        return stopped.code
