"""Keeps the tests away from the user's own folders, and builds the small site that several of them read."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbval.kernel
import numpy as np
import pytest
from PIL import Image

from stackrepro.base import places
from stackrepro.data import Source, find


def pytest_configure(config: pytest.Config) -> None:
    """Point cache, runs and data to a temporary folder, in the environment, so that child processes obey too.

    Two things are taken from the user's cache: the Inception weights, which are large and checked by their hash, and
    the synthetic sets, which take long to draw and lie under a name that tells what was drawn.
    """
    once = nbval.kernel.start_new_kernel

    def twice(*arguments: object, **options: object) -> tuple:
        try:
            return once(*arguments, **options)
        except RuntimeError:  # it died at once, as one does whose port another worker's kernel has just taken
            return once(*arguments, **options)

    nbval.kernel.start_new_kernel = twice
    if hasattr(config, "workerinput"):
        return  # a worker of pytest-xdist has inherited the environment
    folder = Path(tempfile.mkdtemp(prefix="stackrepro-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(folder))
    cache = folder / "cache"
    cache.mkdir()
    for name in ("inception", "synthetic"):
        shared = places.cache_root() / name
        shared.mkdir(parents=True, exist_ok=True)
        (cache / name).symlink_to(shared, target_is_directory=True)
    for name in ("STACKREPRO_DATA", "STACKREPRO_UNOFFICIAL", "DATA"):
        os.environ.pop(name, None)
    os.environ |= {
        "STACKREPRO_CACHE": str(cache),
        "STACKREPRO_RUNS": str(folder / "runs"),
        "XDG_DATA_HOME": str(folder / "data"),
        "OMP_NUM_THREADS": "1",
    }


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of what makes the book, so that tests may build in it and change it."""
    folder = tmp_path_factory.mktemp("checkout")
    folders = ("benchmarks", "book", "notebooks", "results", "stackrepro", "workflow")
    for name in ("_config.yml", "pyproject.toml", *folders):
        source = places.repository() / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy2(source, folder)
    return folder


@pytest.fixture(scope="session")
def build(checkout: Path) -> Callable[..., subprocess.CompletedProcess]:
    """Return a function that calls workflow/book.py of the copy with some options."""

    def call(*options: str | Path) -> subprocess.CompletedProcess:
        command = [sys.executable, checkout / "workflow" / "book.py", *options]
        environment = {**os.environ, "PYTHONPATH": str(checkout)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    return call


@pytest.fixture(scope="session")
def smoke_site(build: Callable[..., subprocess.CompletedProcess]) -> Path:
    """Build the book at tier smoke on the synthetic birds, and return the folder of its pages."""
    done = build("--tier", "smoke")
    assert done.returncode == 0, done.stdout + done.stderr
    return Path(done.stdout.splitlines()[-1]).parent


@pytest.fixture(scope="session")
def tiny_birds_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data root with 44 small images in CUB's layout: one batch of 32, and 12 that don't fill another."""
    root = tmp_path_factory.mktemp("tiny-birds")
    images = root / "CUB_200_2011" / "images" / "001.Square"
    images.mkdir(parents=True)
    random = np.random.default_rng(0)
    for number in range(44):
        pixels = np.full((48, 48, 3), random.integers(0, 256, 3), np.uint8)
        top, left = random.integers(4, 16, 2)
        pixels[top : top + 28, left : left + 28] = random.integers(0, 256, 3)
        Image.fromarray(pixels).save(images / f"{number:02}.png")
    names = [f"{number + 1} 001.Square/{number:02}.png\n" for number in range(44)]
    (images.parents[1] / "images.txt").write_text("".join(names))
    boxes = [f"{number + 1} 2.0 2.0 44.0 44.0\n" for number in range(44)]
    (images.parents[1] / "bounding_boxes.txt").write_text("".join(boxes))
    return root


@pytest.fixture(scope="session")
def tiny_birds(tiny_birds_root: Path) -> Source:
    """Return the tiny birds as a source."""
    return find("birds", tiny_birds_root, unofficial=True)


@pytest.fixture(scope="session")
def tiny_faces_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data root with 44 small images of 11 persons in CelebA's layout, of which 4 of one are held out."""
    root = tmp_path_factory.mktemp("tiny-faces")
    (root / "img_align_celeba").mkdir()
    random = np.random.default_rng(1)
    y, x = np.mgrid[:60, :49]
    lines = []
    for number in range(44):
        pixels = np.full((60, 49, 3), random.integers(0, 256, 3), np.uint8)
        pixels[((x - 24) / 15) ** 2 + ((y - 32) / 20) ** 2 < 1] = random.integers(0, 256, 3)
        for left in (16, 30):
            pixels[26:30, left : left + 4] = random.integers(0, 256, 3)
        Image.fromarray(pixels).save(root / "img_align_celeba" / f"{number + 1:06}.png")
        lines.append(f"{number + 1:06}.png {number % 11 + 1}\n")
    (root / "identity_CelebA.txt").write_text("".join(lines))
    return root


@pytest.fixture(scope="session")
def tiny_faces(tiny_faces_root: Path) -> Source:
    """Return the tiny faces as a source."""
    return find("faces", tiny_faces_root, unofficial=True)
