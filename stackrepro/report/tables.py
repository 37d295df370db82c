"""All tables of runs and models that the chapters call, as pandas frames, under one name."""

from stackrepro.report.cells import dressed, flagged, from_runs, over_seeds, stamped
from stackrepro.report.measure_tables import beyond_distances, fidelity
from stackrepro.report.result_tables import both_features, distances, measured
from stackrepro.report.run_tables import cost
from stackrepro.report.settings_tables import changed_beside_generator, counts, optimizers, register, settings
from stackrepro.report.tier_tables import changed_by_tier, show, tier_sizes

__all__ = [
    "beyond_distances",
    "both_features",
    "changed_beside_generator",
    "changed_by_tier",
    "cost",
    "counts",
    "distances",
    "dressed",
    "fidelity",
    "flagged",
    "from_runs",
    "measured",
    "optimizers",
    "over_seeds",
    "register",
    "settings",
    "show",
    "stamped",
    "tier_sizes",
]
