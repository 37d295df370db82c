"""Variants: an experiment with one changed factor, registered and named."""

from stackrepro.experiments.variants.birds_stacks import STACKS
from stackrepro.experiments.variants.birds_training import TRAINING
from stackrepro.experiments.variants.faces import FACES
from stackrepro.experiments.variants.variant import Variant

VARIANTS = STACKS + TRAINING + FACES

__all__ = ["VARIANTS", "Variant"]
