"""When a training is called dead."""

import pytest

from stackrepro.runs.store import REPEATS_ITSELF
from stackrepro.training.health import health, read_losses

# The 35 first results, tier reduced: recall and coverage of the generator, the discriminator's gap over the last tenth
# of its curve, and the update by which the training had died. To the eye all of those below the bound repeat a few
# motifs.
FIRST_RESULTS = (
    # experiment, seed, recall, coverage, gap, died at
    ("birds/conv-128", 0, 0.294, 0.034, 0.628, None),
    ("birds/conv-64", 0, 0.416, 0.109, 0.359, None),
    ("birds/conv-64", 1, 0.33, 0.121, 0.332, None),
    ("birds/conv-64", 2, 0.356, 0.126, 0.338, None),
    ("birds/conv-stack+stage1=scratch", 0, 0.33, 0.012, 0.59, None),
    ("birds/conv-stack-bp", 0, 0.388, 0.011, 0.348, None),
    ("birds/conv-stack", 0, 0.486, 0.016, 0.765, None),
    ("birds/dconv-128", 0, 0.375, 0.033, 0.708, None),
    ("birds/dconv-64", 0, 0.383, 0.115, 0.58, None),
    ("birds/dconv-64", 1, 0.452, 0.121, 0.642, None),
    ("birds/dconv-64", 2, 0.393, 0.156, 0.633, None),
    ("birds/dconv-stack+stage1=scratch", 0, 0.109, 0.016, 0.681, None),
    ("birds/dconv-stack-bp", 0, 0.415, 0.029, 0.385, None),
    ("birds/dconv-stack", 0, 0.23, 0.011, 0.769, None),
    ("birds/dense-128", 0, 0.0, 0.0, 0.393, None),
    ("birds/dense-64", 0, 0.0, 0.003, 0.622, None),
    ("birds/dense-64", 1, 0.0, 0.014, 0.503, None),
    ("birds/dense-64", 2, 0.0, 0.006, 0.621, None),
    ("birds/dense-stack+stage1=scratch", 0, 0.0, 0.0, 0.426, None),
    ("birds/dense-stack-bp", 0, 0.0, 0.0, 0.249, None),
    ("birds/dense-stack", 0, 0.0, 0.0, 0.313, None),
    ("faces/edges+images=quarter", 0, 0.0, 0.0, 0.426, None),
    ("faces/edges+update=wgan-gp", 0, 0.0, 0.0, -0.069, 11178),
    ("faces/edges", 0, 0.0, 0.0, 0.003, 11868),
    ("faces/edges", 1, 0.0, 0.0, 0.322, None),
    ("faces/edges", 2, 0.0, 0.0, 0.0, 6164),
    ("faces/gray+dropout=0.5", 0, 0.0, 0.002, 0.943, None),
    ("faces/gray+latent=own", 0, 0.0, 0.003, 0.944, None),
    ("faces/gray", 0, 0.0, 0.002, 0.918, None),
    ("faces/gray", 1, 0.0, 0.0, 0.907, None),
    ("faces/gray", 2, 0.0, 0.002, 0.916, None),
    ("faces/joint", 0, 0.0, 0.006, None, None),
    ("faces/single", 0, 0.0, 0.0, -0.0, 4784),
    ("faces/single", 1, 0.0, 0.0, -0.001, 4416),
    ("faces/single", 2, 0.0, 0.0, -0.001, 4508),
)


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


def test_the_rules_over_the_first_results():
    dead = {(name, seed) for name, seed, *_, died_at in FIRST_RESULTS if died_at is not None}
    edges, single = ("faces/edges", 0), ("faces/single", 0)
    assert {edges, single} <= dead
    assert not any(name.startswith("birds/") for name, _ in dead)
    repeating = {name for name, _, recall, *_ in FIRST_RESULTS if recall < REPEATS_ITSELF}
    assert repeating == {name for name, *_ in FIRST_RESULTS if name.startswith(("birds/dense", "faces/"))}
