"""What ratings say, for answers whose outcome is known."""

import numpy as np
import pytest
from eye_tests import BIRDS, made_test, session
from scipy.stats import norm

from stackrepro.evaluation.eye_test.answers import answers
from stackrepro.evaluation.eye_test.detection import detection, scores
from stackrepro.evaluation.eye_test.resampling import Estimate, draws, estimate
from stackrepro.evaluation.eye_test.steps import Said, agreement_with_distance, mean_steps, outcome, passed

WORDS = ("none", "outline", "shape", "fill", "anatomy")


@pytest.fixture
def birds(tmp_path, tiny_birds):
    return made_test(tmp_path, tiny_birds, images=8).test


def test_mean_thresholds_and_shares_of_models(birds):
    """Latents 0 to 7 get 0 or 1 thresholds of the small model, 4 of the large one, 4 of real images."""

    def answer(trial):
        return WORDS[trial.number % 2] if trial.model == BIRDS[0] else "anatomy"

    answered = answers(birds, [session(birds, "a", answer), session(birds, "b", answer)])
    drawn = draws(answered)
    steps = mean_steps(answered, drawn)
    assert [steps[name][0] for name in (*BIRDS, "real")] == [0.5, 4, 4]
    assert [share[0] for share in passed(answered, drawn, BIRDS[0])] == [0.5, 0, 0, 0]
    found = estimate(steps[BIRDS[0]])
    # The raters agree, so only latents vary: the mean of 8 draws of 0 or 1, whose 5 % quantiles are 2/8 and 6/8.
    assert (found.low, found.high) == (pytest.approx(2 / 8), pytest.approx(6 / 8))
    assert estimate(steps[BIRDS[1]] - steps["real"]) == Estimate(0, 0, 0)


def test_repetitions_count_for_nothing_but_the_rater(birds):
    answered = answers(birds, [session(birds, "a", lambda trial: "anatomy" if trial.repeats else "none")])
    steps = mean_steps(answered, draws(answered))
    assert {name: values[0] for name, values in steps.items()} == dict.fromkeys((*BIRDS, "real"), 0)
    assert (answered.levels[:, answered.repeated] == [0, 4]).all()


def test_raters_who_differ_widen_the_interval(birds):
    """One rater says 0 to all, the other 4: the mean of two drawn raters is 0, 2 or 4."""
    answered = answers(birds, [session(birds, "a", lambda _: "none"), session(birds, "b", lambda _: "anatomy")])
    steps = mean_steps(answered, draws(answered))
    assert estimate(steps[BIRDS[0]]) == Estimate(2, 0, 4)
    assert set(np.round(steps[BIRDS[0]], 9)) == {0, 2, 4}


def test_draws_are_the_same_each_time(birds):
    answered = answers(birds, [session(birds, "a", lambda _: "none")])
    first, second = draws(answered), draws(answered)
    assert (first.latents == second.latents).all()
    assert answered.strata == [8, 8, 8]
    parts = first.latents.reshape(-1, 3, 8).sum(2)
    assert (parts == 8).all(), "latents and the real images of each size are drawn apart"


@pytest.mark.parametrize(
    ("sign", "low", "high", "words"),
    [
        (1, 0.1, 0.5, "as the paper says"),
        (1, -0.5, -0.1, "against the paper"),
        (1, -0.1, 0.5, "undecided"),
        (-1, -0.5, -0.1, "as the paper says"),
        (-1, 0.1, 0.5, "against the paper"),
        (0, -0.1, 0.1, "no difference seen"),
        (0, 0.1, 0.5, "a difference, against the paper"),
        (1, float("nan"), float("nan"), "not rated"),
    ],
)
def test_an_interval_decides_where_it_leaves_out_zero(sign, low, high, words):
    assert outcome(Said("A1", "one", "two", sign), Estimate((low + high) / 2, low, high)) == words


def test_agreement_with_a_distance_is_of_the_nearer_the_better():
    steps = {name: np.full(11, level) for name, level in (("a", 1.0), ("b", 2.0), ("c", 3.0), ("real", 4.0))}
    rho, tau, models = agreement_with_distance(steps, {"a": 30.0, "b": 20.0, "c": 10.0})
    assert (rho, tau, models) == (Estimate(1, 1, 1), Estimate(1, 1, 1), ["a", "b", "c"])
    assert agreement_with_distance(steps, {"a": 10.0, "b": 20.0, "c": 30.0})[0].value == -1
    assert np.isnan(agreement_with_distance(steps, {"a": 1.0, "b": 2.0})[0].value)


def test_detection_by_its_closed_form(tmp_path, tiny_faces):
    """Of 4 generated edges 3 are called generated, of 4 real ones 1; gray faces are all called right."""
    test = made_test(tmp_path, tiny_faces).test
    real = sorted(trial.number for trial in test.trials if trial.model == "real" and trial.stage == "edges")

    def answer(trial):
        if trial.stage == "gray":
            return "real" if trial.model == "real" else "generated"
        called = trial.number == real[0] if trial.model == "real" else trial.number < 3
        return "generated" if called else "real"

    answered = answers(test, [session(test, "a", answer), session(test, "b", answer)])
    drawn = draws(answered)
    edges = detection(answered, drawn, "faces/edges", "edges")
    assert edges.accuracy.value == 0.75
    assert edges.sensitivity.value == pytest.approx(norm.ppf(3.5 / 5) - norm.ppf(1.5 / 5))
    assert edges.criterion.value == pytest.approx(0)
    assert edges.accuracy.low < 0.75 < edges.accuracy.high
    gray = detection(answered, drawn, "faces/gray", "gray")
    assert gray.accuracy == Estimate(1, 1, 1)
    assert gray.sensitivity.value == pytest.approx(2 * norm.ppf(4.5 / 5))
    rows = {(score.rater, score.stage): score for score in scores(answered)}
    assert (rows["b", "edges"].right, rows["b", "edges"].judged) == (6, 8)
    assert rows["b", "edges"].guessing == pytest.approx((28 + 8 + 1) / 256)
    assert rows["a", "gray"].low == pytest.approx(0.025 ** (1 / 8))


def test_a_bias_without_sensitivity(tmp_path, tiny_faces):
    test = made_test(tmp_path, tiny_faces).test
    answered = answers(test, [session(test, "a", lambda _: "generated")])
    found = detection(answered, draws(answered), "faces/edges", "edges")
    assert found.accuracy == Estimate(0.5, 0.5, 0.5)
    assert found.sensitivity.value == 0
    assert found.criterion.value == pytest.approx(-norm.ppf(4.5 / 5))
