"""Claims about what paper B's authors propose and did not build: another game, dropout, two other architectures."""

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import Difference, Level, Ratio, Several

ARCHITECTURES = "b-10-architectures"
EDGES, PENALTY = "faces/edges", "faces/edges+update=wgan-gp"
GRAY, DROPOUT = "faces/gray", "faces/gray+dropout=0.5"
OWN, CORRELATED = "faces/gray+latent=own", "faces/gray+latent=correlated"

REMEDIES = (
    Claim(
        "B16",
        "discussion, conclusion",
        "b-9-wgan",
        "A WGAN with gradient penalty would oscillate less, draw better edges and ease mode collapse.",
        "proposed from the literature; the authors' own attempt with clipped weights isn't mentioned",
        Several(
            (
                ("oscillates less", Difference("loss_variation", PENALTY, EDGES)),
                ("better edges", Difference("frechet", PENALTY, EDGES)),
                ("less collapse", Difference("recall", PENALTY, EDGES)),
            )
        ),
        "at equal updates of the generator; the two losses have different units, so each one's spread is taken "
        "relative to its own mean, which of a critic may be near 0 and so speaks against the claim, while each point "
        "of its curve is a mean of five steps, which speaks for it; samples that are far from all real images have no "
        "recall, collapsed or not",
    ),
    Claim(
        "B20",
        "discussion, conclusion",
        "b-8-overfitting",
        "Dropout in stage 2 would make the mapping general and lessen the noise.",
        "proposed; not tried",
        Several(
            (
                ("from generated edges", Difference("frechet", DROPOUT, GRAY)),
                ("from edges of persons held out", Difference("l1/held_out", DROPOUT, GRAY)),
            )
        ),
        "the paper names no rate: half of the values are dropped, within the residual blocks",
    ),
    Claim(
        "B24",
        "discussion, conclusion",
        ARCHITECTURES,
        "Latents of its own for each stage make the images more diverse, but may not fit together unless they are "
        "correlated.",
        "proposed; not tried",
        Several(
            (
                ("latent is heard", Level("latent_diversity", OWN, low=0.1)),
                ("more diverse", Difference("recall", OWN, GRAY)),
                ("fits less", Difference("precision", GRAY, OWN)),
                ("correlated fits better", Difference("precision", CORRELATED, OWN)),
            )
        ),
        "precision stands for fitting together; a tenth of the distance between images of different edges is the least "
        "by which a latent must change one",
    ),
    Claim(
        "B25",
        "discussion, conclusion",
        ARCHITECTURES,
        "Relaying all that earlier stages had, and training all at once, is sounder but dearer.",
        "proposed; not tried",
        Several(
            (
                ("sounder", Difference("frechet", "faces/joint", GRAY)),
                ("dearer", Ratio("images_per_second", OWN, "faces/joint", 1.25)),
            )
        ),
        "dearer is read as a quarter more time for each image, against the other proposal's stage 2; both runs of a "
        "pair must come from one machine, trainings beside each other spoil the times, and the larger "
        "batch favours the joint training",
    ),
)
