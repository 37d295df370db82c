"""Which results still count. Light: no torch is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stackrepro.evaluation.protocols import Plan, Protocol, plan_for
from stackrepro.runs import Run, StoredRun, find

SCHEMA = 3  # raise it when the layout of a result changes, or what one of its measures means
ADDED = ("untrained", "last", "halfway", "held_out", "other_domain")  # to the record of a plan, after the first results


def protocol_record(protocol: Protocol) -> dict[str, Any]:
    """Return what a result keeps of a protocol."""
    return {
        "name": protocol.name,
        "dims": protocol.dims,
        "samples": protocol.samples,
        "reference": protocol.reference,
    }


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return what a result keeps of the plan that it was measured by: the standard protocol, the others, the counts.

    What was added later is left out while it has its default, so that results of before keep theirs.
    """
    return {
        **protocol_record(plan.standard),
        "others": [protocol_record(protocol) for protocol in plan.others],
        "trajectory": protocol_record(plan.trajectory),
        "beside": plan.beside or plan.standard.samples,
        "varied": plan.passes,
        "qualities": list(plan.qualities),
        **{name: value for name in ADDED if (value := getattr(plan, name)) != getattr(Plan, name)},
    }


def finished(run: Run, root: Path) -> StoredRun | None:
    """Return a run that is finished and was measured by today's plan of its tier, or None."""
    stored = find(run, root)
    if stored is None or stored.damaged:
        return None
    c = run.configuration
    wanted = plan_record(plan_for(c.tier, c.view.dataset))
    kept = stored.result["protocol"]
    same = {key: kept.get(key) for key in wanted} == wanted
    return stored if same and stored.result.get("schema") == SCHEMA else None
