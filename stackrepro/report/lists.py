"""The lists of runs that `make runs` and `stackrepro costs` can be asked for. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence

from stackrepro.data import Source
from stackrepro.experiments import ARMS, EXPERIMENTS, Configuration, resolve
from stackrepro.experiments.reference import REFERENCES
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
    "reference": "what is to be published with the book, in that order and with seeds of its own",
    "all": "every experiment in every arm with every variant",
}


def listed(which: str, tier: str, seeds: Sequence[int] = (0,)) -> list[Configuration]:
    """List the configurations of one of LISTS, with a seed of each; first stages aren't added."""
    if which == "reference":
        return [resolve(x.experiment, x.arm, tier, x.seed) for x in REFERENCES]
    pairs = {"book": BOOK, "all": ALL}[which]
    return [resolve(name, arm, tier, seed) for name, arm in pairs for seed in seeds]


def listed_runs(which: str, tier: str, seeds: Sequence[int], sources: dict[str, Source]) -> list[Run]:
    """List the runs of one of LISTS, each once and behind that of its first stage."""
    return first_stages_first(Run(c, sources[c.view.dataset]) for c in listed(which, tier, seeds))
