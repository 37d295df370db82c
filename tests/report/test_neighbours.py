"""The search for copies, drawn and counted."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from stackrepro.data import BirdView, prepare
from stackrepro.evaluation import plan_for
from stackrepro.evaluation.protocols import split
from stackrepro.experiments import resolve
from stackrepro.report import figures, neighbours, open_chapter
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.train import train


@pytest.fixture(scope="module")
def chapter(tiny_birds_root):
    parameters = {"tier": "smoke", "seeds": [0], "data_root": str(tiny_birds_root), "unofficial": True}
    return open_chapter(parameters | {"runs_root": "", "device": "cpu", "extended": False})


@pytest.fixture(scope="module")
def real(chapter) -> np.ndarray:
    return prepare(chapter.source, [BirdView(16)])[BirdView(16)]


@pytest.fixture(scope="module")
def copier(chapter, real, tmp_path_factory) -> StoredRun:
    """A trained run, whose last picture is made to show training images in turn."""
    run = Run(resolve("birds/dconv-64", "matched", "smoke"), chapter.source)
    stored = StoredRun(train(run, tmp_path_factory.mktemp("copier")))
    Image.fromarray(figures.tiled(real[np.arange(64) % len(real)], 8)).save(stored.picture()[2])
    return stored


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_is_cut_into_what_it_was_laid_out_from(channels):
    images = np.random.default_rng(0).integers(0, 256, (12, 5, 5, channels), dtype=np.uint8)
    picture = figures.tiled(images, 4)
    assert np.array_equal(figures.untiled(picture.squeeze(2) if channels == 1 else picture, 4), images)


def test_copies_are_shown_above_themselves(chapter, copier, real):
    figure = neighbours.nearest_training_images(chapter, copier, "birds/dconv-64")
    samples, pixels, features = (np.asarray(axes.images[0].get_array()) for axes in figure.axes)
    assert np.array_equal(samples, np.concatenate(list(real[:8]), axis=1))
    assert np.array_equal(pixels, samples)
    searched = split(len(real), plan_for("smoke").trajectory).reference
    same = [np.array_equal(features[:, 16 * n : 16 * n + 16], real[n]) for n in range(8)]
    assert same == [n in searched for n in range(8)]
    assert 0 < sum(same) < 8
    stamp = figure._supxlabel.get_text()
    assert "contains images of the data set: not for publication" in stamp
    assert "unpicked" in stamp


def test_figures_of_drawn_birds_may_be_published(chapter):
    drawn = replace(chapter.source, path=None)
    assert figures.not_for_publication(replace(chapter, sources={"birds": drawn})) == ""


def test_counts_of_copies_come_from_the_result(chapter):
    found = {"nearer_than_any": 3, "nearer_than_real": 0.625, "distance": 2.5, "real_distance": 4.0, "n_training": 1000}
    old = {key: value for key, value in found.items() if key != "nearer_than_any"}
    result = {"measures": {"generated": {"n": 16}}, "copying": {"features": found, "pixels": old}}
    run = SimpleNamespace(result=result, record={"configuration": {"seed": 2}})
    table = neighbours.copies(chapter, {"birds/dconv-64": [run]}).data
    assert table.iloc[0].tolist() == ["birds/dconv-64", 2, "features", 3, 16, "62%", "2.5", "4", "1,000"]
    assert table["nearer than any real image"].tolist() == [3, "not counted"]
