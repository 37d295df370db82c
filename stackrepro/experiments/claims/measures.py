"""The measures that claims are tested by, by name. Where a result holds them is the business of `evaluation`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """`words` for people; `better` says which way the claims' word "better" points."""

    words: str
    better: Literal["low", "high"]


MEASURES = {
    "frechet": Measure("Fréchet distance", "low"),
    "frechet@common": Measure("Fréchet distance at the common size", "low"),
    "covered": Measure("share of the way from untrained to floor", "high"),
    "precision@common": Measure("precision at the common size", "high"),
    "recall": Measure("recall", "high"),
    "recall@common": Measure("recall at the common size", "high"),
    "spectrum_distance": Measure("distance of the power spectrum to real images'", "low"),
    "border_noise": Measure("noise in the border, pixels clipped", "low"),
    "border_noise_wrapped": Measure("noise in the border, pixels wrapped", "low"),
    "colour_spread": Measure("spread of the images' mean colours", "high"),
    "diversity": Measure("mean distance between generated images", "high"),
    "images_per_second": Measure("images learned from per second", "high"),
    "gradient_cosine": Measure("cosine between stage 1's own gradient and the one through stage 2", "high"),
}
