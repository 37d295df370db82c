"""Claims of paper A's section 5: how its authors explain what they saw, and what they make of it."""

from collections.abc import Callable

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import LEFT_TO_THE_EYE, Closes, Difference, Given, Level, Ratio, Several

CHAPTER = "a-5-conclusion"


def where_it_harms(explain: Callable[[str, str], Several]) -> Several:
    """Put an explanation of the harm that A5 and A6 speak of to the test, where there is harm."""
    pairs = {kind: (f"birds/{kind}-stack", f"birds/{kind}-stack-bp") for kind in ("conv", "dconv")}
    return Several(
        tuple(
            (kind, Given(("harm", Difference("frechet", stack, harmed)), explain(stack, harmed)))
            for kind, (stack, harmed) in pairs.items()
        )
    )


def opposed(stack: str, harmed: str) -> Several:
    return Several(
        (
            ("gradients opposed", Level("gradient_cosine", f"{harmed}+intermediate=probe", high=0.0)),
            ("a slower stage 1 helps", Difference("frechet", f"{harmed}+stage1-rate=tenth", harmed)),
            ("a loss of its own helps", Difference("frechet", f"{harmed}+intermediate=loss", harmed)),
        )
    )


def too_short(stack: str, harmed: str) -> Several:
    longer = f"{harmed}+updates=quadruple"
    return Several(
        (
            ("longer is better", Difference("frechet", longer, harmed)),
            ("the gap closes", Closes("frechet", worse=harmed, mended=longer, standard=stack)),
        )
    )


CONCLUSION = (
    Claim(
        "A19",
        "5",
        CHAPTER,
        "Backpropagation harms since updates of stage 1 work against those of stage 2.",
        "offered as a possible cause, untested",
        where_it_harms(opposed),
        "the cause is taken apart into what would follow from it; opposed is read as a loss through stage 2 that works "
        "against stage 1's own, while the step of stage 2 itself is not looked at; without harm there is nothing to "
        "explain",
    ),
    Claim(
        "A20",
        "5",
        CHAPTER,
        "Backpropagation harms since the training is too short for the millions of added weights.",
        "offered as a possible cause, untested",
        where_it_harms(too_short),
        "four times the updates, against a stack that keeps its own number; without harm there is nothing to explain",
    ),
    Claim(
        "A28",
        "5",
        CHAPTER,
        "The deep-conv stack makes varied birds, as good as a painting but not as a photograph.",
        "the grids of the appendix, by eye",
        Several(
            (
                ("varied", Level("recall", "birds/dconv-stack", low=0.1)),
                ("no photograph", Level("covered", "birds/dconv-stack", high=0.95)),
                ("like a painting", LEFT_TO_THE_EYE),
            )
        ),
        "recall above 0.1 is called varied, less than 0.95 of the way to real images no photograph; painting-like is "
        "left to the eye",
    ),
    Claim(
        "A29",
        "5",
        CHAPTER,
        "Backpropagation through both stages costs much more time.",
        "a statement, no time is given",
        Several(
            tuple(
                (kind, Ratio("images_per_second", f"birds/{kind}-stack", f"birds/{kind}-stack-bp", 1.25))
                for kind in ("dense", "conv", "dconv")
            )
        ),
        "much is read as a quarter; both runs of a pair must come from one machine; trainings that ran beside "
        "each other spoil the times",
    ),
)
