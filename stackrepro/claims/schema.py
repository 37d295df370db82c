"""The claims as data: what may stand in the YAML files, read with the line of each entry.

Kinds of test: `compare` and `level` read runs, `rated` what people answered, `inspect` neither. Light: no torch.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from stackrepro.base.errors import UserError
from stackrepro.base.places import repository
from stackrepro.claims.measures import Reading, reading
from stackrepro.experiments import ARMS, TIERS, resolve
from stackrepro.experiments.registry import one_of

FOLDER = Path(__file__).parent
DATASETS = {"A": "birds", "B": "faces"}  # of the papers
TEXTS = ("id", "section", "chapter", "statement", "evidence", "departs")
COMPARISONS = ("better", "a little better", "no worse", "no difference", "some difference", "closes")
TIMES = re.compile(r"(\d+(?:\.\d+)?) times")
BOUND = re.compile(r"(above|below) (-?\d+(?:\.\d+)?)")
WITH_MARGIN = ("better", "no worse", "no difference", "some difference", "closes")
INSPECTIONS = ("literature", "left to the eye", "can't be traced", "untestable")  # beside the audits
THRESHOLDS = ("outline", "shape", "fill", "anatomy", "told apart")  # of the eye tests
OPTIONS = {  # what each kind of test may say, and of that what it must
    "compare": (
        {"measure", "sides", "arm", "premise", "tiers", "exempt", "may_die", "without_runs"},
        {"measure", "sides"},
    ),
    "level": ({"measure", "sides", "arm", "premise", "tiers", "exempt"}, {"measure", "sides"}),
    "rated": ({"sides", "arm", "above", "exempt"}, {"sides"}),
    "inspect": ({"arm", "asks", "finds", "references", "holds"}, set()),
}


class Marked(dict):
    """A mapping that knows the line on which it begins."""

    line: int


class Loader(yaml.SafeLoader):
    """YAML with lines, which refuses a key that stands twice."""


def marked(loader: Loader, node: yaml.MappingNode) -> Marked:
    pairs = loader.construct_pairs(node, deep=True)
    found = Marked(pairs)
    found.line = node.start_mark.line + 1
    if len(found) < len(pairs):
        raise Wrong(found.line, "a key stands twice: give each once")
    return found


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, marked)


class Wrong(Exception):
    """Something that may not stand on a line."""

    def __init__(self, line: int, why: str) -> None:
        super().__init__(why)
        self.line = line


@dataclass(frozen=True)
class Part:
    """One test of a claim. `kind` is one of the four, `test` what stands behind it in the file.

    `sides` are experiments, the first the one that is claimed to be better, larger or mended. A side of times may be
    several that are added up, joined by " and ". `readings` has a measure for each side. One side with two measures is
    two numbers of one run.
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
    def rated(self) -> bool:
        """Whether a part reads what people answered."""
        return any(part.kind == "rated" for part in self.parts)

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
    found = {c.id: c for paper in "ab" for c in read(FOLDER / f"paper_{paper}.yaml")}
    for claim in found.values():
        for part in claim.parts:
            if part.premise and part_named(part.premise, found) is None:
                raise UserError(
                    f"Claim {claim.id}, part {part.label!r}: there is no part {part.premise!r} to wait for."
                )
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


def read(path: Path) -> list[Claim]:
    """Read a file of claims; raises as `claims`."""
    try:
        entries = yaml.load(path.read_text(encoding="utf-8"), Loader)
        found = [claim_of(entry) for entry in entries]
        for before, claim, entry in zip(found, found[1:], entries[1:], strict=False):
            if int(claim.id[1:]) <= int(before.id[1:]):
                raise Wrong(entry.line, f"{claim.id} stands behind {before.id}: keep claims in order, each once")
        return found
    except Wrong as wrong:
        raise UserError(f"{path}, line {wrong.line}: {wrong}.") from wrong
    except yaml.YAMLError as error:
        raise UserError(f"{path} is no YAML: {' '.join(str(error).split())}.") from error


