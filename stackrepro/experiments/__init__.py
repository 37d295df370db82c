"""What the papers trained, registered: experiments, their arms, variants and tiers. Light: no torch is imported."""

from stackrepro.experiments.registry import ARMS, EXPERIMENTS, resolve
from stackrepro.experiments.tiers import TIERS

__all__ = ["ARMS", "EXPERIMENTS", "TIERS", "resolve"]
