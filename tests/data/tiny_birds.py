"""Builds tiny data sets in CUB's layout, since the real one can't be part of the repository."""

import io
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

BOXES = {
    "001.Jay/a.jpg": (4.0, 6.0, 20.0, 16.0),
    "001.Jay/b.jpg": (0.0, 0.0, 40.0, 30.0),
    "002.Owl/c.png": (10, 2, 8, 24),
}


def encoded(seed: int, kind: str, mode: str = "RGB") -> bytes:
    """An image of 40 x 30 pixels, encoded: a gradient, so that a wrong crop shows, with noise."""
    ramp = np.add.outer(np.arange(30) * 3, np.arange(40) * 2)[..., None] + np.array([0, 30, 60])
    noise = np.random.default_rng(seed).integers(0, 30, ramp.shape)
    buffer = io.BytesIO()
    Image.fromarray((ramp + noise).clip(0, 255).astype(np.uint8)).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def build_tgz(path: Path, members: dict[str, bytes], prefix: str = "CUB_200_2011/") -> Path:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(prefix + name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def build_folder(root: Path, members: dict[str, bytes]) -> Path:
    for name, content in members.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root
