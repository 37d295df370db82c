"""Inception weights for the tests, caches with and without them, and images to measure."""

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stackrepro.data import Source
from stackrepro.evaluation.evaluate import evaluate
from stackrepro.evaluation.features import Extractor
from stackrepro.evaluation.weights import inception_weights
from stackrepro.experiments import resolve
from stackrepro.runs import Run
from stackrepro.runs.weights import train


@pytest.fixture(scope="session")
def weights() -> Path:
    """The stored weights of the user's own cache, to which the tests' cache is linked; made there on the first use."""
    return inception_weights()


@pytest.fixture
def empty_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with nothing in it, and a torch hub with nothing in it."""
    monkeypatch.setenv("STACKREPRO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.delenv("STACKREPRO_INCEPTION", raising=False)
    return tmp_path / "cache"


@pytest.fixture
def cache(empty_cache: Path, weights: Path) -> Path:
    """A cache that holds the Inception weights and nothing else."""
    empty_cache.mkdir()
    (empty_cache / "inception").symlink_to(weights.parent)
    return empty_cache


@pytest.fixture(scope="session")
def smoke_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the runs of `smoke`."""
    return tmp_path_factory.mktemp("smoke")


@pytest.fixture(scope="session")
def smoke(smoke_root: Path, tiny_birds: Source, tiny_faces: Source) -> Callable[..., tuple[Run, dict]]:
    """The function that trains and measures a run at tier smoke, once for all tests that read it."""

    @functools.cache
    def made(experiment: str, arm: str = "matched", full: bool = False) -> tuple[Run, dict]:
        run = Run(resolve(experiment, arm, "smoke"), tiny_birds if experiment.startswith("birds") else tiny_faces)
        train(run, smoke_root)
        return run, evaluate(run, smoke_root, full=full)

    return made


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """Features of 64 dimensions, the quickest."""
    return Extractor(64)


@pytest.fixture(scope="session")
def blobs() -> Callable[..., np.ndarray]:
    """The function that draws squares of random colours with a little noise, uint8 (count, size, size, 3)."""

    def drawn(count: int, seed: int, size: int = 24) -> np.ndarray:  # the size is a multiple of 4
        random = np.random.default_rng(seed)
        coarse = random.normal(128, 60, (count, 4, 4, 3)).repeat(size // 4, axis=1).repeat(size // 4, axis=2)
        return np.clip(coarse + random.normal(0, 8, (count, size, size, 3)), 0, 255).astype(np.uint8)

    return drawn
