"""What runs would cost before anyone starts them: updates times the time of an update, and images to measure."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from stackrepro.evaluation import plan_for
from stackrepro.evaluation.bench import REACHED
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.protocols import Plan
from stackrepro.evaluation.stage_bench import POINTS
from stackrepro.experiments import Configuration
from stackrepro.models import Stack
from stackrepro.report.calibration import Calibration, Work, work
from stackrepro.report.lists import listed

TIMED_IMAGES = 8
HOUR = 3600.0


@dataclass(frozen=True)
class Cost:
    """One run: its work an update, hours of training and of evaluation. That of its first stage is a row of its own."""

    configuration: Configuration
    work: Work
    training: float
    evaluation: float


def listed_costs(which: str, tier: str, calibration: Calibration, rates: dict[int, float]) -> list[Cost]:
    """Compute what the runs of a list cost, each once, and those of the first stages that they need."""
    return costs(with_first_stages(listed(which, tier)), calibration, rates)


def with_first_stages(configurations: Iterable[Configuration]) -> list[Configuration]:
    found: dict[Configuration, None] = {}
    for c in configurations:
        while c is not None:
            found[c] = None
            c = c.stage1
    return list(found)


def costs(configurations: Iterable[Configuration], calibration: Calibration, rates: dict[int, float]) -> list[Cost]:
    """Compute what runs cost.

    Args:
        rates: by the number of Inception features, images per second.
    """
    rows, known = [], {}
    for c in configurations:
        shapes = tuple((view.size, view.channels) for view in c.views)
        key = (c.generator, c.discriminator, c.first_discriminator, c.update, c.batch, shapes)
        done = known[key] = known.get(key) or work(c)
        measured = sum(images / rates[dims] for dims, images in inception_images(c).items())
        rows.append(Cost(c, done, c.updates * calibration.predict(done) / HOUR, measured / HOUR))
    return rows


def inception_images(c: Configuration) -> Counter[int]:
    """Count the images of a run's evaluation that go through Inception, by the number of features.

    Real images aren't counted: their features are computed once for all runs. Of the persons held out as many are
    counted as could be.
    """
    plan = plan_for(c.tier, c.view.dataset)
    standard, trajectory, beside = plan.standard, plan.trajectory, plan.beside or plan.standard.samples
    both = standard.samples + (plan.last or standard.samples)  # average, last
    found = Counter({standard.dims: both + (plan.untrained or beside)})
    halfway = plan.halfway and plan.common_size is not None and c.view.size > plan.common_size
    if halfway:
        found[standard.dims] += beside
    for protocol in plan.others:
        if protocol.size is None:
            found[protocol.dims] += protocol.samples + (plan.last or protocol.samples)
        elif protocol.size != c.view.size:  # else its numbers are those of the standard one
            found[protocol.dims] += protocol.samples * (1 + halfway)
    if plan.full:
        found[trajectory.dims] += len(c.snapshots) * trajectory.samples  # kept points but the last, recalibrated
    there = {protocol.dims for protocol in (standard, *plan.others) if protocol.size is None}
    if trajectory.dims not in there:  # the last point, which the sensitivity starts from, too
        found[trajectory.dims] += trajectory.samples
    if c.condition is not None and not isinstance(c.generator, Stack):
        held_out = standard.samples if plan.held_out else beside
        found[standard.dims] += both + held_out + beside  # turned back; of conditions held out, and of others
        if plan.full and c.stage1 is not None:
            found[trajectory.dims] += 2 * len(c.stage1.snapshots) * min(POINTS, trajectory.samples)
    found[trajectory.dims] += varied_passes(c, plan, plan.passes) * plan.passes
    return found


def varied_passes(c: Configuration, plan: Plan, count: int) -> int:
    """Count the conditions of the sensitivity that need a pass of `count` images: those whose features aren't there."""
    passes = plan.trajectory
    clean = replace(passes, resize="clean", samples=count)
    needed = (c.value_range != REACHED, c.view.channels == 1, clean not in plan.others)
    return len(plan.qualities) + sum(needed)


def inception_rates(device: str = "cpu", weights: str | None = None) -> dict[int, float]:
    """Time both kinds of Inception features on this machine: images per second, by the number of features.

    Raises:
        UserError: the weights can't be had, or there is no such device.
    """
    images = np.zeros((TIMED_IMAGES, 64, 64, 3), np.uint8)
    clock = time.process_time if device == "cpu" else time.perf_counter
    rates = {}
    for dims in (192, 2048):
        extractor = Extractor(dims, device, 1, None if weights is None else Path(weights))
        extractor(images)
        since = clock()
        extractor(images)
        rates[dims] = TIMED_IMAGES / (clock() - since)
    return rates


def total(rows: list[Cost]) -> str:
    """Sum runs up in words."""
    training, evaluation = sum(row.training for row in rows), sum(row.evaluation for row in rows)
    return f"{len(rows)} runs, {training:,.1f} hours of training, {evaluation:,.1f} of evaluation"


def summed(rows: list[Cost]) -> dict[str, str | int]:
    return {
        "runs": len(rows),
        "updates": f"{sum(row.configuration.updates for row in rows):,}",
        "training, hours": f"{sum(row.training for row in rows):,.1f}",
        "evaluation, hours": f"{sum(row.evaluation for row in rows):,.1f}",
    }


def by_tier(tiers: Iterable[str], calibration: Calibration, rates: dict[int, float]) -> pd.DataFrame:
    """Sum up the runs of the book at each tier."""
    return pd.DataFrame([{"tier": tier, **summed(listed_costs("book", tier, calibration, rates))} for tier in tiers])


def run_table(rows: Iterable[Cost]) -> pd.DataFrame:
    """List runs, a row each."""
    return pd.DataFrame(
        [
            {
                "experiment": row.configuration.experiment,
                "arm": row.configuration.arm,
                "seed": row.configuration.seed,
                "updates": f"{row.configuration.updates:,}",
                "batch": row.configuration.batch,
                "multiply-adds an update": f"{row.work.multiply_adds / 1e9:,.2f} G",
                "seconds an update": f"{row.training * HOUR / row.configuration.updates:.3g}",
                "training, hours": f"{row.training:,.2f}",
                "evaluation, hours": f"{row.evaluation:,.2f}",
            }
            for row in rows
        ]
    )


def check_table(calibration: Calibration) -> pd.DataFrame:
    """List what was timed, a row each, beside what the model says that is fitted to the others alone."""
    return pd.DataFrame(
        [
            {
                "timed": name,
                "batch": batch,
                "multiply-adds": f"{what.multiply_adds / 1e9:,.2f} G",
                "weights": f"{what.weights / 1e6:,.1f} M",
                "calls": what.calls,
                "measured, s": f"{took:.3g}",
                "computed, s": f"{said:.3g}",
                "ratio": f"{said / took:.2f}",
            }
            for name, batch, what, took, said in calibration.checks
        ]
    )
