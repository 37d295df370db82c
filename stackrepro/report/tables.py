"""All tables of runs and models that the chapters call, as pandas frames, under one name."""

from stackrepro.report.cells import legend, over_seeds, stamped
from stackrepro.report.measure_tables import beyond_distances
from stackrepro.report.result_tables import distances, dressed, measured, references
from stackrepro.report.run_tables import commands, cost, machines
from stackrepro.report.settings_tables import changed_beside_generator, counts, optimizers, register, settings
from stackrepro.report.tier_tables import changed_by_tier, show, tier_sizes

__all__ = [
    "beyond_distances",
    "changed_beside_generator",
    "changed_by_tier",
    "commands",
    "cost",
    "counts",
    "distances",
    "dressed",
    "legend",
    "machines",
    "measured",
    "optimizers",
    "over_seeds",
    "references",
    "register",
    "settings",
    "show",
    "stamped",
    "tier_sizes",
]
