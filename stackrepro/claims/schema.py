"""The claims as data: what may stand in the YAML files.

Kinds of test: `compare` and `level` read runs, `rated` what people answered, `inspect` neither. Light: no torch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from stackrepro.base.errors import UserError
from stackrepro.base.places import repository
from stackrepro.claims.audits import AUDITS
from stackrepro.claims.measures import Reading, reading
from stackrepro.experiments import ARMS, TIERS, resolve
from stackrepro.experiments.registry import one_of

FOLDER = Path(__file__).parent
DATASETS = {"A": "birds", "B": "faces"}  # of the papers
TEXTS = ("id", "section", "chapter", "statement", "evidence", "departs")
WITH_MARGIN = ("better", "no worse", "no difference", "some difference", "closes")
COMPARISONS = (*WITH_MARGIN, "a little better")
TIMES = re.compile(r"(\d+(?:\.\d+)?) times")
BOUND = re.compile(r"(above|below) (-?\d+(?:\.\d+)?)")
INSPECTIONS = ("literature", "left to the eye", "can't be traced", "untestable")  # beside the audits
THRESHOLDS = ("outline", "shape", "fill", "anatomy", "told apart")  # of the eye tests
KINDS = ("compare", "level", "rated", "inspect")


@dataclass(frozen=True)
class Part:
    """One test of a claim. `kind` is one of the four, `test` what stands behind it in the file.

    `sides` are experiments, the first the one that is claimed to be better, larger or mended, with a measure each. A
    side of times may be several that are added up, joined by " and ". One side with two measures is two numbers of one
    run.
    """

    claim: str
    label: str
    kind: str
    test: str
    sides: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    arm: str = "matched"
    premise: str = ""
    tiers: tuple[str, ...] = tuple(TIERS)
    exempt: bool = False
    may_die: bool = False
    without_runs: str = ""
    asks: str = ""
    above: float | None = None
    finds: str = ""
    references: tuple[str, ...] = ()
    holds: bool | None = None

    @property
    def readings(self) -> tuple[Reading, ...]:
        """A reading for each side."""
        return tuple(map(reading, self.measures))

    @property
    def factor(self) -> float | None:
        """The number of times that is claimed, None for other comparisons."""
        found = TIMES.fullmatch(self.test) if self.kind == "compare" else None
        return None if found is None else float(found[1])

    @property
    def of_runs(self) -> bool:
        """Whether it is a test of runs or of their ratings, which are named in `sides`."""
        return self.kind != "inspect" and self.measures != ("seconds",) * len(self.sides)

    @property
    def words(self) -> str:
        """The test in words."""
        if self.kind == "inspect":
            return f"by inspection: {self.asks or self.finds}"
        arm = "" if self.arm == "matched" else f", arm {self.arm}"
        if self.kind == "rated":
            bound = "" if self.above is None else f", of more than {self.above:.0%} of the answers"
            return f"people: {self.test}{bound}; {' more than '.join(self.sides)}{arm}"
        names = [self.readings[0].words] if len(set(self.measures)) == 1 else [r.words for r in self.readings]
        return f"{' against '.join(names)}: {self.test}; {' against '.join(dict.fromkeys(self.sides))}{arm}"


@dataclass(frozen=True)
class Claim:
    """What a paper says, and how that is tested; `departs` tells how the test departs from what the paper did."""

    id: str
    section: str
    chapter: str
    statement: str
    evidence: str
    departs: str
    parts: tuple[Part, ...]

    @property
    def paper(self) -> str:
        """The letter of the paper."""
        return self.id[0]

    @property
    def dataset(self) -> str:
        """The data set of the paper, which inspections look at."""
        return DATASETS[self.paper]

    @property
    def experiments(self) -> list[tuple[str, str]]:
        """The experiments whose runs the parts read, each as (registry name, arm), once."""
        return list(dict.fromkeys((side, part.arm) for part in self.parts if part.of_runs for side in part.sides))

    @property
    def inspected(self) -> bool:
        """Whether no part reads runs, ratings or times."""
        return all(part.kind == "inspect" for part in self.parts)


@cache
def claims() -> dict[str, Claim]:
    """Read the claims of both papers, by id.

    Raises:
        UserError: something may not stand where it does; the sentence names file and line.
    """
    found = {claim.id: claim for paper in "ab" for claim in read(FOLDER / f"paper_{paper}.yaml")}
    for part in (part for claim in found.values() for part in claim.parts):
        if part.premise and part_named(part.premise, found) is None:
            raise UserError(f"Claim {part.claim}, part {part.label!r}: there is no part {part.premise!r} to wait for.")
    return found


def part_named(name: str, among: dict[str, Claim]) -> Part | None:
    """Return the part that a premise such as "A5/worse" names, or None."""
    claim, _, label = name.partition("/")
    return next((part for part in among[claim].parts if part.label == label), None) if claim in among else None


def of_paper(paper: str) -> list[Claim]:
    """List the claims of paper "A" or "B"."""
    return [claim for claim in claims().values() if claim.paper == paper]


@cache
def amendments() -> list[dict[str, Any]]:
    """Read what was changed after the first results, with the verdicts before and after."""
    return yaml.safe_load((FOLDER / "amendments.yaml").read_text(encoding="utf-8"))


# Reading the files


@contextmanager
def at(place: str) -> Iterator[None]:
    """Put a place before what is said to be wrong there."""
    try:
        yield
    except UserError as error:
        raise UserError(f"{place}: {str(error).rstrip('.')}.") from error


def need(is_so: object, otherwise: str) -> None:
    """Raise UserError where something isn't so."""
    if not is_so:
        raise UserError(otherwise)


