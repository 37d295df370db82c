"""Tables of what a tier changes, beside the papers' values."""

from __future__ import annotations

from typing import Any

import pandas as pd

from stackrepro.evaluation import protocol_for
from stackrepro.experiments import TIERS, Configuration, record, resolve
from stackrepro.experiments.configuration import differences
from stackrepro.experiments.tiers import stage_sizes
from stackrepro.report.plan import ARM


def changed_by_tier(configurations: dict[str, tuple[Configuration, Configuration]]) -> pd.DataFrame:
    """Set the papers' values beside a tier's: a row for each field that differs.

    Args:
        configurations: by name, the configuration at the paper tier and at this one.
    """
    rows = [
        {"model": name, "field": path, "paper": show(before), "here": show(after)}
        for name, (paper, here) in configurations.items()
        for path, before, after in differences(record(paper), record(here))
        if not path.startswith("stage1.") and path != "tier"
    ]
    return pd.DataFrame(rows, columns=["model", "field", "paper", "here"])


def show(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def tier_sizes(experiment: str, arm: str = ARM) -> pd.DataFrame:
    """Set an experiment's scale at each tier side by side."""
    rows = []
    for tier in TIERS.values():
        configuration = resolve(experiment, arm, tier.name)
        protocol = protocol_for(tier.name)
        rows.append(
            {
                "tier": tier.name,
                "pixels": " to ".join(map(str, stage_sizes(configuration))),
                "widths": f"1/{tier.divisor_for(configuration.view.dataset)}",
                "updates a stage": f"{configuration.updates:,}",
                "distance": protocol.name,
                "images measured": f"{protocol.samples:,}",
            }
        )
    return pd.DataFrame(rows)
