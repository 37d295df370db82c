"""The result of a run: its rows, at tier smoke."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from stackrepro.evaluation.bench import Bench
from stackrepro.evaluation.current import finished
from stackrepro.evaluation.protocols import Plan, Protocol, plan_for
from stackrepro.evaluation.rows import distance_rows
from stackrepro.evaluation.run import complete, evaluate
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.runs.train import train

COMMON = "fid-192/pytorch-fid@16"


def measured(name, arm, source, root, full=False):
    run = Run(resolve(name, arm, "smoke"), source)
    train(run, root)
    return evaluate(run, root, full=full)


@pytest.fixture(scope="module")
def small(tiny_birds, tmp_path_factory):
    """A model of the common size, in the arm whose values lie outside of their range."""
    return measured("birds/dconv-64", "code", tiny_birds, tmp_path_factory.mktemp("small"), full=True)


@pytest.fixture(scope="module")
def large(tiny_birds, tmp_path_factory):
    return measured("birds/conv-128", "matched", tiny_birds, tmp_path_factory.mktemp("large"))


def test_at_the_common_size_the_standard_measures_are_the_common_ones(small):
    assert small["protocols"] == {COMMON: small["measures"]}
    assert small["pixels"] == small["pixels_common"]


def test_a_larger_model_is_measured_at_both_sizes(large):
    common = large["protocols"][COMMON]
    assert set(common) == {"generated", "floor"}
    assert set(large["measures"]) == {"generated", "untrained", "floor", "other_domain", "noise"}
    assert common["generated"]["frechet"] != large["measures"]["generated"]["frechet"]
    assert [len(large[part]["generated"]["spectrum"]) for part in ("pixels", "pixels_common")] == [16, 8]


def test_only_the_trained_generator_has_a_sampling_error(small):
    rows = small["measures"]
    assert 0 < rows["generated"]["frechet_error"] < rows["generated"]["frechet"]
    assert [name for name, row in rows.items() if "frechet_error" in row] == ["generated"]


def test_what_stands_beside_the_trained_generator_may_have_fewer_images(tiny_faces, tmp_path):
    run = Run(resolve("faces/gray", "matched", "smoke"), tiny_faces)
    plan = replace(plan_for("smoke", "faces"), beside=4)
    rows = Bench(run, train(run, tmp_path), torch.device("cpu"), None, plan).measures(full=False)["measures"]
    assert {name: row["n"] for name, row in rows.items()} == {
        "generated": 16, "untrained": 4, "held_out": 4, "trained_on": 4, "floor": 16, "other_domain": 4, "noise": 4
    }  # fmt: skip


def test_the_floor_does_not_depend_on_the_model(small, large):
    assert large["protocols"][COMMON]["floor"] == small["measures"]["floor"]
    assert large["pixels_common"]["floor"] == small["pixels"]["floor"]


def test_the_trajectory_runs_from_the_untrained_to_the_trained_generator(small, large):
    points = small["trajectory"]
    assert [point["update"] for point in points] == [0, 1, 3]
    for point, row in ((points[0], "untrained"), (points[-1], "generated")):
        assert {key: point[key] for key in ("frechet", "kid")} == pytest.approx(
            {key: small["measures"][row][key] for key in ("frechet", "kid")}
        )
    assert large["trajectory"] is None


def test_a_plan_may_add_the_clean_resize_and_other_features_for_the_trajectory(tiny_birds, tmp_path):
    run = Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)
    standard = Protocol(dims=64, samples=10, reference=None)
    others = (replace(standard, size=16), replace(standard, resize="clean"))
    plan = Plan(standard, others, Protocol(dims=192, samples=8, reference=20), full=True)
    found = Bench(run, train(run, tmp_path), torch.device("cpu"), None, plan).measures(full=True)
    assert list(found["protocols"]) == ["fid-64/pytorch-fid@16", "fid-64/clean"]
    clean = found["protocols"]["fid-64/clean"]
    assert set(clean) == {"generated", "floor"}
    assert clean["generated"]["n_reference"] == 44
    assert clean["generated"]["frechet"] != found["measures"]["generated"]["frechet"]
    assert [point["update"] for point in found["trajectory"]] == [0, 1, 3]
    assert found["trajectory"][-1]["frechet"] != found["measures"]["generated"]["frechet"]


def test_the_recalibrated_generator_is_another_one_and_asked_for(small, large):
    assert small["recalibrated"]["frechet"] != small["trajectory"][-1]["frechet"]
    assert small["recalibrated"]["n"] == 16
    assert large["recalibrated"] is None


def test_only_values_outside_the_range_wrap_and_then_speckle(small, large):
    assert small["pixels"]["wrapped"]["border_noise"] > 2 * small["pixels"]["generated"]["border_noise"]
    assert "wrapped" not in large["pixels"]


def test_no_row_is_out_of_domain_and_all_are_rank_deficient_at_smoke(large):
    assert [row["flags"] for row in large["measures"].values()] == [["rank-deficient"]] * 5


def test_edges_are_flagged_in_every_row():
    features = np.random.default_rng(1).normal(size=(60, 4))
    rows = distance_rows({"generated": features[10:20], "untrained": features[:9]}, features[30:], out_of_domain=True)
    assert [row["flags"] for row in rows.values()] == [["out-of-domain"], ["out-of-domain"]]


def test_samples_are_searched_for_in_all_real_images_but_the_floor(small, large):
    assert [found["copying"]["pixels"]["n_training"] for found in (small, large)] == [28, 28]
    assert small["copying"]["features"]["n_training"] == 28


def test_a_result_of_an_older_layout_or_plan_does_not_count(tiny_birds, tmp_path):
    run = Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)
    result = complete(run, tmp_path)
    assert finished(run, tmp_path) is not None
    for change in ({"schema": 1}, {"protocol": {**result["protocol"], "others": []}}):
        run.result_path(tmp_path).write_text(json.dumps(result | change))
        assert finished(run, tmp_path) is None
