"""Runs and the book in real processes that are killed at random moments, compared with what never was."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from ctypes import c_int
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from stackrepro.base import places
from stackrepro.base.files import leftovers, remove, sha256_of_file
from stackrepro.base.lock import is_locked
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.training.configuration import Configuration

IMAGES = 72  # of the drawn sets, so that a kill costs little
UPDATES, BATCH = 9, 8
SPLIT_IN_THE_MAKING = ".held-out-*.partial.json"  # a few kB, and no lock tells whether one is left
NOT_COMPARED = {"checkpoint.pt", "checkpoint.previous.pt", "progress.json", ".lock", "lock"}
TIMES = {"seconds", "images_per_second", "evaluated", "starts", "time"}
RANDOM = re.compile(r"at 0x[0-9a-f]+|id=\"[0-9a-f-]{32,36}\"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# A run: its phases, each with its place in their order, and the seconds that it may last before it is killed.
PHASES = {
    "start": (0, 0.03),
    "drawing": (0, 0.4),
    "preparation": (1, 0.2),
    "training": (2, 0.03),
    "snapshot": (2, 0.03),
    "checkpoint": (2, 0.03),
    "evaluation": (3, 1.5),
    "result": (3, 0.03),
}
NAMES = tuple(PHASES)

# The book: of few runs, a stack of birds, and both stages of the faces; and what is killed of it.
BOOK = "the book"
CHAPTERS = ("a-3-5-backpropagating", "b-7-contraction")
SITE = Path("checkout", "_build", "smoke-synthetic")
JOBS = {"site.py": "site", "chapter.py": "chapter", "stackrepro": "run"}
VICTIMS = ("book.py", "snakemake", "job", "all")

# A server that has imported what is heavy, and forks a process for each attempt.
processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(["onnxruntime", "scipy.linalg", "torch._dynamo", "stackrepro.evaluation.result"])


def made(place: Path, case: str) -> Path:
    """Make a place for a case anew: a cache with the user's Inception weights and, for the book, a small checkout."""
    remove(place)
    (place / "cache").mkdir(parents=True)
    inception = (places.cache_root() / "inception").resolve()
    (place / "cache" / "inception").symlink_to(inception, target_is_directory=True)
    if case == BOOK:
        small_checkout(place / "checkout")
    return place


def fault(place: Path, status: int) -> str:
    """Return nothing for status 0, else what went wrong."""
    if status == 0:
        return ""
    lines = (place / "log").read_text(encoding="utf-8", errors="replace").splitlines()
    return f"status {status}: {lines[-1] if lines else ''}; see {place / 'log'}"


def compare(case: str, folder: Path, kills: int, dice: random.Random) -> tuple[Counter[str], list[str], int]:
    """Work on an experiment, or on the book, whole and then with so many kills, at the same path, which pages may show.

    What survives a kill may finish the work before the next. Then it is begun anew; the kills of another book come in
    half the time, so that this ends on any machine. What is whole stays in `folder`, for the next comparison.

    Returns:
        how many kills, by what was killed in the middle of what; what differs from the whole or went wrong; and how
        many files were compared.
    """
    place, whole = folder / "cut", folder / f"whole-{case.replace('/', '-').replace(' ', '-')}"
    timing = whole / "seconds"
    if not timing.exists():
        began = time.monotonic()
        if wrong := finish(case, made(place, case)):
            return Counter(), [wrong], 0
        remove(whole)
        place.rename(whole)
        timing.write_text(f"{time.monotonic() - began}")
    counted, found, seconds = Counter(), [], float(timing.read_text())
    while counted.total() < kills and not found:
        made(place, case)
        seconds /= 2
        more = kills - counted.total()
        some, wrong = killed_book(place, more, seconds, dice) if case == BOOK else killed_run(case, place, more, dice)
        wrong = wrong or finish(case, place)
        while is_locked(place / SITE):  # by what survived its command
            time.sleep(0.2)
        counted += some
        found = [wrong] if wrong else differences(whole, place)
    return counted, found, len(files(whole / "runs")) + len(files(whole / "cache"))


def finish(case: str, place: Path) -> str:
    """Work until the end; return nothing, or what went wrong."""
    if case == BOOK:
        return fault(place, start_book(place).wait())
    process, _ = start_run(case, place)
    process.join()
    return fault(place, process.exitcode)


def start_run(experiment: str, place: Path) -> tuple[Any, c_int]:
    """Start a process that works on a run; return it, and what tells its phase."""
    phase = processes.RawValue(c_int, 0)  # no lock, which a killed process would keep
    process = processes.Process(target=work, args=(experiment, place, phase))
    process.start()
    return process, phase


