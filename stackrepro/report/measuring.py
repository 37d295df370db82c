"""Tables of how things are measured: the protocols of the tiers, the flags, and the tolerances with what was found."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

import pandas as pd
from IPython.display import Markdown

from stackrepro.evaluation.flags import FLAGS
from stackrepro.evaluation.parity import COMPARISONS
from stackrepro.evaluation.protocols import PLANS, Protocol
from stackrepro.evaluation.tolerances import TABLE, Tolerance

RESIZE_WORDS = {
    "pytorch-fid": "bilinear, inside the network, no antialiasing",
    "clean": "bicubic, antialiased, before the network",
}
UNITS = {"relative": "{:.0e} of it", "absolute": "{:.0e}", "standard errors": "{:g} standard errors"}


def protocols() -> pd.DataFrame:
    """Define each protocol that a tier uses: a row for each."""
    rows = []
    for tier, plan in PLANS.items():
        uses = [("standard", plan.standard), *(("beside it", other) for other in plan.others)]
        uses.append(("over training", plan.trajectory))
        rows += [{"tier": tier, "use": use, **definition(protocol)} for use, protocol in uses]
    return pd.DataFrame(rows)


def definition(protocol: Protocol) -> dict[str, str]:
    """Describe a protocol by the cells of a row."""
    return {
        "protocol": protocol.name,
        "features": f"{protocol.dims:,}",
        "size first": "the model's" if protocol.size is None else f"{protocol.size} px",
        "resize to 299 px": RESIZE_WORDS[protocol.resize],
        "generated": f"{protocol.samples:,}",
        "real": "all" if protocol.reference is None else f"{protocol.reference:,}",
    }


def flags() -> Markdown:
    """List the flags that a row may carry and what they say, a paragraph each, which a phone can show."""
    return Markdown("\n\n".join(f"**{flag}**: {meaning}." for flag, meaning in FLAGS.items()))


def tolerances() -> pd.DataFrame:
    """List what the measures are held to, and what the quick comparisons find now, on this machine."""
    return pd.DataFrame(
        {
            "measure": row.quantity,
            "held against": f"{row.peer} ({in_words(row.versions)})" if row.versions else row.peer,
            "compared": row.compared,
            "may deviate by": "nothing" if not row.bound else UNITS[row.unit].format(row.bound),
            "found here": found(row),
            "because": row.why,
        }
        for row in TABLE
    )


def in_words(versions: str) -> str:
    """Turn a range such as >=0.3,<0.4 into words."""
    return versions.replace(">=", "from ").replace(",<", ", below ")


def found(row: Tolerance) -> str:
    """Compare now and say the deviation; say who compares if it takes long, and if the peer isn't installed."""
    if row.key not in COMPARISONS:
        return "by make check"
    try:
        deviation = row.deviation(*COMPARISONS[row.key]())
    except ModuleNotFoundError as error:
        return f"{error.name} is not installed"
    return f"{deviation:.1e}" if row.unit != "standard errors" else f"{deviation:.1f}"


def versions() -> pd.DataFrame:
    """List the installed versions of the peers."""
    rows = []
    for peer in ("pytorch-fid", "torch-fidelity", "clean-fid", "scipy"):
        try:
            rows.append({"peer": peer, "version": version(peer)})
        except PackageNotFoundError:
            rows.append({"peer": peer, "version": "not installed"})
    return pd.DataFrame(rows)
