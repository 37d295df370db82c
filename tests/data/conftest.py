"""What the tests of the data share."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tiny_sets import BOXES, bird, build_tgz, encoded, face

from stackrepro.data import Source, find, synthetic_birds, synthetic_faces


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test has a cache of its own, few synthetic images, and no settings of the user."""
    monkeypatch.setenv("STACKREPRO_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("STACKREPRO_DATA", raising=False)
    monkeypatch.delenv("STACKREPRO_UNOFFICIAL", raising=False)
    monkeypatch.setattr(synthetic_birds, "COUNT", 4)
    monkeypatch.setattr(synthetic_faces, "COUNT", 16)
    return tmp_path / "cache"


@pytest.fixture
def files() -> dict[str, bytes]:
    """The files of a sound set of three birds; tests change them before they build an archive of them.

    The ids aren't in the order of the lines, and one image is grey-scale, as some of CUB are.
    """
    names = list(BOXES)
    boxes = [f"{i} {' '.join(map(str, BOXES[name]))}" for i, name in enumerate(names, start=1)]
    return {
        "images/" + names[2]: encoded(bird(2)),
        "images/" + names[0]: encoded(bird(0), "JPEG"),
        "images/" + names[1]: encoded(bird(1), "JPEG", "L"),
        "images.txt": "".join(f"{i + 1} {names[i]}\n" for i in (2, 0, 1)).encode(),
        "bounding_boxes.txt": "\n".join(boxes).encode(),
    }


@pytest.fixture
def source_of(tmp_path: Path) -> Callable[[dict[str, bytes]], Source]:
    """Return a function that builds an archive of some files, and finds it."""
    archive = tmp_path / "root" / "CUB_200_2011.tgz"
    return lambda members: find("birds", build_tgz(archive, members), unofficial=True)


@pytest.fixture
def faces_files() -> dict[str, bytes]:
    """The files of a sound set of eight faces of four persons; tests change them before they lay them out."""
    identities = (2880, 17, 2880, 9, 17, 501, 9, 501)
    names = [f"{number:06}.jpg" for number in range(1, 9)]
    images = {f"img_align_celeba/{name}": encoded(face(seed), "JPEG") for seed, name in enumerate(names)}
    lines = [f"{name} {identity}\n" for name, identity in zip(names, identities, strict=True)]
    return {**images, "identity_CelebA.txt": "".join(lines).encode()}
