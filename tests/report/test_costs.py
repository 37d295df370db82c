"""Costs: counts against closed forms, the model against numbers that it must find again."""

import numpy as np
import pytest
from click.testing import CliRunner

from stackrepro.cli import commands
from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.report.calibration import Calibration, Work, work
from stackrepro.report.costs import inception_images, listed_costs
from stackrepro.report.lists import LISTS, listed

RATES = np.array([2e-11, 1e-8, 3e-5])


def invented(noise: float = 1.0) -> Calibration:
    """Return a calibration whose times follow from RATES, but for the first, which took `noise` times as long."""
    works = [Work(1e10, 1e7, 300), Work(1e9, 5e7, 300), Work(1e8, 1e5, 600), Work(5e9, 1e6, 200), Work(2e8, 1e6, 500)]
    times = [float(each.row @ RATES) for each in works]
    times[0] *= noise
    return Calibration(tuple((f"model {n}", 1, *pair) for n, pair in enumerate(zip(works, times, strict=True))))


def test_the_counts_of_a_dense_model_are_those_of_its_matrices():
    """One pass through the weights W of a batch is W multiply-adds an image; a backward pass is one for either side.

    With G and D the weights of the matrices that meet an image, the standard rule spends: the generator forward G and
    backward 2 G, less the gradient towards the latent; the discriminator forward 2 D and backward 4 D for its own step,
    less the two gradients towards images; and D forward and D backward, towards the image alone, for the generator's.
    """
    c = resolve("birds/dense-64+batch=separate", "code", "paper")
    sides = []
    for part in (c.generator, c.discriminator):
        matrices = [weight.numel() for weight in build(part).parameters() if weight.dim() == 2]
        sides.append((sum(matrices), matrices[0]))
    (g, g_first), (d, d_first) = sides
    assert work(c, 7).multiply_adds == 7 * (3 * g - g_first + 8 * d - 2 * d_first)


def test_arithmetic_grows_with_the_batch_and_weights_do_not():
    for name in ("faces/edges+update=wgan-gp", "birds/dconv-stack", "faces/joint"):
        c = resolve(name, "matched", "quick")
        one, two = work(c, 4), work(c, 8)
        assert two.multiply_adds == pytest.approx(2 * one.multiply_adds, rel=1e-9)
        assert (two.weights, two.calls) == (one.weights, one.calls)


def test_a_held_stage_has_no_weights_to_move():
    held, moved = (work(resolve(f"birds/dconv-{model}", "matched", "quick")) for model in ("stack", "stack-bp"))
    assert held.weights < moved.weights
    assert held.multiply_adds < moved.multiply_adds


def test_the_model_finds_the_rates_that_times_were_made_from():
    calibration = invented()
    assert calibration.rates == pytest.approx(RATES, rel=1e-6)
    assert calibration.error == pytest.approx(1.0, abs=1e-6)
    assert calibration.predict(Work(3e9, 2e6, 400)) == pytest.approx(3e9 * 2e-11 + 2e6 * 1e-8 + 400 * 3e-5)


def test_a_time_that_does_not_fit_shows_in_the_error():
    said = {name: computed / took for name, _, _, took, computed in invented(noise=2.0).checks}
    assert said["model 0"] == pytest.approx(0.5)  # the others know nothing of its noise
    assert invented(noise=2.0).error > 1.1


def test_the_images_of_an_evaluation_are_counted_by_the_plan():
    # 16 px is the common size, of which a larger model is measured again.
    assert inception_images(resolve("birds/dconv-64", "matched", "quick")) == {192: 256 + 2 * 32}
    assert inception_images(resolve("birds/dconv-128", "matched", "quick")) == {192: 2 * 256 + 2 * 32}
    assert inception_images(resolve("faces/gray", "matched", "quick")) == {192: 2 * (256 + 32) + 3 * 32}
    paper = resolve("birds/dconv-128", "matched", "paper")  # clean-fid's resize of both rows; two JPEG files
    assert inception_images(paper) == {2048: (3 + 1 + 2 + len(paper.snapshots) + 2) * 10_000}


def test_at_tier_small_half_of_the_updates_count_too():
    larger = resolve("birds/dconv-128", "matched", "small")
    late, early = 1024 + 256 + 64 + 512 + 2 * 1024, 1024 + 256 + len(larger.snapshots) * 256 + 2 * 256
    assert inception_images(larger) == {2048: late, 192: early}
    wraps = resolve("birds/dconv-64", "text", "small")
    assert inception_images(wraps) == {2048: 1024 + 256 + 64, 192: early + 256}
    later = resolve("faces/gray", "matched", "small")
    assert inception_images(later)[2048] == 2 * (1024 + 256) + 64 + 1024 + 512


def test_fewer_images_stand_beside_the_trained_ones_where_the_plan_says_so():
    small = resolve("birds/dconv-64", "matched", "reduced")
    assert inception_images(small) == {2048: 4 * 2304 + 512, 192: (len(small.snapshots) + 1 + 3) * 1024}
    later = resolve("faces/gray", "matched", "reduced")
    twice = 2 * len(later.stage1.snapshots) * 256
    assert inception_images(later) == {
        2048: 4 * 2304 + 3 * 512,
        192: (len(later.snapshots) + 1 + 4) * 1024 + twice,
    }


def test_costs_are_updates_times_the_time_of_one():
    rows = listed_costs("book", "smoke", invented(), {192: 10.0})
    assert len(rows) == 16
    for row in rows:
        c = row.configuration
        assert row.training * 3600 == pytest.approx(c.updates * float(row.work.row @ RATES))
        assert row.evaluation * 3600 == pytest.approx(inception_images(c)[192] / 10)


@pytest.mark.parametrize("which", LISTS)
def test_each_run_of_a_list_and_each_first_stage_costs_once(which):
    found = [row.configuration for row in listed_costs(which, "smoke", invented(), {192: 10.0, 2048: 1.0})]
    assert len(found) == len(set(found))
    assert all(c.stage1 in found for c in found if c.stage1)
    assert set(listed(which, "smoke")) <= set(found)
    if which == "all":
        assert set(found) == set(listed(which, "smoke"))  # a first stage is a registered run of its own


def test_a_tier_that_does_not_exist_is_refused_before_anything_is_timed():
    result = CliRunner().invoke(commands, ["costs", "--tier", "papre"])
    assert "did you mean paper" in str(result.exception)
