"""One generator under many conditions: which there are, and that they are what they say."""

import numpy as np
import pytest
import torch

from stackrepro.evaluation import as_rgb
from stackrepro.evaluation.bench import Bench
from stackrepro.evaluation.images import through_jpeg
from stackrepro.evaluation.protocols import plan_for
from stackrepro.evaluation.run import evaluate
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.runs.train import train

STANDARD = "fid-192/pytorch-fid"
RAW = {"protocol": STANDARD, "n": 16, "split": "all", "gray": None, "storage": "raw"}


def conditions(rows):
    return [{key: row[key] for key in RAW} for row in rows]


def found(rows, **changed):
    (row,) = [row for row in rows if {key: row[key] for key in RAW} == RAW | changed]
    return row


@pytest.fixture(scope="module")
def birds(tiny_birds, tmp_path_factory):
    """A result in the arm whose values lie outside of their range, and the bench that it comes from."""
    root = tmp_path_factory.mktemp("birds")
    run = Run(resolve("birds/dconv-64", "code", "smoke"), tiny_birds)
    folder = train(run, root)
    return evaluate(run, root), Bench(run, folder, torch.device("cpu"), None, plan_for("smoke"))


@pytest.fixture(scope="module")
def gray(tiny_faces, tmp_path_factory):
    run, root = Run(resolve("faces/single", "matched", "smoke"), tiny_faces), tmp_path_factory.mktemp("faces")
    train(run, root)
    return evaluate(run, root)


def test_each_condition_stands_once(birds, gray):
    for result in (birds[0], gray):
        kinds = [tuple(condition.items()) for condition in conditions(result["sensitivity"])]
        assert len(set(kinds)) == len(kinds)


def test_the_conditions_of_birds(birds):
    rows = birds[0]["sensitivity"]
    assert {row["storage"] for row in rows} == {"raw", "jpeg-75", "wrap"}
    assert {row["protocol"] for row in rows} == {STANDARD, f"{STANDARD}@16", "fid-192/clean"}
    assert {row["n"] for row in rows} == {16, 8, 4}
    assert {row["gray"] for row in rows} == {None}


def test_gray_faces_are_stretched_too_and_never_wrapped(gray):
    rows = gray["sensitivity"]
    assert {row["gray"] for row in rows} == {"repeat", "stretch"}
    assert {row["storage"] for row in rows} == {"raw", "jpeg-75"}
    assert found(rows, gray="stretch")["frechet"] != found(rows, gray="repeat")["frechet"]


def test_what_was_measured_already_stands_there_unchanged(birds):
    result = birds[0]
    row = result["measures"]["average"]
    assert {key: row[key] for key in ("frechet", "kid")} == {
        key: found(result["sensitivity"])[key] for key in ("frechet", "kid")
    }


def test_a_condition_is_what_a_peer_makes_of_the_same_images(birds):
    from pytorch_fid.fid_score import calculate_frechet_distance

    result, bench = birds
    rows, generated = result["sensitivity"], bench.samples["average"]
    images = np.concatenate(list(generated.batches()))
    real = bench.real.reference(bench.plan.standard, bench.extractor).reference

    def distance(images, reference=real):
        sides = [bench.extractor(images).astype(np.float64), reference.astype(np.float64)]
        moments = [moment for side in sides for moment in (side.mean(axis=0), np.cov(side, rowvar=False))]
        return calculate_frechet_distance(*moments)

    assert found(rows, n=4)["frechet"] == pytest.approx(distance(images[:4]), rel=1e-3)
    assert found(rows, split="second half")["frechet"] == pytest.approx(
        distance(images, real[len(real) // 2 :]), rel=1e-3
    )
    jpeg = through_jpeg(images, 75)
    assert found(rows, storage="jpeg-75")["frechet"] == pytest.approx(distance(jpeg), rel=1e-3)


def test_jpeg_keeps_shapes_and_what_has_no_detail(blobs):
    flat = np.full((2, 16, 16, 1), 90, np.uint8)
    np.testing.assert_array_equal(through_jpeg(flat, 75), flat)
    images = blobs(3, seed=1)
    errors = [np.abs(through_jpeg(images, quality).astype(int) - images).mean() for quality in (30, 75, 95)]
    assert errors[0] > errors[1] > errors[2] > 0
    assert as_rgb(through_jpeg(images[..., :1], 75)).shape == images.shape
