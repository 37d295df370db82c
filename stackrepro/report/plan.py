"""Which chapter needs which runs, for whoever schedules them. Imports no torch."""

from __future__ import annotations

from stackrepro.data import Source
from stackrepro.experiments import resolve
from stackrepro.runs import Run

ARM = "matched"  # the book trains this arm itself; the others show their published results

CHAPTERS: dict[str, tuple[str, ...]] = {
    "a-3-1-data": (),
    "a-3-4-stacked": ("birds/dconv-stack",),
    "a-4-2-stacked-against-single": ("birds/dconv-64", "birds/dconv-128", "birds/dconv-stack"),
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