def read(path: Path) -> list[Claim]:
    """Read a file of claims; raises as `claims`."""
    found: list[Claim] = []
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise UserError(f"{path} is no YAML: {' '.join(str(error).split())}.") from error
    for entry in entries:
        with at(f"{path}, {entry.get('id')}"):
            texts, last = texts_of(entry), found[-1].id if found else "A0"
            need(int(texts["id"][1:]) > int(last[1:]), f"it stands behind {last}: keep claims in order, each once")
        parts = []
        for label, part in entry["parts"].items():
            with at(f"{path}, {texts['id']}, part {label!r}"):
                parts.append(part_of(texts["id"], str(label), part))
        found.append(Claim(**texts, parts=tuple(parts)))
    return found


def texts_of(entry: dict[str, Any]) -> dict[str, str]:
    """Return the texts of a claim."""
    odd = ", ".join(sorted(entry.keys() ^ {*TEXTS, "parts"}))
    need(not odd, f"a claim has {', '.join(TEXTS)} and parts, and nothing else: mend {odd}")
    texts = {key: entry[key] for key in TEXTS}
    need(all(isinstance(text, str) for text in texts.values()), f"{', '.join(TEXTS)} are texts: put numbers in quotes")
    need(re.fullmatch(r"[AB]\d+", texts["id"]), f"{texts['id']!r} is no id: write a paper's letter and a number")
    notebooks = repository() / "notebooks"
    there = not notebooks.is_dir() or (notebooks / f"{texts['chapter']}.py").is_file()
    need(there, f"there is no chapter {texts['chapter']!r}: name a script of notebooks/ without .py")
    need(isinstance(entry["parts"], dict), "parts are labels with a test each: give at least one")
    return {key: text.strip() for key, text in texts.items()}


def part_of(claim: str, label: str, entry: dict[str, Any]) -> Part:
    """Turn a part of an entry into a test, and check that it names what there is and what goes together."""
    kinds = [kind for kind in KINDS if kind in entry]
    need(len(kinds) == 1, f"a part has one of {', '.join(KINDS)}: say which kind of test it is")
    (kind,) = kinds
    options = {key: value for key, value in entry.items() if key not in (kind, "sides", "measure")}
    odd = ", ".join(options.keys() - {field.name for field in fields(Part)[6:]})
    need(not odd, f"a test has no such option: mend {odd}")
    sides = tuple(" and ".join(side) if isinstance(side, list) else side for side in entry.get("sides", []))
    measures = entry.get("measure", [])
    measures = (measures,) * len(sides) if isinstance(measures, str) else tuple(measures)
    sides = sides * max(len(measures), 1) if len(sides) == 1 else sides
    options |= {key: tuple(options[key]) for key in options.keys() & {"tiers", "references"}}
    part = Part(claim, label, kind, str(entry[kind]), sides, measures, **options)
    one_of("arm", part.arm, ARMS)
    for tier in part.tiers:
        one_of("tier", tier, TIERS)
    for name in (name for side in part.sides for name in side.split(" and ")):
        resolve(name, part.arm, part.tiers[0])
    check_test(part)
    return part


def check_test(part: Part) -> None:
    """Check that sides, measures and options are those that a kind of test takes."""
    count, measures = len(part.sides), [one.measure for one in part.readings]
    match part.kind:
        case "compare":
            if part.factor is None:
                one_of("comparison", part.test, dict.fromkeys((*COMPARISONS, "1.25 times")))
            wanted = 3 if part.test == "closes" else 2
            need(count == wanted, "a comparison has two sides, and `closes` three: mended, harmed, standard")
            need(len(measures) == count, "give one measure, or one for each side")
            scales = {(measure.better, measure.logarithm, measure.baseline) for measure in measures}
            need(len(scales) == 1, "its measures have no common scale")
            has_margin = part.test not in WITH_MARGIN or measures[0].logarithm or measures[0].baseline is not None
            need(has_margin, f"{measures[0].words} has no baseline, and so no margin")
        case "level":
            bounded = count == len(measures) == 1 and BOUND.fullmatch(part.test)
            need(bounded, "a level has one side and measure, and reads such as `above 0.1` or `below 1`")
        case "rated":
            one_of("threshold", part.test, dict.fromkeys(THRESHOLDS))
            apart = part.test == "told apart"
            need(apart == (count == 1 and part.above is not None), "told apart has one side and `above`, others two")
        case "inspect":
            one_of("inspection", part.test, dict.fromkeys((*AUDITS, *INSPECTIONS)))
            need(part.test in AUDITS or part.finds, "it has no `finds`: say what was found or what is lacking")
            told = (part.test == "literature") == isinstance(part.holds, bool)
            need(told, "`holds` is true or false for literature, and stands nowhere else")
