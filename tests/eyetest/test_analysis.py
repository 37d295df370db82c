"""What ratings say, for answers whose outcome is known, against published examples, plain definitions and scipy."""

import numpy as np
import pytest
from eye_tests import BIRDS, answered, made_test, session
from scipy.stats import norm

from stackrepro.eyetest import analysis
from stackrepro.eyetest.analysis import (
    Estimate,
    agreement_with_distance,
    alpha,
    detection,
    draws,
    estimate,
    mean_steps,
    passed,
)
from stackrepro.eyetest.ratings import Session, answers
from stackrepro.eyetest.trials import REAL

WORDS = ("none", "outline", "shape", "fill", "anatomy")
# The example of Krippendorff 2011: four observers, twelve units, values 1 to 5; 0 is missing.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)


def test_alpha_is_that_of_the_published_example_and_an_image_of_weight_two_counts_as_two():
    assert alpha(PUBLISHED - 1) == pytest.approx(0.815, abs=5e-4)
    levels, weights = np.random.default_rng(7).integers(-1, 5, (3, 10)), np.array([2, 0, 1, 1, 3, 1, 0, 1, 1, 1])
    assert alpha(levels, weights.astype(float)) == pytest.approx(alpha(levels.repeat(weights, 1)), abs=1e-12)


def test_full_agreement_is_one_and_without_a_pair_or_a_difference_there_is_no_alpha():
    assert alpha(np.array([[0, 1, 4], [0, 1, 4]])) == 1
    assert np.isnan(alpha(np.array([[0, -1], [-1, 3]])))
    assert np.isnan(alpha(np.array([[2, 2], [2, 2]])))


@pytest.fixture
def birds(tmp_path, tiny_birds):
    return made_test(tmp_path, tiny_birds, images=8).test


def test_mean_thresholds_and_shares_of_models(birds):
    """Latents 0 to 7 get 0 or 1 thresholds of the small model, 4 of the large one, 4 of real images."""
    given = answered(birds, *[lambda t: WORDS[t.number % 2] if t.model == BIRDS[0] else "anatomy"] * 2)
    drawn = draws(given)
    steps = mean_steps(given, drawn)
    assert [steps[name][0] for name in (*BIRDS, REAL)] == [0.5, 4, 4]
    assert [share[0] for share in passed(given, drawn, BIRDS[0])] == [0.5, 0, 0, 0]
    found = estimate(steps[BIRDS[0]])
    # The raters agree, so only latents vary: the mean of 8 draws of 0 or 1, whose 5 % quantiles are 2/8 and 6/8.
    assert (found.low, found.high) == (pytest.approx(2 / 8), pytest.approx(6 / 8))
    assert estimate(steps[BIRDS[1]] - steps[REAL]) == Estimate(0, 0, 0)


def test_repetitions_count_for_nothing_but_the_rater(birds):
    given = answered(birds, lambda trial: "anatomy" if trial.repeats else "none")
    steps = mean_steps(given, draws(given))
    assert {name: values[0] for name, values in steps.items()} == dict.fromkeys((*BIRDS, REAL), 0)
    assert (given.levels[:, given.repeated] == [0, 4]).all()
    assert analysis.with_themselves(given)[::2] == (0.0, 4)


def test_raters_who_differ_widen_the_interval(birds):
    """One rater says 0 to all, the other 4: the mean of two drawn raters is 0, 2 or 4."""
    given = answered(birds, lambda _: "none", lambda _: "anatomy")
    steps = mean_steps(given, draws(given))
    assert estimate(steps[BIRDS[0]]) == Estimate(2, 0, 4)
    assert set(np.round(steps[BIRDS[0]], 9)) == {0, 2, 4}


def test_latents_and_the_real_images_of_each_size_are_drawn_apart(birds):
    given = answered(birds, lambda _: "none")
    assert given.strata == [8, 8, 8]
    drawn = draws(given).latents
    assert (drawn.reshape(-1, 3, 8).sum(2) == 8).all()
    assert (drawn == draws(given).latents).all()


def test_agreement_with_a_distance_is_of_the_nearer_the_better():
    steps = {name: np.full(11, level) for name, level in (("a", 1.0), ("b", 2.0), ("c", 3.0), (REAL, 4.0))}
    rho, tau, models = agreement_with_distance(steps, {"a": 30.0, "b": 20.0, "c": 10.0})
    assert (rho, tau, models) == (Estimate(1, 1, 1), Estimate(1, 1, 1), ["a", "b", "c"])
    assert agreement_with_distance(steps, {"a": 10.0, "b": 20.0, "c": 30.0})[0].value == -1
    assert np.isnan(agreement_with_distance(steps, {"a": 1.0, "b": 2.0})[0].value)
    constant = {name: np.full(11, 1.0) for name in "abc"}
    assert np.isnan(agreement_with_distance(constant, {"a": 1.0, "b": 2.0, "c": 3.0})[0].value)


def test_detection_by_its_closed_form(tmp_path, tiny_faces):
    """Of 4 generated edges 3 are called generated, of 4 real ones 1; gray faces are all called right."""
    test = made_test(tmp_path, tiny_faces).test
    first_real = min(trial.number for trial in test.trials if trial.model == REAL and trial.stage == "edges")

    def rule(trial):
        if trial.stage == "gray":
            return "real" if trial.model == REAL else "generated"
        called = trial.number == first_real if trial.model == REAL else trial.number < 3
        return "generated" if called else "real"

    given = answered(test, rule, rule)
    edges, gray = (detection(given, draws(given), f"faces/{stage}", stage) for stage in ("edges", "gray"))
    assert edges.accuracy.value == 0.75
    assert edges.sensitivity.value == pytest.approx(norm.ppf(3.5 / 5) - norm.ppf(1.5 / 5))
    assert edges.criterion.value == pytest.approx(0)
    assert edges.accuracy.low < 0.75 < edges.accuracy.high
    assert (gray.accuracy, gray.raters) == (Estimate(1, 1, 1), 2)
    assert gray.sensitivity.value == pytest.approx(2 * norm.ppf(4.5 / 5))

    assert analysis.right_answers(given, "edges") == [(6, 8)] * 2
    assert analysis.right_answers(given, "gray") == [(8, 8)] * 2


def test_a_rater_who_saw_one_side_only_tells_nothing(tmp_path, tiny_faces):
    test = made_test(tmp_path, tiny_faces).test
    both = session(test, "both", lambda trial: "real" if trial.model == REAL else "generated")
    made = {trial.trial for trial in test.trials if trial.model != REAL}
    one_sided = Session(test.identity, "one", tuple(rating for rating in both.ratings if rating.trial in made))
    of_another_test = Session("another", "two", both.ratings)  # passed over
    given = answers(test, [both, one_sided, of_another_test])
    assert given.raters == ("both", "one")
    found = detection(given, draws(given), "faces/edges", "edges")
    assert (found.raters, found.accuracy.value) == (1, 1.0)
    assert found.sensitivity.value == pytest.approx(2 * norm.ppf(4.5 / 5))


def test_a_bias_without_sensitivity(tmp_path, tiny_faces):
    given = answered(made_test(tmp_path, tiny_faces).test, lambda _: "generated")
    found = detection(given, draws(given), "faces/edges", "edges")
    assert (found.accuracy, found.sensitivity.value) == (Estimate(0.5, 0.5, 0.5), 0)
    assert found.criterion.value == pytest.approx(-norm.ppf(4.5 / 5))
