"""The command `stackrepro fid`, against pytorch-fid's own command line and on bad input."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from stackrepro.base.errors import UserError
from stackrepro.commands.fid import fid
from stackrepro.evaluation import compare, measure_paths
from stackrepro.evaluation.images import clean
from stackrepro.evaluation.sources import RELEASE_FILE
from stackrepro.evaluation.weights import load_weights


def folder_of(path: Path, images: np.ndarray) -> Path:
    path.mkdir()
    for index, image in enumerate(images):
        Image.fromarray(image).save(path / f"{index:04}.png")
    return path


@pytest.fixture
def real(tmp_path: Path, blobs) -> Path:
    return folder_of(tmp_path / "real", blobs(6, seed=1))


@pytest.fixture(scope="session")
def torch_home(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A torch hub in which pytorch-fid finds its weights."""
    import torch

    home = tmp_path_factory.mktemp("torch")
    (home / "hub" / "checkpoints").mkdir(parents=True)
    state = {name: torch.from_numpy(tensor) for name, tensor in load_weights(weights).items()}
    state |= {"fc.weight": torch.zeros(1008, 2048), "fc.bias": torch.zeros(1008)}
    torch.save(state, home / "hub" / "checkpoints" / RELEASE_FILE)
    return home


@pytest.mark.parametrize(
    ("dims", "count"),
    [
        (64, 80),
        pytest.param(192, 200, marks=pytest.mark.check),
        pytest.param(2048, 60, marks=pytest.mark.check),
    ],
)
def test_equals_pytorch_fids_command(cache, torch_home, tmp_path, dims, count, blobs):
    real = folder_of(tmp_path / "real", blobs(count, seed=1, size=48))
    generated = folder_of(tmp_path / "generated", blobs(count, seed=2, size=40, contrast=45.0))
    peer = subprocess.run(
        [sys.executable, "-m", "pytorch_fid", real, generated, "--dims", str(dims), "--device", "cpu"],
        env=os.environ | {"TORCH_HOME": str(torch_home)},
        capture_output=True,
        text=True,
        check=True,
    )
    expected = float(peer.stdout.split("FID:")[1])
    found = CliRunner().invoke(fid, [str(real), str(generated), "--dims", str(dims), "--json"])
    assert found.exit_code == 0, found.output
    measures = json.loads(found.stdout)
    assert measures["frechet"] == pytest.approx(expected, rel=1e-3)
    assert (measures["generated"], measures["reference"]) == (count, count)
    assert measures["rank_deficient"] is (count <= dims)


def test_a_folder_and_a_prepared_array_of_the_same_images_are_equal(real, extractor, tmp_path, blobs):
    np.save(tmp_path / "same.npy", blobs(6, seed=1))
    found = measure_paths(real, tmp_path / "same.npy", extractor)
    assert found.frechet == pytest.approx(0, abs=1e-6)
    assert (found.generated, found.reference, found.rank_deficient) == (6, 6, True)


def test_images_of_mixed_sizes_and_modes_are_resized_one_by_one(real, extractor, tmp_path, blobs):
    mixed = folder_of(tmp_path / "mixed", blobs(2, seed=1))
    Image.fromarray(blobs(1, seed=3, size=40)[0]).convert("L").save(mixed / "gray.PNG")
    (mixed / "notes.txt").write_text("no image")
    assert measure_paths(real, mixed, extractor).generated == 3


def test_the_text_names_protocol_counts_weights_and_the_caution(cache, real):
    found = CliRunner().invoke(fid, [str(real), str(real), "--dims", "64"])
    assert found.exit_code == 0
    for part in ("fid-64/pytorch-fid", "6 generated, 6 real", "KID", "weights ", "rank-deficient"):
        assert part in found.stdout


def test_the_clean_resize_is_another_protocol(cache, real, extractor, tmp_path, blobs):
    generated = folder_of(tmp_path / "generated", blobs(6, seed=2))
    found = CliRunner().invoke(fid, [str(real), str(generated), "--dims", "64", "--resize", "clean", "--json"])
    measures = json.loads(found.stdout)
    assert measures["protocol"] == "fid-64/clean"
    expected = compare(extractor(blobs(6, seed=2), clean), extractor(blobs(6, seed=1), clean))
    assert measures["frechet"] == pytest.approx(expected.frechet, rel=1e-6)


def test_a_corrupt_image_is_named(real, extractor, tmp_path, blobs):
    generated = folder_of(tmp_path / "generated", blobs(3, seed=2))
    broken = generated / "0001.png"
    broken.write_bytes(broken.read_bytes()[:-200])
    with pytest.raises(UserError, match=r"0001\.png does not decode"):
        measure_paths(real, generated, extractor)


def test_folders_with_too_few_images(real, extractor, tmp_path, blobs):
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="empty holds 0 images"):
        measure_paths(real, tmp_path / "empty", extractor)
    with pytest.raises(UserError, match="one holds 1 images"):
        measure_paths(folder_of(tmp_path / "one", blobs(1, seed=1)), real, extractor)
    with pytest.raises(UserError, match="absent is neither a folder"):
        measure_paths(real, tmp_path / "absent", extractor)


@pytest.mark.parametrize("array", [np.zeros((4, 8, 8, 3)), np.zeros((4, 8, 8), np.uint8)], ids=["float", "flat"])
def test_an_array_of_another_kind_is_named(real, extractor, tmp_path, array):
    np.save(tmp_path / "wrong.npy", array)
    with pytest.raises(UserError, match=r"wrong\.npy has type .* make it uint8"):
        measure_paths(real, tmp_path / "wrong.npy", extractor)


def test_a_truncated_array_is_named(real, extractor, tmp_path, blobs):
    np.save(tmp_path / "cut.npy", blobs(6, seed=1))
    (tmp_path / "cut.npy").write_bytes((tmp_path / "cut.npy").read_bytes()[:-100])
    with pytest.raises(UserError, match=r"cut\.npy is not a whole \.npy array"):
        measure_paths(real, tmp_path / "cut.npy", extractor)
