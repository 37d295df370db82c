"""The machine eye test of a chapter: what each score sees, and whether it is valid."""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown
from matplotlib.figure import Figure
from pandas.io.formats.style import Styler

from stackrepro.data import BirdView, find
from stackrepro.evaluation.machine_eye import THRESHOLDS, Calibrated, Validation, calibrated, validate
from stackrepro.evaluation.machine_eye.degradations import DEGRADATIONS, degraded
from stackrepro.evaluation.machine_eye.figure import segment
from stackrepro.evaluation.machine_eye.validation import FIRST
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import WIDTH, finish, not_for_publication, picture, tiled
from stackrepro.report.tables import stamped

SHOWN = 12


@dataclass(frozen=True)
class SizedTest:
    """The eye test for one size: made from the chapter's data, and validated on synthetic birds."""

    view: BirdView
    calibrated: Calibrated
    validation: Validation


def prepared_test(chapter: Chapter, sizes: list[int]) -> dict[int, SizedTest]:
    """Make the test from the chapter's birds, for each size in pixels, and validate it on the synthetic ones.

    For photographs, whose exact figures aren't known, a test is validated that takes those of the synthetic birds for
    unknown too.
    """
    own, synthetic = chapter.source, find("birds", None)
    exact = own.synthetic
    tests = {}
    for size in dict.fromkeys(sizes):
        view = BirdView(size)
        known = calibrated(synthetic, view, exact)
        validation = validate(known.instrument, view)
        tests[size] = SizedTest(view, known if own.synthetic else calibrated(own, view, exact), validation)
    return tests


def figures_found(chapter: Chapter, tests: dict[int, SizedTest]) -> Figure:
    """Show real birds and what is taken for their figures, a pair of rows for each size."""
    figure, axes = plt.subplots(len(tests), 1, figsize=(WIDTH, len(tests) * (WIDTH * 2 / SHOWN + 0.3) + 0.4))
    for place, (size, test) in zip(np.atleast_1d(axes), tests.items(), strict=True):
        images = test.calibrated.others[:SHOWN]
        cut = np.where(segment(images)[..., None], images, 255).astype(np.uint8)
        picture(place, tiled(np.concatenate([images, cut]), len(images)), f"{size} x {size}")
    return finish(figure, f"{chapter.source.name} | none picked{not_for_publication(chapter)}")


def degraded_birds(tests: dict[int, SizedTest]) -> Figure:
    """Show the same synthetic birds under each degradation at full strength, at the largest size."""
    view = tests[max(tests)].view
    indices = range(FIRST, FIRST + SHOWN)
    rows = {"clean": degraded(view, indices, "blur", 0.0)}
    rows |= {f"{name}, for {meant}": degraded(view, indices, name, 1.0) for name, (meant, _) in DEGRADATIONS.items()}
    figure, axes = plt.subplots(len(rows), 1, figsize=(WIDTH, len(rows) * (WIDTH / SHOWN + 0.3) + 0.4))
    for place, (name, images) in zip(axes, rows.items(), strict=True):
        picture(place, tiled(images, SHOWN), name)
    return finish(figure, "synthetic birds, drawn by this package, that its set doesn't hold")


def segmentation(tests: dict[int, SizedTest]) -> Styler:
    """How well figures are found in clean synthetic birds, whose figures are known."""
    rows = [
        {
            "pixels": f"{size} x {size}",
            "overlap with the exact figure": f"{test.validation.overlap:.2f}",
            "overlap of an ellipse in the middle": f"{test.validation.ellipse:.2f}",
            "n": test.validation.count,
        }
        for size, test in tests.items()
    ]
    return stamped(pd.DataFrame(rows), "synthetic birds | intersection over union, mean")


def separations(tests: dict[int, SizedTest]) -> Styler:
    """How often a clean image scores higher than a fully degraded one: a row for each size and degradation."""
    rows = [
        {
            "pixels": f"{size} x {size}",
            "degradation": name,
            "meant for": DEGRADATIONS[name][0],
            **{score: f"{value:.2f}" for score, value in found.items()},
        }
        for size, test in tests.items()
        for name, found in test.validation.separation.items()
    ]
    count = next(iter(tests.values())).validation.count
    return stamped(
        pd.DataFrame(rows), f"synthetic birds | n = {count} clean and as many degraded | 0.50: no difference"
    )


def validity(tests: dict[int, SizedTest]) -> Markdown:
    """Say which scores are valid at each size, and which thresholds nothing stands for."""
    lines = []
    for size, test in tests.items():
        valid = test.validation.valid
        failed = [score for score in next(iter(test.validation.separation.values())) if score not in valid]
        open_to = [name for name, scores in THRESHOLDS.items() if not set(scores) & set(valid)]
        line = f"- **{size} x {size}**: {', '.join(valid) or 'no score'} {'is' if len(valid) == 1 else 'are'} valid."
        if failed:
            line += f" Left out, for failing the criteria: {', '.join(failed)}."
        if open_to:
            line += f" So nothing is said of {' and '.join(open_to)}."
        lines.append(line)
    return Markdown("\n".join(lines))
