"""How models pass the machine eye test, and whether its order of them is that of the Fréchet distance."""

from __future__ import annotations

from statistics import mean

import numpy as np
from IPython.display import Markdown
from pandas.io.formats.style import Styler

from stackrepro.evaluation.machine_eye import THRESHOLDS
from stackrepro.report.chapter import Chapter
from stackrepro.report.figures import samples_of
from stackrepro.report.machine_eye import SizedTest
from stackrepro.report.shared_rows import trained_row
from stackrepro.report.tables import from_runs, stamped
from stackrepro.runs import StoredRun

SHUFFLES = 10_000  # of ranks, for what chance gives
SHUFFLE_SEED = 2023

Runs = dict[str, list[StoredRun]]


def passes(chapter: Chapter, tests: dict[int, SizedTest], runs: Runs) -> Styler:
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
            by_test, by_distance = (f"{ranks[name]:g}" for ranks in ranked)
            order = {"rank by test": by_test, "rank by distance": by_distance}
            rows.append(row(name, size, found) | {"distance": f"{distance[name]:.1f}"} | order)
    first = next(iter(runs.values()))[0].result["protocol"]["name"]
    return stamped(from_runs(rows, runs), f"{chapter.stamp} | distance: {first} at the model's size")


def shares(tests: dict[int, SizedTest], runs: Runs) -> dict[str, tuple[int, dict[str, np.ndarray]]]:
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
    """Rank models by the share that passes the last threshold, largest first, and by distance; ties share a rank."""
    from scipy.stats import rankdata

    last = [float(list(found.values())[-1].mean()) if found else 0.0 for found in models.values()]
    return rankdata(np.negative(last)), rankdata([distance[name] for name in models])


def distance_of(group: list[StoredRun]) -> float:
    """Return the Fréchet distance of a model by its tier's standard protocol, the mean over seeds."""
    return mean(run.result["measures"][trained_row([run])]["frechet"] for run in group)


def agreement(tests: dict[int, SizedTest], runs: Runs) -> Markdown:
    """Say how the test's order of the models agrees with that of the Fréchet distance, at the size that most have."""
    by_model = shares(tests, runs)
    sizes = [size for size, _ in by_model.values()]
    size = max(dict.fromkeys(sizes), key=sizes.count)
    models = {name: found for name, (place, found) in by_model.items() if place == size}
    by_test, by_distance = orders(models, {name: distance_of(runs[name]) for name in models})
    about = f"Among the {len(models)} models of {size} x {size} pixels"
    if np.ptp(by_test) == 0:
        return Markdown(f"{about} all pass equally often: the test puts them into no order.")
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
