"""Claims of paper A's section 5: how its authors explain what they saw, and what they make of it."""

from stackrepro.experiments.claims.claim import Claim
from stackrepro.experiments.claims.kinds import Difference, Level, NotWorse, Ratio, Several

CHAPTER = "a-5-conclusion"

CONCLUSION = (
    Claim(
        "A19",
        "5",
        CHAPTER,
        "Backpropagation harms since updates of stage 1 work against those of stage 2.",
        "offered as a possible cause, untested",
        Several(
            tuple(
                part
                for kind in ("conv", "dconv")
                for part in (
                    (
                        f"{kind}, gradients opposed",
                        Level("gradient_cosine", f"birds/{kind}-stack-bp+intermediate=probe", high=0.0),
                    ),
                    (
                        f"{kind}, a slower stage 1 helps",
                        Difference("frechet", f"birds/{kind}-stack-bp+stage1-rate=tenth", f"birds/{kind}-stack-bp"),
                    ),
                    (
                        f"{kind}, a loss of its own helps",
                        Difference("frechet", f"birds/{kind}-stack-bp+intermediate=loss", f"birds/{kind}-stack-bp"),
                    ),
                )
            )
        ),
        "the cause is taken apart into what would follow from it",
    ),
    Claim(
        "A20",
        "5",
        CHAPTER,
        "Backpropagation harms since the training is too short for the millions of added weights.",
        "offered as a possible cause, untested",
        Several(
            tuple(
                part
                for kind in ("conv", "dconv")
                for part in (
                    (
                        f"{kind}, longer is better",
                        Difference("frechet", f"birds/{kind}-stack-bp+updates=quadruple", f"birds/{kind}-stack-bp"),
                    ),
                    (
                        f"{kind}, the gap closes",
                        NotWorse("frechet", f"birds/{kind}-stack-bp+updates=quadruple", f"birds/{kind}-stack"),
                    ),
                )
            )
        ),
        "four times the updates, against a stack that keeps its own number",
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
        "much is read as a quarter; both runs of a pair must come from one machine",
    ),
)
