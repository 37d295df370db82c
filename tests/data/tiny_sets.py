"""Builds tiny data sets in the layouts of CUB and CelebA, since no image of the real ones may be in the repository."""

import io
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

BOXES = {
    "001.Jay/a.jpg": (4.0, 6.0, 20.0, 16.0),
    "001.Jay/b.jpg": (0.0, 0.0, 40.0, 30.0),
    "002.Owl/c.png": (10, 2, 8, 24),
}


def encoded(pixels: np.ndarray, kind: str = "PNG", mode: str | None = None) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(buffer, kind)
    return buffer.getvalue()


def bird(seed: int) -> np.ndarray:
    """A gradient of 40 x 30 pixels, so that a wrong crop shows, with noise."""
    ramp = np.add.outer(np.arange(30) * 3, np.arange(40) * 2)[..., None] + np.array([0, 30, 60])
    return (ramp + np.random.default_rng(seed).integers(0, 30, ramp.shape)).clip(0, 255).astype(np.uint8)


def face(seed: int, width: int = 178, height: int = 218) -> np.ndarray:
    """Coloured discs on a gradient: edges in all directions, and channels that differ."""
    y, x = np.mgrid[:height, :width]
    random = np.random.default_rng(seed)
    pixels = np.stack([x, y, x + y], axis=-1) * random.uniform(0.3, 0.6, 3)
    for _ in range(8):
        inside = (x - random.uniform(0, width)) ** 2 + (y - random.uniform(0, height)) ** 2 < random.uniform(5, 40) ** 2
        pixels[inside] = random.uniform(0, 255, 3)
    return pixels.clip(0, 255).astype(np.uint8)


def build_tgz(path: Path, members: dict[str, bytes], prefix: str = "CUB_200_2011/") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(prefix + name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def build_zip(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def build_folder(root: Path, members: dict[str, bytes]) -> Path:
    for name, content in members.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root
