"""The slow rows of the tolerance table: whole commands, deep layers, full rank."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from peers import assert_agree, by_root, features_drawn, images_drawn

from stackrepro.cli import fid
from stackrepro.data import synthetic_birds
from stackrepro.evaluation.features import Extractor, pytorch_fid_state, torch_network
from stackrepro.evaluation.frechet import frechet_distance, statistics
from stackrepro.evaluation.weights import RELEASE_FILE

pytestmark = pytest.mark.check


@pytest.fixture(scope="session")
def torch_home(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A torch hub in which pytorch-fid finds its weights."""
    home = tmp_path_factory.mktemp("torch")
    (home / "hub" / "checkpoints").mkdir(parents=True)
    torch.save(pytorch_fid_state(weights), home / "hub" / "checkpoints" / RELEASE_FILE)
    return home


def folders_of_birds(path: Path, count: int, sizes: tuple[int, ...], mixed: bool) -> list[Path]:
    """Write synthetic birds into two folders; of the mixed ones every third is a JPEG, every fourth gray."""
    folders = [path / "real", path / "generated"]
    for side, folder in enumerate(folders):
        folder.mkdir()
        for index in range(count):
            size = sizes[index % len(sizes)]
            image = synthetic_birds.example(side * count + index).image
            image = image.resize((size, size + 4 * mixed))
            if side:
                image = image.resize((size // 2, size // 2)).resize(image.size)  # blurred
            if mixed and index % 4 == 0:
                image = image.convert("L")
            image.save(folder / f"{index:03}.{'jpg' if mixed and index % 3 == 0 else 'png'}")
    return folders


def measured(folders: list[Path], protocol: str) -> dict:
    """Run `stackrepro fid` on two folders."""
    found = CliRunner().invoke(fid, [*map(str, folders), "--protocol", protocol, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def pytorch_fids_command(folders: list[Path], home: Path, *options: str) -> float:
    command = [sys.executable, "-m", "pytorch_fid", *folders, "--device", "cpu", "--num-workers", "0", *options]
    environment = os.environ | {"TORCH_HOME": str(home)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout.split("FID:")[1])


def test_equals_pytorch_fids_command_on_all_kinds_of_files(torch_home, tmp_path):
    folders = folders_of_birds(tmp_path, 100, (48, 64, 57), mixed=True)
    expected = pytorch_fids_command(folders, torch_home, "--dims", "192", "--batch-size", "1")  # it stacks no sizes
    found = measured(folders, "fid-192/pytorch-fid")
    assert_agree("command-192/pytorch-fid", found["frechet"], expected)
    assert found["flags"] == ["rank-deficient", "mixed-channels"]


def test_equals_pytorch_fids_command(torch_home, tmp_path):
    folders = folders_of_birds(tmp_path, 60, (64,), mixed=False)
    expected = pytorch_fids_command(folders, torch_home)
    found = measured(folders, "fid/pytorch-fid")
    assert_agree("command/pytorch-fid", found["frechet"], expected)
    assert (found["generated"], found["reference"]) == (60, 60)


def test_equals_torch_fidelity_on_folders(weights, tmp_path):
    from torch_fidelity import calculate_metrics

    folders = folders_of_birds(tmp_path, 40, (299,), mixed=False)
    torch.save(pytorch_fid_state(weights), tmp_path / "weights.pth")
    options = {"feature_extractor_weights_path": str(tmp_path / "weights.pth"), "cuda": False, "cache": False}
    options |= {"fid": True, "feature_layer_fid": "192", "kid": True, "feature_layer_kid": "192", "verbose": False}
    sides = {"input1": str(folders[1]), "input2": str(folders[0])}
    peer = calculate_metrics(**sides, **options, kid_subsets=1, kid_subset_size=40)
    found = measured(folders, "fid-192/clean")
    assert_agree("command/torch-fidelity", found["frechet"], peer["frechet_inception_distance"])
    assert_agree("command/torch-fidelity", found["kid"], peer["kernel_inception_distance_mean"])


def test_equals_clean_fid_on_folders(weights, tmp_path):
    from cleanfid.fid import compute_fid

    folders = folders_of_birds(tmp_path, 60, (64, 48), mixed=True)
    blocks = torch_network(192, weights).blocks

    def network(levels: torch.Tensor) -> torch.Tensor:
        """Clean-fid's own scale before the layers, whose weights are ours; its images come with 299 pixels a side."""
        maps = (levels - 128) / 128
        for block in blocks.blocks:
            maps = block(maps)
        return maps.mean((2, 3))

    options = {"custom_feat_extractor": network, "device": torch.device("cpu"), "num_workers": 0, "verbose": False}
    expected = compute_fid(*map(str, folders), mode="clean", batch_size=10, **options)
    assert_agree("command/clean-fid", measured(folders, "fid-192/clean")["frechet"], expected)


def test_features_of_the_deep_layers_equal_pytorch_fids(weights):
    images = images_drawn(8, 64)
    for dims in (768, 2048):
        with torch.inference_mode():
            expected = torch_network(dims, weights)(torch.from_numpy(images)).numpy()
        assert_agree("features/pytorch-fid", Extractor(dims)(images), expected)


def test_the_distance_of_real_features_equals_the_matrix_root():
    features = Extractor(192)(images_drawn(600, 48))
    a, b = statistics(features[:300]), statistics(features[300:])
    assert_agree("frechet-192/scipy", frechet_distance(a, b), by_root(a, b))


def test_the_distance_at_full_rank_equals_the_matrix_root():
    a, b = (statistics(features_drawn(2300, 2048, shift, seed)) for shift, seed in ((0.0, 1), (0.05, 2)))
    assert np.linalg.matrix_rank(a.factor) == 2048
    assert_agree("frechet-2048/scipy", frechet_distance(a, b), by_root(a, b))
