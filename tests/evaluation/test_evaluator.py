"""The results of five runs at tier smoke, each trained and measured once: which rows there are, and what they are."""

import json
from dataclasses import replace
from shutil import copytree

import numpy as np
import pytest
import torch

from stackrepro.data import held_out_rows, training_rows
from stackrepro.evaluation.evaluate import ensure, evaluate, finished
from stackrepro.evaluation.evaluator import Evaluator
from stackrepro.evaluation.features import through_jpeg
from stackrepro.evaluation.protocols import Plan, Protocol, plan_for
from stackrepro.evaluation.references import RealImages
from stackrepro.evaluation.result import measures
from stackrepro.evaluation.rows import compare
from stackrepro.runs.weights import trained_sampler
from stackrepro.training.sampling import sample

CPU, SMOKE = torch.device("cpu"), plan_for("smoke").standard
STANDARD, COMMON = "fid-192/pytorch-fid", "fid-192/pytorch-fid@16"


def measured(*arguments, **options):
    """Make a fixture of a run with its result."""
    return pytest.fixture(lambda smoke: smoke(*arguments, **options))


small = measured("birds/dconv-64", "code", full=True)  # of the common size, with values outside of their range
large = measured("birds/conv-128")
edges = measured("faces/edges")
gray = measured("faces/gray", full=True)
own_latent = measured("faces/gray+latent=own")


def evaluator_of(measured, smoke_root, plan=None):
    run = measured[0]
    return Evaluator(run, smoke_root, CPU, None, plan or plan_for("smoke", run.configuration.view.dataset))


def test_a_model_of_the_common_size_has_one_set_of_rows_and_a_larger_one_two(small, large):
    small, large = small[1], large[1]
    assert small["protocols"] == {COMMON: small["measures"]}
    assert small["pixels"] == small["pixels_common"]
    assert set(large["protocols"][COMMON]) == {"average", "halfway", "floor"}
    for name in ("average", "halfway"):
        assert large["protocols"][COMMON][name]["n"] == 16, "what decides is measured whole"
        assert large["protocols"][COMMON][name]["frechet"] != large["measures"][name]["frechet"]
    assert [len(large[part]["average"]["spectrum"]) for part in ("pixels", "pixels_common")] == [16, 8]
    assert large["protocols"][COMMON]["floor"] == small["measures"]["floor"], "real images depend on no model"
    assert large["pixels_common"]["floor"] == small["pixels"]["floor"]
    assert [found["copying"][space]["n_training"] for found in (small, large) for space in ("pixels", "features")] == [
        28
    ] * 4


def test_each_row_has_as_many_images_as_the_plan_says_and_its_flags(small, large, gray, edges):
    rows = {"average": 16, "generated": 8, "untrained": 6, "floor": 16, "other_domain": 8, "noise": 8}
    faces = {"held_out": 4, "trained_on": 8, "floor": 4}  # all of one person, and what stands beside
    for found, wanted in ((small, rows), (large, rows | {"halfway": 8}), (gray, rows | faces)):
        assert {name: row["n"] for name, row in found[1]["measures"].items()} == wanted
        assert all(row["flags"] == ["rank-deficient"] for row in found[1]["measures"].values())
    assert all(row["flags"] == ["rank-deficient", "out-of-domain"] for row in edges[1]["measures"].values())
    errors = [name for name, row in small[1]["measures"].items() if "frechet_error" in row]
    assert errors == ["average", "generated"]
    assert all(0 < row["frechet_error"] < row["frechet"] for row in map(small[1]["measures"].get, errors))


def test_half_of_the_updates_are_those_of_the_kept_point(large, smoke_root):
    run, rows = large[0], large[1]["measures"]
    evaluator = evaluator_of(large, smoke_root)
    half = trained_sampler(run, smoke_root, CPU, "snapshots/average-000003")  # of 6 updates
    images = sample(half, 8, run.configuration.value_range)
    found = compare(evaluator.extractor(images), evaluator.real.reference(SMOKE, evaluator.extractor).reference)
    assert rows["halfway"]["kid"] == pytest.approx(found["kid"], rel=1e-4)
    assert rows["halfway"]["kid"] != rows["average"]["kid"]


