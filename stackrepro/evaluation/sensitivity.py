"""One generator's distance under other choices of how to measure it, none of which a paper or this book must have made.

Whether an ordering of models survives them is read from the results later, by `report.sensitivity`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stackrepro.evaluation.images import through_jpeg
from stackrepro.evaluation.measure import ReferenceFeatures, compare
from stackrepro.evaluation.protocols import Protocol
from stackrepro.evaluation.real_images import stretch_each
from stackrepro.runs.sampling import DISPLAYS, Render

if TYPE_CHECKING:
    from stackrepro.evaluation.bench import Bench

PARTS = (1, 2, 4)  # all images, half and a quarter of them
WHOLE, HALVES = "all", ("first half", "second half")
REPEATED, STRETCHED = "repeat", "stretch"
RAW, CLEAN = "raw", "clean"


@dataclass(frozen=True)
class Condition:
    """How a distance was measured.

    `protocol` is its name, `n` the number of generated images. `split` is the part of the reference: all of it or
    either half, which share no image. `gray` is what becomes of one channel before the network: "repeat" it in all
    three, or "stretch" each image to its own range before, generated or real, as paper B's files hold them; None for
    RGB. `storage` is what generated images have gone through: "raw", or a JPEG file such as "jpeg-75", or the other of
    paper A's displays, "wrap" or "clip". A lossless file, such as PNG, changes no level, and so no distance.
    """

    protocol: str
    n: int
    split: str = WHOLE
    gray: str | None = None
    storage: str = RAW


Found = dict[Condition, tuple[float, float]]  # Fréchet distance and KID


def sensitivity(bench: Bench, measured: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Measure the trained generator under other conditions; a row each.

    Args:
        bench: the run, whose plan says how many images the passes have.
        measured: its row by each protocol that it was measured by as a whole, which are not measured again.
    """
    gray = REPEATED if bench.view.channels == 1 else None
    found: Found = {
        Condition(name, row["n"], gray=gray): (row["frechet"], row["kid"]) for name, row in measured.items()
    }
    standard, passes, count = bench.plan.standard, bench.plan.trajectory, bench.plan.passes
    real = bench.real.reference(standard, bench.extractor).reference
    for condition, images, reference in parts(standard.name, bench.features(bench.best, standard), real, gray):
        add(found, condition, images, reference)
    if not count:
        return listed(found)
    extractor = bench.extractor_of(passes.dims)
    few = replace(bench.samples[bench.best], count=count)

    def one_pass(condition: Condition, render: Render, protocol: Protocol, real: ReferenceFeatures) -> None:
        if condition not in found:
            add(found, condition, replace(few, render=render).features(protocol, extractor), real.reference)

    real = references_of_passes(bench)
    base = Condition(passes.name, count, gray=gray)
    if base not in found:
        add(found, base, bench.features(bench.best, passes, count), real[RAW].reference)
    for name, render in storages(bench, few.render).items():
        one_pass(replace(base, storage=name), render, passes, real[RAW])
    clean = replace(passes, resize=CLEAN)
    one_pass(replace(base, protocol=clean.name), few.render, clean, real[CLEAN])
    if gray:
        one_pass(replace(base, gray=STRETCHED), after(few.render, stretch_each), passes, real[STRETCHED])
    return listed(found)


def references_of_passes(bench: Bench) -> dict[str, ReferenceFeatures]:
    """Return the features of the real images that passes are compared with, by what becomes of these."""
    if not bench.plan.passes:
        return {}
    real, passes = bench.real, bench.plan.trajectory
    extractor = bench.extractor_of(passes.dims)
    found = {RAW: passes, CLEAN: replace(passes, resize=CLEAN)}
    references = {name: real.reference(protocol, extractor) for name, protocol in found.items()}
    if bench.view.channels == 1:
        references[STRETCHED] = real.stretched(passes, extractor)
    return references


def listed(found: Found) -> list[dict[str, Any]]:
    return [{**vars(condition), "frechet": frechet, "kid": kid} for condition, (frechet, kid) in found.items()]


def add(found: Found, condition: Condition, images: np.ndarray, reference: np.ndarray) -> None:
    """Compare features under a condition, unless that has been done."""
    if condition not in found:
        measures = compare(images, reference)
        found[condition] = (measures.frechet, measures.kid)


def parts(
    protocol: str, features: np.ndarray, real: np.ndarray, gray: str | None
) -> Iterator[tuple[Condition, np.ndarray, np.ndarray]]:
    """Yield fewer generated images against the whole reference, and all of them against each half of it.

    The first images are taken: latents and reference are both in an order that nobody chose.
    """
    for part in PARTS:
        count = len(features) // part
        if count > 1:
            yield Condition(protocol, count, gray=gray), features[:count], real
    half = len(real) // 2
    for name, part in zip(HALVES, (real[:half], real[half:]), strict=True):
        yield Condition(protocol, len(features), name, gray), features, part


def storages(bench: Bench, render: Render) -> dict[str, Render]:
    """Return by name the ways of storing or displaying images that may change their levels."""
    ways = {f"jpeg-{quality}": after(render, through_jpeg, quality) for quality in bench.plan.qualities}
    if bench.leaves_range:
        ways |= {name: other for name, other in DISPLAYS.items() if other is not render}
    return ways


def after(render: Render, change: Any, *settings: int) -> Render:
    """Return a display after which images (N, size, size, C) go through one more function."""
    return lambda images, value_range: change(render(images, value_range), *settings)
