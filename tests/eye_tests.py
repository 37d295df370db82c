"""Runs that keep little but a grid of samples, and answers of raters who don't exist; both in a test's own folder."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from stackrepro.base.files import write_json
from stackrepro.data import Source
from stackrepro.evaluation.current import SCHEMA, plan_record
from stackrepro.evaluation.eye_test import store
from stackrepro.evaluation.eye_test.making import make
from stackrepro.evaluation.eye_test.session_files import Rating, Session
from stackrepro.evaluation.eye_test.trials import EyeTest, Made, Trial
from stackrepro.evaluation.protocols import plan_for
from stackrepro.experiments import record, resolve
from stackrepro.runs import Run, StoredRun

SALT = "ab" * 32
BIRDS = ("birds/dconv-64", "birds/dconv-128")
FACES = ("faces/edges", "faces/gray")


def run_with_grid(root: Path, experiment: str, source: Source, seed: int = 0) -> tuple[Run, StoredRun]:
    """Return a run of tier smoke whose picture of latent n is the color (n, 2n, seed + 100), or gray n."""
    run = Run(resolve(experiment, "matched", "smoke", seed), source)
    view = run.configuration.view
    numbers = np.arange(64).reshape(8, 8).repeat(view.size, 0).repeat(view.size, 1).astype(np.uint8)
    colored = np.stack([numbers, 2 * numbers, np.full_like(numbers, seed + 100)], axis=2)
    path = run.folder(root) / "samples" / "grid-000003.png"
    path.parent.mkdir(parents=True)
    Image.fromarray(numbers if source.dataset == "faces" else colored).save(path)
    return run, StoredRun(run.folder(root))


def made_test(root: Path, source: Source, salt: str = SALT, **options) -> Made:
    """Make a test of two models, with real images unless `options` say otherwise."""
    names = BIRDS if source.dataset == "birds" else FACES
    runs = [run_with_grid(root / salt[:8], name, source) for name in names]
    return make(runs, source, salt, **{"images": 4, "with_real": True, **options})


def session(test: EyeTest, rater: str, answer: Callable[[Trial], str]) -> Session:
    """Let a rater answer each trial by a rule, in one second each."""
    ratings = [Rating(trial.trial, place, answer(trial), 1000) for place, trial in enumerate(test.trials, 1)]
    return Session(test.identity, rater, tuple(ratings))


def exported(root: Path, folder: Path, test: EyeTest, rater: str, answer: Callable[[Trial], str]) -> Path:
    """Keep a test under a runs root and write what such a rater would export; return the CSV file."""
    store.keep(test, root)
    path = folder / f"{rater}.csv"
    path.write_text(session(test, rater, answer).csv)
    return path


def finish(run: Run, stored: StoredRun, frechet: float) -> None:
    """Write the records that make such a run a finished one, at this distance by the standard and the common size."""
    c = run.configuration
    plan = plan_for(c.tier, c.view.dataset)
    own = {"name": run.name, "identity": run.identity, "command": run.command, "threads": 1}
    rows = {"generated": {"frechet": frechet}}
    write_json(stored.folder / "run.json", {**own, "configuration": record(c), "data": {"name": run.source.name}})
    result = {
        **{key: getattr(c, key) for key in ("experiment", "arm", "tier", "seed")},
        "schema": SCHEMA,
        "protocol": plan_record(plan),
        "measures": rows,
        "protocols": {protocol.name: rows for protocol in plan.others},
        "training": {},
    }
    write_json(stored.folder / "result.json", result)
