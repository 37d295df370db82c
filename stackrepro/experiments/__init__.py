"""What the papers trained, registered: experiments, their arms, variants and tiers. Light: no torch is imported."""

from stackrepro.experiments.configuration import Configuration, Optimizer, record
from stackrepro.experiments.registry import ARMS, EXPERIMENTS, Experiment, resolve
from stackrepro.experiments.tiers import TIERS, Tier
from stackrepro.experiments.variants import Variant

__all__ = [
    "ARMS",
    "EXPERIMENTS",
    "TIERS",
    "Configuration",
    "Experiment",
    "Optimizer",
    "Tier",
    "Variant",
    "record",
    "resolve",
]