def test_the_baseline_of_faces_is_of_persons_held_out_and_can_be_dealt_from_the_others(tiny_faces, gray, smoke_root):
    plan = plan_for("smoke", "faces")
    dealt = evaluator_of(gray, smoke_root).real.dealt(plan.standard)
    assert sorted(dealt.baseline) == held_out_rows(tiny_faces).tolist()
    assert set(dealt.reference) < set(training_rows(tiny_faces))
    assert list(dealt.baseline_reference) == list(dealt.reference)
    among = evaluator_of(gray, smoke_root, replace(plan, held_out=False, beside=5))
    assert set(among.real.dealt(plan.standard).baseline) < set(training_rows(tiny_faces))
    counts = {name: made.count for name, made in among.samples.items()}
    assert (counts["held_out"], counts["trained_on"]) == (4, 4)


def test_a_run_without_an_average_is_measured_without_its_rows(large, smoke_root, tmp_path):
    run = large[0]
    copytree(run.folder(smoke_root), run.folder(tmp_path))
    for path in run.folder(tmp_path).rglob("average*.safetensors"):
        path.unlink()
    result = evaluate(run, tmp_path, full=True)
    assert result["weights"] == "last"
    assert set(result["measures"]) == {"generated", "untrained", "floor", "other_domain", "noise"}
    assert set(result["protocols"][COMMON]) == {"generated", "floor"}
    assert result["measures"]["generated"]["n"] == result["protocols"][COMMON]["generated"]["n"] == 16
    assert result["trajectory"][-1]["kid"] == pytest.approx(result["measures"]["generated"]["kid"])


def test_fewer_real_images_than_the_protocol_names_raise_a_flag(large):
    run, standard = large[0], replace(SMOKE, reference=29)  # of 44 images 16 are the baseline's
    real, view = RealImages(run, plan_for("smoke")), run.configuration.view
    assert real.flags(standard, view) == ["fewer-images"]
    assert real.flags(SMOKE, view) == real.flags(replace(standard, reference=None), view) == []


def test_the_trajectory_runs_from_the_untrained_to_the_trained_generator(small, large):
    small, large = small[1], large[1]
    points = small["trajectory"]
    assert [point["update"] for point in points] == [0, 1, 3]
    for key in ("frechet", "kid"):
        assert points[-1][key] == pytest.approx(small["measures"]["average"][key])
    assert points[0]["kid"] == pytest.approx(small["measures"]["untrained"]["kid"], rel=0.5)  # of 16 images and of 6
    assert small["recalibrated"]["frechet"] != points[-1]["frechet"]
    assert small["recalibrated"]["n"] == 16
    assert large["trajectory"] is large["recalibrated"] is None, "only when asked for"


def test_a_plan_may_add_the_clean_resize_and_other_features_for_the_trajectory(small, smoke_root):
    standard = Protocol(dims=64, samples=10, reference=None)
    others = (replace(standard, size=16), replace(standard, resize="clean"))
    plan = Plan(standard, others, Protocol(dims=192, samples=8, reference=20), full=True)
    found = measures(evaluator_of(small, smoke_root, plan), full=True)
    assert list(found["protocols"]) == ["fid-64/pytorch-fid@16", "fid-64/clean"]
    clean = found["protocols"]["fid-64/clean"]
    assert set(clean) == {"average", "generated", "floor"}
    assert clean["generated"]["n_reference"] == 44
    assert clean["generated"]["frechet"] != found["measures"]["generated"]["frechet"]
    assert found["trajectory"][-1]["frechet"] != found["measures"]["generated"]["frechet"]


def test_only_values_outside_the_range_wrap_and_then_speckle(small, large):
    pixels = small[1]["pixels"]
    assert pixels["wrapped"]["border_noise"] > 2 * pixels["generated"]["border_noise"]
    assert "wrapped" not in large[1]["pixels"]


def test_a_result_of_an_older_layout_or_plan_does_not_count_and_is_made_anew(large, smoke_root):
    run, result = large
    assert finished(run, smoke_root) is not None
    for change in ({"schema": 1}, {"protocol": {**result["protocol"], "others": []}}):
        run.result_path(smoke_root).write_text(json.dumps(result | change))
        assert finished(run, smoke_root) is None
    again = ensure(run, smoke_root)
    assert again | {"evaluated": None} == result | {"evaluated": None}


