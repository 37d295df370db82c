"""Images and exports from kept weights, without data."""

import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load, load_file

from stackrepro.base.errors import UserError
from stackrepro.experiments import resolve
from stackrepro.runs import Run, StoredRun, export
from stackrepro.runs.draw import draw, own_latents, write_grid, write_images
from stackrepro.runs.export import LIMIT, apart, as_safetensors, difference
from stackrepro.runs.export_onnx import as_onnx
from stackrepro.runs.publish import content_of
from stackrepro.runs.recorded import recorded, with_weights
from stackrepro.runs.train import train


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def birds(tiny_birds, root) -> Run:
    run = Run(resolve("birds/dconv-64", "code", "smoke"), tiny_birds)
    train(run, root)
    return run


@pytest.fixture(scope="module")
def gray(tiny_faces, root) -> Run:
    run = Run(resolve("faces/gray", "matched", "smoke"), tiny_faces)
    train(run, root)
    return run


def item_of(run: Run, root: Path) -> StoredRun:
    return StoredRun(run.folder(root))


def first_of_grid(run: Run, root: Path, update: int, name: str = "grid") -> np.ndarray:
    """Cut the second image out of a picture that the training wrote."""
    size = run.configuration.view.size
    with Image.open(run.folder(root) / "samples" / f"{name}-{update:06d}.png") as grid:
        return np.asarray(grid)[:size, size : 2 * size]


@pytest.mark.parametrize("name", ["birds", "gray"])
def test_the_record_alone_gives_the_images_of_the_training(name, root, request):
    run = request.getfixturevalue(name)
    known = recorded(item_of(run, root))
    assert (known.identity, known.command) == (run.identity, run.command)
    end = run.configuration.updates
    for update, last, picture in ((None, False, "average"), (None, True, "grid"), (0, False, "grid")):
        drawn = draw(known, root, count=2, update=update, last=last)[1].squeeze()
        distance = apart(drawn, first_of_grid(run, root, end if update is None else update, picture))
        assert distance.max() <= 1  # in training weights lie in another order
        assert np.mean(distance > 0) < 0.01


def test_an_image_depends_on_its_latent_alone_even_where_batches_are_normalised(tiny_faces, root):
    run = Run(resolve("faces/edges", "code", "smoke"), tiny_faces)
    assert run.configuration.sampling_norm == "batch"
    train(run, root)
    assert np.array_equal(draw(run, root, count=10, first=60), draw(run, root, count=90)[60:70])
    own = draw(run, root, count=3, seed=5)
    assert np.array_equal(own, draw(run, root, count=70, seed=5)[:3])
    assert not np.array_equal(own, draw(run, root, count=3))


def test_own_latents_are_standard_normal_and_grow_at_the_end():
    latents = own_latents(2000, 10, 3)
    assert latents.dtype == np.float32
    assert np.array_equal(own_latents(5, 10, 3), latents[:5])
    assert abs(latents.mean()) < 5 / np.sqrt(latents.size)


