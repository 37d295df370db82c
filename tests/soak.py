"""Kill processes at random moments, many times, in all phases of the work, and compare with what was never killed.

`make soak` runs it and writes its outcome to results/soak.json. Started again, it goes on with the next round, until it
has as many kills as it was asked for. The seed draws what is killed when; the machine decides what that hits.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from killing import BOOK, compare

import stackrepro
from stackrepro.base import places
from stackrepro.base.files import read_json, remove, write_json
from stackrepro.runs.provenance import commit

RUNS = ("birds/dconv-stack", "faces/gray", "birds/conv-stack-bp", "faces/edges+update=wgan-gp", "faces/gray+batch=4")
CASES = (*RUNS, *RUNS, BOOK)
SEED = 0  # draws what is killed when
KILLS_A_ROUND = 16
BOOK_KILLS = 12  # a round of the book, whose kills cost the most


def kills_of(rounds: list[dict[str, Any]]) -> int:
    return sum(sum(one["kills"].values()) for one in rounds)


def next_round(number: int, folder: Path, kills: int) -> dict[str, Any]:
    """Carry out one round with so many kills at most; the cases take turns."""
    case, began = CASES[number % len(CASES)], time.monotonic()
    most = BOOK_KILLS if case == BOOK else KILLS_A_ROUND
    counted, wrong, compared = compare(case, folder, min(kills, most), random.Random(f"{SEED}/{number}"))
    spent = round(time.monotonic() - began, 1)
    return {"case": case, "kills": dict(counted), "files": compared, "mismatches": wrong, "seconds": spent}


def outcome(rounds: list[dict[str, Any]], asked: int) -> dict[str, Any]:
    """Return what results/soak.json holds."""
    cases: dict[str, Counter[str]] = {}
    for one in rounds:
        cases.setdefault(one["case"], Counter()).update(one["kills"])
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "package_version": stackrepro.__version__,
        "seed": SEED,
        "kills_asked": asked,
        "kills": kills_of(rounds),
        "kills_by_case": {case: dict(sorted(counted.items())) for case, counted in cases.items()},
        "rounds": len(rounds),
        "files_compared": sum(one["files"] for one in rounds),
        "mismatches": [f"{one['case']}: {wrong}" for one in rounds for wrong in one["mismatches"]],
        "seconds": round(sum(one["seconds"] for one in rounds)),
    }


def main() -> int:
    """Soak, write the outcome, and return 0 if all kills were made and all that was compared is equal."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=25.0, help="begin no round after so many minutes")
    options = parser.parse_args()
    began, folder = time.monotonic(), places.repository() / "_build" / "soak"
    state = {"commit": commit(), "rounds": []}
    kept = read_json(folder / "state.json") if (folder / "state.json").exists() else {}
    if kept.get("commit") == state["commit"]:
        state = kept
    else:
        remove(folder)  # of another version of the package
    rounds = state["rounds"]
    while kills_of(rounds) < options.kills and time.monotonic() - began < 60 * options.minutes:
        rounds.append(next_round(len(rounds), folder, options.kills - kills_of(rounds)))
        write_json(folder / "state.json", state)
        print(rounds[-1], flush=True)
    found = outcome(rounds, options.kills)
    write_json(places.results_root() / "soak.json", found)
    print(f"{found['kills']} of {options.kills} kills, {len(found['mismatches'])} mismatches")
    return 0 if found["kills"] >= options.kills and not found["mismatches"] else 1


if __name__ == "__main__":
    sys.exit(main())
