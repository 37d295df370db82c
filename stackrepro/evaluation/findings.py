"""What audits return."""

from dataclasses import dataclass

KINDS = ("dense", "conv", "dconv")  # the layer types of paper A


@dataclass(frozen=True)
class Finding:
    """What an audit found of one subject; `holds` is None where it couldn't look."""

    subject: str
    holds: bool | None
    detail: str
