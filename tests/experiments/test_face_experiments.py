"""Paper B's experiments against the authors' code and the paper's text."""

import pytest

from stackrepro.experiments import ARMS, EXPERIMENTS, resolve
from stackrepro.models.summary import sum_counts, summarise
from stackrepro.updates import JointStack, Paired, Standard, WassersteinPenalty

# Generator and discriminator, parameters without running statistics.
COUNTS = {
    "edges": (47_851_264, 2_795_904),
    "gray": (7_825_153, 2_764_609),
    "rgb": (7_831_427, 2_766_657),
    "single": (47_851_264, 2_795_904),
}


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("name", COUNTS)
def test_counts_at_the_papers_scale(name, arm):
    c = resolve(f"faces/{name}", arm, "paper")
    assert tuple(sum_counts(summarise(n)).parameters for n in (c.generator, c.discriminator)) == COUNTS[name]


def test_an_equal_discriminator_has_the_counted_weights():
    c = resolve("faces/edges+discriminator=whole", "matched", "paper")
    assert sum_counts(summarise(c.discriminator)).parameters == 44_606_976


@pytest.mark.parametrize(
    ("name", "rule"), [("edges", Standard()), ("gray", Paired(100.0, 1.0)), ("joint", JointStack())]
)
def test_rules(name, rule):
    assert resolve(f"faces/{name}", "code", "paper").update == rule


def test_the_code_sees_stretched_jpeg_files_of_the_red_channel():
    c = resolve("faces/gray", "code", "paper")
    for view, kind in zip(c.views, ("gray", "edges"), strict=True):
        assert (view.kind, view.gray, view.sobel, view.stretch, view.jpeg) == (kind, "red", "original", True, True)
    rgb = resolve("faces/rgb", "code", "paper")
    assert (rgb.view.stretch, rgb.condition.stretch) == (False, True)
    assert rgb.generator_optimizer.amsgrad
    assert not c.generator_optimizer.amsgrad


def test_the_text_has_pillows_gray_and_edges_before_the_scaling():
    condition = resolve("faces/gray", "text", "paper").condition
    assert (condition.gray, condition.sobel, condition.stretch, condition.jpeg) == ("luma", "original", False, False)


def test_budgets():
    batches = {name: resolve(f"faces/{name}", "text", "paper") for name in ("edges", "gray", "single")}
    assert {name: (c.batch, c.updates) for name, c in batches.items()} == {
        "edges": (128, 5 * 1_583),
        "gray": (1, 202_599),
        "single": (128, 2 * 5 * 1_583),
    }
    quick = {name: resolve(f"faces/{name}", "matched", "quick") for name in ("edges", "gray", "single")}
    assert {name: (c.batch, c.updates) for name, c in quick.items()} == {
        "edges": (32, 800),
        "gray": (1, 800),
        "single": (32, 1_600),
    }


def test_a_penalised_critic_has_no_batch_norm():
    c = resolve("faces/edges+update=wgan-gp", "matched", "paper")
    assert c.update == WassersteinPenalty(critic_steps=5, penalty=10.0)
    assert c.discriminator.norm is None
    assert (c.generator_optimizer.rate, c.generator_optimizer.beta1, c.generator_optimizer.decay) == (1e-4, 0.0, 0.9)


def test_four_cells_of_images_and_updates():
    names = ("", "+images=quarter", "+updates=quarter", "+images=quarter-epochs")
    cells = [resolve(f"faces/edges{name}", "matched", "quick") for name in names]
    assert [(c.images, c.updates) for c in cells] == [(1, 800), (0.25, 800), (1, 200), (0.25, 200)]


def test_how_images_are_seen_changes_for_both_stages():
    c = resolve("faces/gray+gray=red", "matched", "smoke")
    views = (*c.views, c.stage1.view)
    assert {view.gray for view in views} == {"red"}
    assert {view.size for view in views} == {32}


@pytest.mark.parametrize("name", [f"faces/gray+{v.name}" for v in EXPERIMENTS["faces/gray"].variants])
def test_the_first_stage_of_every_variant_is_a_registered_training(name):
    arm = next(arm for v in EXPERIMENTS["faces/gray"].variants if name.endswith(f"+{v.name}") for arm in v.arms)
    first = resolve(name, arm, "quick").stage1
    assert resolve(first.experiment, arm, "quick") == first
