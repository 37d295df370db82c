"""Which chapter needs which runs, for whoever schedules them. Imports no torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


EXPLANATIONS = ("intermediate=probe", "stage1-rate=tenth", "intermediate=loss", "updates=quadruple")
CONV, DCONV = (tuple(f"birds/{kind}-stack-bp+{name}" for name in EXPLANATIONS) for kind in ("conv", "dconv"))
IMAGES = ("birds/dconv-64+images=quarter", "birds/dconv-64+images=sixteenth")
CROPS = ("birds/dconv-64+crop=none", "birds/dconv-64+crop=square")
RANGES = ("birds/dconv-64", "birds/dconv-64+range=minus1-1", "birds/dconv-64+output=sigmoid")
RULES = ("birds/dconv-64", "birds/dconv-64+batch=separate", "birds/dconv-64+optimizer=adam")
DROPOUT = tuple(f"birds/dense-{size}{variant}" for size in ("64", "128") for variant in ("", "+dropout=0"))
WRAPPED = ("birds/dconv-128+display=wrap", "birds/dconv-stack+display=wrap")
NOISE = ("birds/dconv-128", "birds/dconv-stack")
FREEZING = ("birds/dconv-stack", "birds/dconv-stack+stage1=loaded", "birds/dconv-stack+hold=everything")

FACES = ("faces/edges", "faces/gray", "faces/edges+update=wgan-gp", "faces/single")
VIEWS = tuple(
    f"faces/edges+{factor}" for factor in ("gray=red", "sobel=original", "stretch=no", "jpeg=yes", "crop=none")
)
DISCRIMINATORS = tuple(f"faces/edges+discriminator={share}" for share in ("quarter", "half", "whole"))
QUARTERS = ("faces/edges+images=quarter", "faces/edges+updates=quarter", "faces/edges+images=quarter-epochs")
BATCHES = tuple(f"faces/gray+batch={batch}" for batch in ("4", "4-images", "16", "16-images"))
EPOCHS = ("faces/gray+epochs=1.73", "faces/gray+epochs=5")
DROPPED = ("faces/gray+dropout=0.2", "faces/gray+dropout=0.5")
FEEDS = ("faces/gray+feed=stretched", "faces/gray+feed=jpeg")
WGANS = ("faces/edges+update=wgan-released", "faces/edges+update=wgan")
LATENTS = tuple(f"faces/gray+latent={latent}" for latent in ("own", "correlated", "own-l1=10"))

CARRIED_OVER = ("birds/gray", "birds/gray-single")  # paper B's stack and its control on paper A's data

CHAPTERS: dict[str, Needs] = {
    "intro": Needs((*birds(*MODELS), *FACES)),
    "summary-a": Needs(birds(*MODELS)),
    "summary-b": Needs(FACES),
    "a-1-introduction": Needs(("birds/dconv-64",), in_arm(ARM, *IMAGES)),
    "a-3-1-data": Needs(("birds/dconv-64",), in_arm(ARM, *CROPS)),
    "a-3-2-losses": Needs(("birds/dconv-64",), in_arm("code", *dict.fromkeys(RANGES + RULES))),
    "a-3-3-baselines": Needs((), in_arm("text", *DROPOUT)),
    "a-3-4-stacked": Needs(("birds/dconv-stack",), in_arm("code", *FREEZING)),
    "a-3-5-backpropagating": Needs(("birds/dconv-stack-bp",)),
    "a-4-1-layer-comparison": Needs(birds("64", "128"), in_arm("code", *birds("64", "128"))),
    "a-4-2-stacked-against-single": Needs(
        ("birds/dconv-64", *birds("128", "stack")),
        (
            *in_arm(ARM, *birds("stack", variant="+stage1=scratch")),
            *in_arm("code", *birds("128", "stack"), *WRAPPED),
            *in_arm("text", *NOISE),
        ),
    ),
    "a-4-3-backpropagation": Needs(birds("stack", "stack-bp"), in_arm("code", *birds("stack", "stack-bp"))),
    "a-5-conclusion": Needs(("birds/dconv-64", *birds("stack", "stack-bp")), in_arm(ARM, *CONV, *DCONV)),
    "a-8-appendix": Needs(birds(*MODELS)),
    "ledger-a": Needs(birds(*MODELS)),  # it makes no run, but judges by all of them
    "b-1-introduction": Needs(FACES[:2], in_arm(ARM, "faces/rgb", *CARRIED_OVER)),
    "b-2-data": Needs(("faces/edges",), in_arm(ARM, *VIEWS)),
    "b-3-stage-one": Needs(
        ("faces/edges",),
        (
            *in_arm(ARM, *DISCRIMINATORS, *QUARTERS),
            *in_arm("code", "faces/edges", "faces/edges+sampling=running"),
        ),
    ),
    "b-4-stage-two": Needs(
        ("faces/gray",), (*in_arm(ARM, *BATCHES, *EPOCHS, "faces/gray+l1=10"), *in_arm("code", "faces/gray"))
    ),
    "b-5-distances": Needs(FACES[:2], in_arm(ARM, "faces/edges+images=quarter-epochs")),
    "b-6-human-evaluation": Needs(FACES[:2]),
    "b-7-contraction": Needs(("faces/gray",), in_arm(ARM, "faces/rgb")),
    "b-8-overfitting": Needs(("faces/gray",), in_arm(ARM, *DROPPED, *FEEDS)),
    "b-9-wgan": Needs(("faces/edges", "faces/edges+update=wgan-gp"), in_arm(ARM, *WGANS)),
    "b-10-architectures": Needs(("faces/gray",), in_arm(ARM, *LATENTS, "faces/joint")),
    "b-11-conclusion": Needs(("faces/gray", "faces/single"), in_arm(ARM, "faces/rgb", *CARRIED_OVER)),
    "ledger-b": Needs(FACES),
    "eye-test": Needs((*birds(*MODELS), *FACES)),
    "machine-eye-test": Needs(birds(*MODELS)),
    "verdicts": Needs(),
    "measuring": Needs(),
    "sensitivity": Needs((*birds(*MODELS), *FACES)),
}
# These show verdicts on claims of other chapters, and the last the ratings themselves.
WITH_RATINGS = ("intro", "summary-a", "summary-b", "ledger-a", "ledger-b", "eye-test")
OFFERED = tuple(dict.fromkeys(pair for needs in CHAPTERS.values() for pair in needs.extended))
# The page of the executions lists all runs that the others show; the page of the costs makes none.
CHAPTERS |= {"execution": Needs((*birds(*MODELS), *FACES), OFFERED), "costs": Needs()}


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


def judged_runs(chapter: str, tier: str, seeds: Sequence[int], sources: dict[str, Source]) -> list[Run]:
    """List the runs that the verdicts of a chapter read, whoever trains them."""
    from stackrepro.claims.schema import claims

    of_chapter = [claim for claim in claims().values() if claim.chapter == chapter]
    sides = dict.fromkeys(side for claim in of_chapter for side in claim.experiments)
    return [run for name, arm in sides for run in runs_of(name, arm, tier, seeds, sources)]


def reads_ratings(chapter: str) -> bool:
    """Say whether a chapter shows what raters answered, or a verdict that depends on it."""
    from stackrepro.claims.schema import claims

    return chapter in WITH_RATINGS or any(claim.rated for claim in claims().values() if claim.chapter == chapter)


def book_runs(tier: str, seeds: Sequence[int], sources: dict[str, Source], extended: bool = False) -> list[Run]:
    """List the runs that the whole book trains, each once, and before each the run of its first stage."""
    return first_stages_first(
        run for chapter in CHAPTERS for run in chapter_runs(chapter, tier, seeds, sources, extended)
    )


def first_stages_first(wanted: Iterable[Run]) -> list[Run]:
    """List runs once each, and before each the run of its first stage, whose own first stage comes before that."""
    runs: dict[str, Run] = {}

    def add(run: Run) -> None:
        if run.stage1 is not None:
            add(run.stage1)
        runs.setdefault(run.identity, run)

    for run in wanted:
        add(run)
    return list(runs.values())
