"""Inception weights for the tests, caches with and without them, and images to measure."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from stackrepro.evaluation import Extractor, inception_weights


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
def extractor() -> Extractor:
    """Features of 64 dimensions, the quickest."""
    return Extractor(64)


@pytest.fixture(scope="session")
def blobs() -> Callable[..., np.ndarray]:
    """The function that draws the tests' images."""
    return draw_blobs


def draw_blobs(count: int, seed: int, size: int = 24, contrast: float = 60.0) -> np.ndarray:
    """Draw squares of random colours with a little noise, uint8 (count, size, size, 3); `size` is a multiple of 4."""
    random = np.random.default_rng(seed)
    coarse = random.normal(128, contrast, (count, 4, 4, 3)).repeat(size // 4, axis=1).repeat(size // 4, axis=2)
    return np.clip(coarse + random.normal(0, 8, (count, size, size, 3)), 0, 255).astype(np.uint8)