def work(experiment: str, place: Path, phase: c_int) -> None:
    """Train and evaluate a small run in this process; `phase` tells the parent what is being done."""
    log = os.open(place / "log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(log, stream.fileno())
    os.environ["STACKREPRO_CACHE"] = str(place / "cache")
    from stackrepro.data import find, sources
    from stackrepro.evaluation import evaluate, references, result
    from stackrepro.runs import weights as trainer
    from stackrepro.training import checkpoint, loop

    for drawn in sources.SETS.values():
        drawn.COUNT = IMAGES
    loop.SECONDS_BETWEEN_CHECKPOINTS = 0.0
    watched = [
        (sources, "synthetic_folder", "drawing"),
        (trainer, "prepare", "preparation"),
        (references, "prepare", "preparation"),
        (loop, "train", "training"),
        (loop, "keep_snapshot", "snapshot"),
        (checkpoint, "save", "checkpoint"),
        (result, "measure", "evaluation"),
        (result, "write_json", "result"),
    ]
    for module, name, called in watched:
        setattr(module, name, partial(tell, phase, NAMES.index(called), getattr(module, name)))
    c = small(resolve(experiment, "matched", "smoke"))
    evaluate.ensure(Run(c, find(c.view.dataset, None)), place / "runs")


def small(c: Configuration) -> Configuration:
    """Return a configuration with its first stage's for few updates of few images."""
    stage1 = None if c.stage1 is None else small(c.stage1)
    return replace(c, updates=UPDATES, batch=min(c.batch, BATCH), stage1=stage1)


def tell(phase: c_int, number: int, function: Callable, *arguments: Any, **options: Any) -> Any:
    """Call a function, and let `phase` hold its number meanwhile."""
    before, phase.value = phase.value, number
    try:
        return function(*arguments, **options)
    finally:
        phase.value = before


def killed_run(case: str, place: Path, kills: int, dice: random.Random) -> tuple[Counter[str], str]:
    """Work with so many processes, each killed some time after it has begun a phase; both are drawn by lot.

    What comes first is killed first. What one process has done isn't done again, so that what comes after a phase will
    do for it.
    """
    counted: Counter[str] = Counter()
    lots = [-(-kills // len(NAMES[1:]))] * len(NAMES[1:])  # few kills hit different things, not by chance the last
    for wanted in sorted(dice.sample(NAMES[1:], kills, counts=lots), key=lambda name: PHASES[name][0]):
        process, phase = start_run(case, place)
        turn, longest = PHASES[wanted]
        seconds = dice.uniform(0.0, 1.0 if dice.random() < 0.25 else longest)
        while (now := NAMES[phase.value]) != wanted and PHASES[now][0] <= turn and process.is_alive():
            time.sleep(0.001)
        process.join(seconds)
        process.kill()
        process.join()
        if process.exitcode == 0:
            break  # it was faster
        if process.exitcode != -signal.SIGKILL:
            return counted, fault(place, process.exitcode)
        counted[NAMES[phase.value]] += 1
    return counted, ""


def small_checkout(folder: Path) -> None:
    """Copy what makes the book, with two chapters and small drawn sets."""
    folder.mkdir()
    for name in ("_config.yml", "pyproject.toml", "benchmarks", "book", "notebooks", "stackrepro", "workflow"):
        source = places.repository() / name
        (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)
    with (folder / "stackrepro/report/lists.py").open("a", encoding="utf-8") as file:
        file.write(
            f"\n\nevery = scripts\n\n\ndef scripts():\n    return {{name: every()[name] for name in {CHAPTERS!r}}}\n"
        )
    for dataset in ("birds", "faces"):
        path = folder / f"stackrepro/data/synthetic_{dataset}.py"
        path.write_text(re.sub(r"(?m)^COUNT = \d+", f"COUNT = {IMAGES}", path.read_text(encoding="utf-8")))
    for chapter in CHAPTERS:  # links to chapters that aren't there
        path = folder / "notebooks" / f"{chapter}.py"
        path.write_text(re.sub(r"\[([^\]]*)\]\((?!http)[\w-]+\)", r"\1", path.read_text(encoding="utf-8")))
    (folder / "book/intro.md").write_text("# A small book\n\nTwo chapters.\n")
    listed = "\n".join(f"  - file: {page}" for page in (*(f"chapters/{chapter}" for chapter in CHAPTERS), "references"))
    (folder / "book/_toc.yml").write_text(f"format: jb-book\nroot: intro\nchapters:\n{listed}\n")


def start_book(place: Path) -> subprocess.Popen:
    checkout = place / "checkout"
    own = {"PYTHONPATH": checkout, "STACKREPRO_CACHE": place / "cache", "STACKREPRO_RUNS": place / "runs"}
    command = [sys.executable, checkout / "workflow" / "book.py", "--tier", "smoke", "--jobs", "2"]
    with (place / "log").open("a") as log:
        environment = os.environ | {name: str(path) for name, path in own.items()}
        return subprocess.Popen(command, env=environment, stdout=log, stderr=log)


def killed_book(place: Path, kills: int, seconds: float, dice: random.Random) -> tuple[Counter[str], str]:
    """Make the book with so many kills, at random moments within `seconds` each.

    Killed is by lot the command, Snakemake, a job of it, or all of them; what survives is left to itself.
    """
    counted: Counter[str] = Counter()
    for _ in range(kills):
        process = start_book(place)
        with suppress(subprocess.TimeoutExpired):
            if process.wait(dice.uniform(0.1, 1.0) * seconds) == 0:
                break  # it was faster
            return counted, fault(place, process.returncode)
        counted[kill_one(process, dice)] += 1
        process.wait()
    return counted, ""


def kill_one(process: subprocess.Popen, dice: random.Random) -> str:
    """Kill a book's command, or what it has started, and return what was killed in the middle of what."""
    below = descendants(process.pid)
    jobs = {pid: what for pid, line in below.items() if (what := job(line))}
    victim = dice.choice(VICTIMS)
    chosen = [process.pid, *below] if victim == "all" else []
    if victim == "snakemake":
        chosen = [pid for pid, line in below.items() if "-m snakemake" in line]
    elif victim == "job" and jobs:
        chosen = [dice.choice(sorted(jobs))]
    if not chosen:
        victim, chosen = "book.py", [process.pid]
    for pid in chosen:
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.kill(pid, signal.SIGKILL)
    return f"{victim} during {' and '.join(sorted(set(jobs.values()))) or 'start'}"


def job(line: str) -> str:
    """Return what a process does for the book, by its command line, or nothing; shells only wait for it."""
    words = line.split()
    if len(words) < 3 or "python" not in Path(words[0]).name or "snakemake" in words:
        return ""
    return next((what for name, what in JOBS.items() if name in (Path(words[1]).name, words[2])), "")


def descendants(parent: int) -> dict[int, str]:
    """Return the command lines of all processes below one, by their ids."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [(*map(int, line.split(None, 2)[:2]), *line.split(None, 2)[2:]) for line in listed.splitlines()]
    found, ahead = {}, [parent]
    while ahead:
        above = ahead.pop()
        below = {pid: " ".join(line) for pid, its, *line in rows if its == above}
        found |= below
        ahead += below
    return found


def differences(whole: Path, cut: Path) -> list[str]:
    """Compare runs, cache, what executed chapters show, and pages, but for times and what only serves to go on."""
    found = []
    for one, other in ((whole / "runs", cut / "runs"), (whole / "cache", cut / "cache")):
        names = [{str(path.relative_to(root)) for path in files(root)} for root in (one, other)]
        found += [f"only one has {name}" for name in sorted(names[0] ^ names[1])]
        found += [name for name in sorted(names[0] & names[1]) if content(one / name) != content(other / name)]
        found += [f"left over: {path}" for path in leftovers(other) if not path.match(SPLIT_IN_THE_MAKING)]
    shown = [
        {str(path.relative_to(place / SITE)): RANDOM.sub("", read(path)) for path in pages(place / SITE)}
        for place in (whole, cut)
    ]
    return found + [
        name for name in sorted(shown[0].keys() | shown[1].keys()) if shown[0].get(name) != shown[1].get(name)
    ]


def files(root: Path) -> list[Path]:
    """List the files of a folder that are to be compared; symbolic links aren't followed."""
    found = [p for p in root.rglob("*") if p.is_file() and p.name not in NOT_COMPARED and p.suffix != ".lock"]
    return [p for p in found if not p.match(SPLIT_IN_THE_MAKING)]


def content(path: Path) -> Any:
    """Return a JSON record without its times, or the hash of any other file."""
    return timeless(json.loads(path.read_text("utf-8"))) if path.suffix == ".json" else sha256_of_file(path)


def timeless(value: Any) -> Any:
    """Return JSON without the fields that hold times."""
    if isinstance(value, dict):
        return {key: timeless(inner) for key, inner in value.items() if key not in TIMES}
    return [timeless(inner) for inner in value] if isinstance(value, list) else value


def pages(site: Path) -> list[Path]:
    """List the executed chapters and the pages of a site."""
    return [*(site / "executed" / f"{chapter}.ipynb" for chapter in CHAPTERS if site.exists()), *site.rglob("*.html")]


def read(path: Path) -> str:
    """Read a page, or what the cells of an executed chapter show; standard error tells of progress."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    shown = [output for cell in json.loads(text)["cells"] for output in cell.get("outputs", [])]
    return json.dumps([each.get("data", each.get("text")) for each in shown if each.get("name") != "stderr"])
