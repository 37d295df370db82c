"""What is drawn with a run's own networks, and its samples among the training images."""

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from stackrepro.data import BirdView, held_out_rows, prepare
from stackrepro.evaluation.protocols import plan_for, split
from stackrepro.experiments import resolve
from stackrepro.report import figures, neighbours, open_chapter, stages
from stackrepro.runs import Run, StoredRun
from stackrepro.runs.weights import train
from stackrepro.training.sampling import load_generator, to_pixels

EIGHT = 8
SMOKE = {"tier": "smoke", "seeds": [0], "unofficial": True, "device": "cpu", "extended": False}


@pytest.fixture(scope="module")
def chapter(tiny_faces_root, tmp_path_factory):
    roots = {"data_root": str(tiny_faces_root), "runs_root": str(tmp_path_factory.mktemp("runs"))}
    return open_chapter(SMOKE | roots, "faces")


@pytest.fixture(scope="module")
def gray(chapter) -> StoredRun:
    return StoredRun(train(Run(resolve("faces/gray", "matched", "smoke"), chapter.source), chapter.runs_root))


def test_stage_two_is_shown_with_what_it_reads_and_with_the_real_face(chapter, gray):
    drawn = stages.translations(chapter, {"faces/gray": [gray]})
    assert "not for publication" in drawn.caption
    left, right = (image for _, image in drawn.shown)
    size = 32
    run = Run(resolve("faces/gray", "matched", "smoke"), chapter.source)
    for folder, row in ((run.stage1.folder(chapter.runs_root), slice(0, size)), (gray.folder, slice(size, None))):
        grid = np.asarray(Image.open(sorted((folder / "samples").glob("grid-*.png"))[-1]))
        # A batch of 8 and one of 64 may round differently.
        np.testing.assert_allclose(right[row, :, 0].astype(int), grid[:size], atol=1)

    rows, c = held_out_rows(chapter.source), run.configuration
    arrays = prepare(chapter.source, [c.condition, c.view])
    condition, output, real = np.split(left[..., :1], 3)
    np.testing.assert_array_equal(condition, figures.tiled(arrays[c.condition][rows], len(rows)))
    np.testing.assert_array_equal(real, figures.tiled(arrays[c.view][rows], len(rows)))
    network = load_generator(c, gray.folder / "generator.safetensors", torch.device("cpu"))
    edges = torch.from_numpy(arrays[c.condition][rows]).permute(0, 3, 1, 2) / 127.5 - 1
    with torch.inference_mode():
        made = to_pixels(network(edges), (-1.0, 1.0))
    assert np.abs(output.astype(int) - figures.tiled(made, len(rows))).max() <= 1


def test_without_weights_the_command_that_makes_them_is_named(chapter, gray, tmp_path):
    alone = tmp_path / gray.folder.name  # without its first stage
    shutil.copytree(gray.folder, alone)
    said = stages.translations(chapter, {"faces/gray": [StoredRun(alone)]}).data
    assert "stackrepro run faces/gray --arm matched --tier smoke --seed 0" in said
    assert stages.look(len, chapter, StoredRun(alone)).data.count(alone.name) == 1


def test_networks_are_looked_at_trained_and_untrained(chapter, gray):
    def apart(stage, untrained):
        real = stage.real_conditions(stage.held_out[:2])
        return (stage.translate(real) - untrained.translate(real)).abs().max().item()

    assert stages.look(apart, chapter, gray, "generator", "snapshots/generator-000000") > 0


def test_copies_are_shown_above_themselves(tiny_birds_root, tmp_path):
    chapter = open_chapter(SMOKE | {"data_root": str(tiny_birds_root), "runs_root": str(tmp_path)})
    view = resolve("birds/dconv-64", "matched", "smoke").view
    real = prepare(chapter.source, [view])[view]
    assert view == BirdView(16)
    samples = figures.tiled(real[np.arange(64) % len(real)], EIGHT)  # a generator that repeats training images in turn
    Image.fromarray(samples).save(tmp_path / "grid.png")
    record = {"configuration": {"experiment": "birds/dconv-64", "arm": "matched", "tier": "smoke", "seed": 0}}
    copier = SimpleNamespace(record=record, picture=lambda update: (3, "", tmp_path / "grid.png"), folder=tmp_path)

    drawn = neighbours.nearest_training_images(chapter, copier, "birds/dconv-64")
    samples, pixels, features = (image for _, image in drawn.shown)
    assert np.array_equal(samples, np.concatenate(list(real[:EIGHT]), axis=1))
    assert np.array_equal(pixels, samples)
    searched = split(len(real), plan_for("smoke").trajectory).reference
    same = [np.array_equal(features[:, 16 * n : 16 * n + 16], real[n]) for n in range(EIGHT)]
    assert same == [n in searched for n in range(EIGHT)]
    assert 0 < sum(same) < EIGHT
    assert "not for publication" in drawn.caption
