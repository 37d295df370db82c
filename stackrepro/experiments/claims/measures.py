"""The measures that claims are tested by, by name. Where a result holds them is the business of `evaluation`.

A name may end in `@` and the space that images are compared in, and in `/` and a row of the result: without them a
measure is one of the trained generator's samples, as they come.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Measure:
    """`words` for people; `better` says which way the claims' word "better" points.

    `spanned` are those by which the untrained generator and the floor are measured too, so that differences have a
    margin. `timed` ones compare only between runs of one machine.
    """

    words: str
    better: Literal["low", "high"]
    spanned: bool = False
    timed: bool = False


MEASURES = {
    "frechet": Measure("Fréchet distance", "low", spanned=True),
    "frechet@common": Measure("Fréchet distance at the common size", "low", spanned=True),
    "frechet@edges": Measure("Fréchet distance of the images' edges", "low", spanned=True),
    "frechet@gray": Measure("Fréchet distance of the images in gray", "low", spanned=True),
    "kid": Measure("kernel distance", "low", spanned=True),
    "kid/held_out": Measure("kernel distance from real conditions of persons held out", "low"),
    "kid/trained_on": Measure("kernel distance from real conditions that were trained on", "low"),
    "l1/held_out": Measure("L1 distance from the real partners, persons held out", "low"),
    "l1/trained_on": Measure("L1 distance from the real partners that were trained on", "low"),
    "covered": Measure("share of the way from untrained to floor", "high", spanned=True),
    "precision": Measure("precision", "high", spanned=True),
    "precision/floor": Measure("precision of real images", "high"),
    "precision_share": Measure("precision as a share of real images'", "high"),
    "precision@common": Measure("precision at the common size", "high", spanned=True),
    "recall": Measure("recall", "high", spanned=True),
    "recall_share": Measure("recall as a share of real images'", "high"),
    "recall@common": Measure("recall at the common size", "high", spanned=True),
    "spectrum_distance": Measure("distance of the power spectrum to real images'", "low"),
    "spectrum_distance@common": Measure("distance of the power spectrum to real images', at the common size", "low"),
    "border_noise_gap": Measure("difference of the noise in the border from real images', pixels clipped", "low"),
    "border_noise_gap/wrapped": Measure(
        "difference of the noise in the border from real images', pixels wrapped", "low"
    ),
    "border_share": Measure("detail in the border as a share of real images'", "high"),
    "border_share/held_out": Measure("detail in the border, from real conditions, as a share of real images'", "high"),
    "sharpness_share": Measure("detail of the whole image as a share of real images'", "high"),
    "colour_spread_gap": Measure("difference of the spread of mean colours from real images'", "low"),
    "latent_diversity": Measure("distance between latents of one condition as a share of that between images", "high"),
    "contraction/noise": Measure("ratio of output to input distance, noise", "low"),
    "contraction/jpeg": Measure("ratio of output to input distance, JPEG", "low"),
    "contraction/interpolation": Measure("ratio of output to input distance, interpolation", "low"),
    "contraction/generated": Measure("ratio of output to input distance, nearest generated condition", "low"),
    "snr_gain": Measure("signal-to-noise ratio gained on the way through, in decibels", "high"),
    "propagation": Measure("rank correlation of the distances before and after the stage", "high"),
    "images_per_second": Measure("images learned from per second", "high", timed=True),
    "gradient_cosine": Measure("cosine between stage 1's own gradient and the one through stage 2", "high"),
    "loss_variation": Measure("oscillation of the discriminator's loss", "low"),
    "discriminator_lead": Measure("lead of the discriminator", "low"),
    "l1_descent": Measure("share of the steps in which the L1 loss falls", "high"),
}