def test_a_later_stage_is_measured_by_itself_and_in_the_space_of_the_one_before(gray, edges, own_latent):
    gray, edges, own = gray[1], edges[1], own_latent[1]
    assert list(gray["protocols"]) == ["fid-192/pytorch-fid of edges"], "faces have no common size"
    back = gray["protocols"]["fid-192/pytorch-fid of edges"]
    assert set(back) == {"average", "generated", "floor", "other_domain", "noise"}
    for name in ("floor", "other_domain", "noise"):
        assert back[name] == edges["measures"][name], "both stages have one reference"
    assert back["generated"]["flags"] == ["rank-deficient", "out-of-domain"]
    assert {name: row["n"] for name, row in gray["translation"].items()} == {"held_out": 4, "trained_on": 8}
    assert all(0 < row["l1"] < 255 for row in gray["translation"].values())
    assert gray["contraction"]["noise"]["n"] == gray["coherence"]["n"] == 4  # of one person held out
    assert "latent_diversity" not in gray
    assert own["latent_diversity"]["share"] > 0
    assert (own["latent_diversity"]["latents"], own["latent_diversity"]["n"], own["coherence"]["n"]) == (8, 4, 32)


def test_propagation_follows_the_stage_before_from_its_first_to_its_last_point(gray, own_latent, edges):
    found = gray[1]["propagation"]
    assert [point["update"] for point in found["points"]] == [0, 1, 3]
    assert len({point["before"] for point in found["points"]}) == 3
    assert -1 <= found["rank_correlation"] <= 1
    assert "propagation" not in own_latent[1], "only when asked for"
    assert not {"contraction", "propagation", "latent_diversity", "coherence"} & set(edges[1])
    assert set(edges[1]["losses"].values()) == {None}, "three updates tell nothing"


def test_the_conditions_of_the_sensitivity(small, gray):
    birds, faces = small[1]["sensitivity"], gray[1]["sensitivity"]
    for rows in (birds, faces):
        conditions = [tuple(value for key, value in row.items() if key not in ("frechet", "kid")) for row in rows]
        assert len(set(conditions)) == len(rows)
        assert {row["n"] for row in rows} == {16, 8, 4}
        assert {row["split"] for row in rows} == {"all", "first half", "second half"}
    assert {row["storage"] for row in birds} == {"raw", "jpeg-75", "wrap"}
    assert {row["protocol"] for row in birds} == {STANDARD, COMMON, "fid-192/clean"}
    assert {row["gray"] for row in birds} == {None}
    assert {row["storage"] for row in faces} == {"raw", "jpeg-75"}
    whole = {row["gray"]: row["frechet"] for row in faces if (row["n"], row["storage"]) == (16, "raw")}
    assert whole.keys() == {"repeat", "stretch"}
    assert whole["repeat"] != whole["stretch"]
    assert birds[0]["frechet"] == small[1]["measures"]["average"]["frechet"], "what was measured stands there unchanged"


def test_a_condition_is_what_the_same_images_give(small, smoke_root):
    evaluator, rows = evaluator_of(small, smoke_root), small[1]["sensitivity"]
    images = np.concatenate(list(evaluator.samples["average"].batches()))
    real = evaluator.real.reference(evaluator.plan.standard, evaluator.extractor).reference

    def found(**wanted):
        wanted = {"protocol": STANDARD, "n": 16, "split": "all", "storage": "raw"} | wanted
        (row,) = [row for row in rows if wanted.items() <= row.items()]
        return {key: pytest.approx(row[key], rel=1e-3) for key in ("frechet", "kid")}

    for condition, images_then, reference in (
        ({"n": 4}, images[:4], real),
        ({"split": "second half"}, images, real[len(real) // 2 :]),
        ({"storage": "jpeg-75"}, through_jpeg(images, 75), real),
    ):
        assert found(**condition).items() <= compare(evaluator.extractor(images_then), reference).items()
