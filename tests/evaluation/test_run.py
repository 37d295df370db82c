"""The result of a run: its rows, at tier smoke."""

import json
from dataclasses import replace
from shutil import copytree

import numpy as np
import pytest
import torch

from stackrepro.data import held_out_rows, training_rows
from stackrepro.evaluation import compare
from stackrepro.evaluation.bench import Bench, prepare_references
from stackrepro.evaluation.current import finished, plan_record
from stackrepro.evaluation.protocols import SMOKE, Plan, Protocol, plan_for
from stackrepro.evaluation.real_images import RealImages
from stackrepro.evaluation.rows import distance_rows
from stackrepro.evaluation.run import complete, evaluate
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.runs.feeding import trained_sampler
from stackrepro.runs.sampling import sample
from stackrepro.runs.train import train

CPU = torch.device("cpu")
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
def large_run(tiny_birds, tmp_path_factory):
    run, root = Run(resolve("birds/conv-128", "matched", "smoke"), tiny_birds), tmp_path_factory.mktemp("large")
    train(run, root)
    return run, root


@pytest.fixture(scope="module")
def large(large_run):
    return evaluate(*large_run)


def test_at_the_common_size_the_standard_measures_are_the_common_ones(small):
    assert small["protocols"] == {COMMON: small["measures"]}
    assert small["pixels"] == small["pixels_common"]


def test_a_larger_model_is_measured_at_both_sizes(large):
    common = large["protocols"][COMMON]
    assert set(common) == {"average", "halfway", "floor"}
    assert set(large["measures"]) == {
        "average", "generated", "halfway", "untrained", "floor", "other_domain", "noise"
    }  # fmt: skip
    for name in ("average", "halfway"):
        assert common[name]["n"] == 16, "what decides is measured whole"
        assert common[name]["frechet"] != large["measures"][name]["frechet"]
    assert [len(large[part]["average"]["spectrum"]) for part in ("pixels", "pixels_common")] == [16, 8]


def test_half_of_the_updates_are_those_of_the_kept_point(large_run, large):
    run, root = large_run
    bench = Bench(run, run.folder(root), CPU, None, plan_for("smoke"))
    half = trained_sampler(run, root, CPU, "snapshots/average-000003")  # of 6 updates
    images = sample(half, 8, run.configuration.value_range)
    real = bench.real.reference(SMOKE, bench.extractor).reference
    found = compare(bench.extractor(images), real)
    assert large["measures"]["halfway"]["kid"] == pytest.approx(found.kid, rel=1e-4)
    assert large["measures"]["halfway"]["kid"] != large["measures"]["average"]["kid"]


def test_only_the_trained_generator_has_a_sampling_error(small):
    rows = small["measures"]
    assert [name for name, row in rows.items() if "frechet_error" in row] == ["average", "generated"]
    for name in ("average", "generated"):
        assert 0 < rows[name]["frechet_error"] < rows[name]["frechet"]


def test_each_row_has_as_many_images_as_the_plan_says(small, large):
    rows = {"average": 16, "generated": 8, "untrained": 6, "floor": 16, "other_domain": 8, "noise": 8}
    assert {name: row["n"] for name, row in small["measures"].items()} == rows
    assert {name: row["n"] for name, row in large["measures"].items()} == rows | {"halfway": 8}


def test_the_floor_of_faces_is_of_persons_held_out_and_can_be_dealt_from_the_others(tiny_faces, tmp_path):
    run, plan = Run(resolve("faces/gray", "matched", "smoke"), tiny_faces), plan_for("smoke", "faces")
    folder = train(run, tmp_path)
    found = Bench(run, folder, CPU, None, plan)
    dealt = found.real.dealt(plan.standard)
    assert sorted(dealt.floor) == held_out_rows(tiny_faces).tolist()
    assert set(dealt.reference) < set(training_rows(tiny_faces))
    assert list(dealt.floor_reference) == list(dealt.reference)
    rows = found.measures(full=False)["measures"]
    assert {name: row["n"] for name, row in rows.items()} == {
        "average": 16, "generated": 8, "untrained": 6, "held_out": 4, "trained_on": 8,
        "floor": 4, "other_domain": 8, "noise": 8,
    }  # fmt: skip
    among = Bench(run, folder, CPU, None, replace(plan, held_out=False, beside=5))
    assert set(among.real.dealt(plan.standard).floor) < set(training_rows(tiny_faces))
    counts = {name: made.count for name, made in among.samples.items()}
    assert (counts["held_out"], counts["trained_on"]) == (4, 4)


