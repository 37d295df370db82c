"""What a run asks of a machine, for whoever schedules many. Imports no torch."""

from __future__ import annotations

from stackrepro.experiments import TIERS, Configuration
from stackrepro.experiments.registry import one_of

# Each tier's memory in megabytes and time in minutes. Memory: updates at the paper tier's own batches were measured on
# a CPU at 1.1 GB (birds/dconv-128), 2.5 (faces/edges), 3.2 (birds/dconv-stack-bp) and 3.8 (faces/joint); the rest is
# headroom, and room for the distances of 10,000 features. Time: what is cut off goes on when it is tried again.
TIER_NEEDS = {
    "smoke": (2_000, 10),
    "quick": (3_000, 30),
    "small": (4_000, 120),
    "reduced": (6_000, 480),
    "paper": (12_000, 2_880),
}


def needs(configuration: Configuration, device: str) -> dict[str, int]:
    """Return megabytes of memory, minutes, and away from the CPU the number of GPUs, by Snakemake's names for them.

    Raises:
        UserError: the configuration is of an unknown tier.
    """
    memory, minutes = TIER_NEEDS[one_of("tier", configuration.tier, TIERS)]
    found = {"mem_mb": memory, "runtime": minutes}
    return found if device == "cpu" else {**found, "gpu": 1}
