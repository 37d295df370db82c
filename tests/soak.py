"""Kill processes at random moments, many times, in all phases of the work, and compare with what was never killed.

`make soak` runs it and writes its outcome to results/soak.json. Started again, it goes on with the next round, until it
has as many kills as it was asked for. The seed draws what is killed when; the machine decides what that hits.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from killed_book import compare_killed_book
from killing import Place, differences, files, finish, killed

import stackrepro
from stackrepro.base import places
from stackrepro.base.files import read_json, remove, write_json
from stackrepro.runs.provenance import commit

BOOK = "the book"
RUNS = (
    "birds/dconv-stack",
    "faces/gray",
    "birds/conv-stack-bp",
    "faces/edges+update=wgan-gp",
    "faces/gray+batch=4",
)
CASES = (*RUNS, *RUNS, BOOK)
KILLS_A_ROUND = 16
BOOK_KILLS = 12  # a round of the book, whose kills cost the most


class Soak:
    """The rounds so far, in a folder of their own."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.seed = folder, seed
        self.state = {"commit": commit(), "seed": seed, "rounds": []}
        if (folder / "state.json").exists():
            kept = read_json(folder / "state.json")
            if kept["commit"] == self.state["commit"]:
                self.state = kept
            else:
                shutil.rmtree(folder)  # of another version of the package

    @property
    def rounds(self) -> list[dict[str, Any]]:
        return self.state["rounds"]

    @property
    def kills(self) -> int:
        return sum(sum(one["kills"].values()) for one in self.rounds)

    def place(self, name: str) -> Place:
        """Make an empty place, whatever lay there."""
        folder = self.folder / name
        remove(folder)
        return Place(folder).make((places.cache_root() / "inception").resolve())

    def one(self, kills: int) -> None:
        """Carry out one round with so many kills at most; the cases take turns."""
        number = len(self.rounds)
        case = CASES[number % len(CASES)]
        dice, began = random.Random(f"{self.seed}/{number}"), time.monotonic()
        if case == BOOK:
            counted, wrong = compare_killed_book(self.folder, min(kills, BOOK_KILLS), dice)
            whole = Place(self.folder / "book-whole")
            compared = len(files(whole.runs)) + len(files(whole.cache))
        else:
            counted, wrong, compared = self.run(case, min(kills, KILLS_A_ROUND), dice)
        self.rounds.append(
            {
                "case": case,
                "kills": dict(counted),
                "files": compared,
                "mismatches": wrong,
                "seconds": round(time.monotonic() - began, 1),
            }
        )
        write_json(self.folder / "state.json", self.state)
        print(self.rounds[-1], flush=True)

    def run(self, case: str, kills: int, dice: random.Random) -> tuple[Counter[str], list[str], int]:
        """Kill a run, and compare it with one that was never killed, which is made once."""
        name = case.replace("/", "-")
        whole = Place(self.folder / f"whole-{name}")
        if not (whole.folder / "finished").exists():
            wrong = finish(case, self.place(whole.folder.name))
            if wrong:
                return Counter(), [wrong], 0
            (whole.folder / "finished").touch()
        cut = self.place("cut")
        counted, wrong = killed(case, cut, kills, dice)
        found = [wrong] if wrong else []
        found += differences(whole.runs, cut.runs) + differences(whole.cache, cut.cache)
        return counted, found, len(files(whole.runs)) + len(files(whole.cache))

    def outcome(self, asked: int) -> dict[str, Any]:
        """Return what results/soak.json holds."""
        cases: dict[str, Counter[str]] = {}
        for one in self.rounds:
            cases.setdefault(one["case"], Counter()).update(one["kills"])
        return {
            "date": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": self.state["commit"],
            "package_version": stackrepro.__version__,
            "seed": self.seed,
            "kills_asked": asked,
            "kills": self.kills,
            "kills_by_case": {case: dict(sorted(counted.items())) for case, counted in cases.items()},
            "rounds": len(self.rounds),
            "files_compared": sum(one["files"] for one in self.rounds),
            "mismatches": [f"{one['case']}: {wrong}" for one in self.rounds for wrong in one["mismatches"]],
            "seconds": round(sum(one["seconds"] for one in self.rounds)),
        }


def main() -> int:
    """Soak, write the outcome, and return 0 if all kills were made and all that was compared is equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=25.0, help="begin no round after so many minutes")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=places.repository() / "_build" / "soak")
    parser.add_argument("--outcome", type=Path, default=places.results_root() / "soak.json")
    options = parser.parse_args()
    began, soak = time.monotonic(), Soak(options.folder.resolve(), options.seed)
    while soak.kills < options.kills and time.monotonic() - began < 60 * options.minutes:
        soak.one(options.kills - soak.kills)
    outcome = soak.outcome(options.kills)
    write_json(options.outcome, outcome)
    print(f"{outcome['kills']} of {options.kills} kills, {len(outcome['mismatches'])} mismatches: {options.outcome}")
    return 0 if outcome["kills"] >= options.kills and not outcome["mismatches"] else 1


if __name__ == "__main__":
    sys.exit(main())
