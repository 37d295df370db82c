"""Which runs may stand beside each other: one tier, one data fingerprint, one protocol, one version."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from stackrepro.base.files import read_json
from stackrepro.base.places import results_root
from stackrepro.data import Source
from stackrepro.evaluation.eye_test.answers import Answers
from stackrepro.evaluation.fitness import definition, side_of, unfit
from stackrepro.runs import StoredRun
from stackrepro.runs.store import OLDER_VERSION

RUNGS = ("small", "reduced", "paper")  # from small to large
SEEDS = 3  # the fewest that a verdict rests on
PILOTS = 100  # seeds from here on never count

Seeds = dict[int, StoredRun]


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
        """List the runs of the stages that a run was trained on or is fed by, as far as they are here."""
        c, found = run.record["configuration"], []
        while (c := c["stage1"]) is not None:
            found.append(self.runs.get((c["experiment"], c["arm"]), {}).get(c["seed"]))
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
        of_tier = [group for group in self.groups if group.tier == tier]

        def rank(group: Group) -> tuple[bool, int, int]:
            counts = [len(group.side(side, arm)) for side in sides]
            return not group.synthetic, min(counts), sum(counts)

        found = max(of_tier, key=rank, default=None)
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
    return Evidence(tuple(groups.values()), left_out, tuple(ratings), sources or {}, timed_updates(results_root()))


def timed_updates(root: Path) -> tuple[dict[str, Any], ...]:
    """Return the entries of timing.json, none where there is no such file."""
    path = root / "timing.json"
    return tuple(read_json(path)["timed"]) if path.exists() else ()


def named(experiment: str, arm: str, tier: str) -> str | None:
    """Return the name that an experiment has at a tier, where a variant may change nothing; None if it isn't there."""
    found = definition(experiment, arm, tier, 0)
    return None if found is None else found["experiment"]


def stages(experiment: str, arm: str, tier: str) -> set[str]:
    """Name an experiment and the trained stages that it stands on."""
    c = definition(experiment, arm, tier, 0)
    found = {c["experiment"]}
    while (c := c["stage1"]) is not None:
        found.add(c["experiment"])
    return found


def related(experiments: Iterable[str], arm: str, tier: str) -> bool:
    """Say whether experiments share a trained stage, or one is the stage of another, so that seeds are paired."""
    found = list(dict.fromkeys(experiments))
    chains = [stages(name, arm, tier) for name in found]
    return all(one & other for place, one in enumerate(chains) for other in chains[:place])