def claim_of(entry: Marked) -> Claim:
    """Turn an entry into a claim."""
    if entry.keys() != {*TEXTS, "parts"}:
        odd = ", ".join(sorted(entry.keys() ^ {*TEXTS, "parts"}))
        raise Wrong(entry.line, f"a claim has {', '.join(TEXTS)} and parts, and nothing else: mend {odd}")
    if not all(isinstance(entry[key], str) and entry[key] for key in TEXTS):
        raise Wrong(entry.line, f"{', '.join(TEXTS)} are texts: put numbers in quotes")
    if not re.fullmatch(r"[AB]\d+", entry["id"]):
        raise Wrong(entry.line, f"{entry['id']!r} is no id: write a paper's letter and a number, such as A1")
    notebooks = repository() / "notebooks"
    if notebooks.is_dir() and not (notebooks / f"{entry['chapter']}.py").is_file():
        raise Wrong(entry.line, f"there is no chapter {entry['chapter']!r}: name a script of notebooks/ without .py")
    if not isinstance(entry["parts"], Marked) or not entry["parts"]:
        raise Wrong(entry.line, "parts are labels with a test each: give at least one")
    parts = tuple(part_of(entry["id"], str(label), part, entry.line) for label, part in entry["parts"].items())
    return Claim(**{key: entry[key].strip() for key in TEXTS}, parts=parts)


def part_of(claim: str, label: str, entry: Any, line: int) -> Part:
    """Turn a part of an entry into a test."""
    line = getattr(entry, "line", line)
    kinds = [kind for kind in OPTIONS if isinstance(entry, Marked) and kind in entry]
    if len(kinds) != 1:
        raise Wrong(line, f"part {label!r} has one of {', '.join(OPTIONS)}: say which kind of test it is")
    (kind,) = kinds
    may, must = OPTIONS[kind]
    given = entry.keys() - {kind}
    if odd := sorted((given - may) | (must - given)):
        raise Wrong(line, f"a test {kind!r} needs {sorted(must)} and may have {sorted(may)}: mend {', '.join(odd)}")
    sides = [" and ".join(side) if isinstance(side, list) else side for side in entry.get("sides", [])]
    measures = entry.get("measure", [])
    measures = [measures] * len(sides) if isinstance(measures, str) else measures
    sides = sides * max(len(measures), 1) if len(sides) == 1 else sides
    plain = {key: entry[key] for key in given - {"sides", "measure", "tiers", "references"}}
    lists = {key: tuple(entry[key]) for key in given & {"tiers", "references"}}
    part = Part(claim, label, kind, str(entry[kind]), tuple(sides), tuple(measures), **plain, **lists)
    try:
        check(part)
    except UserError as error:
        raise Wrong(line, f"part {label!r}: {str(error).rstrip('.')}") from error
    return part


def check(part: Part) -> None:
    """Raise UserError where a part names what there is not, or what doesn't go together."""
    for name, kind in (("exempt", bool), ("may_die", bool), ("above", int | float | None), ("without_runs", str)):
        if not isinstance(getattr(part, name), kind):
            raise UserError(f"{name} is {getattr(part, name)!r}, which it can't be")
    one_of("arm", part.arm, ARMS)
    for tier in part.tiers:
        one_of("tier", tier, TIERS)
    for name in (name for side in part.sides for name in side.split(" and ")):
        resolve(name, part.arm, part.tiers[0])
    if part.kind == "inspect":
        from stackrepro.claims.audits import AUDITS

        one_of("inspection", part.test, dict.fromkeys((*AUDITS, *INSPECTIONS)))
        if part.test in INSPECTIONS and not part.finds:
            raise UserError("it has no `finds`: say what was found or what is lacking")
        if (part.test == "literature") != isinstance(part.holds, bool):
            raise UserError("`holds` is true or false for literature, and stands nowhere else")
        return
    if part.kind == "rated":
        one_of("threshold", part.test, dict.fromkeys(THRESHOLDS))
        if (part.test == "told apart") != (len(part.sides) == 1 and part.above is not None):
            raise UserError("told apart has one side and `above`, a threshold two sides and no bound")
        return
    readings = part.readings
    if len(readings) != len(part.sides):
        raise UserError("give one measure, or one for each side")
    if part.kind == "level":
        if len(part.sides) != 1 or not BOUND.fullmatch(part.test):
            raise UserError("a level has one side, and reads such as `above 0.1` or `below 1`")
        return
    if part.factor is None:
        one_of("comparison", part.test, dict.fromkeys((*COMPARISONS, "1.25 times")))
    if len(part.sides) != (3 if part.test == "closes" else 2):
        raise UserError("a comparison has two sides, and `closes` three: mended, harmed, standard")
    if len({(r.measure.better, r.measure.logarithm, r.measure.baseline) for r in readings}) > 1:
        raise UserError("its measures have no common scale")
    if part.test in WITH_MARGIN and readings[0].measure.baseline is None and not readings[0].measure.logarithm:
        raise UserError(f"{readings[0].words} has no baseline, and so no margin")
