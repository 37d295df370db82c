"""The runs that are published with the book, on real data at tier `reduced`, in the order in which they are made."""

from __future__ import annotations

from dataclasses import dataclass

TIER = "reduced"
KINDS = ("dconv", "dense", "conv")  # the cheap ones that claims are about first
MODELS = ("64", "128", "stack", "stack-bp")


@dataclass(frozen=True)
class Reference:
    """One reference run. `part` says why it is wanted; the parts are made one after the other."""

    part: str
    experiment: str
    arm: str = "matched"
    seed: int = 0


def birds(models: tuple[str, ...], variant: str = "") -> list[str]:
    return [f"birds/{kind}-{model}{variant}" for kind in KINDS for model in models]


FACES = [
    "faces/edges",
    "faces/edges+images=quarter",
    "faces/gray",
    "faces/edges+update=wgan-gp",
    "faces/single",
    "faces/gray+dropout=0.5",
    "faces/gray+latent=own",
    "faces/joint",
]
REPEATED = [*birds(MODELS), "faces/edges", "faces/gray", "faces/single"]
EXPLAINED = ("+intermediate=probe", "+stage1-rate=tenth", "+intermediate=loss")

REFERENCES = (
    *(Reference("the birds", name) for name in birds(MODELS)),
    *(Reference("the stacks' networks from scratch", name) for name in birds(("stack",), variant="+stage1=scratch")),
    *(Reference("the faces", name) for name in FACES),
    *(Reference("further seeds", name, seed=seed) for seed in (1, 2) for name in REPEATED),
    *(Reference("the other arms", name, arm) for arm in ("text", "code") for name in birds(MODELS)),
    *(
        Reference("the explanations", f"birds/{kind}-stack-bp{variant}")
        for kind in ("dconv", "conv")
        for variant in EXPLAINED
    ),
)
