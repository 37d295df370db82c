"""The scale of a run. A tier changes sizes, depths, widths and updates by one rule, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stackrepro.data import View
from stackrepro.experiments.configuration import Configuration
from stackrepro.models import Stack


@dataclass(frozen=True)
class Tier:
    """`halvings` of the image's side, `divisor` of all widths, `updates` that stand for the papers' budget.

    `updates` None leaves the papers' own numbers, and `batch` is the largest number of images at once, None for any.
    """

    name: str
    purpose: str
    halvings: int
    divisor: int
    updates: int | None
    batch: int | None


TIERS = {
    tier.name: tier
    for tier in (
        Tier("smoke", "checks that everything runs, within seconds", halvings=2, divisor=64, updates=3, batch=32),
        Tier("quick", "the default of the book on any laptop", halvings=2, divisor=8, updates=800, batch=32),
        Tier("reduced", "the committed reference results, up to 100 minutes of one core a run", 1, 8, 18_450, 32),
        Tier("paper", "the papers' own scale, for a GPU", halvings=0, divisor=1, updates=None, batch=None),
    )
}


def scale(configuration: Configuration, tier: Tier) -> Configuration:
    """Bring a configuration of the paper tier, with its first stage's, to another tier."""
    c = configuration
    return replace(
        c,
        tier=tier.name,
        view=smaller(c.view, tier),
        condition=None if c.condition is None else smaller(c.condition, tier),
        generator=c.generator.scaled(tier.halvings, tier.divisor),
        discriminator=c.discriminator.scaled(tier.halvings, tier.divisor),
        first_discriminator=None
        if c.first_discriminator is None
        else c.first_discriminator.scaled(tier.halvings, tier.divisor),
        batch=c.batch if tier.batch is None else min(c.batch, tier.batch),
        updates=c.updates if tier.updates is None else max(1, round(c.updates / c.budget * tier.updates)),
        stage1=None if c.stage1 is None else scale(c.stage1, tier),
    )


def smaller(view: View, tier: Tier) -> View:
    """Return a view with its size halved as often as the tier says."""
    return replace(view, size=view.size // 2**tier.halvings)


def stage_sizes(configuration: Configuration) -> tuple[int, ...]:
    """Return the sides in pixels of what the generator makes, stage by stage."""
    generator = configuration.generator
    return (generator.first.size, generator.size) if isinstance(generator, Stack) else (generator.size,)
