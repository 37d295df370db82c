"""What runs would cost, from what was measured."""

import json
import runpy

import pytest

from stackrepro.base.places import repository
from stackrepro.experiments import resolve
from stackrepro.models import build
from stackrepro.report import costs


@pytest.fixture
def results(tmp_path, monkeypatch):
    """A folder of results with one timed training: 2 images took 6 seconds."""
    entry = {"experiment": "birds/dconv-64", "arm": "matched", "tier": "paper", "batch": 2, "minimum": 6.0}
    (tmp_path / "timing.json").write_text(json.dumps({"timed": [entry]}))
    monkeypatch.setattr(costs, "results_root", lambda: tmp_path)
    return tmp_path


def test_hours_are_updates_times_the_measured_seconds_of_their_images(results):
    table = costs.listed_costs("book", "paper").set_index("experiment")
    c = resolve("birds/dconv-64", "matched", "paper")
    row = table.loc["birds/dconv-64"]
    assert row["seconds an update"] == c.batch * 3.0
    assert row["hours"] == pytest.approx(c.updates * c.batch * 3.0 / 3600)
    assert table["hours"].isna().sum() == len(table) - 1 == 6
    assert costs.total(table).endswith("6 were never measured")
    assert costs.shown(table).loc["faces/gray", "hours"] == "-"


def test_a_published_training_wins_over_the_benchmark(results):
    from stored_results import write

    took = {"seconds": {"data": 1.0, "generator": 2.0}}
    write(results, "birds/dconv-64", 0, 30.0, tier="paper", training=took)
    c = resolve("birds/dconv-64", "matched", "paper")
    row = costs.listed_costs("book", "paper").set_index("experiment").loc["birds/dconv-64"]
    assert (row["hours"] * 3600, row["measured"]) == (pytest.approx(3.0), "1 published")
    assert row["seconds an update"] == pytest.approx(3.0 / c.updates)


def test_the_counts_of_a_dense_model_are_those_of_its_matrices():
    """One pass through the weights W of a batch is W multiply-adds an image; a backward pass is one for either side.

    With G and D the weights of the matrices that meet an image, the standard rule spends: the generator forward G and
    backward 2 G, less the gradient towards the latent; the discriminator forward 2 D and backward 4 D for its own step,
    less the two gradients towards images; and D forward and D backward, towards the image alone, for the generator's.
    """
    multiply_adds = runpy.run_path(str(repository() / "benchmarks" / "work.py"))["multiply_adds"]
    c = resolve("birds/dense-64", "text", "paper")
    sides = []
    for part in (c.generator, c.discriminator):
        matrices = [weight.numel() for weight in build(part).parameters() if weight.dim() == 2]
        sides.append((sum(matrices), matrices[0]))
    (g, g_first), (d, d_first) = sides
    assert multiply_adds(c, 7) == 7 * (3 * g - g_first + 8 * d - 2 * d_first)
