"""Variants: an experiment with one changed factor, registered and named."""

from stackrepro.experiments.variants.birds import BIRDS
from stackrepro.experiments.variants.faces import FACES
from stackrepro.experiments.variants.variant import Variant

VARIANTS = BIRDS + FACES

__all__ = ["VARIANTS", "Variant"]
