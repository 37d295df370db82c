"""Claims of paper A's section 4: what its authors saw."""

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import Difference, NoDifference, NotWorse, Order, Several
from stackrepro.experiments.claims.rated import PassesMore

BY_EYE = "the Fréchet distance stands for the authors' eyes"
ALONE = "the layer type of the generator alone differs, but below tier paper conv networks are narrowed twice as much"
DETAIL = "detail is how near the power spectrum is to that of real images, so too much of it counts like too little"
COMPARED = "a-4-2-stacked-against-single"
LAYERS = "a-4-1-layer-comparison"
BACKPROPAGATION = "a-4-3-backpropagation"


def ranked(model: str) -> tuple[str, ...]:
    """Name a model of each layer type, from the claimed best to the claimed worst."""
    return tuple(f"birds/{kind}-{model}" for kind in ("dconv", "conv", "dense"))


FINDINGS = (
    Claim(
        "A1",
        "abstract, 4.2, 5",
        COMPARED,
        "With conv layers the stack beats the single model at 128 px.",
        "Figure 8, by eye",
        Difference("frechet", "birds/conv-stack", "birds/conv-128"),
        f"{BY_EYE}; in arm matched the single model has the updates of both stages",
    ),
    Claim(
        "A2",
        "abstract, 4.2, 5",
        COMPARED,
        "With deep-conv layers the stack beats the single model at 128 px.",
        "Figure 8, by eye",
        Difference("frechet", "birds/dconv-stack", "birds/dconv-128"),
        f"{BY_EYE}; both models have one discriminator and one optimizer, which the released ones don't",
    ),
    Claim(
        "A3",
        "4.2",
        COMPARED,
        "With dense layers stacking brings no real gain, but a little more variety of shapes.",
        "Figure 8, by eye",
        Several(
            (
                ("no gain", NotWorse("frechet", "birds/dense-128", "birds/dense-stack")),
                ("more variety", Difference("recall", "birds/dense-stack", "birds/dense-128", least=0.0)),
            )
        ),
        f"{BY_EYE}, recall for the variety that they saw, of which any more counts as a little",
    ),
    Claim(
        "A4",
        "4.3",
        BACKPROPAGATION,
        "With dense layers backpropagation through both stages changes nothing that one could see.",
        "Figure 9, by eye",
        NoDifference("frechet", "birds/dense-stack", "birds/dense-stack-bp"),
        f"{BY_EYE}; the margin stands for what one could see",
    ),
    Claim(
        "A5",
        "4.3",
        BACKPROPAGATION,
        "With conv layers backpropagation makes the stack worse, mostly in the detail inside the birds.",
        "Figure 9, by eye",
        Several(
            (
                ("worse", Difference("frechet", "birds/conv-stack", "birds/conv-stack-bp")),
                ("less detail", Difference("spectrum_distance", "birds/conv-stack", "birds/conv-stack-bp")),
            )
        ),
        f"{BY_EYE}; {DETAIL}, and over the whole image; both models train on the same images, where the notebooks read "
        "two files",
    ),
    Claim(
        "A6",
        "4.3",
        BACKPROPAGATION,
        "With deep-conv layers backpropagation makes the stack worse too.",
        "Figure 9, by eye",
        Difference("frechet", "birds/dconv-stack", "birds/dconv-stack-bp"),
        f"{BY_EYE}; both second stages are equally wide, which the released ones aren't",
    ),
    Claim(
        "A7",
        "4.1",
        LAYERS,
        "At 64 px deep-conv beats conv, and conv beats dense.",
        "Figure 7, by eye",
        Order("frechet", ranked("64")),
        f"{BY_EYE}; {ALONE}",
    ),
    Claim(
        "A8",
        "4.1",
        LAYERS,
        "At 128 px deep-conv beats conv, and conv beats dense.",
        "Figure 7, by eye",
        Order("frechet", ranked("128")),
        f"{BY_EYE}; {ALONE}",
    ),
    Claim(
        "A9",
        "4.2",
        COMPARED,
        "Among the stacks the order is the same: deep-conv, conv, dense.",
        "Figure 8, by eye",
        Order("frechet", ranked("stack")),
        f"{BY_EYE}; {ALONE}",
    ),
    Claim(
        "A10",
        "4.1",
        LAYERS,
        "The dense model at 128 px is about as good as the one at 64 px.",
        "Figure 7, by eye",
        NoDifference("frechet@common", "birds/dense-128", "birds/dense-64"),
        f"{BY_EYE}, at the smaller of both sizes; in arm matched the larger model has twice the updates",
    ),
    Claim(
        "A11",
        "4.1",
        LAYERS,
        "The conv model at 128 px is a little better than the one at 64 px, and shows more detail.",
        "Figure 7, by eye",
        Several(
            (
                ("a little better", Difference("frechet@common", "birds/conv-128", "birds/conv-64", least=0.0)),
                ("more detail", Difference("spectrum_distance@common", "birds/conv-128", "birds/conv-64")),
            )
        ),
        f"{BY_EYE}; any difference counts as a little; {DETAIL}; all at the smaller of both sizes; in arm matched the "
        "larger model has twice the updates",
    ),
    Claim(
        "A12",
        "4.1, 5",
        LAYERS,
        "Deep-conv is the best baseline: the most recognisable birds at 64 px, more variety and detail at 128 px.",
        "Figure 7, by eye",
        Several(
            (
                ("64 px better than conv", Difference("frechet", "birds/dconv-64", "birds/conv-64")),
                ("64 px better than dense", Difference("frechet", "birds/dconv-64", "birds/dense-64")),
                ("128 px better than conv", Difference("frechet", "birds/dconv-128", "birds/conv-128")),
                ("128 px better than dense", Difference("frechet", "birds/dconv-128", "birds/dense-128")),
                ("64 px recognisable", Difference("precision@common", "birds/dconv-64", "birds/dconv-128")),
                ("128 px varied", Difference("recall@common", "birds/dconv-128", "birds/dconv-64")),
                ("128 px detailed", Difference("spectrum_distance@common", "birds/dconv-128", "birds/dconv-64")),
            )
        ),
        f"{BY_EYE}, precision for recognisable, recall for variety; {DETAIL}; these at the smaller of both sizes; "
        f"{ALONE}; in arm matched the models at 128 px have twice the updates; no classifier of birds is asked",
    ),
    Claim(
        "A13",
        "4.2",
        COMPARED,
        "The conv stack has clearer outlines than the single model, and colours that vary more and follow the anatomy.",
        "Figure 8, by eye",
        Several(
            (
                ("colours", Difference("colour_spread_gap", "birds/conv-stack", "birds/conv-128")),
                ("outline", PassesMore("outline", "birds/conv-stack", "birds/conv-128")),
                ("anatomy", PassesMore("fill", "birds/conv-stack", "birds/conv-128")),
            )
        ),
        "colours that vary are read as a spread nearer to that of real images, since noise would spread them too; "
        "outline and colours that follow the anatomy are for people to see, the latter as the eye test's fill, with "
        "plumage where plumage belongs",
    ),
    Claim(
        "A14",
        "4.2",
        COMPARED,
        "The deep-conv stack has a smoother background, where that of the single model is noisy.",
        "Figure 8, by eye, with negative values that wrap around to bright ones",
        Several(
            (
                ("clipped", Difference("border_noise_gap", "birds/dconv-stack", "birds/dconv-128")),
                ("wrapped", Difference("border_noise_gap/wrapped", "birds/dconv-stack", "birds/dconv-128", "text")),
            )
        ),
        "the outer frame of the image stands for the background; smoother is read as nearer to the noise of real "
        "images, since a blank one would be the smoothest; both display rules are measured",
    ),
)
