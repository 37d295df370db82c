"""What all models of a data set are held against: the same for all, and measured once."""

import numpy as np
import pytest

from stackrepro.data import BirdView, FaceView
from stackrepro.evaluation.ceilings import ceiling_features, counterpart, drawn_from, fixed_rows, noise, other_source
from stackrepro.evaluation.extractor import Extractor
from stackrepro.evaluation.measure import ReferenceFeatures
from stackrepro.evaluation.protocols import Protocol

PROTOCOL = Protocol(dims=64, samples=8, reference=None)


@pytest.mark.parametrize(
    ("view", "other"),
    [
        (BirdView(32), FaceView("rgb", 32)),
        (BirdView(16, kind="edges"), FaceView("edges", 16, stretch=True)),
        (FaceView("gray", 32, gray="red", jpeg=True), BirdView(32, kind="gray")),
    ],
)
def test_the_other_domain_has_the_same_size_and_kind(view, other):
    assert counterpart(view) == other


def test_real_images_stand_beside_real_ones_of_the_same_folder(tiny_birds_root, tiny_faces_root, tmp_path):
    from stackrepro.data import find

    for root in (tiny_birds_root, tiny_faces_root):
        for path in root.iterdir():
            (tmp_path / path.name).symlink_to(path)
    birds = find("birds", tmp_path, unofficial=True)
    assert other_source(birds).name == "CelebA (not the official archive)"
    assert other_source(find("faces", tmp_path, unofficial=True)).fingerprint == birds.fingerprint
    assert other_source(birds, drawn=True).name == "synthetic faces"


def test_without_them_drawn_ones_do_and_say_so(tiny_birds, tiny_faces):
    assert other_source(tiny_birds).name == "synthetic faces"
    assert other_source(tiny_faces).name == "synthetic birds"


def test_other_images_are_chosen_once_and_rendered_to_the_view(tiny_birds):
    view = BirdView(16)
    images = drawn_from(tiny_birds, view, 10)
    assert (images.shape, images.dtype) == ((10, 16, 16, 3), np.uint8)
    np.testing.assert_array_equal(images, drawn_from(tiny_birds, view, 10))
    assert len(drawn_from(tiny_birds, view, 1000)) == 44
    assert len(np.unique(images.reshape(10, -1), axis=0)) == 10


def test_noise_has_the_moments_of_uniform_levels():
    images = noise(BirdView(32), 20)
    assert images.shape == (20, 32, 32, 3)
    assert images.mean() == pytest.approx(127.5, abs=1)
    assert images.var() == pytest.approx((256**2 - 1) / 12, rel=0.02)
    assert noise(FaceView("gray", 16), 2).shape == (2, 16, 16, 1)


def test_ceilings_are_computed_once_for_each_protocol(cache, extractor, tiny_faces_root, tiny_birds, monkeypatch):
    from stackrepro.data import find
    from stackrepro.evaluation import ceilings

    monkeypatch.setattr(ceilings, "other_source", lambda *_: find("faces", tiny_faces_root, unofficial=True))
    calls = []
    stream = Extractor.stream
    monkeypatch.setattr(
        Extractor, "stream", lambda self, images, total, *how: calls.append(total) or stream(self, images, total, *how)
    )
    for _ in range(2):
        found = ceiling_features(tiny_birds, BirdView(16), 8, PROTOCOL, extractor)
    assert calls == [8, 8]
    assert {name: (words, features.shape) for name, (words, features) in found.items()} == {
        "other_domain": ("CelebA (not the official archive)", (8, 64)),
        "noise": ("uniform noise", (8, 64)),
    }


def test_rows_are_measured_once_and_anew_when_damaged(cache, monkeypatch):
    from stackrepro.evaluation import ceilings

    random = np.random.default_rng(1)
    real = ReferenceFeatures(*(random.normal(size=(count, 4)) for count in (60, 20, 60)))
    sets = {"noise": ("uniform noise", random.normal(9.0, size=(20, 4)))}
    first = fixed_rows(real, sets, ["out-of-domain"], ["birds"])
    assert first["noise"]["images"] == "uniform noise"
    assert first["noise"]["flags"] == first["floor"]["flags"] == ["out-of-domain"]
    assert first["noise"]["frechet"] == pytest.approx(4 * 81, rel=0.1)
    assert (first["floor"]["n"], first["floor"]["n_reference"]) == (20, 60)
    (kept,) = (cache / "features").glob("*-rows.json")
    with monkeypatch.context() as without:
        without.delattr(ceilings, "distance_rows")
        assert fixed_rows(real, sets, ["out-of-domain"], ["birds"]) == first
    kept.write_text("{")
    assert fixed_rows(real, sets, ["out-of-domain"], ["birds"]) == first
    assert set(fixed_rows(real, {}, ["out-of-domain"], ["birds"])) == {"floor"}
