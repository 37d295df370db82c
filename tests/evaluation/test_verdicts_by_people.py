"""Verdicts by ratings of raters who don't exist, on results made by hand: each word, by the rule that leads to it."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from eye_tests import session
from stored_results import DRAWN, FACES, write

from stackrepro.evaluation.eye_test.answers import Answers, answers
from stackrepro.evaluation.eye_test.pictures import REAL
from stackrepro.evaluation.eye_test.trials import EyeTest, Trial
from stackrepro.evaluation.verdicts import Verdict, judge
from stackrepro.experiments.claims import CLAIMS
from stackrepro.runs import stored

STAGES = ("edges", "gray")
STACK, SINGLE = "birds/conv-stack", "birds/conv-128"
LATENTS = 4

Rule = Callable[[Trial], str]


def put(root: Path, names: Iterable[str], frechet: float = 30.0, seeds: int = 3, **options) -> None:
    for name in names:
        for seed in range(seeds):
            write(root, name, seed, frechet, **options)


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
    return EyeTest(kind, "reduced", "matched", "data", "f", LATENTS, "own", True, (*trials, *more))


def rated(test: EyeTest, *rules: Rule) -> Answers:
    return answers(test, [session(test, f"rater-{place}", rule) for place, rule in enumerate(rules)])


def right(trial: Trial) -> str:
    return "real" if trial.model == REAL else "generated"


def fooled_by_gray(trial: Trial) -> str:
    return "real" if trial.stage == "gray" else right(trial)


def judged(root: Path, *ratings: Answers, claim: str = "B7") -> Verdict:
    return judge(CLAIMS[claim], stored(root), None, ratings)


def faces(root: Path, *rules: Rule, **options) -> Answers:
    put(root, [f"faces/{stage}" for stage in STAGES], **({"data": FACES} | options))
    return rated(eye_test(root, "real-or-generated"), *rules)


@pytest.mark.parametrize(
    ("rules", "word", "reason"),
    [
        ([right] * 3, "reproduced", "edges: as claimed, share 1 [1, 1], n = 3 (raters)"),
        ([fooled_by_gray] * 3, "partly reproduced", "gray (not reproduced): not as claimed, share 0.5 [0.5, 0.5]"),
        ([lambda _: "real"] * 3, "not reproduced", "edges: not as claimed, share 0.5 [0.5, 0.5], n = 3 (raters)"),
        # 5/6 of the gray answers are right, less than nine of ten; of raters as unlike the interval is wide
        ([right, right, fooled_by_gray], "partly reproduced", "not as claimed, share 0.8333 [0.5, 1], n = 3"),
        ([right] * 2, "not enough runs", "2 of 3 raters; seen: as claimed, share 1 [1, 1], n = 2 (raters)"),
    ],
)
def test_faces_are_told_apart_by_people(rules, word, reason, tmp_path):
    verdict = judged(tmp_path, faces(tmp_path, *rules))
    assert verdict.word == word
    assert reason in verdict.reason
    numbers = verdict.parts[0].numbers
    assert (numbers["claimed"], numbers["seeds"], len(numbers["eye_test"])) == ([0.9, None], [0, 1, 2], 12)


def test_without_ratings_it_is_untestable_whatever_runs_there_are(tmp_path):
    assert (judged(tmp_path).word, judged(tmp_path).reason.count("no ratings")) == ("untestable at this scale", 2)
    faces(tmp_path)
    verdict = judged(tmp_path)
    assert (verdict.word, verdict.tier, verdict.data) == ("untestable at this scale", "reduced", "CelebA")
    assert {part.numbers for part in verdict.parts} == {None}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"data": {**FACES, "label": "synthetic"}}, "seen: as claimed"),
        ({"tier": "quick"}, "seen: as claimed"),
        ({"frechet": 90.0}, "faces/edges, seed 0: 20% of the way to the floor; seen: as claimed"),
    ],
)
def test_what_cannot_bear_a_verdict_bears_none_by_people_either(options, why, tmp_path):
    verdict = judged(tmp_path, faces(tmp_path, *[right] * 3, **options))
    assert verdict.word == "untestable at this scale"
    assert why in verdict.parts[0].reason


def test_images_of_three_trainings_are_needed(tmp_path):
    faces(tmp_path)
    verdict = judged(tmp_path, rated(eye_test(tmp_path, "real-or-generated", seeds=1), *[right] * 3))
    assert verdict.word == "not enough runs"
    assert "edges: 1 of 3 trainings shown; seen: as claimed" in verdict.reason


def test_a_test_that_shows_a_run_of_another_set_does_not_count(tmp_path):
    faces(tmp_path)
    strangers = tuple(
        Trial(f"{stage:0>16}", 0, f"faces/{stage}", 0, "another run", stage, 0, 32, None) for stage in STAGES
    )
    test = eye_test(tmp_path, "real-or-generated", more=strangers)
    assert "no ratings" in judged(tmp_path, rated(test, *[right] * 3)).reason


def test_the_test_that_most_raters_have_answered_counts(tmp_path):
    few, many = faces(tmp_path, *[right] * 3), eye_test(tmp_path, "real-or-generated", seeds=3, more=(other_bird(),))
    verdict = judged(tmp_path, few, rated(many, *[fooled_by_gray] * 4))
    assert (verdict.word, verdict.parts[0].numbers["eye_test"]) == ("partly reproduced", many.identity)


def other_bird() -> Trial:
    return Trial("f" * 16, 0, "faces/single", 0, "a run", "gray", 0, 32, None)


def test_one_who_saw_only_real_images_is_no_rater(tmp_path):
    found = faces(tmp_path, *[right] * 4)
    found.levels[3, [trial.model != REAL for trial in found.test.trials]] = -1
    assert judged(tmp_path, found).parts[0].reason.endswith("n = 3 (raters)")


@pytest.mark.parametrize(
    ("stack", "single", "outline", "anatomy"),
    [
        ("fill", "shape", "not reproduced", "reproduced"),  # all have an outline
        ("fill", "none", "reproduced", "reproduced"),
        ("shape", "none", "reproduced", "not reproduced"),
        ("none", "anatomy", "not reproduced", "not reproduced"),
    ],
)
def test_more_birds_pass_a_threshold(stack, single, outline, anatomy, tmp_path):
    put(tmp_path, (STACK, SINGLE))
    test = eye_test(tmp_path, "thresholds")
    says = {STACK: stack, SINGLE: single, REAL: "anatomy"}
    verdict = judged(tmp_path, rated(test, *[lambda trial: says[trial.model]] * 3), claim="A13")
    words = {part.label: part.word for part in verdict.parts}
    assert (words["outline"], words["anatomy"]) == (outline, anatomy)


def test_drawn_birds_tell_what_people_saw_and_no_verdict(tmp_path):
    put(tmp_path, (STACK, SINGLE), data=DRAWN)
    says = {STACK: "fill", SINGLE: "none", REAL: "anatomy"}
    ratings = rated(eye_test(tmp_path, "thresholds"), *[lambda trial: says[trial.model]] * 3)
    part = next(part for part in judged(tmp_path, ratings, claim="A13").parts if part.label == "outline")
    assert (part.word, part.reason) == (
        "untestable at this scale",
        "seen: as claimed, difference 1 [1, 1], n = 3 (raters)",
    )