def test_a_run_without_an_average_is_measured_without_its_rows(tiny_birds, large_run, tmp_path):
    run, root = large_run
    copytree(run.folder(root), run.folder(tmp_path))
    for path in run.folder(tmp_path).rglob("average*.safetensors"):
        path.unlink()
    result = evaluate(run, tmp_path, full=True)
    assert result["weights"] == "last"
    assert set(result["measures"]) == {"generated", "untrained", "floor", "other_domain", "noise"}
    assert set(result["protocols"][COMMON]) == {"generated", "floor"}
    assert result["measures"]["generated"]["n"] == result["protocols"][COMMON]["generated"]["n"] == 16
    last = result["measures"]["generated"]
    assert result["trajectory"][-1]["kid"] == pytest.approx(last["kid"])


def test_what_is_told_once_is_told_of_the_average(small):
    assert small["weights"] == "average"
    row, first = small["measures"]["average"], small["sensitivity"][0]
    assert (first["n"], first["kid"]) == (row["n"], row["kid"])


def test_where_there_are_fewer_real_images_than_the_protocol_names_each_row_says_so(tiny_birds, large_run):
    run, root = large_run
    standard = replace(SMOKE, reference=29)  # of 44 images 16 are the floor's
    plan = replace(plan_for("smoke"), standard=standard, others=())
    real = RealImages(run, plan)
    assert real.flags(standard, run.configuration.view) == ["fewer-images"]
    assert real.flags(SMOKE, run.configuration.view) == []
    assert real.flags(replace(standard, reference=None), run.configuration.view) == []
    bench = Bench(run, run.folder(root), CPU, None, plan)
    rows = bench.rows({}, standard, run.configuration.view)
    assert all("fewer-images" in row["flags"] for row in rows.values())


def test_references_are_prepared_before_any_training(cache, tiny_faces, monkeypatch, tmp_path):
    run = Run(resolve("faces/gray", "matched", "smoke"), tiny_faces)
    prepare_references(run)
    before = {path.name for path in (cache / "features").iterdir()}
    train(run, tmp_path)
    evaluate(run, tmp_path, full=True)
    assert {path.name for path in (cache / "features").iterdir()} == before


def test_the_floor_does_not_depend_on_the_model(small, large):
    assert large["protocols"][COMMON]["floor"] == small["measures"]["floor"]
    assert large["pixels_common"]["floor"] == small["pixels"]["floor"]


def test_the_trajectory_runs_from_the_untrained_to_the_trained_generator(small, large):
    points = small["trajectory"]
    assert [point["update"] for point in points] == [0, 1, 3]
    for key in ("frechet", "kid"):
        assert points[-1][key] == pytest.approx(small["measures"]["average"][key])
    assert points[0]["kid"] == pytest.approx(small["measures"]["untrained"]["kid"], rel=0.5)  # of 16 images and of 6
    assert large["trajectory"] is None


def test_a_plan_may_add_the_clean_resize_and_other_features_for_the_trajectory(tiny_birds, tmp_path):
    run = Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds)
    standard = Protocol(dims=64, samples=10, reference=None)
    others = (replace(standard, size=16), replace(standard, resize="clean"))
    plan = Plan(standard, others, Protocol(dims=192, samples=8, reference=20), full=True)
    found = Bench(run, train(run, tmp_path), CPU, None, plan).measures(full=True)
    assert list(found["protocols"]) == ["fid-64/pytorch-fid@16", "fid-64/clean"]
    clean = found["protocols"]["fid-64/clean"]
    assert set(clean) == {"average", "generated", "floor"}
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
    assert [row["flags"] for row in large["measures"].values()] == [["rank-deficient"]] * 7


def test_edges_are_flagged_in_every_row():
    features = np.random.default_rng(1).normal(size=(60, 4))
    rows = distance_rows({"generated": features[10:20], "untrained": features[:9]}, features[30:], ["out-of-domain"])
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


def test_the_record_of_a_plan_of_before_is_unchanged():
    added = {"untrained", "last", "halfway", "held_out", "other_domain"}
    assert not added & plan_record(plan_for("reduced")).keys()
    assert not added & plan_record(plan_for("paper", "faces")).keys()
    small = plan_record(plan_for("small"))
    assert {key: small[key] for key in added} == {
        "untrained": 64, "last": 256, "halfway": True, "held_out": True, "other_domain": "drawn"
    }  # fmt: skip
