"""What the chapter on the machine eye test shows: what each score sees, whether it is valid, and how models pass."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import mean

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
from stackrepro.report.figures import WIDTH, finish, not_for_publication, picture, samples_of, tiled
from stackrepro.report.tables import stamped
from stackrepro.runs import StoredRun

SHOWN = 12
SHUFFLES = 10_000  # of ranks, for what chance gives
SHUFFLE_SEED = 2023

Runs = dict[str, list[StoredRun]]


@dataclass(frozen=True)
class Tested:
    """The eye test for one size: made from the chapter's data, and validated on synthetic birds."""

    view: BirdView
    calibrated: Calibrated
    validation: Validation


def prepared_test(chapter: Chapter, sizes: list[int]) -> dict[int, Tested]:
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
        tests[size] = Tested(view, known if own.synthetic else calibrated(own, view, exact), validation)
    return tests


def figures_found(chapter: Chapter, tests: dict[int, Tested]) -> Figure:
    """Show real birds and what is taken for their figures, a pair of rows for each size."""
    figure, axes = plt.subplots(len(tests), 1, figsize=(WIDTH, len(tests) * (WIDTH * 2 / SHOWN + 0.3) + 0.4))
    for place, (size, test) in zip(np.atleast_1d(axes), tests.items(), strict=True):
        images = test.calibrated.others[:SHOWN]
        cut = np.where(segment(images)[..., None], images, 255).astype(np.uint8)
        picture(place, tiled(np.concatenate([images, cut]), len(images)), f"{size} x {size}")
    return finish(figure, f"{chapter.source.name} | none picked{not_for_publication(chapter)}")


def degraded_birds(tests: dict[int, Tested]) -> Figure:
    """Show the same synthetic birds under each degradation at full strength, at the largest size."""
    view = tests[max(tests)].view
    indices = range(FIRST, FIRST + SHOWN)
    rows = {"clean": degraded(view, indices, "blur", 0.0)}
    rows |= {f"{name}, for {meant}": degraded(view, indices, name, 1.0) for name, (meant, _) in DEGRADATIONS.items()}
    figure, axes = plt.subplots(len(rows), 1, figsize=(WIDTH, len(rows) * (WIDTH / SHOWN + 0.3) + 0.4))
    for place, (name, images) in zip(axes, rows.items(), strict=True):
        picture(place, tiled(images, SHOWN), name)
    return finish(figure, "synthetic birds, drawn by this package, that its set doesn't hold")


def segmentation(tests: dict[int, Tested]) -> Styler:
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


def separations(tests: dict[int, Tested]) -> Styler:
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


def validity(tests: dict[int, Tested]) -> Markdown:
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


def passes(chapter: Chapter, tests: dict[int, Tested], runs: Runs) -> Styler:
    """How many images pass each threshold and those before it: real ones, each model's, and untrained generators'.

    Images of several seeds are counted together. Behind each share stands its interval over images at 95 %. Ranks are
    among the models of one size, by the last threshold that has a valid score and by the Fréchet distance; 1 is best.
    """
    rows, by_model = [], shares(tests, runs)
    for size, test in tests.items():
        models = {name: found for name, (place, found) in by_model.items() if place == size}
        distance = {name: distance_of(runs[name]) for name in models}
        ranked = [dict(zip(models, order, strict=True)) for order in orders(models, distance)]
        untrained = np.concatenate([samples_of(run, "first") for name in models for run in runs[name]])
        others = {"real images": test.calibrated.others, "untrained generators": untrained}
        for name, images in others.items():
            found = test.calibrated.instrument.passes(images, test.validation.valid)
            rows.append(row(name, size, found) | {"distance": "-", "rank by test": "-", "rank by distance": "-"})
        for name, found in models.items():
            order = {f"rank by {what}": f"{ranks[name]:g}" for what, ranks in zip(("test", "distance"), ranked)}
            rows.append(row(name, size, found) | {"distance": f"{distance[name]:.1f}"} | order)
    first = next(iter(runs.values()))[0].result["protocol"]["name"]
    return stamped(pd.DataFrame(rows), f"{chapter.stamp} | distance: {first} at the model's size")


def shares(tests: dict[int, Tested], runs: Runs) -> dict[str, tuple[int, dict[str, np.ndarray]]]:
    """Return each model's size and which of its images pass each threshold."""
    found = {}
    for name, group in runs.items():
        images = np.concatenate([samples_of(run) for run in group])
        test = tests[images.shape[1]]
        found[name] = images.shape[1], test.calibrated.instrument.passes(images, test.validation.valid)
    return found


def row(name: str, size: int, found: dict[str, np.ndarray]) -> dict[str, str | int]:
    """Write a row of shares; a threshold that nothing stands for has a dash."""
    count = len(next(iter(found.values()), ()))
    written = dict.fromkeys(THRESHOLDS, "-")
    return (
        {"images": name, "pixels": f"{size} x {size}", "n": count}
        | written
        | {threshold: share_with_interval(int(passed.sum()), count) for threshold, passed in found.items()}
    )


def share_with_interval(passed: int, count: int) -> str:
    """Write a share with its interval at 95 % by Wilson (1927), which has a width at 0 % and 100 % too."""
    from scipy.stats import binomtest

    interval = binomtest(passed, count).proportion_ci(0.95, method="wilson")
    return f"{passed / count:.0%} [{interval.low:.0%}, {interval.high:.0%}]"


def orders(models: dict[str, dict[str, np.ndarray]], distance: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Rank models by the share that passes the last threshold, the largest first, and by distance; ties share a rank."""
    from scipy.stats import rankdata

    last = [float(list(found.values())[-1].mean()) if found else 0.0 for found in models.values()]
    return rankdata(np.negative(last)), rankdata([distance[name] for name in models])


def distance_of(group: list[StoredRun]) -> float:
    """Return the Fréchet distance of a model by its tier's standard protocol, the mean over seeds."""
    return mean(run.result["measures"]["generated"]["frechet"] for run in group)


def agreement(tests: dict[int, Tested], runs: Runs) -> Markdown:
    """Say how the test's order of the models agrees with that of the Fréchet distance, at the size that most have."""
    by_model = shares(tests, runs)
    sizes = [size for size, _ in by_model.values()]
    size = max(dict.fromkeys(sizes), key=sizes.count)
    models = {name: found for name, (place, found) in by_model.items() if place == size}
    by_test, by_distance = orders(models, {name: distance_of(runs[name]) for name in models})
    about = f"Among the {len(models)} models of {size} x {size} pixels"
    if np.ptp(by_test) == 0:
        return Markdown(
            f"{about} all pass equally often: the test puts them into no order, and there is nothing to agree."
        )
    correlation, chance = rank_agreement(by_test, by_distance)
    kind = "agree" if correlation > 0 else "disagree"
    weight = "more than chance explains" if chance < 0.05 else "no more than chance may do"
    return Markdown(
        f"{about} the two orders {kind}, {weight}: Spearman's rank correlation is {correlation:.2f}, and random orders "
        f"are as far from 0 in {chance:.1%} of cases."
    )


def rank_agreement(ranks: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Return the correlation of two series of ranks that vary, and the share of random orders as far from 0."""
    a, b = ((values - values.mean()) / values.std() for values in (ranks, others))
    found = float(a @ b / len(a))
    shuffled = np.random.default_rng(SHUFFLE_SEED).permuted(np.tile(a, (SHUFFLES, 1)), axis=1) @ b / len(a)
    return found, float((np.abs(shuffled) >= abs(found) - 1e-9).mean())
