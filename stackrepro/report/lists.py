"""The lists of runs that `make runs` and `stackrepro costs` can be asked for. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence

from stackrepro.data import Source
from stackrepro.experiments import ARMS, EXPERIMENTS, Configuration, resolve
from stackrepro.experiments.reference import REFERENCES, Reference
from stackrepro.report.plan import ARM, CHAPTERS, first_stages_first
from stackrepro.runs import Run

BOOK = tuple(dict.fromkeys((name, ARM) for needs in CHAPTERS.values() for name in needs.book))
ALL = tuple(
    (name, arm)
    for experiment in EXPERIMENTS.values()
    for arm in ARMS
    for name in (experiment.name, *(f"{experiment.name}+{v.name}" for v in experiment.variants if arm in v.arms))
)
LISTS = {
    "book": "what every book trains",
    "reference": "what is to be published with the book, in that order, with tiers and seeds of its own",
    "frames": "the part of it that reads whole photographs, which lie in a data root of their own",
    "conditional": "what is to be published only if a condition has come true",
    "all": "every experiment in every arm with every variant",
}


def listed(which: str, tier: str, seeds: Sequence[int] = (0,)) -> list[Configuration]:
    """List the configurations of one of LISTS; first stages aren't added.

    What is to be published has tiers and seeds of its own, the others have the given ones.
    """
    if which in ("reference", "frames", "conditional"):
        return [x.configuration for x in REFERENCES if list_of(x) == which]
    pairs = {"book": BOOK, "all": ALL}[which]
    return [resolve(name, arm, tier, seed) for name, arm in pairs for seed in seeds]


def list_of(reference: Reference) -> str:
    """Return which of LISTS a run that is to be published stands in."""
    if reference.only_if:
        return "conditional"
    return "frames" if reference.data == "frames" else "reference"


def listed_runs(which: str, tier: str, seeds: Sequence[int], sources: dict[str, Source]) -> list[Run]:
    """List the runs of one of LISTS, each once and behind that of its first stage."""
    return first_stages_first(Run(c, sources[c.view.dataset]) for c in listed(which, tier, seeds))
