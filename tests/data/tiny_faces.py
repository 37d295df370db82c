"""Builds tiny data sets in CelebA's layout, since no image of the real one may be part of the repository."""

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 178, 218


def encoded(seed: int, kind: str = "JPEG", size: tuple[int, int] = (WIDTH, HEIGHT)) -> bytes:
    """Coloured discs on a gradient, encoded: edges in all directions, and channels that differ."""
    width, height = size
    y, x = np.mgrid[:height, :width]
    random = np.random.default_rng(seed)
    pixels = np.stack([x, y, x + y], axis=-1) * random.uniform(0.3, 0.6, 3)
    for _ in range(8):
        inside = (x - random.uniform(0, width)) ** 2 + (y - random.uniform(0, height)) ** 2 < random.uniform(5, 40) ** 2
        pixels[inside] = random.uniform(0, 255, 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(buffer, kind)
    return buffer.getvalue()


def build_zip(path: Path, members: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
