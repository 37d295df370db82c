"""Which chapter needs which runs, for whoever schedules them. Imports no torch."""

from __future__ import annotations

from stackrepro.data import Source
from stackrepro.experiments import resolve
from stackrepro.runs import Run

ARM = "matched"  # the book trains this arm itself; the others show their published results

KINDS = ("dense", "conv", "dconv")


def birds(*models: str) -> tuple[str, ...]:
    """Name these models of all three layer types."""
    return tuple(f"birds/{kind}-{model}" for model in models for kind in KINDS)


CHAPTERS: dict[str, tuple[str, ...]] = {
    "a-3-1-data": (),
    "a-3-3-baselines": (),
    "a-3-4-stacked": ("birds/dconv-stack",),
    "a-3-5-backpropagating": ("birds/dconv-stack-bp",),
    "a-4-1-layer-comparison": birds("64", "128"),
    "a-4-2-stacked-against-single": ("birds/dconv-64", *birds("128", "stack")),
    "a-4-3-backpropagation": birds("stack", "stack-bp"),
    "ledger-a": birds("64", "128", "stack", "stack-bp"),  # it makes no run, but judges by all of them
}


def chapter_runs(chapter: str, tier: str, seeds: list[int], source: Source) -> list[Run]:
    """List the runs that a chapter shows."""
    return [Run(resolve(name, ARM, tier, seed), source) for name in CHAPTERS[chapter] for seed in seeds]


def book_runs(tier: str, seeds: list[int], source: Source) -> list[Run]:
    """List the runs that the whole book needs, each once, and before each the run of its first stage."""
    runs: dict[str, Run] = {}
    for chapter in CHAPTERS:
        for run in chapter_runs(chapter, tier, seeds, source):
            for needed in (run.stage1, run):
                if needed is not None:
                    runs.setdefault(needed.identity, needed)
    return list(runs.values())
