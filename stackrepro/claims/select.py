"""Which runs may stand beside each other: whole ones of today's definition, of one tier, data set and protocol."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from stackrepro.base.errors import UserError
from stackrepro.base.files import read_json
from stackrepro.base.places import results_root
from stackrepro.data import Source
from stackrepro.evaluation.protocols import SCHEMA
from stackrepro.experiments import resolve
from stackrepro.eyetest.ratings import Answers
from stackrepro.runs import StoredRun, stored
from stackrepro.runs.store import OLDER_VERSION
from stackrepro.training.configuration import record

RUNGS = ("small", "reduced", "paper")  # from small to large
SEEDS = 3  # the fewest that a verdict rests on
PILOTS = 100  # seeds from here on never count
NAMES = ("experiment", "arm", "tier", "seed")

Seeds = dict[int, StoredRun]


@cache
def definition(experiment: str, arm: str, tier: str, seed: int = 0) -> dict[str, Any] | None:
    """Return today's configuration of such a run as JSON, or None where the registry has none."""
    try:
        return record(resolve(experiment, arm, tier, seed))
    except UserError:
        return None


def named(experiment: str, arm: str, tier: str) -> str | None:
    """Return the name that an experiment has at a tier, where a variant may change nothing; None if it isn't there."""
    found = definition(experiment, arm, tier)
    return None if found is None else found["experiment"]


def stages_before(configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """List the recorded configurations of the trained stages that one stands on, the nearest first."""
    found = []
    while (configuration := configuration["stage1"]) is not None:
        found.append(configuration)
    return found


def related(experiments: Iterable[str], arm: str, tier: str) -> bool:
    """Say whether experiments share a trained stage, or one is the stage of another, so that seeds are paired."""
    definitions = [definition(name, arm, tier) for name in dict.fromkeys(experiments)]
    chains = [{one["experiment"] for one in (found, *stages_before(found))} for found in definitions]
    return all(one & other for place, one in enumerate(chains) for other in chains[:place])


# Which results count


def side_of(run: StoredRun) -> tuple[str, str] | None:
    """Return a run's experiment and arm, or None where its record doesn't tell."""
    try:
        configuration = run.record["configuration"]
        return configuration["experiment"], configuration["arm"]
    except (UserError, KeyError, TypeError):
        return None


def unfit(run: StoredRun) -> str:
    """Say why the result of an evaluated run can't stand beside others, or return nothing."""
    if run.damaged:
        return "damaged"
    try:
        result, configuration = run.result, run.record["configuration"]
        if result.get("schema") != SCHEMA:
            return "of an older schema"
        names = [configuration[key] for key in NAMES]
        if configuration != definition(*names) or [result[key] for key in NAMES] != names:
            return "of another definition"
        data, protocol, starts = run.record["data"], result["protocol"], run.record["starts"]
        told = [data["name"], data["label"], data["fingerprint"], run.record["machine"], starts[-1]["device"]]
        told += [protocol[key] for key in ("name", "dims", "samples", "reference")]
        rows = [result["measures"][name] for name in ("generated", "untrained", "floor")]
        told += [row[key] for row in rows for key in ("frechet", "kid", "kid_error", "n", "n_reference", "flags")]
        json.dumps([told, result], allow_nan=False)
    except ValueError:
        return "with a number that is none"
    except (AttributeError, IndexError, KeyError, TypeError):
        return "incomplete"
    return ""


# Which results compare


@dataclass(frozen=True)
class Group:
    """Runs that compare, by (experiment, arm), then by seed."""

    tier: str
    data: str
    synthetic: bool
    runs: dict[tuple[str, str], Seeds] = field(default_factory=dict)

    def side(self, experiment: str, arm: str) -> Seeds:
        """Return an experiment's runs by seed, none where there are none."""
        return self.runs.get((named(experiment, arm, self.tier) or "", arm), {})

    def before(self, run: StoredRun) -> list[StoredRun]:
        """List the runs of the stages that a run was trained on or reads images of, as far as they are here."""
        stages = stages_before(run.record["configuration"])
        found = [self.runs.get((c["experiment"], c["arm"]), {}).get(c["seed"]) for c in stages]
        return [stage for stage in found if stage is not None]


@dataclass(frozen=True)
class Evidence:
    """All that claims are judged by; `left_out` counts runs that can't stand beside others, by side and reason."""

    groups: tuple[Group, ...]
    left_out: Counter[tuple[tuple[str, str], str]] = field(default_factory=Counter)
    ratings: tuple[Answers, ...] = ()
    sources: dict[str, Source] = field(default_factory=dict)
    timed: tuple[dict[str, Any], ...] = ()

    def best(self, tier: str, sides: Sequence[str], arm: str) -> Group | None:
        """Return the group of a tier that has the most seeds of that side which has the fewest."""

        def rank(group: Group) -> tuple[bool, int, int]:
            counts = [len(group.side(side, arm)) for side in sides]
            return not group.synthetic, min(counts), sum(counts)

        found = max((group for group in self.groups if group.tier == tier), key=rank, default=None)
        return found if found is not None and any(found.side(side, arm) for side in sides) else None


def gathered(
    runs: Iterable[StoredRun], ratings: Sequence[Answers] = (), sources: dict[str, Source] | None = None
) -> Evidence:
    """Sort evaluated runs into groups. Of equal runs the one that is given first counts; pilots never do."""
    groups: dict[tuple, Group] = {}
    left_out: Counter[tuple[tuple[str, str], str]] = Counter()
    for run in runs:
        side = side_of(run)
        if side is None or (not run.damaged and run.result is None):
            continue
        if why := unfit(run) or (OLDER_VERSION if run.state == OLDER_VERSION else ""):
            left_out[side, why] += 1
            continue
        result, data, protocol = run.result, run.record["data"], run.result["protocol"]
        if result["seed"] >= PILOTS:
            continue
        key = (result["tier"], data["fingerprint"], protocol["name"], protocol["samples"], protocol["reference"])
        group = groups.setdefault(key, Group(result["tier"], data["name"], data["label"] == "synthetic"))
        group.runs.setdefault(side, {}).setdefault(result["seed"], run)
    timing = results_root() / "timing.json"
    timed = tuple(read_json(timing)["timed"]) if timing.exists() else ()
    return Evidence(tuple(groups.values()), left_out, tuple(ratings), sources or {}, timed)


def found_in(
    roots: Iterable[Path], fingerprints: set[str], tier: str | None = None, seeds: Sequence[int] | None = None
) -> list[StoredRun]:
    """List the runs under roots on these data, of one tier and some seeds where those are asked for; on any if none."""

    def fits(run: StoredRun) -> bool:
        try:
            c, fingerprint = run.record["configuration"], run.record["data"]["fingerprint"]
            of_data = not fingerprints or fingerprint in fingerprints
            return of_data and tier in (None, c["tier"]) and (seeds is None or c["seed"] in seeds)
        except (KeyError, TypeError, UserError):
            return False  # its record doesn't tell

    return [run for run in stored(*roots) if fits(run)]
