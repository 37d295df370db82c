"""Verdicts by ratings of raters who don't exist, on results made by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from eye_tests import session
from stored_results import FACES, JUDGED, write

from stackrepro.claims.schema import claims
from stackrepro.claims.select import gathered
from stackrepro.claims.verdict import FAILS, HOLDS, OPEN, UNTESTABLE, judge
from stackrepro.evaluation.eye_test.answers import Answers, answers
from stackrepro.evaluation.eye_test.pictures import REAL
from stackrepro.evaluation.eye_test.trials import EyeTest, Trial
from stackrepro.runs import stored

Rule = Callable[[Trial], str]
STACK, SINGLE = "birds/conv-stack", "birds/conv-128"
LATENTS = 4


def put(root: Path, *names: str, frechet: float = 30.0, **options) -> None:
    for name in names:
        for seed in range(3):
            write(root, name, seed, frechet, **{"tier": "small", **JUDGED, **options})


def eye_test(root: Path, kind: str, seeds: int = 3, more: tuple[Trial, ...] = ()) -> EyeTest:
    """Show the first latents of the stored runs with these seeds, and as many real images."""
    trials = []
    for run in (run for run in stored(root) if run.result["seed"] < seeds):
        model = run.result["experiment"]
        stage = model.removeprefix("faces/") if kind == "real-or-generated" else "birds"
        for number in range(LATENTS):
            place = f"{len(trials):015}"
            trials.append(Trial(f"1{place}", 0, model, run.result["seed"], run.folder.name, stage, number, 32, None))
            trials.append(Trial(f"2{place}", 0, REAL, None, "real", stage, len(trials), 32, None))
    return EyeTest(kind, "small", "matched", "data", "f", LATENTS, "own", True, (*trials, *more))


def rated(test: EyeTest, *rules: Rule) -> Answers:
    return answers(test, [session(test, f"rater-{place}", rule) for place, rule in enumerate(rules)])


def words(root: Path, claim: str, *ratings: Answers) -> dict[str, str]:
    found = judge(claims()[claim], gathered(stored(root), ratings), "small")
    return {one.part.label: one.word for one in found.outcomes}


def right(trial: Trial) -> str:
    return "real" if trial.model == REAL else "generated"


def fooled(trial: Trial) -> str:
    return "real" if trial.stage == "gray" else right(trial)


@pytest.mark.parametrize(
    ("rules", "edges", "gray"),
    [
        ([right] * 3, HOLDS, HOLDS),
        ([fooled] * 3, HOLDS, FAILS),
        (
            [right, right, fooled],
            HOLDS,
            OPEN,
        ),  # five of six answers are right; of raters so unlike the interval is wide
        ([right] * 2, OPEN, OPEN),  # three raters are needed
        ([], UNTESTABLE, UNTESTABLE),
    ],
)
def test_faces_are_told_apart_by_people(rules, edges, gray, tmp_path):
    put(tmp_path, "faces/edges", "faces/gray", data=FACES, frechet=90.0)  # of which adequacy isn't asked
    ratings = [rated(eye_test(tmp_path, "real-or-generated"), *rules)] if rules else []
    assert words(tmp_path, "B7", *ratings) == {"edges": edges, "gray": gray}


def test_a_test_counts_if_it_shows_three_trainings_and_no_strangers(tmp_path):
    put(tmp_path, "faces/edges", "faces/gray", data=FACES)
    few = rated(eye_test(tmp_path, "real-or-generated", seeds=1), *[right] * 3)
    assert words(tmp_path, "B7", few) == {"edges": OPEN, "gray": OPEN}
    stranger = Trial("f" * 16, 0, "faces/edges", 0, "another run", "edges", 0, 32, None)
    other = rated(eye_test(tmp_path, "real-or-generated", more=(stranger,)), *[right] * 4)
    assert words(tmp_path, "B7", other) == {"edges": UNTESTABLE, "gray": HOLDS}


@pytest.mark.parametrize(
    ("stack", "single", "frechet", "outline", "anatomy"),
    [
        ("fill", "shape", 30.0, FAILS, HOLDS),  # all have an outline
        ("fill", "none", 30.0, HOLDS, HOLDS),
        ("shape", "none", 30.0, HOLDS, FAILS),
        ("fill", "none", 90.0, UNTESTABLE, UNTESTABLE),
    ],
)
def test_more_birds_pass_a_threshold(stack, single, frechet, outline, anatomy, tmp_path):
    put(tmp_path, STACK, SINGLE, frechet=frechet)
    says = {STACK: stack, SINGLE: single, REAL: "anatomy"}
    ratings = rated(eye_test(tmp_path, "thresholds"), *[lambda trial: says[trial.model]] * 3)
    found = words(tmp_path, "A13", ratings)
    assert (found["outline"], found["anatomy"]) == (outline, anatomy)
