"""Claims of paper B's discussion: how its authors explain what they saw."""

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import Difference, Exceeds, Level, Several

DISTANCES, CONTRACTION, OVERFITTING = "b-5-distances", "b-7-contraction", "b-8-overfitting"
ONE_SPACE = "edges of the gray faces are held against real edges, as those of stage 1 are: one reference for both"
GRAY = "faces/gray"

DISCUSSION = (
    Claim(
        "B9",
        "discussion",
        DISTANCES,
        "The images are better after stage 2 than after stage 1.",
        "59 against 73, which are distances to different images: gray faces and edges",
        Difference("frechet@edges", GRAY, "faces/edges"),
        ONE_SPACE,
    ),
    Claim(
        "B10",
        "discussion",
        DISTANCES,
        "Stage 1 has the better distance of both.",
        "a sentence, against the paper's own 73 and 59 and against B9",
        Difference("frechet@edges", "faces/edges", GRAY),
        f"{ONE_SPACE}; B9 and B10 can't both hold",
    ),
    Claim(
        "B11",
        "discussion",
        CONTRACTION,
        "Stage 2 contracts: its outputs lie closer together than its inputs.",
        "an inequality, stated as a belief",
        Several(
            tuple(
                (direction, Level(f"contraction/{direction}", GRAY, high=1.0))
                for direction in ("noise", "jpeg", "interpolation", "generated")
            )
        ),
        "the median ratio of lengths over pairs of real edges, of persons held out, and neighbours of four kinds; the "
        "last is the nearest that stage 1 made",
    ),
    Claim(
        "B12",
        "discussion",
        CONTRACTION,
        "Later stages take out the noise of earlier ones.",
        "drawn from B9 and B11",
        Several(
            (
                ("stage 2", Level("snr_gain", GRAY, low=0.0)),
                ("stage 3", Level("snr_gain", "faces/rgb", low=0.0)),
            )
        ),
        "normal noise of a tenth of the value range is added to real images and followed through the stage",
    ),
    Claim(
        "B17",
        "discussion",
        "b-3-stage-one",
        "The losses of stage 1 oscillate.",
        "Figure 6, by eye",
        Level("loss_variation", "faces/edges", low=0.1),
        "a spread of the discriminator's loss of more than a tenth of its mean, about a straight line through the "
        "second half of the curve",
    ),
    Claim(
        "B18",
        "discussion",
        "b-4-stage-two",
        "The losses of stage 2 don't converge, perhaps since it is trained for one epoch only.",
        "Figure 7, by eye",
        Several(
            (
                ("no convergence", Level("loss_variation", GRAY, low=0.1)),
                ("longer is better", Difference("frechet", f"{GRAY}+epochs=5", GRAY)),
                ("longer is nearer", Difference("l1/held_out", f"{GRAY}+epochs=5", GRAY)),
            )
        ),
        "convergence is denied as oscillation is in B17; five times the updates tell whether one epoch was too short",
    ),
    Claim(
        "B19",
        "discussion",
        OVERFITTING,
        "Stage 2 overfits.",
        "near-perfect faces from real edges, all of which it was trained on, and poor ones from generated edges",
        Several(
            (
                ("by the L1 distance", Exceeds((GRAY, "l1/held_out"), (GRAY, "l1/trained_on"), 1.1)),
                ("by the kernel distance", Exceeds((GRAY, "kid/held_out"), (GRAY, "kid/trained_on"), 1.1)),
            )
        ),
        "overfitting would show on real edges of persons held out, which must be worse by a tenth; poor faces from "
        "generated edges alone would be a shift of the input; the real partners of what was trained on are among the "
        "images that the kernel distance is taken to, which favours the claim a little",
    ),
    Claim(
        "B21",
        "discussion",
        DISTANCES,
        "The error of stage 1 adds to that of stage 2, so that better edges give better gray faces.",
        "offered as a possibility",
        Level("propagation", GRAY, low=0.8),
        "stage 2 is fed by stage 1 at each of its kept points; 0.8 is called a steady relation",
    ),
    Claim(
        "B22",
        "discussion",
        OVERFITTING,
        "The faulty mapping harms more than the noise of the edges.",
        "a statement",
        Exceeds(more=(GRAY, "kid/held_out"), less=(f"{GRAY}+dropout=0.5", "kid")),
        "the mapping is mended by dropout, the edges by real ones: the mended mapping on generated edges must be "
        "better than the faulty one on real edges; the kernel distance does not depend on how many images there are",
    ),
    Claim(
        "B23",
        "discussion",
        OVERFITTING,
        "Around the face all is blurred, since edges of stage 1 tell nothing of the background.",
        "Figure 4, by eye",
        Several(
            (
                ("border worse", Exceeds((GRAY, "sharpness_share"), (GRAY, "border_share"))),
                ("for want of edges", Exceeds((GRAY, "border_share/held_out"), (GRAY, "border_share"))),
            )
        ),
        "the outer frame stands for the background; from real edges it must keep more of its detail",
    ),
    Claim(
        "B29",
        "discussion",
        DISTANCES,
        "The first stage of a stack gives the worst images, since nothing constrains it.",
        "a statement",
        Difference("frechet@edges", GRAY, "faces/edges"),
        f"{ONE_SPACE}; that it must be so for every stack is not tested",
    ),
)
