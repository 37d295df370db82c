"""Which chapter needs which runs, for whoever schedules them. Imports no torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stackrepro.data import Source
from stackrepro.experiments import resolve
from stackrepro.runs import Run

ARM = "matched"  # the book trains this arm itself; the others are one parameter away, or published

KINDS = ("dense", "conv", "dconv")
MODELS = ("64", "128", "stack", "stack-bp")


def birds(*models: str, variant: str = "") -> tuple[str, ...]:
    """Name these models of all three layer types, with a variant such as `+stage1=scratch`."""
    return tuple(f"birds/{kind}-{model}{variant}" for model in models for kind in KINDS)


def in_arm(arm: str, *names: str) -> tuple[tuple[str, str], ...]:
    """Pair experiments with an arm."""
    return tuple((name, arm) for name in names)


@dataclass(frozen=True)
class Needs:
    """The runs that a chapter shows.

    `book` names the experiments that every book trains, in arm `matched`; `extended` the (experiment, arm) that it
    trains only when asked to, and shows where they are finished.
    """

    book: tuple[str, ...] = ()
    extended: tuple[tuple[str, str], ...] = ()


BACKPROPAGATION = tuple(
    f"birds/dconv-stack-bp+{variant}"
    for variant in ("intermediate=probe", "stage1-rate=tenth", "intermediate=loss", "updates=quadruple")
)
IMAGES = ("birds/dconv-64+images=quarter", "birds/dconv-64+images=sixteenth")
CROPS = ("birds/dconv-64+crop=none", "birds/dconv-64+crop=square")
RANGES = ("birds/dconv-64", "birds/dconv-64+range=minus1-1", "birds/dconv-64+output=sigmoid")
RULES = ("birds/dconv-64", "birds/dconv-64+batch=separate", "birds/dconv-64+optimizer=adam")
DROPOUT = ("birds/dense-64", "birds/dense-64+dropout=0")
FREEZING = ("birds/dconv-stack", "birds/dconv-stack+stage1=loaded", "birds/dconv-stack+hold=everything")

CHAPTERS: dict[str, Needs] = {
    "a-1-introduction": Needs(("birds/dconv-64",), in_arm(ARM, *IMAGES)),
    "a-3-1-data": Needs(("birds/dconv-64",), in_arm(ARM, *CROPS)),
    "a-3-2-losses": Needs(("birds/dconv-64",), in_arm("code", *dict.fromkeys(RANGES + RULES))),
    "a-3-3-baselines": Needs((), in_arm("code", *DROPOUT)),
    "a-3-4-stacked": Needs(("birds/dconv-stack",), in_arm("code", *FREEZING)),
    "a-3-5-backpropagating": Needs(("birds/dconv-stack-bp",)),
    "a-4-1-layer-comparison": Needs(birds("64", "128"), in_arm("code", *birds("64", "128"))),
    "a-4-2-stacked-against-single": Needs(
        ("birds/dconv-64", *birds("128", "stack")),
        (*in_arm(ARM, *birds("stack", variant="+stage1=scratch")), *in_arm("code", *birds("128", "stack"))),
    ),
    "a-4-3-backpropagation": Needs(birds("stack", "stack-bp"), in_arm("code", *birds("stack", "stack-bp"))),
    "a-5-conclusion": Needs(
        ("birds/dconv-64", "birds/dconv-stack", "birds/dconv-stack-bp"), in_arm(ARM, *BACKPROPAGATION)
    ),
    "a-8-appendix": Needs(birds(*MODELS)),
    "ledger-a": Needs(birds(*MODELS)),  # it makes no run, but judges by all of them
    "ledger-b": Needs(("faces/edges", "faces/gray", "faces/edges+update=wgan-gp", "faces/single")),
    "execution": Needs(birds(*MODELS)),
}


def runs_of(name: str, arm: str, tier: str, seeds: Sequence[int], sources: dict[str, Source]) -> list[Run]:
    """List the runs of one experiment on its data set, one for each seed."""
    configurations = [resolve(name, arm, tier, seed) for seed in seeds]
    return [Run(configuration, sources[configuration.view.dataset]) for configuration in configurations]


def chapter_runs(
    chapter: str, tier: str, seeds: Sequence[int], sources: dict[str, Source], extended: bool = False
) -> list[Run]:
    """List the runs that a chapter trains: those of every book, and with `extended` the others too."""
    needs = CHAPTERS[chapter]
    wanted = [*in_arm(ARM, *needs.book), *(needs.extended if extended else ())]
    return [run for name, arm in wanted for run in runs_of(name, arm, tier, seeds, sources)]


def book_runs(tier: str, seeds: Sequence[int], sources: dict[str, Source], extended: bool = False) -> list[Run]:
    """List the runs that the whole book trains, each once, and before each the run of its first stage."""
    runs: dict[str, Run] = {}
    for chapter in CHAPTERS:
        for run in chapter_runs(chapter, tier, seeds, sources, extended):
            for needed in (run.stage1, run):
                if needed is not None:
                    runs.setdefault(needed.identity, needed)
    return list(runs.values())
