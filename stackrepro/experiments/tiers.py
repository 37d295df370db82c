"""The scale of a run. A tier changes sizes, depths, widths, updates and large batches by one rule, and nothing else.

A penalty on slopes is no exception: its weight goes with the number of pixels, so that it holds a network as tightly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from stackrepro.data import View
from stackrepro.models.specs import Network, Stack
from stackrepro.training.configuration import Configuration
from stackrepro.training.rules import Paired, Relativistic


@dataclass(frozen=True)
class Tier:
    """`halvings` of the image's side, `divisor` of all widths, `updates` that stand for the papers' budget.

    `faces` is the divisor of what is trained on faces, whose networks cost less an update than those of the birds.
    `updates` None leaves the papers' own numbers, and `batch` is the largest number of images at once, None for any.
    `faces_updates` are those of faces where they aren't as many. `paired` is how many times as many updates a stage
    takes that learns from pairs, one at a time. `stage1_weights` is what later stages are built on.
    """

    name: str
    halvings: int
    divisor: int
    faces: int
    updates: int | None
    batch: int | None
    faces_updates: int | None = None
    paired: int = 1
    stage1_weights: Literal["last", "average"] = "last"

    def divisor_for(self, dataset: str) -> int:
        """Return the divisor of the widths of what is trained on a data set."""
        return self.faces if dataset == "faces" else self.divisor


TIERS = {
    tier.name: tier
    for tier in (
        # checks that everything runs, within seconds
        Tier("smoke", halvings=2, divisor=64, faces=64, updates=3, batch=32),
        # the default of the book on any laptop
        Tier("quick", halvings=2, divisor=8, faces=8, updates=800, batch=32),
        # the first rung of the evidence: several seeds of each model, minutes of one core a run
        Tier(
            "small",
            halvings=2,
            divisor=8,
            faces=4,
            updates=9_225,
            batch=32,
            faces_updates=4_612,
            paired=4,
            stage1_weights="average",
        ),
        # the second rung, up to five hours of one core a run
        Tier("reduced", halvings=1, divisor=8, faces=4, updates=18_450, batch=32),
        # the papers' own scale, for a GPU
        Tier("paper", halvings=0, divisor=1, faces=1, updates=None, batch=None),
    )
}


def scale(configuration: Configuration, tier: Tier) -> Configuration:
    """Bring a configuration of the paper tier, with its first stage's, to another tier."""
    c = configuration

    def smaller(view: View | None) -> View | None:
        return view and replace(view, size=view.size // 2**tier.halvings)

    def narrower(network: Network | None) -> Network | None:
        return network and network.scaled(tier.halvings, tier.divisor_for(c.view.dataset))

    return replace(
        c,
        tier=tier.name,
        view=smaller(c.view),
        condition=smaller(c.condition),
        generator=narrower(c.generator),
        discriminator=narrower(c.discriminator),
        first_discriminator=narrower(c.first_discriminator),
        update=c.update.scaled(tier.halvings) if isinstance(c.update, Relativistic) else c.update,
        batch=c.batch if tier.batch is None else min(c.batch, tier.batch),
        updates=c.updates if tier.updates is None else max(1, round(c.updates / c.budget * updates_of(c, tier))),
        stage1=c.stage1 and scale(c.stage1, tier),
        stage1_weights="last" if c.stage1 is None else tier.stage1_weights,
    )


def updates_of(configuration: Configuration, tier: Tier) -> int:
    """Return the updates that stand for the papers' budget of such a training; the tier says how many it has."""
    faces = configuration.view.dataset == "faces" and tier.faces_updates is not None
    each = tier.faces_updates if faces else tier.updates
    return each * (tier.paired if isinstance(configuration.update, Paired) else 1)


def stage_sizes(configuration: Configuration) -> tuple[int, ...]:
    """Return the sides in pixels of what the generator makes, stage by stage."""
    generator = configuration.generator
    return (generator.first.size, generator.size) if isinstance(generator, Stack) else (generator.size,)
