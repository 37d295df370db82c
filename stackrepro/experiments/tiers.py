"""The scale of a run. A tier changes sizes, depths, widths and updates by one rule, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stackrepro.experiments.configuration import Configuration
from stackrepro.models import Stack

PAPER_UPDATES = 73_800  # 200 epochs of 369 batches, as the conv and deep-conv notebooks of paper A call them


@dataclass(frozen=True)
class Tier:
    """`halvings` of the image's side, `divisor` of all widths, `updates` that stand for the papers' budget."""

    name: str
    purpose: str
    halvings: int
    divisor: int
    updates: int


TIERS = {
    tier.name: tier
    for tier in (
        Tier("smoke", "checks that everything runs, within seconds", halvings=2, divisor=64, updates=3),
        Tier("quick", "the default of the book on any laptop", halvings=2, divisor=8, updates=800),
        Tier("reduced", "the committed reference results, about an hour a run on one core", 1, 4, 18_450),
        Tier("paper", "the papers' own scale, for a GPU", halvings=0, divisor=1, updates=PAPER_UPDATES),
    )
}


def scale(configuration: Configuration, tier: Tier) -> Configuration:
    """Bring a configuration of the paper tier, with its first stage's, to another tier."""
    first, judge = configuration.stage1, configuration.first_discriminator
    return replace(
        configuration,
        tier=tier.name,
        view=replace(configuration.view, size=configuration.view.size // 2**tier.halvings),
        generator=configuration.generator.scaled(tier.halvings, tier.divisor),
        discriminator=configuration.discriminator.scaled(tier.halvings, tier.divisor),
        first_discriminator=None if judge is None else judge.scaled(tier.halvings, tier.divisor),
        updates=round(configuration.updates * tier.updates / PAPER_UPDATES),
        stage1=None if first is None else scale(first, tier),
    )


def stage_sizes(configuration: Configuration) -> tuple[int, ...]:
    """Return the sides in pixels of what the generator makes, stage by stage."""
    generator = configuration.generator
    return (generator.first.size, generator.size) if isinstance(generator, Stack) else (generator.size,)
