"""Published generators still draw what they drew. Recorded anew by `python tests/golden/test_published_images.py`."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from stackrepro.base import places
from stackrepro.cli import commands

FILE = Path(__file__).with_name("images.json")
KEPT = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def levels(name: str, folder: Path) -> list[list[float]]:
    """Return the mean and the spread of the levels of each of the first 64 images of a published run."""
    made = CliRunner().invoke(
        commands, ["sample", name, "--last", "--runs-root", str(places.results_root()), "--to", folder]
    )
    assert made.exit_code == 0, made.output
    images = [np.asarray(Image.open(path), dtype=np.float64) for path in sorted(folder.glob("*.png"))]
    assert len(images) == 64
    return [[round(image.mean(), 2), round(image.std(), 2)] for image in images]


@pytest.mark.parametrize("name", KEPT)
def test_a_published_generator_draws_what_it_drew(name, tmp_path):
    # A level of 255 is more than any instruction set moves an image by, and less than any other weights do.
    np.testing.assert_allclose(levels(name, tmp_path / "images"), KEPT[name], atol=0.5)


if __name__ == "__main__":
    kept = {}
    for file in sorted(places.results_root().glob("*/generator.safetensors")):
        with tempfile.TemporaryDirectory() as folder:
            kept[file.parent.name] = levels(file.parent.name, Path(folder) / "images")
    FILE.write_text("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in kept.items()) + "\n}\n", encoding="utf-8")