def test_files_and_grid_hold_the_same_images(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (5, 4, 4, 3), np.uint8)
    write_images(images, tmp_path, first=7)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"{number:06d}.png" for number in range(7, 12)]
    write_grid(images, tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as grid, Image.open(tmp_path / names[4]) as last:
        assert grid.size == (12, 8)
        assert np.array_equal(np.asarray(grid)[4:, 4:8], np.asarray(last))


def test_missing_weights_end_in_the_command_that_makes_them(birds, gray, root, tmp_path):
    with pytest.raises(UserError, match=r"`stackrepro run birds/conv-64 --arm code --tier quick --seed 0`"):
        with_weights("birds/conv-64", "code", None, 0, [root, tmp_path])
    with pytest.raises(UserError, match="kept no generator at update 2: choose one of 0, 1, 3"):
        draw(birds, root, count=1, update=2)
    alone = tmp_path / gray.name
    gray.folder(root).rename(alone)
    try:
        with pytest.raises(UserError, match=r"weights of faces-edges.*`stackrepro run faces/edges --arm matched"):
            with_weights("faces/gray", "matched", None, 0, [tmp_path])
    finally:
        alone.rename(gray.folder(root))


def test_own_runs_come_before_published_ones_and_names_work(birds, root, tmp_path):
    assert with_weights("birds/dconv-64", "code", None, 0, [tmp_path, root]).folder == birds.folder(root)
    assert with_weights(birds.identity[:10], "code", None, 0, [tmp_path, root]).folder == birds.folder(root)
    with pytest.raises(UserError, match="did you mean birds/dconv-64"):
        with_weights("birds/dconv-65", "code", None, 0, [root])


def test_safetensors_hold_the_weights_and_where_they_come_from(birds, root, tmp_path):
    item, trained = item_of(birds, root), load_file(birds.folder(root) / "generator.safetensors")
    path = tmp_path / "a.safetensors"
    path.write_bytes(as_safetensors(birds, item, half=False, name="generator"))
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    assert metadata["identity"] == birds.identity
    assert json.loads(metadata["configuration"])["experiment"] == "birds/dconv-64"
    assert all(torch.equal(tensor, trained[name]) for name, tensor in load_file(path).items())
    half = load(as_safetensors(birds, item, half=True))
    assert {half[name].dtype for name, tensor in trained.items() if tensor.dim() > 1} == {torch.float16}


def test_damaged_weights_are_not_exported(birds, root, tmp_path):
    copy = shutil.copytree(birds.folder(root), tmp_path / birds.name)
    path = copy / "average.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    for half in (False, True):
        with pytest.raises(UserError, match="don't fit or are damaged"):
            as_safetensors(birds, StoredRun(copy), half)


def test_other_weights_show(birds, root):
    for name in ("generator", "average"):
        trained = load_file(birds.folder(root) / f"{name}.safetensors")
        assert difference(birds, root, trained, name) == 0
        turned = {key: -tensor if tensor.dim() > 1 else tensor for key, tensor in trained.items()}
        assert difference(birds, root, turned, name) > LIMIT


def test_half_precision_that_shows_is_refused_and_published_in_full(birds, root, monkeypatch):
    item = item_of(birds, root)
    monkeypatch.setattr(export, "difference", lambda *_: LIMIT)
    halved, precision = content_of(birds, item, "average", exact=False)
    assert precision == "kernels in half precision"
    monkeypatch.setattr(export, "difference", lambda *_: LIMIT + 1)
    content, precision = content_of(birds, item, "average", exact=False)
    assert precision == "single precision"
    assert content == (item.folder / "average.safetensors").read_bytes()
    assert len(halved) < len(content)
    with pytest.raises(UserError, match=rf"Half precision moves .* by {LIMIT + 1:.1f} levels"):
        as_safetensors(birds, item, half=True)


def test_levels_that_wrap_around_are_neighbours():
    one, other = np.array([0, 255, 100], np.uint8), np.array([255, 0, 97], np.uint8)
    assert apart(one, other).tolist() == [1, 1, 3]


@pytest.mark.parametrize(("name", "half"), [("birds", True), ("gray", False)])
def test_onnx_makes_the_images_of_the_whole_chain(name, half, root, request):
    run = request.getfixturevalue(name)
    content = as_onnx(run, item_of(run, root), half)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    latents = own_latents(64, 100, 9)[:5]
    (images,) = session.run(None, {"latents": latents})
    wanted = draw(run, root, count=5, seed=9)
    assert images.dtype == np.uint8
    assert images.shape == wanted.shape
    assert apart(images, wanted).max() <= (2 if half else 1)


@pytest.mark.parametrize(("name", "reason"), [("edges", "BatchNorm by the batch"), ("gray", "depend on each other")])
def test_what_onnx_cannot_hold_is_said(name, reason, tiny_faces, root):
    run = Run(resolve(f"faces/{name}", "code", "smoke"), tiny_faces)
    train(run, root)
    with pytest.raises(UserError, match=reason):
        as_onnx(run, item_of(run, root), half=False)
