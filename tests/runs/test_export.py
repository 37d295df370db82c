"""Images and exports from kept weights, without data."""

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from PIL import Image
from safetensors import safe_open
from safetensors.torch import load as tensors_in
from safetensors.torch import load_file

import stackrepro
from stackrepro.base.errors import UserError
from stackrepro.experiments import resolve
from stackrepro.runs import Run, StoredRun, export
from stackrepro.runs.export import (
    LIMIT,
    apart,
    as_onnx,
    as_safetensors,
    difference,
    generator_of,
)
from stackrepro.runs.publish import content_of, model_card
from stackrepro.runs.store import reopened
from stackrepro.runs.weights import train


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


@pytest.mark.parametrize("name", ["birds", "gray"])
def test_the_record_alone_gives_the_images_of_the_training(name, root, request):
    run = request.getfixturevalue(name)
    known = reopened(StoredRun(run.folder(root)))
    size = run.configuration.view.size
    for last, picture in ((False, "average"), (True, "grid")):
        made = generator_of(known, root, last=last).sample(2)[1].squeeze()
        with Image.open(run.folder(root) / "samples" / f"{picture}-{run.configuration.updates:06d}.png") as grid:
            distance = apart(made, np.asarray(grid)[:size, size : 2 * size])  # the second image
        assert distance.max() <= 1  # in training weights lie in another order
        assert np.mean(distance > 0) < 0.01


def test_an_image_depends_on_its_latent_alone_even_where_batches_are_normalised(tiny_faces, root):
    run = Run(resolve("faces/edges", "code", "smoke"), tiny_faces)
    assert run.configuration.sampling_norm == "batch"
    train(run, root)
    made = generator_of(run, root)
    assert np.array_equal(made.sample(10, first=60), made.sample(90)[60:70])
    own = made.sample(3, seed=5)
    assert np.array_equal(own, made.sample(70, seed=5)[:3])
    assert not np.array_equal(own, made.sample(3))


def test_load_gives_the_trained_generator_by_its_name(birds, root, monkeypatch):
    monkeypatch.setenv("STACKREPRO_RUNS", str(root))
    images = stackrepro.load("birds/dconv-64", arm="code").sample(70)
    size = birds.configuration.view.size
    assert (images.shape, images.dtype) == ((70, size, size, 3), np.uint8)
    assert np.array_equal(images, generator_of(birds, root).sample(70))
    assert np.array_equal(images[:2], stackrepro.load(birds.name).sample(2))
    with pytest.raises(UserError, match="birds/dconv-64"):
        stackrepro.load("birds/dconv-46")


def test_safetensors_hold_the_weights_and_where_they_come_from(birds, root, tmp_path):
    item, trained = StoredRun(birds.folder(root)), load_file(birds.folder(root) / "generator.safetensors")
    path = tmp_path / "a.safetensors"
    path.write_bytes(as_safetensors(birds, item, half=False, name="generator"))
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
    assert metadata["identity"] == birds.identity
    assert json.loads(metadata["configuration"])["experiment"] == "birds/dconv-64"
    assert all(torch.equal(tensor, trained[name]) for name, tensor in load_file(path).items())
    half = tensors_in(as_safetensors(birds, item, half=True))
    assert {half[name].dtype for name, tensor in trained.items() if tensor.dim() > 1} == {torch.float16}


def test_an_exported_generator_is_loaded_by_the_lines_of_its_card(birds, root, tmp_path, monkeypatch):
    item = StoredRun(birds.folder(root))
    (tmp_path / "generator.safetensors").write_bytes(as_safetensors(birds, item, half=False))
    card = model_card(birds, item, "generator.safetensors", "single precision", exported=True)
    known: dict = {}
    monkeypatch.chdir(tmp_path)
    exec(card.split("```python\n")[1].split("```")[0], known)
    wanted = generator_of(birds, root).network.state_dict()  # of the average, with its own running statistics
    found = known["generator"].state_dict()
    assert wanted.keys() == found.keys()
    assert all(torch.equal(wanted[name], found[name]) for name in wanted)


def test_other_weights_show(birds, root):
    for name in ("generator", "average"):
        trained = load_file(birds.folder(root) / f"{name}.safetensors")
        assert difference(birds, root, trained, name) == 0
        turned = {key: -tensor if tensor.dim() > 1 else tensor for key, tensor in trained.items()}
        assert difference(birds, root, turned, name) > LIMIT


def test_half_precision_that_shows_is_refused_and_published_in_full(birds, root, monkeypatch):
    item = StoredRun(birds.folder(root))
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


@pytest.mark.parametrize("name", ["birds", "gray"])
def test_onnx_makes_the_images_of_the_whole_chain(name, root, request):
    run = request.getfixturevalue(name)
    content = as_onnx(run, StoredRun(run.folder(root)))
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    latents = np.random.default_rng(9).standard_normal((5, 100), dtype=np.float32)
    (images,) = session.run(None, {"latents": latents})
    wanted = generator_of(run, root).sample(5, seed=9)
    assert (images.dtype, images.shape) == (np.uint8, wanted.shape)
    assert apart(images, wanted).max() <= 1


@pytest.mark.parametrize(("name", "reason"), [("edges", "BatchNorm by the batch"), ("gray", "depend on each other")])
def test_what_onnx_cannot_hold_is_said(name, reason, tiny_faces, root):
    run = Run(resolve(f"faces/{name}", "code", "smoke"), tiny_faces)
    with pytest.raises(UserError, match=reason):
        as_onnx(run, StoredRun(run.folder(root)))
