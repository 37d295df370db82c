"""Runs that keep little but a grid of samples, and answers of raters who don't exist; both in a test's own folder."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from stackrepro.base.files import write_json
from stackrepro.data import Source
from stackrepro.evaluation.protocols import SCHEMA, plan_for, plan_record
from stackrepro.experiments import resolve
from stackrepro.eyetest.ratings import Answers, Rating, Session, answers
from stackrepro.eyetest.trials import EyeTest, Made, Trial, make
from stackrepro.runs import Run, StoredRun
from stackrepro.training.configuration import record

SALT = "ab" * 32
BIRDS = ("birds/dconv-64", "birds/dconv-128")
FACES = ("faces/edges", "faces/gray")


def finished_run(root: Path, experiment: str, source: Source, frechet: float = 1.0, tier: str = "smoke") -> StoredRun:
    """Return a run whose picture of latent n is the color (n, 2n, 100), or gray n, at this distance by any protocol."""
    run = Run(resolve(experiment, "matched", tier, 0), source)
    c, size = run.configuration, run.configuration.view.size
    numbers = np.arange(64).reshape(8, 8).repeat(size, 0).repeat(size, 1).astype(np.uint8)
    colored = np.stack([numbers, 2 * numbers, np.full_like(numbers, 100)], axis=2)
    path = run.folder(root) / "samples" / "grid-000003.png"
    path.parent.mkdir(parents=True)
    Image.fromarray(numbers if source.dataset == "faces" else colored).save(path)
    data = {key: getattr(source, key) for key in ("name", "label", "fingerprint", "official")}
    own = {"name": run.name, "identity": run.identity, "command": run.command, "threads": 1, "data": data}
    place = {"machine": "Linux", "starts": [{"device": "cpu"}]}
    write_json(run.folder(root) / "run.json", {**own, **place, "configuration": record(c)})
    row = {"frechet": frechet, "kid": 0.1, "kid_error": 0.0, "n": 64, "n_reference": 44, "flags": []}
    rows, plan = dict.fromkeys(("generated", "untrained", "floor"), row), plan_for(tier, source.dataset)
    result = {
        **{key: getattr(c, key) for key in ("experiment", "arm", "tier", "seed")},
        "schema": SCHEMA,
        "data": source.name,
        "protocol": plan_record(plan),
        "measures": rows,
        "protocols": {protocol.name: rows for protocol in plan.others},
        "training": {},
    }
    write_json(run.folder(root) / "result.json", result)
    return StoredRun(run.folder(root))


def made_test(root: Path, source: Source, salt: str = SALT, **options) -> Made:
    """Make a test of two models, with real images unless `options` say otherwise."""
    names = BIRDS if source.dataset == "birds" else FACES
    runs = [finished_run(root / salt[:8], name, source) for name in names]
    return make(runs, source, salt, **{"images": 4, "with_real": True, **options})


def session(test: EyeTest, rater: str, answer: Callable[[Trial], str]) -> Session:
    """Let a rater answer each trial by a rule, in one second each."""
    ratings = [Rating(trial.trial, place, answer(trial), 1000) for place, trial in enumerate(test.trials, 1)]
    return Session(test.identity, rater, tuple(ratings))


def answered(test: EyeTest, *rules: Callable[[Trial], str]) -> Answers:
    """Let a rater answer by each rule."""
    return answers(test, [session(test, f"rater-{place}", rule) for place, rule in enumerate(rules)])
