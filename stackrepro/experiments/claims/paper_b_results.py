"""Claims of paper B's results: its numbers, and what its authors saw."""

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import Difference, Exceeds, Level, Ratio, Several
from stackrepro.experiments.claims.rated import ToldApart

STAGE_ONE, STAGE_TWO = "b-3-stage-one", "b-4-stage-two"
QUARTER = "faces/edges+images=quarter-epochs"
SYNTHETIC, REAL = ("faces/gray", "kid"), ("faces/gray", "kid/held_out")
EASILY = 0.9  # of the answers, right
NO_NUMBER_OF_IMAGES = "the kernel distance serves, since it does not depend on how many images there are"


def printed(experiment: str, distance: float) -> Level:
    """Ask for a distance that the paper prints, to a fifth of it, at the paper's own scale."""
    return Level("frechet", experiment, low=round(0.8 * distance, 1), high=round(1.2 * distance, 1), tier="paper")


UNTRACEABLE = (
    "a fifth either side; network, resize, numbers of images and reference of the printed number aren't given, nor can "
    "the released code have made it, so it is no target"
)

RESULTS = (
    Claim(
        "B1",
        "abstract, results",
        STAGE_ONE,
        "Edges of stage 1, trained on all images, have an FID of 73.",
        "the number",
        printed("faces/edges", 73),
        UNTRACEABLE,
    ),
    Claim(
        "B2",
        "results",
        STAGE_ONE,
        "Trained on a quarter of the images, the edges are much worse, with an FID of 181.",
        "the number",
        Several(
            (
                ("as printed", printed(QUARTER, 181)),
                ("much worse", Ratio("frechet", QUARTER, "faces/edges", 1.25)),
            )
        ),
        f"{UNTRACEABLE}; much is read as a quarter; the quarter is trained for as many epochs",
    ),
    Claim(
        "B3",
        "abstract, results",
        STAGE_TWO,
        "Gray faces made from generated edges have an FID of 59.",
        "the number",
        printed("faces/gray", 59),
        UNTRACEABLE,
    ),
    Claim(
        "B4",
        "results, conclusion",
        STAGE_ONE,
        "It is the greater variety of all images that makes the edges better.",
        "73 against 181; how long either model was trained is not given",
        Several(
            (
                ("at all updates", Difference("frechet", "faces/edges", "faces/edges+images=quarter")),
                ("at a quarter of the updates", Difference("frechet", "faces/edges+updates=quarter", QUARTER)),
            )
        ),
        "variety is parted from the length of the training, in both directions",
    ),
    Claim(
        "B5",
        "results",
        STAGE_ONE,
        "With all images the edges show clearer features and less noise in the background.",
        "Figure 3, by eye",
        Several(
            (
                ("clearer", Difference("spectrum_distance", "faces/edges", QUARTER)),
                ("less noise", Difference("border_noise_gap", "faces/edges", QUARTER)),
            )
        ),
        "clear is how near the power spectrum is to that of real edges; the outer frame stands for the background",
    ),
    Claim(
        "B6",
        "results",
        STAGE_TWO,
        "Gray faces from real edges are much better than those from generated ones.",
        "Figure 4, by eye",
        Exceeds(more=SYNTHETIC, less=REAL, factor=1.25),
        f"much is read as a quarter; {NO_NUMBER_OF_IMAGES}; the real edges are of persons held out, where the paper "
        "holds nobody out",
    ),
    Claim(
        "B7",
        "results",
        "b-6-human-evaluation",
        "People easily tell the generated images of both stages from real ones.",
        "a few raters, whose number and task aren't given",
        Several(tuple((stage, ToldApart(f"faces/{stage}", least=EASILY)) for stage in ("edges", "gray"))),
        "easily is read as nine right answers of ten, where guessing gives five; no measure stands in for people",
    ),
    Claim(
        "B8",
        "results",
        "b-6-human-evaluation",
        "What the images lack is quality rather than diversity.",
        "the same raters",
        Several(
            tuple(
                part
                for stage in ("edges", "gray")
                for part in (
                    (
                        f"{stage}, quality lacks",
                        Exceeds(more=(f"faces/{stage}", "precision/floor"), less=(f"faces/{stage}", "precision")),
                    ),
                    (
                        f"{stage}, more than diversity",
                        Exceeds(more=(f"faces/{stage}", "recall_share"), less=(f"faces/{stage}", "precision_share")),
                    ),
                )
            )
        ),
        "precision stands for quality and recall for diversity, each beside what real images score; samples that are "
        "far from all real images have no recall either, however much they vary; edges are images that Inception was "
        "not made for",
    ),
    Claim(
        "B33",
        "results",
        STAGE_TWO,
        "The faces from real edges are so plainly better that their FID need not be computed.",
        "the number is left out",
        Exceeds(more=SYNTHETIC, less=REAL),
        f"it is computed: any difference counts, where B6 asks for much; {NO_NUMBER_OF_IMAGES}",
    ),
)
