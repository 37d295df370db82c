"""What all models of a data set are held against: the same for all, and measured once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from stored_results import DRAWN, row, write

from stackrepro.data import BirdView, FaceView, find
from stackrepro.evaluation import references
from stackrepro.evaluation.features import Extractor
from stackrepro.evaluation.protocols import Plan, Protocol, plan_for, plan_record, split
from stackrepro.evaluation.references import (
    RealImages,
    counterpart,
    drawn_from,
    far_features,
    other_source,
    reference_features,
)
from stackrepro.experiments import resolve
from stackrepro.runs import Run

SOME = Protocol(dims=64, samples=10, reference=20)
ALL = Protocol(dims=64, samples=10, reference=None)


def counted(monkeypatch):
    calls = []
    stream = Extractor.stream
    monkeypatch.setattr(
        Extractor, "stream", lambda self, images, total, *how: calls.append(total) or stream(self, images, total, *how)
    )
    return calls


def test_real_features_are_computed_once_for_each_content(cache, extractor, monkeypatch, blobs):
    images, calls = blobs(40, seed=1), counted(monkeypatch)
    with ThreadPoolExecutor(2) as pool:
        first, again = pool.map(lambda _: reference_features(images, "birds", SOME, extractor), range(2))
    assert calls == [20, 10], "two at once compute them once"
    np.testing.assert_array_equal(first.reference, again.reference)
    np.testing.assert_array_equal(first.baseline, again.baseline)
    reference_features(images, "faces", SOME, extractor)
    reference_features(images, "birds", ALL, extractor)
    clean = reference_features(images, "birds", replace(SOME, resize="clean"), extractor)
    assert calls == [20, 10, 20, 10, 40, 20, 10]
    reference_features(images, "birds", replace(SOME, samples=8), extractor)
    assert calls[7:] == [8], "another baseline has the same reference"
    assert not np.array_equal(clean.reference, first.reference)
    for stored in (cache / "features").glob("*.npy"):
        stored.write_bytes(stored.read_bytes()[:-100])
    np.testing.assert_array_equal(reference_features(images, "birds", SOME, extractor).reference, first.reference)


@pytest.mark.parametrize("protocol", [SOME, ALL], ids=["some", "all"])
def test_features_are_those_of_the_images_that_were_dealt(cache, extractor, protocol, blobs):
    images = blobs(40, seed=1)
    found, every = reference_features(images, "birds", protocol, extractor), extractor(images)
    for name, rows in vars(split(40, protocol)).items():
        np.testing.assert_allclose(getattr(found, name), every[rows], atol=1e-5)


def test_the_other_domain_has_the_same_size_and_kind():
    assert counterpart(BirdView(16, kind="edges")) == FaceView("edges", 16, stretch=True)
    assert counterpart(FaceView("gray", 32, gray="red", jpeg=True)) == BirdView(32, kind="gray")


def test_real_images_stand_beside_real_ones_of_the_same_folder(tiny_birds_root, tiny_faces_root, tmp_path):
    for root in (tiny_birds_root, tiny_faces_root):
        for path in root.iterdir():
            (tmp_path / path.name).symlink_to(path)
    birds = find("birds", tmp_path, unofficial=True)
    assert other_source(birds).name == "CelebA (not the official archive)"
    assert other_source(find("faces", tmp_path, unofficial=True)).fingerprint == birds.fingerprint
    assert other_source(birds, drawn=True).name == "synthetic faces"
    assert other_source(find("birds", tiny_birds_root, unofficial=True)).name == "synthetic faces", "without them"


def test_other_images_are_chosen_once_and_rendered_to_the_view(tiny_birds):
    images = drawn_from(tiny_birds, BirdView(16), 10)
    assert (images.shape, images.dtype) == ((10, 16, 16, 3), np.uint8)
    np.testing.assert_array_equal(images, drawn_from(tiny_birds, BirdView(16), 10))
    assert len(np.unique(images.reshape(10, -1), axis=0)) == 10
    assert len(drawn_from(tiny_birds, BirdView(16), 1000)) == 44


def test_far_references_are_computed_once_for_each_protocol(cache, extractor, tiny_faces_root, tiny_birds, monkeypatch):
    monkeypatch.setattr(references, "other_source", lambda *_: find("faces", tiny_faces_root, unofficial=True))
    calls = counted(monkeypatch)
    for _ in range(2):
        found = far_features(tiny_birds, BirdView(16), 8, ALL, extractor)
    assert calls == [8, 8]
    assert {name: (words, features.shape) for name, (words, features) in found.items()} == {
        "other_domain": ("CelebA (not the official archive)", (8, 64)),
        "noise": ("uniform noise", (8, 64)),
    }


def test_the_rows_of_real_images_are_measured_once_and_anew_when_damaged(cache, extractor, tiny_birds, monkeypatch):
    plan, view = Plan(ALL, (), ALL, full=False, other_domain="drawn"), BirdView(16)
    monkeypatch.setattr(references, "far_features", lambda *_: {"noise": ("uniform noise", np.full((9, 64), 9.0))})
    real = RealImages(Run(resolve("birds/dconv-64", "matched", "smoke"), tiny_birds), plan)
    first = real.fixed_rows(ALL, extractor, view, far=True)
    assert first["noise"]["images"] == "uniform noise"
    assert (first["floor"]["n"], first["floor"]["n_reference"], first["noise"]["n_reference"]) == (10, 34, 44)
    assert first["noise"]["frechet"] > first["floor"]["frechet"] + 1
    (kept,) = (cache / "features").glob("*-rows.json")
    with monkeypatch.context() as without:
        without.delattr(references, "distance_rows")
        assert real.fixed_rows(ALL, extractor, view, far=True) == first
    kept.write_text("{")
    assert real.fixed_rows(ALL, extractor, view, far=True) == first
    assert set(real.fixed_rows(ALL, extractor, view, far=False)) == {"floor"}


@pytest.mark.parametrize(
    ("changed", "serves"),
    [({}, True), ({"samples": 17}, False), ({"other_domain": "beside"}, False), ({"weights": {"digest": "w"}}, False)],
)
def test_the_far_rows_of_a_published_result_stand_for_those_of_another_drawing(
    changed, serves, cache, tiny_birds, tmp_path, monkeypatch
):
    monkeypatch.setattr(references, "results_root", lambda: tmp_path)
    plan, extractor = plan_for("smoke"), Extractor(192)
    protocol = plan_record(plan) | {"weights": extractor.identity} | changed
    far = {"other_domain": row(70.0), "noise": row(90.0)}
    data = {**DRAWN, "name": "tiny", "fingerprint": tiny_birds.fingerprint}
    write(tmp_path, "birds/dconv-128", 7, 50.0, tier="smoke", data=data, protocol=protocol, beside=far)
    drawn = [np.full((9, 192), value) for value in (9.0, 5.0)]
    monkeypatch.setattr(references, "far_features", lambda *_: {"noise": ("noise", drawn[0])})
    real = RealImages(Run(resolve("birds/dconv-128", "matched", "smoke"), tiny_birds), plan)
    for _ in range(2):
        rows = real.fixed_rows(plan.standard, extractor, real.view, far=True)
        assert rows["floor"]["n"] == 16
        assert ({name: rows.get(name) for name in far} == far) == serves
    assert "other_domain" not in real.fixed_rows(plan.standard, extractor, real.view, far=False)
    of_another_view = real.fixed_rows(plan.standard, extractor, real.common, far=True)
    assert "other_domain" not in of_another_view
    drawn.reverse()
    assert real.fixed_rows(plan.standard, extractor, real.common, far=True)["noise"] != of_another_view["noise"]
