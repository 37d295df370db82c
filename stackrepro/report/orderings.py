"""Which model the papers hold to be better, and whether results say so under each condition of measurement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot
from statistics import mean
from typing import Any

import pandas as pd

from stackrepro.claims.schema import claims, part_named
from stackrepro.evaluation.intervals import root_mean_square
from stackrepro.report.plan import ARM
from stackrepro.report.shared_rows import trained_row
from stackrepro.runs import StoredRun

Side = tuple[str, str]  # an experiment's registry name, and its arm
CONDITION = ("protocol", "n", "split", "gray", "storage")
MEASURES = {"frechet": "Fréchet distance", "kid": "KID"}
COLUMNS = ["claims", "ordering", "condition", "factor", "measure", "gap", "holds", "turns"]
STANDARD = "as in all tables"
KID_INSTEAD = "KID in the place of the Fréchet distance"
ROUNDING = 1e-9  # of distances


@dataclass(frozen=True)
class Ordering:
    """One experiment is held to be better than another, by these claims."""

    claims: tuple[str, ...]
    better: Side
    worse: Side

    @property
    def name(self) -> str:
        """The ordering in words, such as "birds/dconv-stack over birds/dconv-128"."""
        arm = "" if self.better[1] == ARM else f" (arm {self.better[1]})"
        return f"{self.better[0]} over {self.worse[0]}{arm}"


def orderings() -> list[Ordering]:
    """List every ordering by KID that a claim names, once, and those of the numbers that B prints.

    B's numbers are distances to different real images, edges and gray faces, which have no common scale; the paper
    compares them all the same.
    """
    found: dict[tuple[Side, Side], list[str]] = {}
    for claim in claims().values():
        premises = [part_named(part.premise, claims()) for part in claim.parts if part.premise]
        for part in (*claim.parts, *premises):
            if part.test == "better" and part.measures == ("kid", "kid"):
                better, worse = ((side, part.arm) for side in part.sides)
                found.setdefault((better, worse), []).append(claim.id)
    for names, printing in (
        (("faces/gray", "faces/edges"), ["B1", "B3"]),
        (("faces/edges", "faces/edges+images=quarter-epochs"), ["B1", "B2"]),
    ):
        found.setdefault(((names[0], ARM), (names[1], ARM)), []).extend(printing)
    return [Ordering(tuple(dict.fromkeys(ids)), *sides) for sides, ids in found.items()]


def survey(wanted: Iterable[Ordering], runs: dict[Side, list[StoredRun]]) -> pd.DataFrame:
    """Look at orderings under every condition that all runs of both sides have: a row for each, and for each measure.

    `gap` is the difference of the means over seeds as a share of their sum, positive where the ordering `holds`. It
    `turns` where it wouldn't but for the one `factor`, all else being equal. Orderings with a side that has no runs are
    left out, and so is a common size that is the own size of all runs.
    """
    rows = []
    for ordering in wanted:
        sides = [runs.get(side) for side in (ordering.better, ordering.worse)]
        if not all(sides):
            continue
        tables = [[by_condition(run) for run in side] for side in sides]
        common = set.intersection(*(set(table) for side in tables for table in side))
        first = tables[0][0]
        standard = next(iter(first))
        sizes = {run.record["configuration"]["view"]["size"] for side in sides for run in side}
        own = [f"{standard[0]}@{size}" for size in sizes if len(sizes) == 1]
        means = {
            (condition, measure): [mean(table[condition][measure] for table in side) for side in tables]
            for condition in first
            if condition in common and condition[0] not in own
            for measure in MEASURES
        }
        holds = {seen: better < worse for seen, (better, worse) in means.items()}
        for (condition, measure), (better, worse) in means.items():
            words, factor, undone = described(condition, standard)
            equal = (undone, measure)
            if condition == standard and measure != "frechet":
                factor, equal = KID_INSTEAD, (standard, "frechet")
            gap = (worse - better) / ((abs(worse) + abs(better)) or 1.0)
            turns = holds[condition, measure] != holds.get(equal, holds[condition, measure])
            named = [", ".join(ordering.claims), ordering.name]
            rows.append([*named, words, factor, measure, gap, holds[condition, measure], turns])
    return pd.DataFrame(rows, columns=COLUMNS)


def by_condition(run: StoredRun) -> dict[tuple, dict[str, Any]]:
    """Return the rows of a result's sensitivity by their conditions; the first is the standard one."""
    return {tuple(row[key] for key in CONDITION): row for row in run.result["sensitivity"]}


def described(condition: tuple, standard: tuple) -> tuple[str, str, tuple]:
    """Say in what a condition departs from the standard one, name the factor, and return the condition without it.

    Storage, the gray rule and the reference are undone where the rest stays, a protocol with its number of images.
    """
    protocol, n, split, gray, storage = condition
    changed = {
        "storage": f"{storage}" if storage != standard[4] else "",
        "gray rule": f"gray: {gray}" if gray != standard[3] else "",
        "reference": f"reference: {split}" if split != standard[2] else "",
        "protocol": protocol if protocol != standard[0] else "",
        "number of images": f"n = {n}" if n != standard[1] else "",
    }
    words = ", ".join(word for word in changed.values() if word)
    factor = next((factor for factor, word in changed.items() if word), "none")
    undone = {
        "storage": (protocol, n, split, gray, standard[4]),
        "gray rule": (protocol, n, split, standard[3], storage),
        "reference": (protocol, n, standard[2], gray, storage),
    }
    return words or STANDARD, factor, undone.get(factor, standard)


def standard_errors(ordering: Ordering, runs: dict[Side, list[StoredRun]]) -> float | None:
    """Return the standard Fréchet gap of an ordering in units of its sampling error, over the samples of its runs.

    None where nothing varies: generators that give the same for every latent have no such error.
    """
    sides = [runs[side] for side in (ordering.better, ordering.worse)]
    rows = [[run.result["measures"][trained_row([run])] for run in side] for side in sides]
    better, worse = (mean(row["frechet"] for row in side) for side in rows)
    errors = [root_mean_square([row["frechet_error"] for row in side]) / len(side) ** 0.5 for side in rows]
    error = hypot(*errors)
    return (worse - better) / error if error > ROUNDING * (worse + better) else None


def told(found: pd.DataFrame) -> str:
    """Say in sentences which orderings survive."""
    if found.empty:
        return "There are no runs yet to look at an ordering with."
    holds = found.pivot_table(index="ordering", columns=["measure", "condition"], values="holds", aggfunc="first")
    standard = holds["frechet", STANDARD].astype(bool)
    always, never = (
        [name for name, row in holds.iterrows() if (row.dropna().astype(bool) == kind).all()] for kind in (True, False)
    )
    sentences = [
        f"Of {len(holds)} orderings {standard.sum()} hold by the Fréchet distance as all tables give it.",
        f"{len(always)} hold under every condition and by both measures, {len(never)} under none, and "
        f"{len(holds) - len(always) - len(never)} depend on how one measures.",
    ]
    counts = found[found["turns"]].groupby("factor")["ordering"].nunique().sort_values(ascending=False)
    if len(counts):
        told = ", ".join(f"{factor} {count}" for factor, count in counts.items())
        sentences.append(f"Orderings that turn round with a factor, all else being equal: {told}.")
    return " ".join(sentences)
