"""Which results still count. Light: no torch is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stackrepro.evaluation.protocols import Protocol, protocol_for
from stackrepro.runs import Run, StoredRun, find


def protocol_record(protocol: Protocol) -> dict[str, Any]:
    """Return what a result keeps of the protocol that it was measured by."""
    return {
        "name": protocol.name,
        "dims": protocol.dims,
        "samples": protocol.samples,
        "reference": protocol.reference,
    }


def finished(run: Run, root: Path) -> StoredRun | None:
    """Return a run that is finished and was measured by today's protocol of its tier, or None."""
    stored = find(run, root)
    if stored is None or stored.damaged:
        return None
    wanted = protocol_record(protocol_for(run.configuration.tier))
    kept = stored.result["protocol"]
    return stored if {key: kept.get(key) for key in wanted} == wanted else None
