"""Real conditions through an image-to-image generator."""

import numpy as np
import pytest
import torch

from stackrepro.evaluation.run import evaluate
from stackrepro.evaluation.translations import Rows, Translations
from stackrepro.experiments import resolve
from stackrepro.models import ResNetGenerator
from stackrepro.runs import Run
from stackrepro.runs.train import train

RANGE = (-1.0, 1.0)


class Negative(torch.nn.Module):
    """An image-to-image generator that turns black into white."""

    specification = ResNetGenerator(8, 1, 1, width=2, blocks=1, dropout=0.0)

    def __init__(self) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor(-1.0))

    def forward(self, image):
        return self.weight * image


def translations(count: int) -> tuple[Translations, np.ndarray]:
    images = np.random.default_rng(0).integers(0, 256, (count + 5, 8, 8, 1), dtype=np.uint8)
    rows = np.arange(count) + 5
    real = np.zeros_like(images)
    return Translations(Negative(), count, RANGE, conditions=Rows(images, rows), real=Rows(real, rows)), images[5:]


def test_every_condition_is_translated_once_in_order():
    made, images = translations(70)  # more than one batch of 64, and no multiple of it
    assert np.array_equal(np.concatenate(list(made.batches())), 255 - images)


def test_l1_is_the_mean_absolute_difference_in_levels():
    made, images = translations(70)
    assert made.l1() == {"l1": pytest.approx((255 - images.astype(float)).mean()), "n": 70}


def test_rows_are_an_array_without_a_copy():
    images = np.arange(24, dtype=np.uint8).reshape(6, 2, 2, 1)
    rows = Rows(images, np.array([4, 1]))
    assert (len(rows), rows.shape) == (2, (2, 2, 2, 1))
    assert rows[1].tolist() == images[1].tolist()
    assert rows[np.array([1, 0])].tolist() == images[[1, 4]].tolist()


@pytest.fixture(scope="module")
def result(tiny_faces, tmp_path_factory):
    root = tmp_path_factory.mktemp("faces")
    run = Run(resolve("faces/gray", "matched", "smoke"), tiny_faces)
    train(run, root)
    return evaluate(run, root)


def test_a_result_of_pairs_has_rows_for_real_conditions(result):
    assert set(result["measures"]) == {
        "average", "generated", "untrained", "held_out", "trained_on", "floor", "other_domain", "noise"
    }  # fmt: skip
    counts = {name: row["n"] for name, row in result["translation"].items()}
    assert counts == {"held_out": 4, "trained_on": 8}  # all of one person, and what stands beside
    assert all(0 < row["l1"] < 255 for row in result["translation"].values())


def test_faces_have_no_common_size(result):
    assert list(result["protocols"]) == ["fid-192/pytorch-fid of edges"]
    assert result["pixels"] == result["pixels_common"]
    assert result["measures"]["floor"]["n_reference"] <= 40  # of 44 images 4 are held out


def test_edges_are_flagged_as_out_of_inceptions_domain(tiny_faces, tmp_path):
    run = Run(resolve("faces/edges", "code", "smoke"), tiny_faces)
    train(run, tmp_path)
    rows = evaluate(run, tmp_path)["measures"]
    assert all("out-of-domain" in row["flags"] for row in rows.values())
