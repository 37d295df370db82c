"""The runs that are published with the book, on real data, in the order in which they are made: the ladder's list.

Within a block seed follows seed, so that wherever it stops the pairs are complete. The list was fixed before its first
run; tests/golden/ladder.json holds it to that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from stackrepro.experiments.registry import resolve
from stackrepro.training.configuration import Configuration

SECOND_RUNG = "reduced"
FIRST_RUNG = "small"
BASE_FACES = ("faces/edges", "faces/gray", "faces/single")
MODELS = ("64", "128", "stack", "stack-bp")


@dataclass(frozen=True)
class Reference:
    """A run of the list. `data` is "boxes", an archive that holds the boxes at least, or "frames", whole photographs.

    One with an `only_if` is made only if that has come true.
    """

    block: int
    experiment: str
    seed: int
    arm: str = "matched"
    tier: str = FIRST_RUNG
    data: str = "boxes"
    only_if: str = ""

    @property
    def configuration(self) -> Configuration:
        """What is trained."""
        return resolve(self.experiment, self.arm, self.tier, self.seed)


def over_seeds(block: int, seeds: int, names: Iterable[str], **options: str) -> Iterator[Reference]:
    """List experiments with each of the first seeds, seed by seed."""
    names = tuple(names)
    return (Reference(block, name, seed, **options) for seed in range(seeds) for name in names)


def of_kind(kind: str, *models: str) -> tuple[str, ...]:
    """Name birds of one layer type."""
    return tuple(f"birds/{kind}-{model}" for model in models)


def variants(experiment: str, *names: str) -> tuple[str, ...]:
    """Name variants of an experiment."""
    return tuple(f"{experiment}+{name}" for name in names)


DENSE = of_kind("dense", "64", "128", "stack")
REMEDIES = (
    *variants("faces/edges", "images=quarter", "updates=quarter", "images=quarter-epochs"),
    *variants("faces/edges", "discriminator=quarter", "discriminator=half"),
    *variants("faces/gray", "dropout=0.5", "batch=4-images", "batch=16-images", "latent=own", "latent=correlated"),
)
EXPLAINED = ("intermediate=probe", "stage1-rate=tenth", "intermediate=loss", "updates=quadruple")
ADEQUATE, HARM = "a dense model is adequate", "backpropagation is seen to harm"

REFERENCES = (
    # faces: the two stages and the single model
    *over_seeds(1, 5, BASE_FACES),
    # birds: deep-conv and dense models
    *over_seeds(2, 3, (*of_kind("dconv", *MODELS), *DENSE)),
    *(Reference(2, name, 3) for name in of_kind("dconv", *MODELS)),
    *over_seeds(2, 3, of_kind("dense", "stack-bp"), only_if=ADEQUATE),
    # birds: conv models
    *over_seeds(3, 3, of_kind("conv", *MODELS)),
    # faces: data, discriminators and remedies
    *over_seeds(4, 3, REMEDIES),
    *over_seeds(4, 3, ("faces/rgb", "faces/edges+update=wgan-gp")),
    # birds: fewer images, and whole photographs
    *over_seeds(5, 3, variants("birds/dconv-64", "images=quarter", "images=sixteenth")),
    *over_seeds(5, 3, ("birds/dconv-64", "birds/dconv-64+crop=none"), data="frames"),
    *over_seeds(
        5,
        3,
        (f"birds/dense-{size}{variant}" for size in ("64", "128") for variant in ("", "+dropout=0")),
        arm="text",
        only_if=ADEQUATE,
    ),
    # a GAN of today at equal time, joint stages, other networks and arms
    *over_seeds(6, 3, ("birds/modern-64",)),
    *over_seeds(6, 3, ("faces/joint",)),
    *over_seeds(6, 3, ("birds/edges", "birds/gray", "birds/gray-single")),
    *over_seeds(6, 3, (f"birds/{kind}-stack+stage1=scratch" for kind in ("dconv", "conv"))),
    *over_seeds(6, 3, (f"birds/{kind}-64" for kind in ("dconv", "conv", "dense")), arm="code"),
    # the second rung of the faces
    *over_seeds(7, 3, BASE_FACES, tier=SECOND_RUNG),
    *over_seeds(7, 3, variants("birds/dconv-stack-bp", *EXPLAINED), only_if=HARM),
    *over_seeds(7, 3, variants("birds/conv-stack-bp", *EXPLAINED), only_if=HARM),
)

# Added behind the fixed list. At the first rung birds/conv-64 lies on the bound of what is alive, so that no number of
# seeds decides there what depends on it. The second rung decides, whose seed 0 and 64-pixel models were there before.
SECOND = tuple(
    Reference(8, f"birds/{kind}-{model}", seed, tier=SECOND_RUNG)
    for kind in ("conv", "dconv")
    for seed in (1, 2)
    for model in MODELS[1:]
)


@cache
def first_stages() -> frozenset[Configuration]:
    """Return what the list's later stages are built on: a clone that has only results/ needs their weights."""
    found = (reference.configuration.stage1 for reference in REFERENCES)
    return frozenset(stage for stage in found if stage is not None)


def base_models() -> tuple[str, ...]:
    """Name the twelve birds and paper B's two stages and control: their last iterates are published, too."""
    return (*(name for kind in ("dense", "conv", "dconv") for name in of_kind(kind, *MODELS)), *BASE_FACES)
