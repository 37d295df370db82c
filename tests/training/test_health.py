"""When a training is called dead."""

import pytest

from stackrepro.training.health import health, read_losses


def curve(*gaps: float, real: str = "real_called_real", generated: str = "generated_called_real") -> list[dict]:
    """Return a loss curve of 100 lines, ten for each of the gaps, a line for ten updates."""
    lines = [gap for gap in gaps for _ in range(100 // len(gaps))]
    return [{"update": 10 * (n + 1), real: 0.5 + gap, generated: 0.5} for n, gap in enumerate(lines)]


def test_alive_is_who_ends_above_the_bound_and_dead_names_the_update_from_which_on_it_was():
    found = health(curve(*[0.3] * 5, *[0.0] * 4, 0.0501))
    assert found == {"alive": True, "died_at": None, "gap": pytest.approx(0.0501)}
    # 600 updates live; a window of ten lines with two live ones has a mean gap of 0.06, with one 0.03
    assert health(curve(*[0.3] * 6, *[0.0] * 4)) == {"alive": False, "died_at": 600 + 90, "gap": 0.0}


def test_a_curve_that_is_too_short_or_holds_no_answers_tells_nothing():
    nothing = {"alive": None, "died_at": None, "gap": None}
    assert health(curve(0.0)[:19]) == health([{"update": 1, "generator_l1": 0.1}] * 50) == health([]) == nothing


def test_a_critic_is_alive_if_it_scores_real_images_higher_in_nine_lines_of_ten():
    mixed = curve(0.01, real="score_of_real", generated="score_of_generated")
    for line in mixed[::10]:
        line["score_of_real"] = -5.0
    assert health(mixed)["alive"]
    mixed[-2]["score_of_real"] = -5.0
    assert health(mixed) == {"alive": False, "died_at": 990, "gap": pytest.approx((8 * 0.01 - 2 * 5.5) / 10)}


def test_of_two_discriminators_both_must_live():
    first = {"real": "first_real_called_real", "generated": "first_generated_called_real"}
    both = [one | other for one, other in zip(curve(0.4), curve(0.4, 0.0, **first), strict=True)]
    found = health(both)
    assert (found["alive"], found["gap"]) == (False, 0.0)
    assert found["died_at"] > 500


def test_a_line_in_the_making_is_not_read(tmp_path):
    (tmp_path / "losses.jsonl").write_text('{"update": 1, "generator": 0.5}\n{"update": 2, "gen')
    assert read_losses(tmp_path) == [{"update": 1, "generator": 0.5}]
