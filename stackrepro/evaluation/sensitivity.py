"""One generator's distance under other choices of how to measure it, none of which a paper or this book must have made.

Whether an ordering of models survives them is read from the results later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from stackrepro.evaluation.evaluator import Evaluator
from stackrepro.evaluation.features import through_jpeg
from stackrepro.evaluation.references import stretch_each
from stackrepro.evaluation.rows import compare
from stackrepro.training.sampling import DISPLAYS

PARTS = (1, 2, 4)  # all images, half and a quarter of them


@dataclass(frozen=True)
class Condition:
    """How a distance was measured.

    `n` is the number of generated images, `split` the part of the reference: all of it or either half. `gray` is what
    becomes of one channel before the network: "repeat" it in all three, or "stretch" each image to its own range
    before, generated or real, as paper B's files hold them; None for RGB. `storage` is what generated images have gone
    through: "raw", a JPEG file such as "jpeg-75", or the other of paper A's displays, "wrap" or "clip".
    """

    protocol: str
    n: int
    split: str = "all"
    gray: str | None = None
    storage: str = "raw"


def sensitivity(evaluator: Evaluator, measured: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Measure the trained generator under other conditions; a row each, with `frechet` and `kid`.

    Args:
        evaluator: of the run, whose plan says how many images the passes have.
        measured: its row by each protocol that it was measured by as a whole, which are not measured again.
    """
    plan, real, best = evaluator.plan, evaluator.real, evaluator.best
    gray = "repeat" if evaluator.view.channels == 1 else None
    found = {Condition(name, row["n"], gray=gray): (row["frechet"], row["kid"]) for name, row in measured.items()}

    def add(condition: Condition, images: Callable[[], np.ndarray], reference: np.ndarray) -> None:
        if condition not in found:
            distances = compare(images(), reference)
            found[condition] = distances["frechet"], distances["kid"]

    whole = evaluator.features(best, plan.standard)
    reference = real.reference(plan.standard, evaluator.extractor).reference
    base = Condition(plan.standard.name, len(whole), gray=gray)
    # The first images are taken: latents and reference are both in an order that nobody chose.
    for count in (len(whole) // part for part in PARTS):
        if count > 1:
            add(replace(base, n=count), lambda count=count: whole[:count], reference)
    half = len(reference) // 2
    add(replace(base, split="first half"), lambda: whole, reference[:half])
    add(replace(base, split="second half"), lambda: whole, reference[half:])

    if plan.passes:
        passes, few = plan.trajectory, replace(evaluator.samples[best], count=plan.passes)
        extractor, base = evaluator.extractor_of(passes.dims), Condition(passes.name, plan.passes, gray=gray)
        features = partial(few.features, passes, extractor)
        raw, clean = real.reference(passes, extractor).reference, replace(passes, resize="clean")
        add(base, lambda: evaluator.features(best, passes, plan.passes), raw)
        for quality in plan.qualities:
            turn = partial(through_jpeg, quality=quality)
            add(replace(base, storage=f"jpeg-{quality}"), partial(features, turn), raw)
        for name, display in DISPLAYS.items():
            if evaluator.leaves_range and display is not few.display:
                shown = replace(few, display=display)
                add(replace(base, storage=name), partial(shown.features, passes, extractor), raw)
        of_clean = real.reference(clean, extractor).reference
        add(replace(base, protocol=clean.name), partial(few.features, clean, extractor), of_clean)
        if gray:
            stretched = real.stretched(passes, extractor).reference
            add(replace(base, gray="stretch"), partial(features, stretch_each), stretched)
    return [{**vars(condition), "frechet": frechet, "kid": kid} for condition, (frechet, kid) in found.items()]
