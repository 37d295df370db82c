"""The book, made by real processes of which some are killed, and how it compares with one that was left alone."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from killing import IMAGES, Place, differences

from stackrepro.base import places
from stackrepro.base.files import remove

CHAPTERS = ("a-3-5-backpropagating", "b-7-contraction")  # of few runs: a stack of birds, and both stages of the faces
JOBS = {"site.py": "site", "chapter.py": "chapter", "stackrepro": "run"}
VICTIMS = ("book.py", "snakemake", "job", "all")
RANDOM = re.compile(r"T_[0-9a-f]{5}|at 0x[0-9a-f]+|id=\"[0-9a-f-]{32,36}\"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def small_checkout(folder: Path) -> Path:
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
    return folder


class Book:
    """A small checkout in `place`, and the command that makes its book."""

    def __init__(self, place: Place) -> None:
        self.place, self.checkout = place, small_checkout(place.folder / "checkout")
        self.site = self.checkout / "_build" / "smoke-synthetic"

    def start(self) -> subprocess.Popen:
        environment = os.environ | {
            "PYTHONPATH": str(self.checkout),
            "STACKREPRO_CACHE": str(self.place.cache),
            "STACKREPRO_RUNS": str(self.place.runs),
        }
        command = [sys.executable, self.checkout / "workflow" / "book.py", "--tier", "smoke", "--jobs", "2"]
        with (self.place.folder / "log").open("a") as log:
            return subprocess.Popen(command, env=environment, stdout=log, stderr=log)

    def finish(self) -> str:
        """Make the book to its end; return nothing, or what went wrong."""
        status = self.start().wait()
        return "" if status == 0 else f"book: status {status}; see {self.place.folder / 'log'}"


def compare_killed_book(folder: Path, kills: int, dice: random.Random) -> tuple[Counter[str], list[str]]:
    """Make the small book in `folder`, whole and then with so many kills, at the same path, which pages may show.

    What survives a kill may finish the book before the next. Then another is begun, whose kills come in half the time,
    so that this ends on any machine. The whole book stays in `folder`/book-whole.

    Returns:
        how many kills, by what was killed in the middle of what; and what differs from the whole book or went wrong.
    """
    place, whole = Place(folder / "book"), folder / "book-whole"
    inception = (places.cache_root() / "inception").resolve()
    remove(whole)
    remove(place.folder)
    began = time.monotonic()
    wrong = Book(place.make(inception)).finish()
    seconds = time.monotonic() - began
    if wrong:
        return Counter(), [wrong]
    place.folder.rename(whole)
    counted: Counter[str] = Counter()
    found: list[str] = []
    while counted.total() < kills and not found:
        remove(place.folder)
        book, seconds = Book(place.make(inception)), seconds / 2
        made, wrong = killed_book(book, kills - counted.total(), seconds, dice)
        wait_for_orphans(book)
        counted += made
        found = ([wrong] if wrong else []) + book_differences(whole, place.folder)
    return counted, found


def killed_book(book: Book, kills: int, seconds: float, dice: random.Random) -> tuple[Counter[str], str]:
    """Make the book with so many kills, at random moments within `seconds` each, then to its end.

    Killed is by lot the command, Snakemake, a job of it, or all of them; what survives is left to itself.

    Returns:
        how many kills, by what was killed in the middle of what; and nothing, or what went wrong.
    """
    counted: Counter[str] = Counter()
    for _ in range(kills):
        process = book.start()
        try:
            process.wait(dice.uniform(0.1, 1.0) * seconds)
            if process.returncode == 0:
                break  # it was faster
            return counted, f"book: status {process.returncode} without a kill; see {book.place.folder / 'log'}"
        except subprocess.TimeoutExpired:
            counted[kill_one(process, dice)] += 1
        process.wait()
    return counted, book.finish()


def kill_one(process: subprocess.Popen, dice: random.Random) -> str:
    """Kill a book's command, or what it has started, and return what was killed in the middle of what."""
    below = descendants(process.pid)
    jobs = {pid: what for pid, line in below.items() if (what := job(line))}
    doing = " and ".join(sorted(set(jobs.values()))) or "start"
    victim = dice.choice(VICTIMS)
    if victim == "snakemake":
        chosen = [pid for pid, line in below.items() if "-m snakemake" in line]
    elif victim == "job":
        chosen = [dice.choice(sorted(jobs))] if jobs else []
    else:
        chosen = [process.pid, *(below if victim == "all" else ())]
    if not chosen:
        victim, chosen = "book.py", [process.pid]
    for pid in chosen:
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.kill(pid, signal.SIGKILL)
    return f"{victim} during {doing}"


def job(line: str) -> str:
    """Return what a process does for the book, by its command line, or nothing; shells only wait for it."""
    words = line.split()
    if len(words) < 3 or "python" not in Path(words[0]).name or "snakemake" in words:
        return ""
    return next((what for name, what in JOBS.items() if name in (Path(words[1]).name, words[2])), "")


def descendants(parent: int) -> dict[int, str]:
    """Return the command lines of all processes below one, by their ids."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in listed.splitlines()]
    children: dict[int, list[tuple[int, str]]] = {}
    for row in rows:
        children.setdefault(int(row[1]), []).append((int(row[0]), row[2] if len(row) > 2 else ""))
    found, ahead = {}, [parent]
    while ahead:
        for pid, line in children.get(ahead.pop(), []):
            found[pid] = line
            ahead.append(pid)
    return found


def book_differences(one: Path, other: Path) -> list[str]:
    """Compare the places of two books: runs, cache, what the executed chapters show, and the site's pages."""
    found = differences(one / "runs", other / "runs") + differences(one / "cache", other / "cache")
    sites = [folder / "checkout/_build/smoke-synthetic" for folder in (one, other)]
    for chapter in CHAPTERS:
        shown = [outputs(site / "executed" / f"{chapter}.ipynb") for site in sites]
        found += [f"chapter {chapter}"] if shown[0] != shown[1] else []
    pages = [
        {str(path.relative_to(site / "html")): RANDOM.sub("", path.read_text("utf-8")) for path in site.rglob("*.html")}
        for site in sites
    ]
    return found + [f"page {name}" for name in sorted(pages[0].keys() | pages[1].keys())
                    if pages[0].get(name) != pages[1].get(name)]  # fmt: skip


def outputs(notebook: Path) -> list[Any]:
    """Return what the cells of an executed notebook show; what is printed on standard error tells of progress."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    shown = [output for cell in cells for output in cell.get("outputs", []) if output.get("name") != "stderr"]
    return [RANDOM.sub("", json.dumps(output.get("data", output.get("text")))) for output in shown]


def wait_for_orphans(book: Book) -> None:
    """Wait until nothing works on the site any more."""
    from stackrepro.base.lock import is_locked

    while is_locked(book.site):
        time.sleep(0.2)
